"""What a run came to: the counts, the exit code, and the row in `runs`."""

from __future__ import annotations

import logging
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import CloseSpider

from mofa_crawler.accounting import LISTED, OUTCOMES, STORE_FAILED, count, counts
from mofa_crawler.items import Visit
from mofa_crawler.store.database import StoreError
from mofa_crawler.store.of_crawl import store_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Exit(IntEnum):
    """The exit codes of `scrapy crawl`, and what each says."""

    COMPLETE = 0
    NOT_STARTED = 1
    USAGE = 2
    BLOCKED = 3
    ERRORS = 4
    DRIFT = 5
    INCOMPLETE = 6


MEANINGS = {
    Exit.COMPLETE: "complete",
    Exit.NOT_STARTED: "could not start",
    Exit.USAGE: "wrong usage",
    Exit.BLOCKED: "forbidden by robots.txt",
    Exit.ERRORS: "errors: pages were not got, or not kept",
    Exit.DRIFT: "drift: pages do not look as they did",
    Exit.INCOMPLETE: "incomplete: stopped early",
}


class RunReport:
    """Judges a run when it has ended. `exit_code` and `counts` are there from then on."""

    exit_code = Exit.INCOMPLETE

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = 0
        self._exceptions = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        report = cls(crawler)
        connect = crawler.signals.connect
        connect(report.spider_opened, signals.spider_opened)
        connect(report.spider_error, signals.spider_error)
        connect(report.item_error, signals.item_error)
        connect(report.spider_closed, signals.spider_closed)
        return report

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The counts of `accounting`, by language."""
        return counts(self._crawler.stats)

    def spider_opened(self, spider: Spider) -> None:
        """Note the beginning of the run; closes it at once where the store cannot be written."""
        try:
            self._run = store_of(self._crawler).begin_run(spider.name, getattr(spider, "given", {}))
        except StoreError as error:
            self._store_failed(error)
            raise CloseSpider(STORE_FAILED) from error

    def spider_error(self) -> None:
        self._exceptions += 1

    def item_error(self, item: Any) -> None:
        """An exception in a pipeline has lost an item: that is never just a line of the log."""
        self._exceptions += 1
        if isinstance(item, Visit) and item.role == "release":
            count(self._crawler.stats, item.lang, "failed")

    def spider_closed(self, spider: Spider, reason: str) -> None:
        self.exit_code = self._judge(reason)
        try:
            store_of(self._crawler).finish_run(
                self._run,
                reason=reason,
                exit_code=self.exit_code,
                counts=self.counts,
                caught_up=getattr(spider, "caught_up", []) if reason == "finished" else [],
            )
        except StoreError as error:
            self._store_failed(error)
            self.exit_code = Exit.ERRORS

    def _store_failed(self, error: StoreError) -> None:
        logger.error("%s", error)
        self._crawler.stats.inc_value("mofa/store_errors")

    def _judge(self, reason: str) -> Exit:
        stats = self._crawler.stats
        total = {
            what: sum(of_lang[what] for of_lang in self.counts.values())
            for what in (LISTED, *OUTCOMES, "listings_failed", "listings_refused")
        }
        if stats.get_value("robotstxt/forbidden"):
            return Exit.BLOCKED
        if (
            self._exceptions
            or stats.get_value("mofa/store_errors")
            or stats.get_value("log_count/ERROR")
            or total["failed"]
            or total["listings_failed"]
        ):
            return Exit.ERRORS
        if reason != "finished" or total[LISTED] != sum(total[outcome] for outcome in OUTCOMES):
            return Exit.INCOMPLETE
        if total["refused"] or total["listings_refused"]:
            return Exit.DRIFT
        return Exit.COMPLETE
