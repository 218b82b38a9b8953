"""Archives for the tests: WARC files as crawlers and browser extensions write them."""

from __future__ import annotations

from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import pytest
from warcio import cli as warcio
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.factories import ORIGIN, SITE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DAY = "2026-01-10T03:00:00Z"


@dataclass
class Record:
    """A record of a WARC file: the response of `path` (on the ministry's site, or an address)."""

    path: str
    body: bytes = b""
    date: str = DAY
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "response"
    protocol: str = "HTTP/1.1"
    record_headers: dict[str, str] = field(default_factory=dict)


def of_sample(path: str, date: str = DAY, **edits: str) -> Record:
    """A page of the demo site; `old=` and `new=` replace a text that stands in it once."""
    body = (SITE / path).read_bytes()
    if edits:
        assert body.count(edits["old"].encode()) == 1
        body = body.replace(edits["old"].encode(), edits["new"].encode())
    return Record(path, body, date)


def sample_site() -> list[Record]:
    """All pages of the demo site."""
    pages = sorted(SITE.rglob("*.htm*"))
    return [of_sample(str(page.relative_to(SITE))) for page in pages]


def write_warc(path: Path, records: Iterable[Record]) -> Path:
    """Write a WARC file, record by record; compressed if its name says so."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=".gz" in path.name)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "a test"}))
        for record in records:
            url = record.path if ":" in record.path else f"{ORIGIN}/{record.path}"
            headers = {"Content-Type": "text/html", **record.headers}
            http = StatusAndHeaders(record.status, list(headers.items()), protocol=record.protocol)
            written = writer.create_warc_record(
                url,
                record.type,
                payload=BytesIO(record.body),
                length=len(record.body),
                warc_content_type="text/html" if record.type == "resource" else "",
                http_headers=http if record.type != "resource" else None,
                warc_headers_dict={"WARC-Date": record.date, **record.record_headers},
            )
            writer.write_record(written)
    return path


def check_digests(files: Iterable[Path]) -> None:
    """Raise AssertionError with warcio's output if its own check finds a fault in a WARC file."""
    out = StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit) as end:
        warcio.main(["check", *map(str, files)])
    assert not end.value.code, out.getvalue()
