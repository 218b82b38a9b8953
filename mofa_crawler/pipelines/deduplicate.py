"""Tells what is new from what is held."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from mofa_crawler.crawl.store import store_failed, store_of
from mofa_crawler.outcome import Visit
from mofa_crawler.record import LIVE
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from mofa_crawler.record import PressRelease
    from mofa_crawler.store.store import PageRow, Store

logger = logging.getLogger(__name__)

_SAME_FETCH = timedelta(minutes=1)
# What a page says beside its text: changed alone, it makes no revision, but is kept up to date.
_BESIDE_THE_TEXT = ("section", "date_source", "links", "translation", "layout", "parser_version")


class DeduplicatePipeline:
    """Gives every record its place among those held: revision, `duplicate_of`, first seen."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Visit) and item.role == "release":
            try:
                place(item, store_of(self._crawler))
            except StoreError as error:
                store_failed(self._crawler, error)
                raise DropItem(str(error), log_level="DEBUG") from error
        return item


def place(visit: Visit, store: Store) -> None:
    """Give a visit's record its place among those that the store holds.

    The same id with the same content hash is the record that is held already. With another hash it
    is a revision of it, unless the bytes of the page are the same: then a better parser has read
    them. Another id that says the same points to the release first held. The same id at another
    address (`x.htm` beside `x.html`) is refused, code `same_id`. A capture from before what is held
    is marked as `older`, unless it is the very page that is held. Raises `StoreError`.
    """
    page = store.page(visit.url)
    # The clock of a live run may have been set back; what the site says now counts all the same.
    is_capture = visit.source != LIVE
    is_late = is_capture and page is not None and visit.fetched_at < page.seen
    release = visit.release
    if release is None:
        visit.older = is_late
        return
    held = store.held(release.id)
    if held and held.url != release.url:
        visit.status, visit.code, visit.release = "rejected", "same_id", None
        visit.message = f"{held.url} has the id {held.id} already"
        logger.warning("refused: same_id: %s (%s)", visit.message, visit.url)
        return
    if is_late and page and page.status == "gone":
        release.gone_since = page.fetched_at
    release.duplicate_of = store.original_of(release)
    if held is None or page is None:
        return
    is_same_page = _is_of_same_page(visit, page, held)
    if is_capture and not is_same_page:
        visit.older = visit.fetched_at < (page.seen if page.status == "parsed" else held.fetched_at)
    if visit.older:
        return
    release.first_seen = held.first_seen
    release.revision = held.revision
    if is_capture and is_same_page:
        _keep_what_is_known(visit, page, held)
    if release.content_hash != held.content_hash:
        if not is_same_page:
            release.revision += 1
    elif release.gone_since == held.gone_since and _is_same(release, held):
        visit.release = held


def _is_of_same_page(visit: Visit, page: PageRow, held: PressRelease) -> bool:
    """Whether a visit brought the very bytes that the record held was read from."""
    if page.status == "parsed":
        return visit.body_hash == page.body_hash
    # The row tells of what came after them. A crawl asks for a page once, and its archive may note
    # the time of the request.
    gap = datetime.fromisoformat(visit.fetched_at) - datetime.fromisoformat(held.fetched_at)
    return visit.source != LIVE and abs(gap) <= _SAME_FETCH


def _keep_what_is_known(visit: Visit, page: PageRow, held: PressRelease) -> None:
    """Let a capture of the page held change nothing but what is read of it."""
    if visit.release:
        visit.release = replace(
            visit.release,
            fetched_at=held.fetched_at,
            last_seen=held.last_seen,
            source=held.source,
        )
    if page.status == "parsed":
        visit.checked_at = max(visit.fetched_at, page.seen)
        visit.fetched_at = page.fetched_at
        visit.http_status, visit.answered_url = page.http_status, page.answered_url
        visit.etag, visit.last_modified = page.etag, page.last_modified


def _is_same(release: PressRelease, held: PressRelease) -> bool:
    return all(getattr(release, name) == getattr(held, name) for name in _BESIDE_THE_TEXT)
