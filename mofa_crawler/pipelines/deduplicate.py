"""Tells what is new from what is held: within the run, and against the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from mofa_crawler.items import PressRelease, Visit
from mofa_crawler.store.of_crawl import store_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from mofa_crawler.store.database import Store

# What a page says beside its text: changed alone, it makes no revision, but is kept up to date.
_BESIDE_THE_TEXT = ("section", "date_source", "links", "translation", "layout", "parser_version")


class DeduplicatePipeline:
    """Gives every record its place among those held: revision, `duplicate_of`, first and last seen.

    The same id with the same content hash is the record that is held already; with another hash it
    is a revision of it. Another id that says the same points to the release first held.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(store_of(crawler))

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Visit) and item.release:
            if item.release.id in self._seen:
                raise DropItem(f"{item.release.id} was read before in this run", log_level="INFO")
            self._seen.add(item.release.id)
            item.release = self._place(item.release)
        return item

    def _place(self, release: PressRelease) -> PressRelease:
        held = self._store.held(release.id)
        release.duplicate_of = self._store.original_of(release)
        if held is None:
            return release
        release.first_seen = held.first_seen
        release.revision = held.revision
        if release.content_hash != held.content_hash:
            release.revision += 1
        elif not held.gone_since and all(
            getattr(release, name) == getattr(held, name) for name in _BESIDE_THE_TEXT
        ):
            return held
        return release
