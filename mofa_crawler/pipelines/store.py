"""Writes what became of every page into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem
from scrapy.utils.asyncio import CallLaterResult, call_later

from mofa_crawler.crawl.component import Component
from mofa_crawler.crawl.store import get_store, stop_on_store_error
from mofa_crawler.outcome import ListingParsed, NotModified, NotParsed, PageOutcome
from mofa_crawler.run.counters import (
    CODE,
    LISTED,
    LISTING_PROBLEMS,
    LOST,
    READ,
    REJECTED_NOW,
    WARNING,
    count,
    count_parsed,
)
from mofa_crawler.site import release_id
from mofa_crawler.spiders.base import BaseSpider
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from mofa_crawler.store.releases import Saved

# Seconds from a write to its commit. A mirror serves a hundred pages in that time, and a commit for
# each page would take longer than all other work of storing the page.
_COMMIT_AFTER = 0.5


class StorePipeline(Component):
    """Writes an outcome whole or not at all, and counts it.

    Passes on the record that is stored now, for feeds.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._commit_due: CallLaterResult | None = None

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, PageOutcome):
            return item
        try:
            saved = get_store(self._crawler).save(item)
            self._count(item, saved)
        except StoreError as error:
            stop_on_store_error(self._crawler, error)
            raise DropItem(str(error), log_level="DEBUG") from error
        if not self._commit_due:
            self._commit_due = call_later(_COMMIT_AFTER, self._commit)
        if saved.record:
            return saved.record
        raise DropItem(f"{item.role} stored: {item.url}", log_level="DEBUG")

    def close_spider(self) -> None:
        """Commit what is left."""
        if self._commit_due:
            self._commit_due.cancel()
            self._commit()

    def _commit(self) -> None:
        self._commit_due = None
        try:
            get_store(self._crawler).commit()
        except StoreError as error:
            stop_on_store_error(self._crawler, error)

    def _count(self, outcome: PageOutcome, saved: Saved) -> None:
        stats, spider = self._crawler.stats, self._crawler.spider
        if isinstance(spider, BaseSpider):
            spider.counted.add(outcome.url)
        elif outcome.role == "release":  # our spiders count what they discover themselves
            count(stats, outcome.lang, LISTED)
        if saved.outcome == "rejected" and isinstance(outcome, NotParsed):
            stats.inc_value(CODE + outcome.code)
        if outcome.role == "listing":
            self._count_listing(outcome)
            return
        count(stats, outcome.lang, saved.outcome)
        if isinstance(spider, BaseSpider) and saved.outcome in spider.releases:
            spider.releases[saved.outcome].append(release_id(outcome.url))
        if saved.record:
            count_parsed(stats, saved.record)
            for code in saved.record.warnings:
                stats.inc_value(WARNING + code)
        elif isinstance(outcome, NotModified):
            stats.inc_value(READ)
        elif saved.outcome == "rejected":
            pages = get_store(self._crawler).pages
            if not pages.is_acknowledged(outcome.url, outcome.fetch.body_hash):
                count(stats, outcome.lang, REJECTED_NOW)
        elif saved.outcome in {"gone", "redirected"}:
            stats.inc_value(LOST)

    def _count_listing(self, outcome: PageOutcome) -> None:
        if isinstance(outcome, NotParsed):
            count(self._crawler.stats, outcome.lang, f"listings_{outcome.status}")
        elif isinstance(outcome, ListingParsed):
            self._crawler.stats.inc_value(LISTING_PROBLEMS, len(outcome.listing.problems))
