"""The dataset in one SQLite file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.outcome import ListingParsed, NotModified, NotParsed, ReleaseParsed
from mofa_crawler.store.archive_index import ArchiveIndex
from mofa_crawler.store.connection import Connection
from mofa_crawler.store.drafts import Drafts
from mofa_crawler.store.listings import Listings
from mofa_crawler.store.pages import Pages
from mofa_crawler.store.releases import Releases
from mofa_crawler.store.runs import Runs

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.outcome import PageOutcome


_OK = 200


class Store:
    """The dataset, and all that the crawler remembers, in parts that share one connection.

    Every method, of the parts too, raises `StoreError` if SQLite fails.
    """

    def __init__(self, path: str | Path) -> None:
        self._connection = connection = Connection(path)
        self.path = connection.path
        self.lock = connection.lock
        self.defer_commits = connection.defer_commits
        self.commit = connection.commit
        self.close = connection.close
        self.pages = Pages(connection)
        self.releases = Releases(connection, self.pages)
        self.listings = Listings(connection, self.pages)
        self.drafts = Drafts(connection)
        self.runs = Runs(connection)
        self.archive = ArchiveIndex(connection)

    def save(self, outcome: PageOutcome) -> str:
        """Write what became of a page, whole or not at all; returns the outcome to count.

        It is one of `run.counters.OUTCOMES`, or for a listing its status.
        """
        location = outcome.fetch.location
        if location and outcome.fetch.http_status == _OK:
            self.archive.add(outcome.url, outcome.fetch.body_hash, location)
        with self._connection.writing():
            match outcome:
                case NotModified():
                    self.pages.save_check(outcome)
                    self.releases.save_check(outcome)
                    return "unchanged"
                case ReleaseParsed():
                    return self.releases.save(outcome)
                case ListingParsed():
                    self.listings.save(outcome)
                    self.releases.redate(outcome.url)
                case NotParsed():
                    return self._save_unread(outcome)
        return outcome.status

    def _save_unread(self, outcome: NotParsed) -> str:
        """Write why a page has no text. A release that is stored stays."""
        page = self.pages.get(outcome.url)
        is_outdated = outcome.role == "release" and page and page.is_later_than(outcome.fetch)
        if not is_outdated:
            self.pages.save(outcome)
        if outcome.status == "gone" and outcome.role == "release":
            self.releases.save_gone(outcome)
        if is_outdated:
            return "outdated"
        if outcome.draft:
            self.drafts.save(outcome)
        return outcome.status
