"""Records of Common Crawl's WARC files. Each byte range is a gzip member with one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.archive.captures import UnreadableCapture
from mofa_crawler.archive.reading import parse_date, response_at
from mofa_crawler.archive.replay_addresses import timestamp_of
from mofa_crawler.archive.warc_records import RecordHead, is_compressed, scan
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.screening import is_block_page

if TYPE_CHECKING:
    from mofa_crawler.archive.web_archives.rows import IndexRow

NotRanged = Literal["not that capture", "other status", "other type", "block page", "damaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangedRecord:
    """A record as a gzip member of the web archive's file, with the time of the capture."""

    time: datetime
    member: bytes


def range_request(files: str, row: IndexRow) -> tuple[str, str]:
    """The address of a row's WARC file below `files`, and the value of the Range header."""
    return files + row.filename, f"bytes={row.offset}-{row.offset + row.length - 1}"


def read_range(row: IndexRow, *, status: int, body: bytes, limit: int) -> RangedRecord | NotRanged:
    """The record in a response to a range request, or why there is none.

    `limit` is in bytes of the page.
    """
    file = BytesIO(body)
    if status != HTTPStatus.PARTIAL_CONTENT or not is_compressed(file):
        return "damaged"
    head, *others = scan(file)
    if not isinstance(head, RecordHead) or others or head.has_followers or head.damage:
        return "damaged"
    if head.type != "response":
        return "other type"
    time = parse_date(head.date)
    if time is None or site.canonical_url(head.url) != site.canonical_url(row.url):
        return "not that capture"
    if row.timestamp and timestamp_of(time) != row.timestamp:
        return "not that capture"
    if head.status != HTTPStatus.OK:
        return "other status"
    try:
        response = response_at(file, head.offset, limit=limit)
    except UnreadableCapture:
        return "damaged"
    page = Page(url=head.url, body=response.body, fetched_at=time, headers=response.headers)
    if is_block_page(page):
        return "block page"
    return RangedRecord(time=time, member=body)
