"""What the spiders that read captures have in common."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals

from mofa_crawler import site
from mofa_crawler.archive.captures import (
    Capture,
    CapturedRedirect,
    Damage,
    Found,
    Skipped,
    SkipReason,
)
from mofa_crawler.crawl.read_capture import read_capture
from mofa_crawler.crawl.read_page import log_outcome
from mofa_crawler.crawl.redirects import Redirect
from mofa_crawler.crawl.response import KEPT_APART
from mofa_crawler.crawl.unread import UnreadPages
from mofa_crawler.outcome import (
    Fetch,
    Listing,
    ListingParsed,
    NotParsed,
    PageOutcome,
    ReleaseParsed,
)
from mofa_crawler.parsers.page import CLOCK_TOLERANCE
from mofa_crawler.record import timestamp
from mofa_crawler.run.control import RunStopped
from mofa_crawler.run.counters import LISTED, SKIPPED, count
from mofa_crawler.spiders.base import BaseSpider, Progress

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class CapturesSpider(BaseSpider):
    """Reads captures: listings first, then releases, both in the order of time.

    A subclass finds its captures in `outcomes`. A page is read as a release if a listing names the
    page, if the page lies in a folder of releases, or if the heading of the page says so. A capture
    that cannot be read counts only if no other capture of the page can be read.
    """

    reads_captures = True

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider.stored, signal)
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_stored = asyncio.Event()
        self._unread = UnreadPages(self._skip)
        self._redirected: dict[str, CapturedRedirect] = {}  # by the old address
        # Months by address, from the table of months: a month page may have any name.
        self.month_pages: dict[str, str] = {}
        self.captures = self.captures_read = self._releases_read = 0
        self.is_cut_short = False  # the run has reached its limit of releases

    @abstractmethod
    def outcomes(self) -> AsyncIterator[PageOutcome]:
        """The outcomes of all captures."""

    @property
    def progress(self) -> Progress:
        """How many captures were read, of how many found."""
        return Progress(self.captures_read, self.captures)

    def stored(self) -> None:
        """Note that the pipelines are done with the item that was yielded last."""
        self._is_stored.set()

    async def start(self) -> AsyncIterator[Request]:
        """Yield one request without a network, whose callback reads the captures.

        If `start` itself yielded items, Scrapy 2.19 would not end when it is closed while an item
        is in the pipelines.
        """
        yield Request("data:,", callback=self.read, meta={KEPT_APART: True})

    async def read(self, _: Response) -> AsyncIterator[PageOutcome]:
        """Yield each outcome after the last one is stored: Scrapy alone would read ahead."""
        try:
            async for outcome in self.outcomes():
                if outcome.role == "release":
                    if self._releases_read == self.release_limit:
                        self.is_cut_short = True
                        break
                    self._releases_read += 1
                    count(self.crawler.stats, outcome.lang, LISTED)
                self._is_stored.clear()
                yield outcome
                await self._is_stored.wait()
        except RunStopped:
            return
        if self.is_cut_short:
            self.end_at_limit()

    # --- finding ------------------------------------------------------------------------------

    async def sort(self, found: Iterable[Found]) -> tuple[list[Capture], list[Capture]]:
        """The captures of listings, and those of other pages, both in the order of time."""
        listings: list[Capture] = []
        others: list[Capture] = []
        latest = datetime.now(UTC) + CLOCK_TOLERANCE
        for one in found:
            await self.go_on()
            if isinstance(one, Skipped):
                self._skip(one.reason)
            elif isinstance(one, Damage):
                self.lose(one.message)
            elif isinstance(one, CapturedRedirect):
                self._redirected[one.url] = one
            elif one.fetched_at > latest:
                # The capture would count as newer than every later fetch from the site.
                self.lose(f"{one.source}: {one.url} is of {one.fetched_at}, which is in the future")
            elif site.lang_of(one.url) not in self.period.langs:
                self._skip("of the other language")
            elif site.is_listing(one.url):
                listings.append(one)
            else:
                others.append(one)
        listings, others = self._in_order(listings), self._in_order(others)
        self.captures = len(listings) + len(others)
        return listings, others

    def _in_order(self, captures: list[Capture]) -> list[Capture]:
        """Captures by time, without those of the same page, time and bytes."""
        captures.sort(key=lambda capture: (capture.fetched_at, capture.url, capture.source))
        once = [
            capture
            for before, capture in zip([None, *captures], captures, strict=False)
            if before is None or before[:2] != capture[:2] or before.digest != capture.digest
        ]
        for _ in range(len(captures) - len(once)):
            self._skip("captured twice")
        return once

    @property
    def limit(self) -> int:
        """The most bytes of a page."""
        return self.settings.getint("DOWNLOAD_MAXSIZE")

    # --- reading ------------------------------------------------------------------------------

    async def _each(self, captures: Iterable[Capture]) -> AsyncIterator[Capture]:
        for capture in captures:
            await self.go_on()
            self.captures_read += 1
            yield capture

    async def read_listings(self, captures: Iterable[Capture]) -> AsyncIterator[PageOutcome]:
        """The outcomes of listings, with the entries that lie in the period."""
        async for capture in self._each(captures):
            if outcome := self._read_listing(capture):
                yield outcome

    def _read_listing(self, capture: Capture) -> PageOutcome | None:
        month = self.month_pages.get(capture.url)
        outcome = self._sift(read_capture(capture, "listing", month=month, limit=self.limit))
        if not isinstance(outcome, ListingParsed):
            return outcome
        self.month_pages |= {link.url: link.month for link in outcome.listing.months}
        self.note_listing(outcome.listing)
        return self.to_store(outcome)

    def note_listing(self, listing: Listing) -> None:
        """Called with each parsed listing, with all its entries, also outside the period."""

    async def read_releases(self, captures: Iterable[Capture]) -> AsyncIterator[PageOutcome]:
        """The outcomes of pages that are no listings. All listings must be stored by now."""
        for listing in self._unread.take(self.store.pages.is_parsed):
            log_outcome(listing)
            self.lose(f"no capture of the listing {listing.url} could be read")
        redirects = self._redirects()
        async for capture in self._each(captures):
            for outcome in self._read_release(capture, redirects.get(capture.url, [])):
                yield outcome
        for outcome in self._redirected_to_no_release(redirects):
            yield outcome
        for unread in self._unread.take(self._has_release):
            log_outcome(unread)
            yield unread

    def _redirects(self) -> dict[str, list[Redirect]]:
        """The permanent redirects of releases, by the address at which each ends."""
        redirects: dict[str, list[Redirect]] = {}
        for url in self._redirected:
            if not (self.store.pages.is_release(url) or site.is_in_release_folder(url)):
                continue
            target = url
            statuses: list[int] = []
            while target in self._redirected and len(statuses) < len(self._redirected):
                redirect = self._redirected[target]
                target = redirect.target
                statuses.append(redirect.status)
            redirects.setdefault(target, []).append(Redirect(url, target, tuple(statuses)))
        return redirects

    def _redirected_to_no_release(
        self, redirects: dict[str, list[Redirect]]
    ) -> Iterator[NotParsed]:
        """The releases that redirect off the site, to the home page or to a listing."""
        for target, to_target in redirects.items():
            if site.is_on_site(target) and (
                not site.is_index(target) or self.store.pages.is_release(target)
            ):
                continue
            for redirect in to_target:
                if site.lang_of(redirect.url) not in self.period.langs:
                    continue
                day = self._listed_date(redirect.url)
                if day and not self.period.covers(day):
                    self._skip("outside the period")
                    continue
                if not self.store.pages.is_release(redirect.url):
                    self._skip("missing pages that no listing names")
                    continue
                captured = self._redirected[redirect.url]
                fetch = Fetch(
                    fetched_at=timestamp(captured.fetched_at),
                    source=captured.source,
                    http_status=captured.status,
                    answered_url=redirect.url,
                )
                self._unread.discard(redirect.url)
                yield redirect.alias(fetch)

    def _read_release(self, capture: Capture, redirects: list[Redirect]) -> Iterator[PageOutcome]:
        """What became of a page, and of the releases that were redirected to the page.

        As in a crawl of the site, a redirected release is stored under its new address.
        """
        url = capture.url
        listed = self._listed_date(url)
        is_named = self.store.pages.is_release(url)  # maybe below a day that cannot be read
        is_known = is_named or site.is_in_release_folder(url)
        before = {one: self._listed_date(one.url) for one in redirects}
        outcome = read_capture(
            capture,
            "release" if is_known or redirects else None,
            listed_date=listed or min(filter(None, before.values()), default=None),
            limit=self.limit,
        )
        if outcome is None:
            self._report_other_page(capture)
            return
        followed = []
        for one, date in before.items():
            if problem := one.problem(outcome, date, self.store):
                self._unread.add(problem)
            else:
                followed.append(one)
        day = outcome.release.date if isinstance(outcome, ReleaseParsed) else listed
        if not is_known and redirects and not followed:
            return
        if day and not self.period.covers(day):
            self._skip("outside the period")
        elif outcome.status == "gone" and not is_named:
            self._skip("missing pages that no listing names")
        else:
            for one in followed:
                self._unread.discard(one.url)
                yield one.alias(outcome.fetch)
            if sifted := self._sift(outcome):
                yield sifted

    def _listed_date(self, url: str) -> str | None:
        return self.store.listings.listed_date(url, site.lang_of(url))

    def _sift(
        self, outcome: ReleaseParsed | ListingParsed | NotParsed | None
    ) -> ReleaseParsed | ListingParsed | NotParsed | None:
        """The outcome, logged, if it counts at once; None if it waits for other captures."""
        sifted = outcome and self._unread.sift(outcome)
        if sifted:
            log_outcome(sifted)
        return sifted

    def _has_release(self, url: str) -> bool:
        return self.store.releases.get(site.release_id(url)) is not None

    async def go_on(self) -> None:
        """Let other tasks run, Ctrl-C among them. Raises `RunStopped` if the run ends."""
        await asyncio.sleep(0)
        if self.crawler.engine.needs_backout():  # closing: no request is in flight
            raise RunStopped("the run stops")

    # --- what was not read --------------------------------------------------------------------

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

    def lose(self, message: str) -> None:
        """Warn of captures that are missing. The run is incomplete then."""
        self.has_gap = True
        self.logger.warning("%s", message)
