"""Reads what was saved of the site, WARC files and saved pages, without the network."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider

from mofa_crawler import site
from mofa_crawler.archive.captures import Damage, Skipped
from mofa_crawler.archive.discovery import find
from mofa_crawler.crawl.arguments import (
    parse_arguments,
    parse_jobs,
    parse_mirror,
    parse_paths,
)
from mofa_crawler.crawl.read_capture import (
    Result,
    Task,
    begin_worker,
    read_capture,
    without_interrupts,
)
from mofa_crawler.crawl.read_page import keep_period
from mofa_crawler.crawl.store import store_of
from mofa_crawler.run.counters import LISTED, PASSED_OVER, count

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from mofa_crawler.archive.captures import Capture, SkipReason
    from mofa_crawler.crawl.arguments import Arguments
    from mofa_crawler.outcome import Visit
    from mofa_crawler.store.store import Store

NAMES = ("path", "lang", "since", "until", "jobs")
_NO_NETWORK = "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler"
_CLOCK_TOLERANCE = timedelta(days=1)
_AHEAD = 3  # captures read ahead, for each worker


class SavedPagesSpider(Spider):
    """Arguments: `path=FILE_OR_FOLDER[,…]`, and `lang`, `since`, `until` as for `press_releases`;
    `jobs=N` shares the reading among N processes.

    Reads listings first, then releases, both in the order of time in which they were captured, and
    yields a `Visit` for each as `press_releases` does. A page is read as a release where a listing
    names it, where it lies in a folder of releases, or where its heading says so. A capture that
    cannot be read counts only where no other capture tells of the page. Makes no request.
    """

    name = "saved_pages"
    reads_captures = True

    given: dict[str, str]
    arguments: Arguments
    paths: list[Path]
    jobs: int
    mirror: site.Mirror
    store: Store

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments and open the store. Raises `ArgumentError` and `StoreError`."""
        today = datetime.now(site.JAPAN).date()
        arguments = parse_arguments(kwargs, today=today, names=NAMES)
        paths, jobs = parse_paths(kwargs.get("path")), parse_jobs(kwargs.get("jobs", "1"))
        spider = super().from_crawler(crawler, *args)
        spider.given, spider.arguments, spider.paths, spider.jobs = kwargs, arguments, paths, jobs
        spider.mirror = parse_mirror(crawler.settings["MOFA_BASE_URL"])
        spider.store = store_of(crawler)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider.stored, signal)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Leave nothing that could fetch, and nothing that archives what was fetched."""
        super().update_settings(settings)
        extensions = settings.getdict("EXTENSIONS")
        for name, value in {
            "DOWNLOAD_HANDLERS": {},
            "DOWNLOAD_HANDLERS_BASE": {"data": _NO_NETWORK},
            "DOWNLOADER_MIDDLEWARES": {},
            "DOWNLOADER_MIDDLEWARES_BASE": {},
            "EXTENSIONS": {**extensions, "mofa_crawler.extensions.archive.Archive": None},
        }.items():
            settings.set(name, value, priority="spider")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_gap = False  # whether something of the archive was lost, or no listing was read
        self._folder: TemporaryDirectory[str] | None = None  # for what is unpacked
        self._pool: ProcessPoolExecutor | None = None
        self._is_stored = asyncio.Event()
        # What could not be read, by address: the last capture of each.
        self._unread: dict[str, Result] = {}
        self.captures = self.captures_read = 0

    def stored(self) -> None:
        """The item yielded last has come to its end."""
        self._is_stored.set()

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's own
        """End the workers, and remove what was unpacked."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
        if self._folder:
            self._folder.cleanup()

    async def start(self) -> AsyncIterator[Request]:
        """One request, which asks nothing of anyone.

        Scrapy 2.19 does not come to an end if it is closed while an item of `start` itself is on
        its way through the pipelines.
        """
        yield Request("data:,", callback=self.read)

    async def read(self, _: Response) -> AsyncIterator[Visit]:
        """All visits, each when the one before has been stored: Scrapy would read ahead."""
        try:
            async for visit in self._visits():
                if visit.role == "release":
                    count(self.crawler.stats, visit.lang, LISTED)
                self._is_stored.clear()
                yield visit
                await self._is_stored.wait()
        except _RunEnds:
            return

    async def _visits(self) -> AsyncIterator[Visit]:
        listings, releases = await self._find()
        if self.jobs > 1:
            self._pool = ProcessPoolExecutor(
                self.jobs, mp_context=get_context("spawn"), initializer=begin_worker
            )
        async for visit in self._read(map(self._task_of_listing, listings)):
            if visit.listing:
                keep_period(visit, visit.listing, self.arguments)
            yield visit
        self._tell_of_unread_listings()
        async for visit in self._read(map(self._task_of_release, releases)):
            yield visit
        for visit in self._unread_releases():
            yield visit
        if never := self.store.count_never_read():
            self.logger.warning(
                "%d releases are listed and were never read: save their pages too, or let the "
                "next press_releases ask the site for them",
                never,
            )

    # --- what there is ------------------------------------------------------------------------

    async def _find(self) -> tuple[list[Capture], list[Capture]]:
        """The captures of listings, and those of other pages, each in the order of time."""
        self._folder = TemporaryDirectory(prefix="mofa_crawler_")
        listings: list[Capture] = []
        others: list[Capture] = []
        latest = datetime.now(UTC) + _CLOCK_TOLERANCE
        folder = Path(self._folder.name)
        for found in find(self.paths, folder=folder, limit=self._limit, mirror=self.mirror):
            await self._go_on()
            if isinstance(found, Skipped):
                self._pass(found.reason)
            elif isinstance(found, Damage):
                self._lose(found.message)
            elif found.fetched_at > latest:
                # It would be newer than whatever the site says from now on.
                self._lose(f"{found.source}: {found.url} is of {found.fetched_at}, still to come")
            elif site.lang_of(found.url) not in self.arguments.langs:
                self._pass("of the other language")
            elif found.url in site.INDEXES.values() or site.month_of(found.url):
                listings.append(found)
            else:
                others.append(found)
        if not listings and not others and not self.has_gap:
            self._lose(f"{self.given['path']}: no page of the ministry's site in it")
        listings, others = self._in_order(listings), self._in_order(others)
        self.captures = len(listings) + len(others)
        return listings, others

    def _in_order(self, places: list[Capture]) -> list[Capture]:
        places.sort(key=lambda place: (place.fetched_at, place.url, place.source))
        once = [
            place
            for before, place in zip([None, *places], places, strict=False)
            if before is None or before[:2] != place[:2]
        ]
        for _ in range(len(places) - len(once)):
            self._pass("captured twice")
        return once

    @property
    def _limit(self) -> int:
        return self.settings.getint("DOWNLOAD_MAXSIZE")

    # --- reading ------------------------------------------------------------------------------

    def _task_of_listing(self, capture: Capture) -> Task:
        return Task(capture, "listing", None, self._limit)

    def _task_of_release(self, capture: Capture) -> Task:
        """Listings have all been stored when the first release is read."""
        listed = self.store.listed_as(capture.url, site.lang_of(capture.url))
        is_known = (
            listed or site.is_in_release_folder(capture.url) or self.store.is_held(capture.url)
        )
        return Task(capture, "release" if is_known else None, listed, self._limit)

    async def _read(self, tasks: Iterator[Task]) -> AsyncIterator[Visit]:
        """The visits of captures that were read, in order; keeps those that were not."""
        async for task, result in self._results(tasks):
            self.captures_read += 1
            visit = result.visit
            if visit is None:
                self._tell_of_other_page(task.capture)
            elif not self._is_in_period(visit, task.listed_date):
                self._pass("outside the period")
            elif visit.status == "gone" and not (task.listed_date or self._is_held(visit.url)):
                self._pass("missing pages that no listing names")
            elif visit.status == "parsed" or (visit.status == "gone" and visit.role == "release"):
                _log(result)
                if self._unread.pop(visit.url, None):
                    self._pass("unreadable beside another capture of the page")
                yield visit
            else:
                if visit.url in self._unread:
                    self._pass("unreadable beside another capture of the page")
                self._unread[visit.url] = result

    async def _results(self, tasks: Iterator[Task]) -> AsyncIterator[tuple[Task, Result]]:
        if not self._pool:
            for task in tasks:
                await self._go_on()
                yield task, read_capture(task)
            return
        loop = asyncio.get_running_loop()
        ahead: deque[tuple[Task, asyncio.Future[Result]]] = deque()
        try:
            for task in tasks:
                await self._go_on()
                with without_interrupts():
                    future = loop.run_in_executor(self._pool, read_capture, task)
                ahead.append((task, future))
                if len(ahead) > _AHEAD * self.jobs:
                    first, future = ahead.popleft()
                    yield first, await future
            for last, future in ahead:
                await self._go_on()
                yield last, await future
        except BrokenProcessPool:
            self.logger.error(  # noqa: TRY400 - the line says it all
                "a process that reads was killed; run it again with fewer jobs"
            )
            await asyncio.gather(*(future for _, future in ahead), return_exceptions=True)
            raise CloseSpider("worker_killed") from None

    def _is_held(self, url: str) -> bool:
        return self.store.held(site.release_id(url)) is not None

    async def _go_on(self) -> None:
        """Let others have their turn, Ctrl-C among them. Raises `_RunEnds` where the run ends."""
        await asyncio.sleep(0)
        engine = self.crawler.engine
        if engine is None or engine.needs_backout():  # with no request under way, it is closing
            raise _RunEnds

    def _is_in_period(self, visit: Visit, listed_date: str | None) -> bool:
        day = visit.release.date if visit.release else listed_date
        return day is None or self.arguments.covers(day)

    # --- what was not read --------------------------------------------------------------------

    def _unread_releases(self) -> Iterator[Visit]:
        """The last captures of pages of which none could be read, and none is held."""
        for url, result in self._unread.items():
            if self._is_held(url):
                self._pass("unreadable beside another capture of the page")
            elif result.visit:
                _log(result)
                yield result.visit

    def _tell_of_unread_listings(self) -> None:
        for url, result in self._unread.items():
            if self.store.is_held(url):
                self._pass("unreadable beside another capture of the page")
            else:
                _log(result)
                self._lose(f"no capture of the listing {url} could be read")
        self._unread.clear()

    def _tell_of_other_page(self, capture: Capture) -> None:
        self._pass("not a press release")
        is_saved_by_hand = capture.offset is None
        self.logger.log(
            logging.WARNING if is_saved_by_hand else logging.INFO,
            "not read: no listing names %s (%s); if it is a press release, save the listing too",
            capture.url,
            capture.source,
        )

    def _pass(self, what: SkipReason) -> None:
        self.crawler.stats.inc_value(PASSED_OVER + what)

    def _lose(self, line: str) -> None:
        self.has_gap = True
        self.logger.warning("%s", line)


class _RunEnds(Exception):
    """The run is to end before all is read."""


def _log(result: Result) -> None:
    for record in result.log:
        logging.getLogger(record.name).handle(record)
