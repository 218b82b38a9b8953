"""The dataset in one SQLite file."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from mofa_crawler.outcome import (
    ListingParsed,
    NotModified,
    NotParsed,
    PageOutcome,
    ReleaseParsed,
    ReleaseRejected,
)
from mofa_crawler.store.archive_index import ArchiveIndex
from mofa_crawler.store.connection import Connection
from mofa_crawler.store.listings import Listings
from mofa_crawler.store.pages import Pages
from mofa_crawler.store.releases import Releases, Saved
from mofa_crawler.store.runs import Runs


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
        self.listings = Listings(connection, self.pages)
        self.releases = Releases(connection, self.pages, self.listings)
        self.runs = Runs(connection)
        self.archive = ArchiveIndex(connection)

    def save(self, outcome: PageOutcome) -> Saved:
        """Write what became of a page, whole or not at all."""
        location = outcome.fetch.location
        if location and outcome.fetch.http_status == HTTPStatus.OK:
            self.archive.add(outcome.url, outcome.fetch.body_hash, location)
        with self._connection.writing():
            match outcome:
                case NotModified():
                    self.pages.save_check(outcome)
                    self.listings.save_check(outcome)
                    self.releases.save_check(outcome)
                    return Saved("unchanged")
                case ReleaseParsed():
                    return self.releases.save(outcome)
                case ListingParsed():
                    self.listings.save(outcome)
                    self.releases.redate(outcome.url)
                case NotParsed():
                    return Saved(self._save_unread(outcome))
        return Saved(outcome.status)

    def _save_unread(self, outcome: NotParsed) -> str:
        """Write why a page has no text; returns the outcome. A release that is stored stays."""
        page = self.pages.get(outcome.url)
        is_outdated = page and page.is_later_than(outcome)
        if not is_outdated:
            self.pages.save(outcome)
        if isinstance(outcome, ReleaseRejected) and outcome.draft:
            self._save_draft(outcome)
        if outcome.role == "listing":
            return outcome.status
        if outcome.status in {"gone", "redirected"}:
            self.releases.save_gone(outcome)
        return "outdated" if is_outdated else outcome.status

    def _save_draft(self, outcome: ReleaseRejected) -> None:
        """Write the draft of a rejected page, unless the draft of a later capture is stored."""
        fetch = outcome.fetch
        values = (fetch.fetched_at, outcome.parser_version, outcome.draft, fetch.source)
        with self._connection.writing() as db:
            db.execute(
                """INSERT INTO drafts AS old (url, fetched_at, parser_version, text, source)
                   VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
                   SET (fetched_at, parser_version, text, source)
                       = (excluded.fetched_at, excluded.parser_version, excluded.text,
                          excluded.source)
                   WHERE (excluded.fetched_at, excluded.parser_version, excluded.text,
                          excluded.source)
                         > (old.fetched_at, old.parser_version, old.text, old.source)""",
                (outcome.url, *values),
            )
