"""Parses a page into the outcome of its address, without Scrapy."""

from __future__ import annotations

import logging
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from mofa_crawler.outcome import (
    Fetch,
    Listing,
    ListingEntry,
    ListingParsed,
    NotModified,
    NotParsed,
    PageOutcome,
    ReleaseParsed,
    ReleaseRejected,
    Role,
)
from mofa_crawler.parsers import errors
from mofa_crawler.parsers.listing import parse_listing
from mofa_crawler.parsers.release import PARSER_VERSION, parse_release
from mofa_crawler.record import timestamp
from mofa_crawler.run.counters import reason_of

if TYPE_CHECKING:
    from mofa_crawler.parsers.page import Page
    from mofa_crawler.period import Period

logger = logging.getLogger(__name__)

_DEFECT = "exception"  # the code if the parser has a defect
# The statuses of pages that are no releases. Other errors make a page `rejected`.
_STATUSES: dict[type[errors.ParseError], Literal["gone", "placeholder"]] = {
    errors.NotFoundPage: "gone",
    errors.Placeholder: "placeholder",
}
# A page with one of these codes is a release with an unknown template. A page with another code is
# no release, or its text is damaged.
_DRAFT_CODES = frozenset(
    error.code
    for error in (
        errors.AmbiguousLayout,
        errors.EmptyBody,
        errors.InvalidDate,
        errors.MisplacedMarkup,
        errors.MissingDate,
        errors.MissingTitle,
        errors.UnknownLayout,
        errors.UnknownMarkup,
    )
)


def fetch_of(page: Page) -> Fetch:
    """When and from where a page came, and what its response said."""
    return Fetch(
        fetched_at=timestamp(page.fetched_at),
        source=page.source,
        http_status=page.status,
        answered_url=page.answered_url,
        etag=page.header("ETag"),
        last_modified=page.header("Last-Modified"),
        body_hash=sha256(page.body).hexdigest(),
    )


def read_listing(
    page: Page, fetch: Fetch, *, month: str | None = None, had_entries: bool = False
) -> ListingParsed | NotParsed:
    """Parse a listing; `month` and `had_entries` as for `parse_listing`."""
    try:
        listing = parse_listing(page, month=month, had_entries=had_entries)
    except Exception as error:  # noqa: BLE001 - `_not_parsed` logs it
        return replace(_not_parsed(error, page, fetch, "listing"), month=month)
    return ListingParsed(
        url=page.url,
        fetch=replace(fetch, encoding=page.encoding),
        parser_version=PARSER_VERSION,
        listing=listing,
        message="; ".join(listing.problems),
    )


def read_release(
    page: Page, fetch: Fetch, *, listed_date: str | None = None
) -> ReleaseParsed | NotParsed:
    """Parse a release; `listed_date` as for `parse_release`. The record gets the page's source."""
    try:
        release = parse_release(page, listed_date=listed_date)
    except Exception as error:  # noqa: BLE001 - `_not_parsed` logs it
        return _not_parsed(error, page, fetch, "release")
    release.source = page.source
    return ReleaseParsed(
        url=page.url,
        fetch=replace(fetch, encoding=page.encoding),
        parser_version=PARSER_VERSION,
        release=release,
        message="; ".join(warning.message for warning in page.warnings),
    )


def keep_period(outcome: ListingParsed, period: Period) -> ListingParsed:
    """A listing with the entries that lie in a period.

    If entries are left out, the listing is partial: the next run requests it unconditionally.
    """
    listing = outcome.listing
    entries = entries_in(listing, period)
    return replace(
        outcome,
        listing=replace(listing, entries=entries),
        is_partial=len(entries) < len(listing.entries),
    )


def entries_in(listing: Listing, period: Period) -> list[ListingEntry]:
    """The entries of a listing that lie in a period.

    An entry without a date is among them if another entry of the listing lies in the period.
    """
    dated = {entry.date for entry in listing.entries if entry.date and period.covers(entry.date)}
    return [
        entry for entry in listing.entries if dated and (entry.date is None or entry.date in dated)
    ]


def log_outcome(outcome: PageOutcome) -> None:
    """Log what a person may want to look at: a page without a text, or with warnings."""
    if isinstance(outcome, NotParsed):
        if outcome.code != _DEFECT:  # `_not_parsed` has logged it
            logger.warning(
                "%s: %s: %s (%s)", outcome.status, outcome.code, outcome.message, outcome.url
            )
    elif not isinstance(outcome, NotModified) and outcome.message:
        logger.warning("parsed, but %s: %s", outcome.message, outcome.url)


def _not_parsed(error: Exception, page: Page, fetch: Fetch, role: Role) -> NotParsed:
    """The outcome of a page that was not parsed. A defect of the parser fails only this page."""
    status: Literal["rejected", "failed", "gone", "placeholder"]
    if isinstance(error, errors.ParseError):
        status = _STATUSES.get(type(error), "rejected")
        code, message = error.code, error.args[0]
    else:
        status, code, message = "failed", _DEFECT, reason_of(error)
        logger.error("failed: %s", page.url, exc_info=error)
    fetch = replace(fetch, encoding=_encoding(page))
    if role == "release" and code in _DRAFT_CODES:
        return ReleaseRejected(
            url=page.url,
            fetch=fetch,
            parser_version=PARSER_VERSION,
            code=code,
            message=message,
            html=page.text,
        )
    return NotParsed(
        url=page.url,
        fetch=fetch,
        parser_version=PARSER_VERSION,
        role=role,
        status=status,
        code=code,
        message=message,
    )


def _encoding(page: Page) -> str:
    try:
        return page.encoding
    except errors.ParseError:
        return ""
