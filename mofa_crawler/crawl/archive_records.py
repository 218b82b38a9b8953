"""Reads captures into records, without a database and without a run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.archive.captures import Capture, Damage
from mofa_crawler.archive.discovery import find
from mofa_crawler.atomic_files import temporary_folder
from mofa_crawler.crawl.read_capture import of_month_pages, read_capture
from mofa_crawler.crawl.read_page import log_outcome
from mofa_crawler.outcome import ListingParsed, ReleaseParsed

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease

logger = logging.getLogger(__name__)


def archive_records(path: Path, *, limit: int) -> Iterator[PressRelease]:
    """A record for each capture of a release under a path, in the order of time.

    Listings are read first: they name the releases and their dates. A capture that cannot be read
    is logged. `limit` is the most bytes of a page. Raises `OSError` if there is no room for
    temporary files.
    """
    with temporary_folder("mofa_crawler") as folder:
        captures = []
        for found in find([path], folder=folder, limit=limit, mirror=site.Mirror()):
            if isinstance(found, Capture):
                captures.append(found)
            elif isinstance(found, Damage):
                logger.warning("%s", found.message)
        captures.sort(key=lambda capture: (capture.fetched_at, capture.url, capture.source))
        listings = _Listings(limit)
        for capture in captures:
            if site.is_listing(capture.url):
                listings.read(capture)
        others = [capture for capture in captures if not site.is_listing(capture.url)]
        for capture in of_month_pages(others, listings.months):
            listings.read(capture)
        for capture in others:
            if capture.url in listings.months:
                continue
            listed_date = listings.dates.get(capture.url)
            is_known = capture.url in listings.dates or site.is_in_release_folder(capture.url)
            outcome = read_capture(
                capture, "release" if is_known else None, listed_date=listed_date, limit=limit
            )
            if isinstance(outcome, ReleaseParsed):
                yield outcome.release
            elif outcome:
                log_outcome(outcome)


class _Listings:
    """What the captures of listings say: the first date of each release, and the month pages."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.dates: dict[str, str | None] = {}
        self.months: dict[str, str] = {}

    def read(self, capture: Capture) -> None:
        month = self.months.get(capture.url)
        outcome = read_capture(capture, "listing", month=month, limit=self._limit)
        if not isinstance(outcome, ListingParsed):
            if outcome:
                log_outcome(outcome)
            return
        for entry in outcome.listing.entries:
            if entry.kind != "release":
                continue
            dates = filter(None, (entry.date, self.dates.get(entry.url)))
            self.dates[entry.url] = min(dates, default=None)
        self.months |= {link.url: link.month for link in outcome.listing.months}
