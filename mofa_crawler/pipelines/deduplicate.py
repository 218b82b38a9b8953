"""Compares each release with what is stored: revisions, duplicates, captures that are outdated."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from mofa_crawler.crawl.store import get_store, stop_on_store_error
from mofa_crawler.outcome import NotParsed, Outdated, ReleaseParsed
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from mofa_crawler.outcome import Fetch, PageOutcome
    from mofa_crawler.record import PressRelease
    from mofa_crawler.store.pages import PageRow
    from mofa_crawler.store.store import Store

logger = logging.getLogger(__name__)

_SAME_FETCH = timedelta(minutes=1)
# What the store adds to a record. All other fields come from the page: if one of them alone
# changes, it makes no revision, but is kept up to date.
_OF_THE_STORE = {
    "revision",
    "duplicate_of",
    "first_seen",
    "last_seen",
    "fetched_at",
    "source",
    "attribution",
}


class DeduplicatePipeline:
    """Gives every record its revision, `duplicate_of` and `first_seen`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        try:
            if isinstance(item, ReleaseParsed):
                return assign_revision(item, get_store(self._crawler))
            if isinstance(item, NotParsed) and item.role == "release":
                page = get_store(self._crawler).pages.get(item.url)
                return _outdated(item) if _is_late(item.fetch, page) else item
        except StoreError as error:
            stop_on_store_error(self._crawler, error)
            raise DropItem(str(error), log_level="DEBUG") from error
        return item


def assign_revision(outcome: ReleaseParsed, store: Store) -> PageOutcome:
    """Compare a release with what the store has; returns the outcome to store.

    The same id with the same content hash is the stored record. With another hash it is a revision
    of the stored one, unless the bytes of the page are the same: then a better parser has read
    them. A release with another id and the same text points to its original. The same id at
    another address (`x.htm` beside `x.html`) is rejected, code `same_id`. A capture from before
    what is stored is outdated, unless it is the very page that is stored. Raises `StoreError`.
    """
    page = store.pages.get(outcome.url)
    stored = store.releases.get(outcome.release.id)
    if stored and stored.url != outcome.release.url:
        return _same_id(outcome, stored)
    release = outcome.release
    if page and page.status == "gone" and _is_late(outcome.fetch, page):
        release.gone_since = page.fetched_at
    release.duplicate_of = store.releases.original_of(release)
    if stored is None or page is None:
        return replace(outcome, release=release)
    is_same_page = _is_same_page(outcome.fetch, page, stored)
    if outcome.fetch.is_capture:
        if is_same_page:
            outcome, release = _keep_fetch(outcome, release, page, stored)
        elif outcome.fetch.fetched_at < (
            page.seen if page.status == "parsed" else stored.fetched_at
        ):
            return _outdated(outcome)
    release.first_seen = stored.first_seen
    release.revision = stored.revision
    if release.content_hash != stored.content_hash:
        if not is_same_page:
            release.revision += 1
    elif _is_same(release, stored):
        release = stored
    return replace(outcome, release=release)


def _is_late(fetch: Fetch, page: PageRow | None) -> bool:
    """Whether a page was captured before it was last fetched.

    A live page is never late: the clock of this machine may have been set back.
    """
    return fetch.is_capture and page is not None and fetch.fetched_at < page.seen


def _is_same_page(fetch: Fetch, page: PageRow, stored: PressRelease) -> bool:
    """Whether a page has the very bytes that the stored record was read from."""
    if page.status == "parsed":
        return fetch.body_hash == page.body_hash
    # The row is about a later response. A crawl fetches a page once, and its archive may have the
    # time of the request.
    gap = datetime.fromisoformat(fetch.fetched_at) - datetime.fromisoformat(stored.fetched_at)
    return fetch.is_capture and abs(gap) <= _SAME_FETCH


def _keep_fetch(
    outcome: ReleaseParsed, release: PressRelease, page: PageRow, stored: PressRelease
) -> tuple[ReleaseParsed, PressRelease]:
    """Keep the stored times and HTTP metadata: of a stored page, only the text may change."""
    release = replace(
        release,
        fetched_at=stored.fetched_at,
        last_seen=stored.last_seen,
        source=stored.source,
    )
    if page.status != "parsed":
        return outcome, release
    fetch = replace(
        outcome.fetch,
        checked_at=max(outcome.fetch.fetched_at, page.seen),
        fetched_at=page.fetched_at,
        http_status=page.http_status,
        answered_url=page.answered_url,
        etag=page.etag,
        last_modified=page.last_modified,
    )
    return replace(outcome, fetch=fetch), release


def _is_same(release: PressRelease, stored: PressRelease) -> bool:
    return all(
        getattr(release, name) == getattr(stored, name)
        for name in release.__slots__
        if name not in _OF_THE_STORE
    )


def _outdated(outcome: ReleaseParsed | NotParsed) -> Outdated:
    return Outdated(
        url=outcome.url,
        fetch=outcome.fetch,
        parser_version=outcome.parser_version,
        role=outcome.role,
    )


def _same_id(outcome: ReleaseParsed, stored: PressRelease) -> NotParsed:
    message = f"{stored.url} has the id {stored.id} already"
    logger.warning("rejected: same_id: %s (%s)", message, outcome.url)
    return NotParsed(
        url=outcome.url,
        fetch=outcome.fetch,
        parser_version=outcome.parser_version,
        role="release",
        status="rejected",
        code="same_id",
        message=message,
    )
