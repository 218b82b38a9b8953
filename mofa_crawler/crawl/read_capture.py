"""Reads one capture: what became of its page."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from mofa_crawler.archive.captures import Capture, UnreadableCapture
from mofa_crawler.archive.discovery import read
from mofa_crawler.crawl.read_page import fetch_of, read_listing, read_release
from mofa_crawler.outcome import Fetch, ListingParsed, NotParsed, ReleaseParsed, Role
from mofa_crawler.parsers.layouts.cms.header import find_parts, section_of
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.record import timestamp

if TYPE_CHECKING:
    from mofa_crawler.parsers.page import Page

# The headings above the titles of press releases.
_SECTIONS = {"Press Releases", "報道発表"}


def read_capture(
    capture: Capture,
    role: Role | None,
    *,
    listed_date: str | None = None,
    month: str | None = None,
    limit: int,
) -> ReleaseParsed | ListingParsed | NotParsed | None:
    """What became of the page of a capture; None if the page is no release.

    `role` is None if only the page itself can show that it is a release. `listed_date` is for
    `parse_release`, `month` for `parse_listing`. `limit` is the most bytes of a page.
    """
    try:
        page = read(capture, limit=limit)
    except (UnreadableCapture, OSError) as error:
        return role and NotParsed(
            url=capture.url,
            fetch=Fetch(fetched_at=timestamp(capture.fetched_at), source=capture.source),
            parser_version=PARSER_VERSION,
            role=role,
            status="rejected",
            code=error.code if isinstance(error, UnreadableCapture) else "damaged",
            message=str(error),
        )
    fetch = fetch_of(page)
    if page.status != HTTPStatus.OK:
        return role and NotParsed(
            url=page.url,
            fetch=replace(fetch, etag="", last_modified=""),
            parser_version=PARSER_VERSION,
            role=role,
            status="gone",
            code=f"http_{page.status}",
            message=f"HTTP status {page.status}",
        )
    if role == "listing":
        return read_listing(page, fetch, month=month)
    if role or _says_release(page):
        return read_release(page, fetch, listed_date=listed_date)
    return None


def of_month_pages(captures: Iterable[Capture], month_pages: Container[str]) -> Iterator[Capture]:
    """The captures of month pages. `month_pages` has the addresses of the pages known by now.

    The caller reads each capture before the next. If the capture links other month pages, and the
    caller adds these to `month_pages`, their captures follow.
    """
    rest = list(captures)
    while found := [capture for capture in rest if capture.url in month_pages]:
        yield from found
        urls = {capture.url for capture in found}
        rest = [capture for capture in rest if capture.url not in urls]


def _says_release(page: Page) -> bool:
    """Whether the heading above the title says that the page is a press release."""
    try:
        return section_of(find_parts(page)[0]) in _SECTIONS
    except Exception:  # noqa: BLE001 - any file; most are no pages of the site
        return False
