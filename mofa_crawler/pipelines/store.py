"""Writes what every visit came to into the store, and the dataset into the JSON file at the end."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from mofa_crawler.accounting import STORE_FAILED, count, counts
from mofa_crawler.items import Visit
from mofa_crawler.store.database import StoreError
from mofa_crawler.store.json_file import write_json
from mofa_crawler.store.of_crawl import store_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from mofa_crawler.items import PressRelease

logger = logging.getLogger(__name__)


class StorePipeline:
    """One transaction a visit. Passes on the record alone, so that feeds (`-O`) hold only records.

    Where the database cannot be written the run is closed: asking the ministry for pages that
    cannot be kept helps nobody.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._store = store_of(crawler)
        self._json = crawler.settings.get("MOFA_JSON")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, Visit):
            return item
        try:
            release = self._save(item)
        except StoreError as error:
            self._failed(error)
            if item.role == "release":
                count(self._crawler.stats, item.lang, "failed")
            raise DropItem(str(error), log_level="DEBUG") from error
        if release is None:
            raise DropItem(f"{item.role} noted: {item.url}", log_level="DEBUG")
        return release

    def _save(self, visit: Visit) -> PressRelease | None:
        stats = self._crawler.stats
        if visit.listing:
            self._store.save_listing(visit, visit.listing)
        elif visit.release:
            count(stats, visit.lang, self._store.save_release(visit))
        else:
            self._store.save_page(visit)
            if visit.role == "release":
                count(stats, visit.lang, visit.state)
            else:
                count(stats, visit.lang, f"listings_{visit.state}")
        return visit.release

    def _failed(self, error: StoreError) -> None:
        if not self._crawler.stats.get_value("mofa/store_errors"):
            logger.error("%s", error)
            close = self._crawler.engine.close_spider_async(reason=STORE_FAILED)
            self._closing = asyncio.ensure_future(close)
        self._crawler.stats.inc_value("mofa/store_errors")

    def close_spider(self) -> None:
        """Bring the JSON file up to date, unless the listings could not be read as listings."""
        if not self._json or self._crawler.stats.get_value("mofa/store_errors"):
            return
        if any(of_lang["listings_refused"] for of_lang in counts(self._crawler.stats).values()):
            logger.warning("%s was left alone: a listing could not be read", self._json)
            return
        try:
            if write_json(self._store, Path(self._json)):
                self._crawler.stats.set_value("mofa/json_written", value=True)
        except StoreError as error:
            logger.error("%s", error)  # noqa: TRY400 - the line says it all
            self._crawler.stats.inc_value("mofa/store_errors")
