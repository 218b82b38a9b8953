"""Walks the listings of press releases and reads the pages that they list."""

from __future__ import annotations

from collections import Counter, deque
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest

from mofa_crawler import site
from mofa_crawler.content_encoding import ContentEncodingError
from mofa_crawler.crawl.arguments import (
    months_between,
    parse_arguments,
    parse_mirror,
)
from mofa_crawler.crawl.identity import identify
from mofa_crawler.crawl.read_page import keep_period, new_visit, read_listing, read_release
from mofa_crawler.crawl.response import page_of
from mofa_crawler.crawl.store import store_of
from mofa_crawler.crawl.url_list import read_addresses
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.record import timestamp
from mofa_crawler.run.control import NOT_BEFORE, RunEnds
from mofa_crawler.run.counters import LISTED, count, reason_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from mofa_crawler.crawl.arguments import Arguments
    from mofa_crawler.crawl.url_list import Addresses
    from mofa_crawler.outcome import Listing, ListingEntry, Visit
    from mofa_crawler.parsers.page import Page
    from mofa_crawler.site import Lang
    from mofa_crawler.store.store import Store

NAMES = ("lang", "since", "until", "refresh", "urls")
# Listings first, so that the run soon knows how much there is.
_INDEX, _ARCHIVE, _RELEASE = 100, 50, 0
# So many releases are asked for at a time; the others wait, as nothing but their address and date:
# a request takes some kilobytes, and a backfill has tens of thousands.
_ASKED_AT_A_TIME = 64

# A release to ask for: its address, its language, and the date under which it is listed.
_Due = tuple[str, "Lang", str | None]
_OK = 200
_NOT_MODIFIED = 304
_GONE = {404, 410}
_REDIRECTS = {301, 302, 303, 307, 308}
# How long a page that was refused, or not got, is asked for again after it has left the listings.
_TRY_REJECTED_FOR = timedelta(days=14)
_TRY_FAILED_FOR = timedelta(days=30)


class PressReleasesSpider(Spider):
    """Arguments: `lang=en,ja`, `since` and `until` (`YYYY-MM` or `YYYY-MM-DD`), `refresh=true`;
    `urls=FILE` instead of a period.

    Without `since` and `until` it catches up: the rolling index, and the monthly archives back to
    the last complete run where that is older than the index reaches. With them it reads the
    archives between, by the links of the archive table. It asks for what is listed and not held,
    when it catches up also for what is due to be looked at again; `refresh` for all that is held.
    With `urls` it asks for no index, but for the releases that the file names, and for what the
    monthly archives list that it names.

    Yields a `Visit` for every listing and every release it discovers, whatever came of it.
    """

    name = "press_releases"
    reads_captures = False

    given: dict[str, str]
    arguments: Arguments
    store: Store
    mirror: site.Mirror
    addresses: Addresses | None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Check arguments and settings, and open the store.

        Raises `ArgumentError` and `StoreError`, before any request.
        """
        today = datetime.now(site.JAPAN).date()
        arguments = parse_arguments(kwargs, today=today, names=NAMES)
        spider = super().from_crawler(crawler, *args)
        spider.given, spider.arguments = kwargs, arguments
        spider.mirror = parse_mirror(crawler.settings["MOFA_BASE_URL"])
        spider.store = store_of(crawler)
        spider.addresses = None
        if arguments.urls:
            spider.addresses = read_addresses(arguments.urls, is_known=spider.store.is_release)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Introduce the crawler. Raises `ArgumentError`."""
        super().update_settings(settings)
        identify(settings)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_gap = False  # whether months that are due are linked nowhere
        self._met: set[str] = set()  # addresses discovered in this run
        # Releases to ask for, with their listed dates: the newest first, and last what an earlier
        # run left over.
        self._due: deque[_Due] = deque()
        self._left_over: deque[_Due] = deque()
        self._asked = 0  # releases that are asked for and not answered
        self._walked: set[str] = set()  # listings asked for in this run
        self._listings_due: Counter[Lang] = Counter()
        self._up_to_date: set[Lang] = set()

    @property
    def caught_up(self) -> list[Lang]:
        """The languages whose listings this run has read from the last mark to today."""
        return [lang for lang in sorted(self._up_to_date) if not self._listings_due[lang]]

    async def start(self) -> AsyncIterator[Request]:
        """The rolling indexes, and what earlier runs met and did not bring to an end."""
        if self.mirror.is_live and not self.settings.get("MOFA_CONTACT"):
            self.logger.warning(
                "MOFA_CONTACT is not set: name an address at which the ministry can reach you, "
                "in the environment or with -s MOFA_CONTACT=you@example.org"
            )
        if self.addresses:
            for request in self._ask_addresses(self.addresses):
                yield request
            return
        for lang in self.arguments.langs:
            yield self._ask_listing(site.INDEXES[lang], lang, month=None)
        if self.arguments.is_backfill:
            return
        now = datetime.now(UTC)
        for lang in self.arguments.langs:
            left_over = self.store.unread(
                lang,
                parser_version=PARSER_VERSION,
                refused_since=timestamp(now - _TRY_REJECTED_FOR),
                failed_since=timestamp(now - _TRY_FAILED_FOR),
            )
            for url, day in [*left_over, *self.store.due_again(lang, now=now)]:
                if self._discover(url, lang, again=True):
                    self._left_over.append((url, lang, day))
        for request in self._ask_releases():
            yield request

    def _ask_addresses(self, addresses: Addresses) -> Iterator[Request]:
        if addresses.left_out:
            self.logger.warning(
                "%d addresses are left out, %s among them: no page in a folder of releases, and no "
                "listing that was read names them",
                len(addresses.left_out),
                addresses.left_out[0],
            )
        for listing in addresses.listings:
            if (lang := site.lang_of(listing)) in self.arguments.langs:
                yield self._ask_listing(listing, lang, site.month_of(listing))
        for url in addresses.releases:
            lang = site.lang_of(url)
            if lang in self.arguments.langs and self._discover(url, lang):
                self._due.append((url, lang, self.store.listed_as(url, lang)))
        yield from self._ask_releases()

    # --- listings -----------------------------------------------------------------------------

    def _ask_listing(self, url: str, lang: Lang, month: str | None) -> Request:
        self._walked.add(url)
        self._listings_due[lang] += 1
        return self._ask(
            url,
            self.parse_listing,
            priority=_ARCHIVE if month else _INDEX,
            # The index alone links the archives, which are due here.
            whole=month is None and (self.arguments.is_backfill or self._is_behind(url, lang)),
            visit=new_visit(url, lang, "listing"),
            month=month,
        )

    def _is_behind(self, index: str, lang: Lang) -> bool:
        """Whether the last complete run is older than the index reached when it was last read."""
        mark = self.store.caught_up(lang)
        entries = self.store.listing_as_it_was(index, lang, None).entries
        return not mark or not entries or mark[:10] < min(entry.date for entry in entries)

    def parse_listing(
        self, response: Response, visit: Visit, month: str | None
    ) -> Iterator[Visit | Request]:
        """Read a listing; go on to its entries, and from a rolling index to the archives due."""
        listing = self._read_listing(response, visit, month)
        yield visit
        if listing:
            if month is None:
                yield from self._ask_archives(listing)
            self._discover_entries(listing)
        yield from self._ask_releases()

    def _read_listing(self, response: Response, visit: Visit, month: str | None) -> Listing | None:
        """A listing, with the entries that lie in the period. What is not due yet stays unmet."""
        visit.parser_version = PARSER_VERSION
        page = self._page(response, visit)
        if visit.not_modified:
            self._listings_due[visit.lang] -= 1
            return self.store.listing_as_it_was(visit.url, visit.lang, month)
        if not page:
            return None
        listing = read_listing(visit, page, month=month)
        if listing:
            self._listings_due[visit.lang] -= 1
            keep_period(visit, listing, self.arguments)
        return listing

    def _ask_archives(self, index: Listing) -> Iterator[Request]:
        """The archives of the period, or those since the last complete run, newest first."""
        months = sorted(index.months, key=lambda link: link.month, reverse=True)
        mark = self.store.caught_up(index.lang)
        if self.arguments.is_backfill:
            due = [link for link in months if self.arguments.covers_month(link.month)]
            self._tell_what_is_not_linked(index, first=self.arguments.since)
            since = self.arguments.since
            connected = since and (not mark or since.isoformat() <= mark[:10])
            if connected and not self.arguments.until:
                self._up_to_date.add(index.lang)
        else:
            due, gap = [], False
            if mark and mark[:10] < min(entry.date for entry in index.entries):
                due = [link for link in months if link.month >= mark[:7]]
                gap = self._tell_what_is_not_linked(index, first=date.fromisoformat(mark[:10]))
            if gap:
                self.has_gap = True
            else:
                self._up_to_date.add(index.lang)
        for link in due:
            if link.url not in self._walked:
                yield self._ask_listing(link.url, index.lang, link.month)

    def _tell_what_is_not_linked(self, index: Listing, *, first: date | None) -> bool:
        """Warn of months from `first` on that the archive table does not link, if there are any."""
        linked = {link.month for link in index.months}
        newest = max(linked, default="")
        due = months_between(first.isoformat()[:7] if first else min(linked, default=""), newest)
        if until := self.arguments.until:
            due = [month for month in due if month <= until.isoformat()[:7]]
        missing = [month for month in due if month not in linked]
        if not any(map(self.arguments.covers_month, linked)):
            self.logger.warning("%s: the archive table links no month of the period", index.lang)
        elif missing:
            self.logger.warning(
                "%s: the archive table does not link %d months between %s and %s",
                index.lang,
                len(missing),
                missing[0],
                missing[-1],
            )
        return bool(missing)

    def _discover_entries(self, listing: Listing) -> None:
        for entry in listing.entries:
            if not self.arguments.covers(entry.date):
                continue
            if entry.kind != "release":
                self._account_other(entry, listing)
            elif self._discover(entry.url, listing.lang):
                self._due.append((entry.url, listing.lang, entry.date))

    def _account_other(self, entry: ListingEntry, listing: Listing) -> None:
        """Account for an entry that is no page of a release: the listing's own row tells of it."""
        key = entry.url or f"{listing.url} {entry.title}"
        if key not in self._met:
            self._met.add(key)
            count(self.crawler.stats, listing.lang, LISTED)
            count(self.crawler.stats, listing.lang, "skipped")
            self.logger.info("no release (%s): %s %s", entry.kind, entry.url, entry.title)

    # --- releases -----------------------------------------------------------------------------

    def _discover(self, url: str, lang: Lang, *, again: bool = False) -> bool:
        """Account for a release; returns whether it was met for the first time in this run, and is
        to be asked for because it is not held, or `again`."""
        if url in self._met:
            return False
        self._met.add(url)
        count(self.crawler.stats, lang, LISTED)
        if self.store.is_held(url) and not (again or self.arguments.refresh):
            count(self.crawler.stats, lang, "unchanged")
            return False
        return True

    @property
    def waiting(self) -> int:
        """How many releases are to be asked for, and were not yet."""
        return len(self._due) + len(self._left_over)

    def _ask_releases(self) -> Iterator[Request]:
        """Requests for the releases that are due next, as many as may be asked for now."""
        while self._asked < _ASKED_AT_A_TIME and (due := self._due or self._left_over):
            url, lang, listed_date = due.popleft()
            self._asked += 1
            yield self._ask(
                url,
                self.parse_release,
                priority=_RELEASE,
                visit=new_visit(url, lang, "release"),
                listed_date=listed_date,
            )

    def parse_release(
        self, response: Response, visit: Visit, listed_date: str | None
    ) -> Iterator[Visit | Request]:
        """Read a release's page, and ask for more."""
        self._asked -= 1
        visit.parser_version = PARSER_VERSION
        if page := self._page(response, visit):
            visit.release = read_release(visit, page, listed_date=listed_date)
        yield visit
        yield from self._ask_releases()

    # --- requests and answers -----------------------------------------------------------------

    def _ask(
        self, url: str, callback: Any, *, priority: int, whole: bool = False, **values: Any
    ) -> Request:
        """A request; `whole`: for the page itself, also if it is as it was."""
        return Request(
            self.mirror.fetch_url(url),
            callback=callback,
            errback=self.no_answer,
            cb_kwargs=values,
            meta={"validators": None if whole else self._validators(url)},
            priority=priority,
            # What was met is known here. Scrapy's own filter would drop a redirect to an address
            # already seen without a word, and with it the account of the page.
            dont_filter=True,
        )

    def _validators(self, url: str) -> tuple[str, str] | None:
        if self.settings["MOFA_ARCHIVE"] and not self.store.place_of(url):
            return None  # held from before there was an archive: its bytes are missing there
        return self.store.validators(url, parser_version=PARSER_VERSION)

    def _page(self, response: Response, visit: Visit) -> Page | None:
        """The page of a good answer; notes in the visit what the answer was."""
        page = page_of(response, visit.url)
        visit.fetched_at = timestamp(page.fetched_at)
        visit.http_status = response.status
        visit.answered_url = self.mirror.canonical(response.url) or response.url
        visit.etag = page.header("ETag")
        visit.last_modified = page.header("Last-Modified")
        visit.body_hash = sha256(response.body).hexdigest()
        if response.status == _OK:
            return page
        if response.status == _NOT_MODIFIED and response.meta["validators"]:
            visit.status, visit.not_modified = "parsed", True
            return None
        visit.code = f"http_{response.status}"
        location = page.header("Location")
        visit.message = f"answered {response.status} {location}".strip()
        if until := response.meta.get(NOT_BEFORE):
            visit.message += f", not to be asked again before {until}"
        if visit.role == "release" and response.status in _GONE:
            visit.status = "gone"
        elif visit.role == "release" and response.status in _REDIRECTS and location:
            visit.status = "redirected"  # out of the site, or it would have been followed
        self.logger.warning("%s: %s (%s)", visit.status, visit.message, response.url)
        return None

    def no_answer(self, failure: Failure) -> Iterator[Visit | Request]:
        """Account for a page that was not got: no answer, forbidden, or redirected in circles."""
        if isinstance(failure.value, RunEnds):
            return  # unfinished; what is known of the page stays as it is
        visit: Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]
        visit.fetched_at = timestamp(datetime.now(UTC))
        if isinstance(failure.value, IgnoreRequest):
            visit.code, visit.message = "not_asked", str(failure.value)
        elif isinstance(failure.value, ContentEncodingError):
            visit.code, visit.message = failure.value.code, str(failure.value)
        else:
            visit.code = "no_answer"
            visit.message = reason_of(failure.value) if failure.value else "no answer"
        url = failure.request.url  # type: ignore[attr-defined]
        self.logger.warning("failed: %s (%s)", visit.message, url)
        if visit.role == "release":
            self._asked -= 1
        yield visit
        yield from self._ask_releases()
