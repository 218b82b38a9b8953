"""Judges a run when it has ended: the counts, the exit code, and the row in `runs`."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Spider, signals
from scrapy.utils.spider import DefaultSpider

from mofa_crawler.crawl.store import get_store, has_store, stop_on_store_error
from mofa_crawler.outcome import PageOutcome
from mofa_crawler.printable import printable
from mofa_crawler.run.counters import (
    FIELD,
    FIELDS_LOST,
    JSON_STATE,
    STORE_ERRORS,
    count,
    counted_under,
    parsed_count,
)
from mofa_crawler.run.coverage import ENOUGH, coverage_of, lost_fields
from mofa_crawler.run.log import LogLines, make_log_printable
from mofa_crawler.run.report import Report, make_report
from mofa_crawler.run.verdict import LAST, Exit, judge
from mofa_crawler.site import LANGS
from mofa_crawler.spiders.base import BaseSpider
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


logger = logging.getLogger(__name__)


class RunReport:
    """Notes a run in the store. `exit_code` and `report` are final when the run has ended."""

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
        make_log_printable(crawler.settings)
        connect = crawler.signals.connect
        connect(report.spider_opened, signals.spider_opened)
        connect(report.spider_error, signals.spider_error)
        connect(report.item_error, signals.item_error)
        connect(report.spider_closed, signals.spider_closed)
        # The last signal: feeds have been written by then, or have failed.
        connect(report.engine_stopped, signals.engine_stopped)
        return report

    @property
    def json_state(self) -> str:
        """What became of the JSON file; empty if it was not written."""
        return str(self._crawler.stats.get_value(JSON_STATE, ""))

    @property
    def report(self) -> Report:
        """The report of the run so far."""
        spider = self._crawler.spider
        assert spider is not None  # noqa: S101 - a run has one
        ours = spider if isinstance(spider, BaseSpider) else None
        return make_report(
            run_id=self._run,
            spider=spider.name,
            arguments=ours.raw_arguments if ours else {},
            fetched_from=ours.mirror.base_url if ours and not ours.reads_captures else None,
            releases=ours.releases if ours else None,
            months=ours.months if ours else None,
            started=self._started,
            finished=self._finished or datetime.now(UTC),
            exit_code=self.exit_code,
            reason=self._reason or "stopped at once",
            stats=self._crawler.stats.get_stats(),
            warnings=self._log.lines,
            warnings_total=self._log.total,
        )

    def spider_opened(self, spider: Spider) -> None:
        """Note that the run begins; stop it at once if the store cannot be written."""
        if isinstance(spider, DefaultSpider):
            return  # of `scrapy shell` and `scrapy fetch`
        logging.root.addHandler(self._log)
        self._started = datetime.now(UTC)
        raw = spider.raw_arguments if isinstance(spider, BaseSpider) else {}
        try:
            store = get_store(self._crawler)
            if ahead := store.runs.last_in_future():
                logger.warning("a run began on %s, in the future: its time is not used", ahead)
            arguments = {name: printable(value) for name, value in raw.items()}
            self._run = store.runs.begin(spider.name, arguments)
            store.commit()  # so that others see which run uses the database
        except StoreError as error:
            stop_on_store_error(self._crawler, error)

    def spider_error(self) -> None:
        self._exceptions += 1

    def item_error(self, item: Any) -> None:
        """Count an item that an exception in a pipeline has lost. Its release has failed."""
        self._exceptions += 1
        spider = self._crawler.spider
        if (
            isinstance(item, PageOutcome)
            and isinstance(spider, BaseSpider)
            and item.role == "release"
            and item.url not in spider.counted
        ):
            count(self._crawler.stats, item.lang, "failed")

    def spider_closed(self, reason: str) -> None:
        """Compare the run with earlier ones, before the JSON file is written."""
        self._reason = reason
        if self._run is None or self._crawler.stats.get_value(STORE_ERRORS):
            return
        try:
            self._warn_of_lost_fields()
        except StoreError as error:
            logger.error("%s", error)  # noqa: TRY400 - the line says it all
            self._crawler.stats.inc_value(STORE_ERRORS)

    def engine_stopped(self) -> None:
        """Judge the run, note how it ended, and close the store."""
        logging.root.removeHandler(self._log)
        if self._run is None:
            if has_store(self._crawler):
                self.exit_code = Exit.ERRORS
            return
        store, spider = get_store(self._crawler), self._crawler.spider
        completed = []
        if isinstance(spider, BaseSpider) and not self._has_lost_anything():
            completed = spider.completed_languages
        try:
            self.exit_code = self._judge()
            self._finished = datetime.now(UTC)
            newest_days = {lang: store.listings.newest_day(lang) for lang in LANGS}
            store.runs.finish(self._run, self.report, completed=completed, newest_days=newest_days)
            store.close()
        except StoreError as error:
            logger.error("%s", error)  # noqa: TRY400 - the line says it all
            self.exit_code = Exit.ERRORS

    def _warn_of_lost_fields(self) -> None:
        """Log and count the fields that most releases of this run lack and earlier ones had."""
        stats, spider = self._crawler.stats, self._crawler.spider
        read = parsed_count(stats.get_stats())
        if read < ENOUGH or not isinstance(spider, BaseSpider) or spider.reads_captures:
            return  # captures are of other years, whose pages have other fields
        earlier = get_store(self._crawler).runs.coverages(spider.name, at_least=ENOUGH)
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

    def _has_lost_anything(self) -> bool:
        """Whether the run ended early, or an error occurred that no row of a page shows."""
        stats = self._crawler.stats
        return bool(self._exceptions or self._reason != "finished" or stats.get_value(STORE_ERRORS))

    def _has_lost_a_feed(self) -> bool:
        """Whether a feed (`-O`) was not written. Scrapy counts no failure of an empty one."""
        settings, stats = self._crawler.settings, self._crawler.stats.get_stats()
        written = [n for name, n in stats.items() if name.startswith("feedexport/success_count")]
        if settings.getbool("FEED_STORE_EMPTY") and sum(written) < len(settings.getdict("FEEDS")):
            return True
        return any(name.startswith("feedexport/failed_count") for name in stats)

    def _judge(self) -> Exit:
        spider = self._crawler.spider
        pages = get_store(self._crawler).pages
        langs = spider.period.langs if isinstance(spider, BaseSpider) else ()
        return judge(
            self._crawler.stats.get_stats(),
            reason=self._reason,
            has_lost_items=bool(self._exceptions) or self._has_lost_a_feed(),
            has_gap=isinstance(spider, BaseSpider) and spider.has_gap,
            rejected_of_last={lang: pages.rejected_of_last(lang, LAST) for lang in langs},
            lost_of_last=pages.lost_of_last(LAST),
        )
