"""Reads a page into the visit that tells what it came to. Knows no Scrapy: workers use it too."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeVar

from mofa_crawler.outcome import Visit
from mofa_crawler.parsers.errors import NotFoundPage, ParseError, Placeholder
from mofa_crawler.parsers.listing import parse_listing
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.record import timestamp
from mofa_crawler.run.counters import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mofa_crawler.crawl.arguments import Arguments
    from mofa_crawler.outcome import Listing, PageStatus
    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import PressRelease
    from mofa_crawler.site import Lang

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
# Pages that are accounted for without being a fault of anyone's.
_STATES: dict[type[ParseError], PageStatus] = {NotFoundPage: "gone", Placeholder: "placeholder"}


def new_visit(url: str, lang: Lang, role: Literal["release", "listing"]) -> Visit:
    """A visit that has come to nothing yet."""
    now = timestamp(datetime.now(UTC))
    return Visit(url=url, lang=lang, role=role, status="failed", fetched_at=now)


def read_listing(visit: Visit, page: Page, *, month: str | None = None) -> Listing | None:
    """A listing, or None; `month` as for `parse_listing`. The visit tells what it came to."""
    return _read(visit, page, lambda: parse_listing(page, month=month))


def read_release(visit: Visit, page: Page, *, listed_date: str | None) -> PressRelease | None:
    """A release, or None; `listed_date` as for `parse_release`. The visit tells what it came to."""
    return _read(visit, page, lambda: parse_release(page, listed_date=listed_date))


def keep_period(visit: Visit, listing: Listing, arguments: Arguments) -> None:
    """Put a listing into its visit, with the entries that lie in the period."""
    covered = [entry for entry in listing.entries if arguments.covers(entry.date)]
    visit.listing = replace(listing, entries=covered)
    if len(covered) < len(listing.entries):
        # What is not stored must be asked for again, changed or not.
        visit.etag = visit.last_modified = visit.body_hash = ""


def _read(visit: Visit, page: Page, parse: Callable[[], _T]) -> _T | None:
    """What a parser makes of a page; notes in the visit why there is nothing, and goes on."""
    try:
        visit.encoding = page.encoding
        result = parse()
    except ParseError as error:
        visit.status = _STATES.get(type(error), "rejected")
        visit.code, visit.message = error.code, error.args[0]
        logger.warning("%s: %s", visit.status, error)
        return None
    except Exception as error:
        # A defect of the parser costs this page, which is accounted for, and not the run.
        visit.code, visit.message = "exception", reason_of(error)
        logger.exception("failed: %s", visit.url)
        return None
    visit.status = "parsed"
    visit.message = "; ".join(warning.message for warning in page.warnings)
    for warning in page.warnings:
        logger.warning("read, but %s: %s", warning.message, visit.url)
    return result
