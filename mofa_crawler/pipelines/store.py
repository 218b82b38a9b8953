"""Writes what every visit came to into the store, and the dataset into the JSON file at the end."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem
from scrapy.utils.asyncio import call_later

from mofa_crawler.crawl.store import store_failed, store_of
from mofa_crawler.export.json_file import check_json, write_json
from mofa_crawler.outcome import Visit
from mofa_crawler.run.counters import (
    CODE,
    FIELD,
    FIELDS_LOST,
    JSON_STATE,
    READ,
    STORE_ERRORS,
    count,
    count_read,
    counted_under,
    drifted_as_a_whole,
)
from mofa_crawler.run.coverage import ENOUGH, coverage_of, lost_fields
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.utils.asyncio import CallLaterResult

    from mofa_crawler.record import PressRelease

logger = logging.getLogger(__name__)

# Seconds after which what was written is committed. A mirror gives a hundred pages in that time,
# and a commit for each would take longer than all else that is done to store them.
_COMMIT_AFTER = 0.5


class StorePipeline:
    """Writes a visit whole or not at all. Passes on the record alone, which feeds (`-O`) hold."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        name = crawler.settings.get("MOFA_JSON")
        self._json = Path(name) if name else None
        self._commit_due: CallLaterResult | None = None
        if self._json:  # better now than after hours
            check_json(store_of(crawler), self._json)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises `StoreError` where `MOFA_JSON` could not be written at the end."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, Visit):
            return item
        try:
            release = self._save(item)
        except StoreError as error:
            store_failed(self._crawler, error)
            raise DropItem(str(error), log_level="DEBUG") from error
        item.accounted = True
        if not self._commit_due:
            self._commit_due = call_later(_COMMIT_AFTER, self._commit)
        if release is None:
            raise DropItem(f"{item.role} noted: {item.url}", log_level="DEBUG")
        return release

    def _commit(self) -> None:
        self._commit_due = None
        try:
            store_of(self._crawler).commit()
        except StoreError as error:
            store_failed(self._crawler, error)

    def _save(self, visit: Visit) -> PressRelease | None:
        store, stats = store_of(self._crawler), self._crawler.stats
        if visit.older:
            count(stats, visit.lang, "outdated")
        elif visit.not_modified:
            store.save_check(visit)
            if visit.role == "release":
                count(stats, visit.lang, "unchanged")
                stats.inc_value(READ)
        elif visit.listing:
            store.save_listing(visit, visit.listing)
        elif visit.release:
            count(stats, visit.lang, store.save_release(visit))
            count_read(stats, visit.release)
        else:
            store.save_page(visit)
            if visit.status == "rejected":
                stats.inc_value(CODE + visit.code)
            if visit.role == "release":
                count(stats, visit.lang, visit.status)
            else:
                count(stats, visit.lang, f"listings_{visit.status}")
        return None if visit.older else visit.release

    def close_spider(self) -> None:
        """Bring the JSON file up to date, unless the site drifted as a whole."""
        if self._commit_due:
            self._commit_due.cancel()
            self._commit()
        stats = self._crawler.stats
        if stats.get_value(STORE_ERRORS):
            return
        try:
            self._compare_with_earlier_runs()
            if self._json:
                self._update(self._json)
        except StoreError as error:
            logger.error("%s", error)  # noqa: TRY400 - the line says it all
            stats.inc_value(STORE_ERRORS)

    def _compare_with_earlier_runs(self) -> None:
        """Note, with a warning each, the fields that most releases of this run have lost."""
        stats = self._crawler.stats
        read = stats.get_value(READ, 0)
        spider: Any = self._crawler.spider
        if read < ENOUGH or spider.reads_captures:  # an archive of another era looks another way
            return
        earlier = store_of(self._crawler).coverages(spider.name, at_least=ENOUGH)
        now = coverage_of(read, counted_under(stats.get_stats(), FIELD))
        for loss in lost_fields(now, earlier):
            logger.warning(
                "drift: %.0f%% of the %d releases read have %s; in earlier runs %.0f%% had",
                100 * loss.now,
                read,
                loss.field,
                100 * loss.before,
            )
            stats.inc_value(FIELDS_LOST)

    def _update(self, json_file: Path) -> None:
        stats = self._crawler.stats
        if drifted_as_a_whole(stats):
            logger.warning("%s is left alone until a person has looked: see the table", json_file)
            return
        write_json(store_of(self._crawler), json_file)
        stats.set_value(JSON_STATE, "up to date" if json_file.exists() else "")
