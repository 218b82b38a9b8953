"""Records out of Common Crawl's WARC files: byte ranges, each one gzip member with one record."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from mofa_crawler import site
from mofa_crawler.archive.web_archives.rows import time_of, timestamp_of
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.screening import is_block_page

if TYPE_CHECKING:
    from datetime import datetime

    from warcio.recordloader import ArcWarcRecord

    from mofa_crawler.archive.web_archives.rows import IndexRow

NotRanged = Literal["not that capture", "other status", "other type", "block page", "damaged"]

_PARTIAL_CONTENT = 206
_OK = "200"


@dataclass(frozen=True, slots=True, kw_only=True)
class RangedRecord:
    """A record as it lies in the archive's file, with the address and the time that it names."""

    url: str
    time: datetime
    member: bytes


def range_request(files: str, row: IndexRow) -> tuple[str, str]:
    """The address of a row's WARC file below `files`, and the value of the Range header."""
    return files + row.filename, f"bytes={row.offset}-{row.offset + row.length - 1}"


def read_range(row: IndexRow, *, status: int, body: bytes) -> RangedRecord | NotRanged:
    """The record that a response to a range request brought, or why it did not."""
    if status != _PARTIAL_CONTENT or not _is_one_member(body):
        return "damaged"
    try:
        record = next(ArchiveIterator(BytesIO(body)))
        return _checked(record, row, body)
    except (ArchiveLoadFailed, StatusAndHeadersParserException, StopIteration, EOFError):
        return "damaged"


def _checked(record: ArcWarcRecord, row: IndexRow, body: bytes) -> RangedRecord | NotRanged:
    if record.rec_type != "response" or record.http_headers is None:
        return "other type"
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    date = record.rec_headers.get_header("WARC-Date") or ""
    time = time_of("".join(filter(str.isdecimal, date))[:14])
    if time is None or site.canonical_url(url) != site.canonical_url(row.url):
        return "not that capture"
    if row.timestamp and timestamp_of(time) != row.timestamp:
        return "not that capture"
    if record.http_headers.get_statuscode() != _OK:
        return "other status"
    headers = dict(record.http_headers.headers)
    page = Page(url=url, body=record.content_stream().read(), fetched_at=time, headers=headers)
    if is_block_page(page):
        return "block page"
    return RangedRecord(url=url, time=time, member=body)


def _is_one_member(body: bytes) -> bool:
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        member.decompress(body)
    except zlib.error:
        return False
    return member.eof and not member.unused_data
