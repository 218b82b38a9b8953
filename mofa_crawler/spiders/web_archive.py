"""Builds the dataset of any years from a web archive: the Wayback Machine, Common Crawl, a pywb."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from mofa_crawler import site
from mofa_crawler.archive.captures import Capture
from mofa_crawler.archive.reading import captures_from
from mofa_crawler.archive.replay_addresses import timestamp_of
from mofa_crawler.archive.web_archives.indexes import Query
from mofa_crawler.archive.web_archives.selection import (
    Accounts,
    Captures,
    RowOutcome,
    Selection,
    Wanted,
)
from mofa_crawler.archive.web_archives.sources import Source
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.identity import check_contact, set_user_agent
from mofa_crawler.crawl.web_archive import CaptureFetcher, CaptureWriter
from mofa_crawler.period import Period
from mofa_crawler.run.counters import WEB_ARCHIVE
from mofa_crawler.run.report import WebArchive
from mofa_crawler.spiders.captures import CapturesSpider

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from mofa_crawler.outcome import Listing, PageOutcome, Role

_ORDERS: tuple[Captures, ...] = get_args(Captures)
_MIDDLEWARES = {
    "mofa_crawler.middlewares.robots.RobotsMiddleware": 100,
    "mofa_crawler.middlewares.retry.WaitingRetryMiddleware": 550,
    "mofa_crawler.middlewares.web_archive.WebArchiveMannersMiddleware": 560,
    # Follows only the redirects of robots.txt.
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
}


class WebArchiveSpider(CapturesSpider):
    """Arguments: `source`, and `lang`, `since`, `until` as for `press_releases`.

    `source` is `wayback`, `commoncrawl:COLLECTION[,…]`, `https://host/COLLECTION` (a pywb) or a
    file of rows (address, WARC file, offset, length). `captures` is `changes` (the default),
    `first` or `last`; `captured_since` and `captured_until` limit the time of capture. With
    `limit`, a run fetches at most so many captures of releases, and as many of listings.

    The spider first fetches captures into the archive, listings before releases. Then it reads the
    captures as `saved_pages` does. A capture that the archive already has is not fetched again.
    """

    name = "web_archive"
    argument_names = (
        "source", "captures", "captured_since", "captured_until", "lang", "since", "until", "limit",
    )  # fmt: skip
    # One replay a second at most; WebArchiveMannersMiddleware spaces index requests out.
    custom_settings = {"DOWNLOAD_DELAY": 1}  # noqa: RUF012 - as Scrapy declares it

    source: Source
    writer: CaptureWriter  # the Archive extension sets it

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Set the User-Agent, and turn off the middlewares for the ministry's own site.

        Raises `ArgumentError`.
        """
        super().update_settings(settings)
        if not settings.get("MOFA_CONTACT"):
            raise ArgumentError(
                "MOFA_CONTACT is missing: name an address at which the web archive can reach you, "
                "in the environment or with -s MOFA_CONTACT=ADDRESS"
            )
        if not settings.get("MOFA_ARCHIVE"):
            raise ArgumentError("MOFA_ARCHIVE is empty: name a folder for the captures")
        set_user_agent(settings)
        theirs = settings.getdict("DOWNLOADER_MIDDLEWARES")
        off = {name: None for name in theirs if name not in _MIDDLEWARES}
        settings.set("DOWNLOADER_MIDDLEWARES", {**off, **_MIDDLEWARES}, priority="spider")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._accounts = Accounts()
        self._outside: Counter[str] = Counter()
        self._taken: Counter[Role] = Counter()  # captures, those of earlier runs included
        self._queries: list[str] = []
        self._found: list[Capture] = []  # captures that this or an earlier run fetched
        # The times (14 digits) of these captures, by address.
        self._archived_times: defaultdict[str, set[str]] = defaultdict(set)
        self._read_urls: set[str] = set()  # addresses of listings that were read
        # The listed days of releases, by address.
        self._listed: dict[str, str] = {}

    def parse_arguments(self, raw: Mapping[str, str]) -> None:
        """Read `source`, `captures` and the times of capture. Raises `ArgumentError`."""
        if "source" not in raw:
            raise ArgumentError("source is missing: --source wayback, or another web archive")
        if raw.get("captures", "changes") not in _ORDERS:
            raise ArgumentError(f"captures={raw['captures']}: write changes, first or last")
        self._order: Captures = raw.get("captures", "changes")  # type: ignore[assignment]
        try:
            self.source = Source.parse(raw["source"])
            captured = Period.parse(
                since=raw.get("captured_since"), until=raw.get("captured_until")
            )
        except ValueError as error:
            raise ArgumentError(str(error).replace("since=", "captured_since=")) from None
        for address in (*self.source.indexes, self.source.replays or self.source.files):
            check_contact(self.settings, address)
        self._captured_since = (captured.since or "").replace("-", "")
        self._captured_until = (captured.until or "").replace("-", "")

    async def outcomes(self) -> AsyncIterator[PageOutcome]:
        """The outcomes of all captures that the archive has from the source."""
        self._fetcher = CaptureFetcher(self.crawler, self.source, self.writer)
        try:
            for capture in captures_from(self.source.host, Path(self.settings["MOFA_ARCHIVE"])):
                if site.lang_of(capture.url) in self.period.langs:
                    self._note(capture)
        except OSError as error:
            # The run would fetch again what the archive has.
            self.logger.error("cannot read %s: %s", error.filename, error.strerror)  # noqa: TRY400
            return
        # How many captures of a page earlier runs fetched that match no row so far.
        self._unmatched = Counter(capture.url for capture in self._found)
        try:
            selection = Selection(self.period.langs, self._accounts)
            await self._query_folders(selection)
            known = -1
            while known < len(self.month_pages):  # a month page may link others
                known = len(self.month_pages)
                async for outcome in self._fetch_listings(selection):
                    yield outcome
            await self._fetch_releases(selection)
        finally:
            self._report()
        _, others = await self.sort(self._found)
        async for outcome in self.read_releases(c for c in others if c.url not in self.month_pages):
            yield outcome
        if never := self.store.pages.count_never_fetched():
            self.logger.warning(
                "listed releases without a fetched capture: %d (`audit --missing` lists them)",
                never,
            )

    async def _fetch_listings(self, selection: Selection) -> AsyncIterator[PageOutcome]:
        """Fetch and read the listings that are known by now and were not read yet."""
        await self._fetch(selection.listings(self.period, self.month_pages), "listing")
        listings, others = await self.sort(self._found)
        due = [
            capture
            for capture in listings + others
            if (site.is_listing(capture.url) or capture.url in self.month_pages)
            and capture.url not in self._read_urls
        ]
        self._read_urls |= {capture.url for capture in due}
        async for outcome in self.read_listings(due):
            yield outcome

    # --- the index ----------------------------------------------------------------------------

    async def _query_folders(self, selection: Selection) -> None:
        """Take the rows of the folders of releases. A prefix query lacks the bare folder."""
        selection.add(self.source.rows)
        for lang in self.period.langs:
            for folder in site.RELEASE_FOLDERS[lang]:
                await self._query(selection, folder, is_prefix=True)
                await self._query(selection, folder, is_prefix=False)
        if self.source.indexes and not self._accounts.rows:
            self.lose(f"{self.source.name} lists no capture of the ministry's releases")

    async def _query(self, selection: Selection, url: str, *, is_prefix: bool) -> None:
        query = Query(
            url=url.partition("://")[2],
            match="prefix" if is_prefix else "exact",
            since=self._captured_since,
            until=self._captured_until,
        )
        for index in self.source.indexes:
            self._queries.append(f"{index} {query.url}{'*' if is_prefix else ''}")
            selection.add(await self._fetcher.rows(index, query))

    # --- captures -----------------------------------------------------------------------------

    def _is_over_limit(self, role: Role) -> bool:
        """Whether a limited run may take no further capture of a listing, or of a release.

        Captures that an earlier run fetched count too.
        """
        if self._taken[role] == self.release_limit:
            self.is_cut_short = True
            return True
        self._taken[role] += 1
        return False

    async def _fetch(self, wanted: Iterable[Wanted], role: Role) -> None:
        for one in wanted:
            await self.go_on()
            if self._is_over_limit(role):
                return
            if self._is_archived(one):
                self._accounts.close("already there")
            else:
                self._accounts.close(self._note(await self._fetcher.fetch(one)))

    async def _fetch_releases(self, selection: Selection) -> None:
        """Fetch the releases that have rows, then those outside the folders, by their days."""
        outside = {
            url: day
            for url, day in self._listed.items()
            if not site.is_in_release_folder(url)
            and url not in selection
            and self.period.covers(day)
            and site.lang_of(url) in self.period.langs
        }
        if not self.source.replays:
            for url in outside:
                await self._query(selection, url, is_prefix=False)
        releases = selection.releases(self.period, self._order, self._listed.get)
        await self._fetch(releases, "release")
        if self.is_cut_short:
            return
        for url, day in outside.items() if self.source.replays else ():
            await self.go_on()
            if self._is_over_limit("release"):
                return
            if url in self._archived_times:
                self._outside["already there"] += 1
            else:
                self._outside[self._note(await self._fetcher.fetch_nearest(url, day))] += 1

    def _is_archived(self, wanted: Wanted) -> bool:
        """Whether an earlier run fetched a capture.

        Rows from a file may lack the time. Runs fetch them in their order: if the archive had two
        captures of a page before this run, they are those of the first two rows.
        """
        if wanted.row.timestamp:
            return wanted.row.timestamp in self._archived_times.get(wanted.url, set())
        self._unmatched[wanted.url] -= 1
        return self._unmatched[wanted.url] >= 0

    def _note(self, result: Capture | RowOutcome) -> RowOutcome:
        """Remember a capture; returns the outcome of its row."""
        if not isinstance(result, Capture):
            return result
        self._found.append(result)
        self._archived_times[result.url].add(timestamp_of(result.fetched_at))
        return "kept"

    def note_listing(self, listing: Listing) -> None:
        """Remember the days of the releases that a listing names."""
        for entry in listing.entries:
            if entry.kind == "release" and entry.date:
                self._listed[entry.url] = entry.date

    def _report(self) -> None:
        report = WebArchive(
            host=self.source.host,
            queries=self._queries,
            rows=self._accounts.end(),
            outside_folders=dict(self._outside),
        )
        self.crawler.stats.set_value(WEB_ARCHIVE, report)
