"""The releases that a run has discovered: each is counted once, and fetched or not."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.crawl.store import get_store
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.run.counters import LISTED, count

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from mofa_crawler.outcome import ListingEntry
    from mofa_crawler.run.schedule import Schedule

logger = logging.getLogger(__name__)


class Discovered:
    """The addresses of releases that a run has discovered.

    A release that is not stored is fetched. With `refresh`, stored releases are fetched too. A
    backfill fetches rejected, gone and redirected pages, a catch-up only if they are due again.
    """

    def __init__(
        self, crawler: Crawler, schedule: Schedule, *, is_backfill: bool, refresh: bool
    ) -> None:
        self._crawler = crawler
        self._schedule = schedule
        self._is_backfill = is_backfill
        self._refresh = refresh
        self._seen: set[str] = set()

    def add(self, url: str) -> bool:
        """Count a release as discovered; returns False if it was counted before."""
        if url in self._seen:
            return False
        self._seen.add(url)
        count(self._crawler.stats, site.lang_of(url), LISTED)
        return True

    def discover(self, url: str) -> bool:
        """Count a release as discovered; returns whether to fetch it: False the second time."""
        if not self.add(url):
            return False
        if self._refresh:
            return True
        settled = get_store(self._crawler).pages.settled_status(
            url, parser_version=PARSER_VERSION, schedule=self._schedule, now=datetime.now(UTC)
        )
        if settled is None or (settled != "parsed" and self._is_backfill):
            return True
        count(
            self._crawler.stats, site.lang_of(url), "unchanged" if settled == "parsed" else settled
        )
        return False

    def skip(self, entry: ListingEntry, listing_url: str) -> None:
        """Count an entry of a listing that does not lead to the page of a release."""
        key = entry.url or f"{listing_url} {entry.title}"
        if key not in self._seen:
            self._seen.add(key)
            lang = site.lang_of(listing_url)
            count(self._crawler.stats, lang, LISTED)
            count(self._crawler.stats, lang, "skipped")
            logger.info("no release (%s): %s %s", entry.kind, entry.url, entry.title)
