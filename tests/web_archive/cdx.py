"""The index of a WARC file: one line a record, sorted, as public archives write it (CDXJ)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator

if TYPE_CHECKING:
    from pathlib import Path


def index_lines(warc: Path) -> list[str]:
    """The lines of an index of a WARC file."""
    lines = []
    with warc.open("rb") as file:
        records = ArchiveIterator(file)
        for record in records:
            if record.rec_type not in {"response", "revisit"}:
                continue
            columns = _columns(record)
            record.content_stream().read()
            columns["offset"] = str(records.get_record_offset())
            columns["length"] = str(records.get_record_length())
            columns["filename"] = warc.name
            date = record.rec_headers.get_header("WARC-Date")
            timestamp = "".join(filter(str.isdigit, date))[:14]
            lines.append(f"{key_of(columns['url'])} {timestamp} {json.dumps(columns)}\n")
    return sorted(lines)


def key_of(url: str) -> str:
    """The key of an address: hosts reversed, without `www.`, scheme, port and final slash."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{','.join(reversed(host.split('.')))}){(parts.path.rstrip('/') or '/').lower()}"


def _columns(record: Any) -> dict[str, str]:
    is_revisit = record.rec_type == "revisit"
    mime = (record.http_headers.get_header("Content-Type") or "unk").partition(";")[0]
    digest = record.rec_headers.get_header("WARC-Payload-Digest") or "-"
    return {
        "url": record.rec_headers.get_header("WARC-Target-URI"),
        "mime": "warc/revisit" if is_revisit else mime,
        "status": "-" if is_revisit else record.http_headers.get_statuscode(),
        "digest": digest.removeprefix("sha1:"),
    }
