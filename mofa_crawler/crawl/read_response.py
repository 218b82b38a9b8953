"""Makes the outcome of an address from its response, or from the error if there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from scrapy.exceptions import IgnoreRequest

from mofa_crawler import site
from mofa_crawler.archive.captures import PERMANENT
from mofa_crawler.content_encoding import ContentEncodingError
from mofa_crawler.crawl.read_page import fetch_of, log_outcome, read_listing, read_release
from mofa_crawler.crawl.redirects import listing_problem, redirect_of
from mofa_crawler.crawl.response import (
    ARCHIVED,
    FETCHED_AT,
    NOT_BEFORE,
    VALIDATORS,
    page_from_response,
)
from mofa_crawler.outcome import Fetch, NotModified, NotParsed, PageOutcome, ReleaseParsed, Role
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.record import timestamp
from mofa_crawler.run.counters import reason_of

if TYPE_CHECKING:
    from scrapy.http import Response

    from mofa_crawler.parsers.page import Page
    from mofa_crawler.site import Mirror
    from mofa_crawler.store.store import Store

_GONE = {404, 410}


def read_listing_response(
    response: Response, url: str, mirror: Mirror, store: Store, *, month: str | None
) -> PageOutcome:
    """The outcome of a listing; `month` is that of a month page."""
    page, fetch = _page(response, url, mirror)
    outcome: PageOutcome
    if page.status == HTTPStatus.OK:
        problem = listing_problem(page, fetch, month)
        had_entries = store.listings.has_entries(url)
        outcome = problem or read_listing(page, fetch, month=month, had_entries=had_entries)
    else:
        outcome = _without_page(response, page, fetch, "listing", month=month)
    log_outcome(outcome)
    return outcome


def read_release_response(
    response: Response,
    url: str,
    mirror: Mirror,
    store: Store,
    *,
    listed_date: str | None,
) -> Iterator[PageOutcome]:
    """The outcome of a release. A moved release gives two: for the old and for the new address."""
    page, fetch = _page(response, url, mirror)
    redirect = redirect_of(response.meta, url, page.answered_url)
    outcome: ReleaseParsed | NotParsed | NotModified
    if page.status != HTTPStatus.OK:
        outcome = _without_page(response, page, fetch, "release")
    else:
        page = replace(page, url=redirect.target) if redirect else page
        outcome = read_release(page, fetch, listed_date=listed_date)
    if redirect:
        problem = redirect.problem(outcome, listed_date, store)
        if problem is None:
            yield redirect.alias(fetch)
        outcome = problem or outcome
    log_outcome(outcome)
    yield outcome


def without_response(
    error: BaseException | None, url: str, role: Role, *, month: str | None = None
) -> NotParsed:
    """The outcome of a request that failed with `error`; `month` is that of a month page."""
    if isinstance(error, IgnoreRequest):  # robots.txt forbids it, or redirects in a circle
        code, message = "not_requested", str(error)
    elif isinstance(error, ContentEncodingError):
        code, message = error.code, str(error)
    else:
        code, message = "no_response", reason_of(error) if error else "no response"
    outcome = NotParsed(
        url=url,
        fetch=Fetch(fetched_at=timestamp(datetime.now(UTC))),
        role=role,
        status="failed",
        code=code,
        message=message,
        month=month,
    )
    log_outcome(outcome)
    return outcome


def _page(response: Response, url: str, mirror: Mirror) -> tuple[Page, Fetch]:
    page = page_from_response(response, url, mirror, fetched_at=response.meta.get(FETCHED_AT))
    return page, replace(fetch_of(page), location=response.meta.get(ARCHIVED))


def _without_page(
    response: Response, page: Page, fetch: Fetch, role: Role, *, month: str | None = None
) -> NotModified | NotParsed:
    """The outcome of a response whose status is not 200; `page` is the response as a page."""
    if page.status == HTTPStatus.NOT_MODIFIED and response.meta.get(VALIDATORS):
        return NotModified(url=page.url, fetch=fetch, role=role)
    location = page.header("Location")
    message = f"HTTP status {page.status} {location}".strip()
    if until := response.meta.get(NOT_BEFORE):
        message += f", no further request before {until}"
    status: Literal["failed", "gone", "redirected"] = "failed"
    if role == "release" and page.status in _GONE:
        status = "gone"
    elif role == "release" and page.status in PERMANENT and location and site.resolve(location):
        status = "redirected"  # to another site; the middleware follows those inside
    return NotParsed(
        url=page.url,
        fetch=fetch,
        parser_version=PARSER_VERSION,
        role=role,
        status=status,
        code=f"http_{page.status}",
        message=message,
        month=month,
    )
