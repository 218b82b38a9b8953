"""Walks the listings of press releases and parses the pages that they list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request

from mofa_crawler import site
from mofa_crawler.crawl.arguments import ArgumentError, parse_flag, parse_schedule
from mofa_crawler.crawl.discovered import Discovered
from mofa_crawler.crawl.identity import check_contact, set_user_agent
from mofa_crawler.crawl.months import plan_months
from mofa_crawler.crawl.read_page import entries_in
from mofa_crawler.crawl.read_response import (
    read_listing_response,
    read_release_response,
    without_response,
)
from mofa_crawler.crawl.release_queue import ReleaseQueue
from mofa_crawler.crawl.response import CONDITIONAL, NOT_ARCHIVED
from mofa_crawler.crawl.url_list import UrlList, read_url_list
from mofa_crawler.outcome import DuePage, Listing, ListingParsed, NotModified, PageOutcome, Role
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.period import spans
from mofa_crawler.run.control import RunStopped
from mofa_crawler.run.report import Months
from mofa_crawler.spiders.base import BaseSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from mofa_crawler.run.schedule import Schedule
    from mofa_crawler.site import Lang

# Listings first, so that the run soon knows how much there is.
_INDEX, _MONTH_PAGE, _RELEASE = 100, 50, 0


class PressReleasesSpider(BaseSpider):
    """Arguments: `lang=en,ja`, `since` and `until` (a year, a month or a day), `refresh=true`;
    `urls=FILE` instead of a period; `limit=NUMBER` for a limited run.

    Without `since` and `until`, the run is a catch-up: it reads the index, and also month pages if
    the index does not reach back to the last run that caught up. With them, the run is a backfill:
    it reads the month pages of the period that the table of months links. Both fetch the discovered
    releases that are not stored. A catch-up also fetches the releases that are due for a retry or a
    recheck. With `refresh`, a run fetches all discovered releases. With `urls`, it fetches no
    index, but the releases and month pages that the file names, and the releases of these month
    pages. With `limit`, it requests at most so many releases, and only the month pages that it
    needs.

    Yields an outcome for every listing and every release that it discovers.
    """

    name = "press_releases"
    argument_names = ("lang", "since", "until", "refresh", "urls", "limit")

    _schedule: Schedule
    _discovered: Discovered
    _queue: ReleaseQueue
    _marks: dict[Lang, str | None]
    _url_list: UrlList | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if urls := kwargs.get("urls"):
            is_known = spider.store.pages.is_release
            spider._url_list = read_url_list(Path(urls), is_known=is_known)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Set the User-Agent. Raises `ArgumentError`."""
        super().update_settings(settings)
        set_user_agent(settings)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known_month_pages: set[str] = set()
        self._listings_due: Counter[Lang] = Counter()
        self._listings_open = 0  # listings that were requested and have no outcome yet
        # Month pages of a limited run, by month: needed only if too few releases are known.
        self._month_pages_left: defaultdict[str, list[tuple[str, Lang]]] = defaultdict(list)
        self._up_to_date: set[Lang] = set()

    def parse_arguments(self, raw: Mapping[str, str]) -> None:
        """Read `refresh`, and check `urls`. Raises `ArgumentError`."""
        if "urls" in raw and not self.period.is_open:
            raise ArgumentError("urls= names the pages: leave since and until out")
        self._schedule = parse_schedule(self.settings)
        self._discovered = Discovered(
            self.crawler,
            self._schedule,
            is_backfill=self.is_backfill,
            refresh=parse_flag(raw, "refresh"),
        )
        self._queue = ReleaseQueue(self.release_limit)
        check_contact(self.settings, self.mirror.base_url)

    @property
    def is_backfill(self) -> bool:
        """Whether a period was given. Without one, the run is a catch-up."""
        return not self.period.is_open

    @property
    def completed_languages(self) -> list[Lang]:
        return [lang for lang in sorted(self._up_to_date) if not self._listings_due[lang]]

    @property
    def waiting(self) -> int:
        return self._queue.waiting

    async def start(self) -> AsyncIterator[Request]:
        """Request the indexes, the month pages that are due, and what earlier runs left."""
        if self.mirror.is_live and not self.settings.get("MOFA_CONTACT"):
            self.logger.warning(
                "MOFA_CONTACT is not set: name an address at which the ministry can reach you, "
                "in the environment or with -s MOFA_CONTACT=ADDRESS"
            )
        if self._url_list:
            for request in self._request_url_list(self._url_list):
                yield request
            return
        # Before the first request: the indexes of this run change the marks.
        self._marks = {lang: self.store.runs.listed_until(lang) for lang in self.period.langs}
        for lang in self.period.langs:
            yield self._request_listing(site.INDEXES[lang], lang, month=None)
        if self.is_backfill:
            return
        now = datetime.now(UTC)
        for lang in self.period.langs:
            caught_up = self.store.runs.last_catch_up(lang)
            pages = self.store.pages.month_pages(lang, schedule=self._schedule, now=now)
            for place, (url, month, checked) in enumerate(pages):
                if self._schedule.is_month_page_due(
                    place, checked=checked, caught_up=caught_up, now=now
                ):
                    for request in self._request_month_page(url, lang, month):
                        yield request
            to_retry = self.store.pages.to_retry(
                lang, parser_version=PARSER_VERSION, schedule=self._schedule, now=now
            )
            to_recheck = self.store.releases.to_recheck(lang, schedule=self._schedule, now=now)
            for page in [*to_retry, *to_recheck]:
                if self._discovered.add(page.url):
                    self._queue.add(page)
        for request in self._request_releases():
            yield request

    def _request_url_list(self, urls: UrlList) -> Iterator[Request]:
        if urls.skipped:
            self.logger.warning(
                "addresses skipped: %d, %s among them: they lie in no folder of releases, and "
                "no stored listing names them",
                len(urls.skipped),
                urls.skipped[0],
            )
        for listing in urls.listings:
            if (lang := site.lang_of(listing)) in self.period.langs:
                yield from self._request_month_page(listing, lang, site.month_of(listing) or "")
        for url in urls.releases:
            lang = site.lang_of(url)
            if lang in self.period.langs and self._discovered.discover(url):
                self._queue.add(DuePage(url, self.store.listings.listed_date(url, lang)))
        yield from self._request_releases()

    # --- listings -----------------------------------------------------------------------------

    def _request_month_page(self, url: str, lang: Lang, month: str) -> Iterator[Request]:
        """Request a month page, or leave it until a limited run knows too few releases."""
        self._known_month_pages.add(url)
        if self.release_limit is None:
            yield self._request_listing(url, lang, month)
        else:
            self._month_pages_left[month].append((url, lang))

    def _request_listing(self, url: str, lang: Lang, month: str | None) -> Request:
        self._listings_due[lang] += 1
        self._listings_open += 1
        # The store has no tables of months: if month pages may be due, the index must come whole.
        needs_table = month is None and (self.is_backfill or self._is_behind(url, lang))
        return self._request(
            url,
            self.parse_listing,
            priority=_MONTH_PAGE if month else _INDEX,
            role="listing",
            is_conditional=not needs_table,
            month=month,
        )

    def _is_behind(self, index: str, lang: Lang) -> bool:
        """Whether the stored index does not reach back to the mark."""
        mark = self._marks[lang]
        stored = self.store.listings.last_known(index, lang, None)
        return not mark or not stored.entries or mark < stored.reaches_back_to

    def parse_listing(
        self, response: Response, url: str, month: str | None
    ) -> Iterator[PageOutcome | Request]:
        """Parse a listing; go on to its entries, and from an index to the month pages due."""
        if response.meta.get(NOT_ARCHIVED):
            return
        self._listings_open -= 1
        outcome = read_listing_response(response, url, self.mirror, self.store, month=month)
        listing: Listing | None = None
        if isinstance(outcome, ListingParsed):
            listing = outcome.listing
            outcome = self.to_store(outcome)
        elif isinstance(outcome, NotModified):
            listing = self.store.listings.last_known(url, site.lang_of(url), month)
        yield outcome
        if listing:
            self._listings_due[listing.lang] -= 1
            if month is None:
                yield from self._request_month_pages(listing)
            self._discover_entries(listing)
        yield from self._request_releases()

    def _request_month_pages(self, index: Listing) -> Iterator[Request]:
        """Request the month pages that are due, and warn of those that are missing."""
        lang = index.lang
        plan = plan_months(index, self.period, self._marks[lang])
        if plan.is_empty:
            self.logger.warning("%s: the table of months links no month of the period", lang)
        elif plan.missing:
            self.logger.warning(
                "%s: the table of months does not link %s (%d of %d months)",
                lang,
                ", ".join(spans(plan.missing)),
                len(plan.missing),
                len(plan.months),
            )
        if plan.months:
            missing = plan.missing
            self.months[lang] = Months(
                due=len(plan.months), missing=len(missing), spans=spans(missing)
            )
        self.has_gap = self.has_gap or plan.has_gap
        if plan.reaches_today:
            self._up_to_date.add(lang)
        for link in plan.due:
            if link.url not in self._known_month_pages:
                yield from self._request_month_page(link.url, lang, link.month)

    def _discover_entries(self, listing: Listing) -> None:
        for entry in entries_in(listing, self.period):
            if entry.kind != "release":
                self._discovered.skip(entry, listing.url)
            elif self._discovered.discover(entry.url):
                self._queue.add_listed(DuePage(entry.url, entry.date, entry.fetch_url))

    # --- releases -----------------------------------------------------------------------------

    def _request_releases(self) -> Iterator[Request]:
        """Request the releases that are due next, as many as may be requested now.

        A limited run takes the newest releases of all listings that it requests.
        """
        if self.release_limit is not None and self._listings_open:
            return
        for page in self._queue.take():
            yield self._request(
                page.url,
                self.parse_release,
                priority=_RELEASE,
                role="release",
                fetch_url=page.fetch_url,
                listed_date=page.listed_date,
            )
        if self._month_pages_left and self._queue.needs_more:
            newest = max(self._month_pages_left)
            for url, lang in self._month_pages_left.pop(newest):
                yield self._request_listing(url, lang, newest)
        if self._queue.has_reached_limit and (not self._queue.is_empty or self._month_pages_left):
            self.end_at_limit()

    def parse_release(
        self, response: Response, url: str, listed_date: str | None
    ) -> Iterator[PageOutcome | Request]:
        """Parse a release, and request more."""
        if response.meta.get(NOT_ARCHIVED):
            return
        self._queue.end()
        for outcome in read_release_response(
            response, url, self.mirror, self.store, listed_date=listed_date
        ):
            # The page to which a release redirects may have been read already.
            if outcome.url == url or self._discovered.add(outcome.url):
                yield outcome
        yield from self._request_releases()

    # --- requests and responses ---------------------------------------------------------------

    def _request(  # noqa: PLR0913 - what a request of ours carries
        self,
        url: str,
        callback: Any,
        *,
        priority: int,
        role: Role,
        fetch_url: str = "",
        is_conditional: bool = True,
        **values: Any,
    ) -> Request:
        return Request(
            self.mirror.fetch_url(fetch_url or url),
            callback=callback,
            errback=self.no_response,
            cb_kwargs={"url": url, **values},
            meta={CONDITIONAL: url if is_conditional else None, "role": role},
            priority=priority,
            # The spider itself knows what it discovered. Scrapy's own filter would silently drop a
            # redirect to an address that was requested before, and with it the page's outcome.
            dont_filter=True,
        )

    def no_response(self, failure: Failure) -> Iterator[PageOutcome | Request]:
        """Account for a page without a response: no connection, forbidden, or a redirect loop."""
        if isinstance(failure.value, RunStopped):
            return  # the page stays unfinished: no outcome
        request: Request = failure.request  # type: ignore[attr-defined]
        url, role = request.cb_kwargs["url"], request.meta["role"]
        if role == "release":
            self._queue.end()
        else:
            self._listings_open -= 1
        month = request.cb_kwargs.get("month")
        yield without_response(failure.value, url, role, month=month)
        yield from self._request_releases()
