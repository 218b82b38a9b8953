"""Reads what was saved of the site, WARC files and saved pages, without the network."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals

from mofa_crawler import site
from mofa_crawler.archive.captures import Damage, Skipped
from mofa_crawler.archive.discovery import find
from mofa_crawler.crawl.arguments import parse_paths
from mofa_crawler.crawl.read_capture import read_capture
from mofa_crawler.crawl.read_page import keep_period, log_outcome
from mofa_crawler.outcome import ListingParsed, NotParsed, ReleaseParsed
from mofa_crawler.run.counters import LISTED, SKIPPED, count
from mofa_crawler.spiders.base import BaseSpider, Progress

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from mofa_crawler.archive.captures import Capture, SkipReason
    from mofa_crawler.outcome import PageOutcome

_NO_NETWORK = "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler"
_CLOCK_TOLERANCE = timedelta(days=1)
_BESIDE_ANOTHER: SkipReason = "unreadable beside another capture of the page"


class SavedPagesSpider(BaseSpider):
    """Arguments: `path=FILE_OR_FOLDER[,…]`, and `lang`, `since`, `until` as for `press_releases`.

    Reads listings first, then releases, both in the order of time in which they were captured, and
    yields an outcome for each as `press_releases` does. A page is read as a release if a listing
    names it, if it lies in a folder of releases, or if its heading says so. A capture that cannot
    be read counts only if no other capture of the page can be read. Makes no request.
    """

    name = "saved_pages"
    argument_names = ("path", "lang", "since", "until")
    reads_captures = True

    paths: list[Path]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments and open the store. Raises `ArgumentError` and `StoreError`."""
        spider = super().from_crawler(crawler, *args, **kwargs)
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
        self._folder: TemporaryDirectory[str] | None = None  # for what is unpacked
        self._is_stored = asyncio.Event()
        # Pages of which no capture could be read so far: the last one of each.
        self._unread: dict[str, NotParsed] = {}
        self._captures = self._captures_read = 0

    def parse_arguments(self, raw: Mapping[str, str]) -> None:
        """Read `path`. Raises `ArgumentError`."""
        self.paths = parse_paths(raw.get("path"))

    @property
    def progress(self) -> Progress:
        """How many captures were read, of how many found."""
        return Progress(self._captures_read, self._captures)

    def stored(self) -> None:
        """The pipelines have done with the item that was yielded last."""
        self._is_stored.set()

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's own
        """Remove what was unpacked."""
        if self._folder:
            self._folder.cleanup()

    async def start(self) -> AsyncIterator[Request]:
        """One request without a network.

        Scrapy 2.19 does not end if it is closed while an item of `start` itself is on its way
        through the pipelines.
        """
        yield Request("data:,", callback=self.read)

    async def read(self, _: Response) -> AsyncIterator[PageOutcome]:
        """Yield each outcome when the one before is stored: Scrapy would read ahead."""
        try:
            async for outcome in self._outcomes():
                if outcome.role == "release":
                    count(self.crawler.stats, outcome.lang, LISTED)
                self._is_stored.clear()
                yield outcome
                await self._is_stored.wait()
        except _Closing:
            return

    async def _outcomes(self) -> AsyncIterator[PageOutcome]:
        listings, releases = await self._find()
        months: dict[str, str] = {}  # of the table of months: a month page may have any name
        for capture in listings:
            await self._go_on()
            outcome = self._read_listing(capture, None)
            if isinstance(outcome, ListingParsed):
                months |= {link.url: link.month for link in outcome.listing.months}
            if outcome:
                yield outcome
        for capture in releases:
            await self._go_on()
            if capture.url in months and (
                outcome := self._read_listing(capture, months[capture.url])
            ):
                yield outcome
        releases = [capture for capture in releases if capture.url not in months]
        self._report_unread_listings()
        for capture in releases:  # all listings are stored by now
            await self._go_on()
            if outcome := self._read_release(capture):
                yield outcome
        for outcome in self._unread_releases():
            yield outcome
        if never := self.store.pages.count_never_fetched():
            self.logger.warning(
                "%d releases are listed and were never read: save their pages too, or let the "
                "next press_releases request them from the site",
                never,
            )

    # --- what there is ------------------------------------------------------------------------

    async def _find(self) -> tuple[list[Capture], list[Capture]]:
        """The captures of listings, and those of other pages, both in the order of time."""
        self._folder = TemporaryDirectory(prefix="mofa_crawler_")
        listings: list[Capture] = []
        others: list[Capture] = []
        latest = datetime.now(UTC) + _CLOCK_TOLERANCE
        folder = Path(self._folder.name)
        for found in find(self.paths, folder=folder, limit=self._limit, mirror=self.mirror):
            await self._go_on()
            if isinstance(found, Skipped):
                self._skip(found.reason)
            elif isinstance(found, Damage):
                self._lose(found.message)
            elif found.fetched_at > latest:
                # It would be newer than whatever the site says from now on.
                self._lose(
                    f"{found.source}: {found.url} is of {found.fetched_at}, which is in the future"
                )
            elif site.lang_of(found.url) not in self.period.langs:
                self._skip("of the other language")
            elif found.url in site.INDEXES.values() or site.month_of(found.url):
                listings.append(found)
            else:
                others.append(found)
        if not listings and not others and not self.has_gap:
            self._lose(f"{self.raw_arguments['path']}: no page of the ministry's site in it")
        listings, others = self._in_order(listings), self._in_order(others)
        self._captures = len(listings) + len(others)
        return listings, others

    def _in_order(self, captures: list[Capture]) -> list[Capture]:
        """Captures by time, without those of the same page and time."""
        captures.sort(key=lambda capture: (capture.fetched_at, capture.url, capture.source))
        once = [
            capture
            for before, capture in zip([None, *captures], captures, strict=False)
            if before is None or before[:2] != capture[:2]
        ]
        for _ in range(len(captures) - len(once)):
            self._skip("captured twice")
        return once

    @property
    def _limit(self) -> int:
        return self.settings.getint("DOWNLOAD_MAXSIZE")

    # --- reading ------------------------------------------------------------------------------

    def _read_listing(self, capture: Capture, month: str | None) -> PageOutcome | None:
        outcome = self._sift(
            read_capture(capture, "listing", month=month, limit=self._limit), capture
        )
        if isinstance(outcome, ListingParsed):
            return keep_period(outcome, self.period)
        return outcome

    def _read_release(self, capture: Capture) -> PageOutcome | None:
        url = capture.url
        listed = self.store.listings.listed_date(url, site.lang_of(url))
        is_known = listed or site.is_in_release_folder(url) or self.store.pages.is_parsed(url)
        outcome = read_capture(
            capture, "release" if is_known else None, listed_date=listed, limit=self._limit
        )
        if outcome is None:
            self._captures_read += 1
            self._report_other_page(capture)
            return None
        day = outcome.release.date if isinstance(outcome, ReleaseParsed) else listed
        if day and not self.period.covers(day):
            self._captures_read += 1
            self._skip("outside the period")
            return None
        if outcome.status == "gone" and not listed and not self._has_release(url):
            self._captures_read += 1
            self._skip("missing pages that no listing names")
            return None
        return self._sift(outcome, capture)

    def _sift(
        self, outcome: ReleaseParsed | ListingParsed | NotParsed | None, capture: Capture
    ) -> PageOutcome | None:
        """An outcome that counts by itself; None for a page that another capture may explain."""
        self._captures_read += 1
        if not isinstance(outcome, NotParsed) or (
            outcome.status == "gone" and outcome.role == "release"
        ):
            if self._unread.pop(capture.url, None):
                self._skip(_BESIDE_ANOTHER)
            if outcome:
                log_outcome(outcome)
            return outcome
        if capture.url in self._unread:
            self._skip(_BESIDE_ANOTHER)
        self._unread[capture.url] = outcome
        return None

    def _has_release(self, url: str) -> bool:
        return self.store.releases.get(site.release_id(url)) is not None

    async def _go_on(self) -> None:
        """Let other tasks run, Ctrl-C among them. Raises `_Closing` if the run ends."""
        await asyncio.sleep(0)
        engine = self.crawler.engine
        if engine is None or engine.needs_backout():  # closing, as no request is in flight
            raise _Closing

    # --- what was not read --------------------------------------------------------------------

    def _unread_releases(self) -> Iterator[PageOutcome]:
        """The last captures of pages of which no capture could be read, and that are not stored."""
        for url, outcome in self._unread.items():
            if self._has_release(url):
                self._skip(_BESIDE_ANOTHER)
            else:
                log_outcome(outcome)
                yield outcome

    def _report_unread_listings(self) -> None:
        for url, outcome in self._unread.items():
            if self.store.pages.is_parsed(url):
                self._skip(_BESIDE_ANOTHER)
            else:
                log_outcome(outcome)
                self._lose(f"no capture of the listing {url} could be read")
        self._unread.clear()

    def _report_other_page(self, capture: Capture) -> None:
        self._skip("not a press release")
        is_saved_by_hand = capture.offset is None
        self.logger.log(
            logging.WARNING if is_saved_by_hand else logging.INFO,
            "not read: no listing names %s (%s); if it is a press release, save the listing too",
            capture.url,
            capture.source,
        )

    def _skip(self, reason: SkipReason) -> None:
        self.crawler.stats.inc_value(SKIPPED + reason)

    def _lose(self, message: str) -> None:
        self.has_gap = True
        self.logger.warning("%s", message)


class _Closing(Exception):
    """The run is closing before everything was read."""
