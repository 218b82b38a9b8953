"""Tells what is new from what is held: within the run, and against the store."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from mofa_crawler.items import PressRelease, Visit
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.of_crawl import store_failed, store_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from mofa_crawler.store.database import Store

logger = logging.getLogger(__name__)

# What a page says beside its text: changed alone, it makes no revision, but is kept up to date.
_BESIDE_THE_TEXT = ("section", "date_source", "links", "translation", "layout", "parser_version")


class DeduplicatePipeline:
    """Gives every record its place among those held: revision, `duplicate_of`, first seen."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._seen: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Visit) and item.release:
            if item.release.id in self._seen:
                raise DropItem(f"{item.release.id} was read before in this run", log_level="INFO")
            self._seen.add(item.release.id)
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
    address (`x.htm` beside `x.html`) is refused, code `same_id`. Raises `StoreError`.
    """
    release = visit.release
    if release is None:
        return
    held = store.held(release.id)
    if held and held.url != release.url:
        visit.state, visit.code, visit.release = "refused", "same_id", None
        visit.message = f"{held.url} has the id {held.id} already"
        logger.warning("refused: same_id: %s (%s)", visit.message, visit.url)
        return
    release.duplicate_of = store.original_of(release)
    if held is None:
        return
    release.first_seen = held.first_seen
    release.revision = held.revision
    if release.content_hash != held.content_hash:
        if visit.body_hash != store.body_hash_of(visit.url):
            release.revision += 1
    elif not held.gone_since and _is_same(release, held):
        visit.release = held


def _is_same(release: PressRelease, held: PressRelease) -> bool:
    return all(getattr(release, name) == getattr(held, name) for name in _BESIDE_THE_TEXT)
