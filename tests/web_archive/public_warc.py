"""The demo site as public archives hold sites: addresses in all their spellings, every encoding,
revisits, a page that changed and changed back, and records that are no pages."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.factories import ORIGIN, SITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FIRST, SECOND = "2026-01-10T03:00:00Z", "2026-01-11T03:00:00Z"
CHANGED = "press/release/press1e_000170.html"
_SPELLINGS = (
    ORIGIN,
    "http://www.mofa.go.jp",
    "http://mofa.go.jp:80",
    "https://mofa.go.jp:443",
)


@dataclass
class Record:
    """A record. `revisits`: it has no body and refers to the record of the same address before."""

    url: str
    body: bytes
    date: str = FIRST
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)
    revisits: bool = False


def write_public_warc(path: Path) -> Path:
    """Write the archive to `path`."""
    return write_records(path, _records())


def write_records(path: Path, records: Iterable[Record]) -> Path:
    """Write records to a WARC file, a gzip member each."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        digests: dict[str, tuple[str, str]] = {}
        for record in records:
            http = StatusAndHeaders(
                record.status,
                [*{"Content-Type": "text/html", **record.headers}.items()],
                protocol="HTTP/1.1",
            )
            headers = {"WARC-Date": record.date}
            if record.revisits:
                digest, date = digests[record.url]
                made = writer.create_revisit_record(
                    record.url,
                    digest,
                    record.url,
                    date,
                    http_headers=http,
                    warc_headers_dict=headers,
                )
            else:
                made = writer.create_warc_record(
                    record.url,
                    "response",
                    payload=BytesIO(record.body),
                    length=len(record.body),
                    http_headers=http,
                    warc_headers_dict=headers,
                )
            writer.write_record(made)
            digest = made.rec_headers.get_header("WARC-Payload-Digest")
            digests[record.url] = digest, record.date
    return path


def _records() -> Iterator[Record]:
    pages = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.htm*"))
    for number, page in enumerate(pages):
        body = (SITE / page).read_bytes()
        # A listing is captured as the bare folder.
        path = page.removesuffix("index.html") if page.endswith("/index.html") else page
        address = f"{_SPELLINGS[number % len(_SPELLINGS)]}/{path}"
        yield _encoded(Record(address, body), number)
        yield Record(address, b"", SECOND, revisits=True)
        if page == CHANGED:
            changed = body.replace(b"revitalize the G7", b"revitalise the G7")
            assert changed != body
            yield _encoded(Record(address, changed, "2026-02-01T00:00:00Z"), number)
            yield _encoded(Record(address, body, "2026-03-01T00:00:00Z"), number)
    yield Record(
        f"{ORIGIN}/press/release/old.html", b"", status="302 Found", headers={"Location": "/a.html"}
    )
    yield Record(f"{ORIGIN}/press/release/absent.html", b"<html>absent", status="404 Not Found")
    pdf = {"Content-Type": "application/pdf"}
    yield Record(f"{ORIGIN}/press/release/100.pdf", b"%PDF-1.4", headers=pdf)
    denied = b"<title>Access Denied</title> Reference #18.1"
    akamai = {"Server": "AkamaiGHost"}
    yield Record(
        f"{ORIGIN}/press/release/denied.html", denied, status="403 Forbidden", headers=akamai
    )
    yield Record(f"{ORIGIN}/press/release/edge.html", denied, headers=akamai)


def _encoded(record: Record, number: int) -> Record:
    """Plain, gzipped or chunked, by its number."""
    if number % 3 == 1:
        record.body = gzip.compress(record.body, mtime=0)
        record.headers["Content-Encoding"] = "gzip"
    elif number % 3 == 2:
        record.body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(record.body), record.body)
        record.headers["Transfer-Encoding"] = "chunked"
    return record
