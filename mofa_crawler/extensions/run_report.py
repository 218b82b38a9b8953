"""What a run came to: the counts, the exit code, and the row in `runs`."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import signals

from mofa_crawler.atomic_files import as_text
from mofa_crawler.crawl.store import store_failed, store_of
from mofa_crawler.outcome import Visit
from mofa_crawler.run.counters import (
    BLOCKED,
    FORBIDDEN,
    JSON_STATE,
    LISTED,
    OUTCOMES,
    STORE_ERRORS,
    count,
    counts,
    drifted_as_a_whole,
    totals,
)
from mofa_crawler.run.log import LogLines
from mofa_crawler.run.report import make_report
from mofa_crawler.run.verdict import MEANINGS, Exit
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

    from mofa_crawler.run.report import Report

logger = logging.getLogger(__name__)


class RunReport:
    """Judges a run when it has ended. `exit_code`, `counts` and `report` are final from then on."""

    exit_code = Exit.INCOMPLETE

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run: int | None = None
        self._reason = ""
        self._exceptions = 0
        self._started = datetime.now(UTC)
        self._finished: datetime | None = None
        self._log = LogLines()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        report = cls(crawler)
        connect = crawler.signals.connect
        connect(report.spider_opened, signals.spider_opened)
        connect(report.spider_error, signals.spider_error)
        connect(report.item_error, signals.item_error)
        connect(report.spider_closed, signals.spider_closed)
        # The last signal: feeds have been written by then, or have failed to be.
        connect(report.engine_stopped, signals.engine_stopped)
        return report

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The counts of `accounting`, by language."""
        return counts(self._crawler.stats.get_stats())

    @property
    def json_state(self) -> str:
        """What became of the JSON file; empty where it was not written."""
        return str(self._crawler.stats.get_value(JSON_STATE, ""))

    @property
    def report(self) -> Report:
        """What the run came to, or has come to so far where it was stopped at once."""
        spider: Any = self._crawler.spider
        return make_report(
            run_id=self._run,
            spider=spider.name,
            arguments=spider.given,
            started=self._started,
            finished=self._finished or datetime.now(UTC),
            exit_code=self.exit_code,
            meaning=MEANINGS[self.exit_code],
            reason=self._reason or "stopped at once",
            stats=self._crawler.stats.get_stats(),
            warnings=self._log.lines,
            warnings_total=self._log.total,
        )

    def spider_opened(self, spider: Spider) -> None:
        """Note the beginning of the run; closes it at once where the store cannot be written."""
        if not hasattr(spider, "given"):
            return  # `scrapy shell` and `scrapy fetch` run a spider that is none of ours
        logging.root.addHandler(self._log)
        self._started = datetime.now(UTC)
        try:
            given = {name: as_text(value) for name, value in spider.given.items()}
            self._run = store_of(self._crawler).begin_run(spider.name, given)
            store_of(self._crawler).commit()  # for those who ask which run has the database
        except StoreError as error:
            store_failed(self._crawler, error)

    def spider_error(self) -> None:
        self._exceptions += 1

    def item_error(self, item: Any) -> None:
        """An exception in a pipeline has lost an item: that is never just a line of the log."""
        self._exceptions += 1
        if isinstance(item, Visit) and item.role == "release" and not item.accounted:
            count(self._crawler.stats, item.lang, "failed")

    def spider_closed(self, reason: str) -> None:
        self._reason = reason

    def engine_stopped(self) -> None:
        """Judge the run, note how it ended, and close the store."""
        logging.root.removeHandler(self._log)
        self.exit_code = self._judge()
        self._finished = datetime.now(UTC)
        if self._run is None:
            return
        store = store_of(self._crawler)
        caught_up = [] if self._lost_anything() else getattr(self._crawler.spider, "caught_up", [])
        try:
            store.finish_run(self._run, self.report, caught_up=caught_up)
            store.close()
        except StoreError as error:
            logger.error("%s", error)  # noqa: TRY400 - the line says it all
            self.exit_code = Exit.ERRORS

    def _lost_anything(self) -> bool:
        """Whether anything went wrong that the page's own row does not tell of."""
        stats = self._crawler.stats
        return bool(
            self._exceptions
            or self._reason != "finished"
            or stats.get_value(STORE_ERRORS)
            or stats.get_value(FORBIDDEN)
        )

    def _lost_a_feed(self) -> bool:
        """Whether a feed (`-O`) was not written. Scrapy counts no failure of an empty one."""
        settings, stats = self._crawler.settings, self._crawler.stats.get_stats()
        written = [n for name, n in stats.items() if name.startswith("feedexport/success_count")]
        if settings.getbool("FEED_STORE_EMPTY") and sum(written) < len(settings.getdict("FEEDS")):
            return True
        return any(name.startswith("feedexport/failed_count") for name in stats)

    def _judge(self) -> Exit:
        stats = self._crawler.stats
        total = totals(stats)
        if self._exceptions or stats.get_value(STORE_ERRORS) or self._lost_a_feed():
            return Exit.ERRORS
        if stats.get_value(BLOCKED) or stats.get_value(FORBIDDEN):
            return Exit.BLOCKED
        if stats.get_value("log_count/ERROR") or total["failed"] or total["listings_failed"]:
            return Exit.ERRORS
        if self._reason != "finished" or total[LISTED] != sum(total[name] for name in OUTCOMES):
            return Exit.INCOMPLETE
        if getattr(self._crawler.spider, "has_gap", False):
            return Exit.INCOMPLETE
        if total["rejected"] or drifted_as_a_whole(stats):
            return Exit.DRIFT
        return Exit.COMPLETE
