"""The releases: their current records, and which are duplicates of which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from mofa_crawler.outcome import DuePage, NotModified, NotParsed, ReleaseParsed
from mofa_crawler.record import PressRelease, timestamp
from mofa_crawler.store.history import History, read_history, write_history
from mofa_crawler.store.keys import END_OF_KEY, duplicate_key, search_key
from mofa_crawler.store.records import Selection, columns_of, read_records, write_parts

if TYPE_CHECKING:
    from mofa_crawler.run.schedule import Schedule
    from mofa_crawler.site import Lang
    from mofa_crawler.store.connection import Connection
    from mofa_crawler.store.listings import Listings
    from mofa_crawler.store.pages import Pages


# The releases of a language that are rechecked: those that changed since a time, newest first. If a
# duplicate was found, the ministry may have moved the release to the address of the duplicate.
RECHECKED = """
    SELECT releases.url, pages.fetch_url, min(listed.date) AS listed_date,
           max(releases.date, iif(revision > 1, releases.fetched_at, ''),
               ifnull((SELECT max(first_seen) FROM releases AS duplicates
                       WHERE duplicates.duplicate_of = releases.id), '')) AS since,
           checked_at AS checked
    FROM releases JOIN pages USING (url) LEFT JOIN listed USING (url)
    WHERE releases.lang = ? AND status = 'parsed' GROUP BY releases.url
    HAVING since > ? ORDER BY since DESC, releases.url"""


class Saved(NamedTuple):
    """The outcome to count, and the record that is stored after a page was saved.

    `outcome` is one of `run.counters.OUTCOMES`, or for a listing its status. `record` is None if
    the page gave no record, or an outdated one.
    """

    outcome: str
    record: PressRelease | None = None


class Releases:
    """The table of releases. Every method raises `StoreError` if SQLite fails."""

    def __init__(self, connection: Connection, pages: Pages, listings: Listings) -> None:
        self._connection = connection
        self._pages = pages
        self._listings = listings
        self._to_index: set[int] = set()  # numbers of releases that the search index lacks
        connection.before_commit.append(self._update_index)

    # --- queries ------------------------------------------------------------------------------

    def get(self, release_id: str) -> PressRelease | None:
        """The current record of a release, or None."""
        with self._connection.reading() as db:
            return next(read_records(db, "WHERE id = ?", (release_id,)), None)

    def to_recheck(self, lang: Lang, *, schedule: Schedule, now: datetime) -> list[DuePage]:
        """Stored releases that are due again, with their listed dates, the newest first.

        The age of a release counts from its date, from its last revision, or from the first fetch
        of its last duplicate.
        """
        with self._connection.reading() as db:
            rows = db.execute(RECHECKED, (lang, timestamp(now - schedule.recheck_for))).fetchall()
        due = [
            DuePage(row["url"], row["listed_date"], row["fetch_url"])
            for row in rows
            if schedule.is_due(
                since=utc(row["since"]),
                checked=utc(row["checked"]),
                now=now,
            )
        ]
        return due[: schedule.most]

    def records(self, *, with_duplicates: bool = False) -> Iterator[PressRelease]:
        """All current records by date and id. Duplicates are left out by default."""
        selection = Selection(with_duplicates=with_duplicates)
        with self._connection.reading() as db:
            yield from read_records(db, *selection.clause())

    def has_revision(self, release_id: str, revision: int, parser_version: int) -> bool:
        """Whether a release is stored in this revision, a later one, or as a newer parser read it.

        A newer parser may find fewer revisions: those in which the text itself has changed.
        """
        query = "SELECT 1 FROM releases WHERE id = ? AND (revision >= ? OR parser_version > ?)"
        return bool(self._connection.value(bool, query, (release_id, revision, parser_version)))

    def address_of(self, release_id: str) -> str | None:
        """The address of a stored release, or None."""
        return self._connection.value(str, "SELECT url FROM releases WHERE id = ?", (release_id,))

    # --- writing ------------------------------------------------------------------------------

    def save(self, outcome: ReleaseParsed) -> Saved:
        """Write a page that was parsed, and its release, both or neither.

        The stored record has fields that follow from the history of the page and from the other
        releases: `revision`, `first_seen`, `duplicate_of` and others. A text with the same content
        hash, or from the same bytes, is the same revision. The order in which captures are saved
        changes nothing: a capture that is older than the current text is outdated, and becomes an
        earlier revision.
        """
        fetch, text = outcome.fetch, outcome.release
        with self._connection.writing() as db:
            page = self._pages.get(outcome.url)
            self._pages.save_parsed(outcome, page)
            stored = next(read_records(db, "WHERE id = ?", (text.id,)), None)
            if text.date_source == "listing":
                date = self._listings.listed_date(outcome.url, outcome.lang)
                text = replace(text, date=date or text.date)
            is_known, current = self._observe(
                outcome,
                text,
                stored,
                page_hash=page.body_hash if page and page.status == "parsed" else "",
            )
            assert current  # noqa: S101 - there is a text now
        if stored is None:
            return Saved("duplicate" if current.duplicate_of else "new", current)
        if fetch.is_capture and fetch.fetched_at < current.fetched_at:
            return Saved("outdated")
        is_revised = current.revision > stored.revision and not is_known
        return Saved("revised" if is_revised else "unchanged", current)

    def save_gone(self, outcome: NotParsed) -> None:
        """Write that a page was gone, or redirects for good.

        The release stays. It gets `gone_since` if no later text is known.
        """
        with self._connection.writing() as db:
            stored = next(read_records(db, "WHERE url = ?", (outcome.url,)), None)
            self._observe(outcome, None, stored)

    def redate(self, listing: str) -> None:
        """Give releases that a listing names, and whose pages have no date, their listed date.

        The result is the same whether the page or the listing was read first.
        """
        with self._connection.writing() as db:
            rows = db.execute(
                """SELECT DISTINCT listed.url
                   FROM listed JOIN releases USING (url) JOIN observations USING (url)
                   LEFT JOIN texts ON texts.number = observations.text
                   WHERE listing = ?
                   AND ifnull(json_extract(record, '$.date_source'), date_source) = 'listing'
                   AND ifnull(json_extract(record, '$.date'), releases.date) != listed.date""",
                (listing,),
            ).fetchall()
            for (url,) in rows:
                stored = next(read_records(db, "WHERE url = ?", (url,)))
                date = self._listings.listed_date(url, stored.lang)
                if date is None:  # the listing is of the other language
                    continue
                history = read_history(db, url, stored)
                for one in history.observations:
                    if one.text and one.text.date_source == "listing":
                        one.text = replace(one.text, date=date)
                self._write_history(url, history, stored)

    def save_check(self, outcome: NotModified) -> None:
        """Write that the site confirmed the stored page."""
        with self._connection.writing() as db:
            db.execute(
                """UPDATE observations SET until = :time
                   WHERE url = :url AND :time > max(seen_at, ifnull(until, ''))
                   AND (fetched_at, body_hash) = (
                       SELECT fetched_at, body_hash FROM observations WHERE url = :url
                       ORDER BY max(seen_at, ifnull(until, '')) DESC, body_hash DESC LIMIT 1)""",
                {"url": outcome.url, "time": outcome.fetch.fetched_at},
            )

    def _observe(
        self,
        outcome: ReleaseParsed | NotParsed,
        text: PressRelease | None,
        stored: PressRelease | None,
        *,
        page_hash: str = "",
    ) -> tuple[bool, PressRelease | None]:
        """Add to the history of a page, and write what follows from it.

        Returns whether the same bytes were known before, and the record that is stored now.
        """
        db = self._connection.db
        history = read_history(db, outcome.url, stored)
        before = [replace(one) for one in history.observations]
        is_known = history.add(outcome.fetch, text, outcome.parser_version, page_hash=page_hash)
        if history.observations == before:
            return is_known, stored
        return is_known, self._write_history(outcome.url, history, stored)

    def _write_history(
        self, url: str, history: History, stored: PressRelease | None
    ) -> PressRelease | None:
        """Write a history and what follows from it; returns the record that is stored now."""
        revisions = history.revisions()
        current = revisions[-1].record if revisions else None
        if current and stored:
            current.duplicate_of = stored.duplicate_of
        if current and current != stored:
            self._write(current)
            self._relink(current, stored)
            query = "SELECT duplicate_of FROM releases WHERE id = ?"
            current.duplicate_of = self._connection.value(str, query, (current.id,))
        write_history(self._connection.db, url, history, revisions)
        return current

    def _write(self, release: PressRelease) -> None:
        db = self._connection.db
        values = columns_of(release)
        # Set by _relink: the original may be this very row.
        values |= {"duplicate_of": None, "duplicate_key": duplicate_key(release)}
        values["changed_in"] = self._connection.run
        self._connection.upsert("releases", "id", values)
        (number,) = db.execute("SELECT number FROM releases WHERE id = ?", (release.id,)).fetchone()
        write_parts(db, release)
        self._to_index.add(number)

    def _update_index(self) -> None:
        """Bring the search index up to date, for all releases of a commit at once.

        FTS5 writes its buffer at each savepoint, so to index each release by itself takes twice as
        long. A release whose write was rolled back is indexed with its stored text, or not at all.
        """
        db = self._connection.db
        for number in self._to_index:
            db.execute("DELETE FROM search WHERE rowid = ?", (number,))
            for title, text in db.execute(
                "SELECT title, text FROM releases WHERE number = ?", (number,)
            ).fetchall():
                db.execute(
                    "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)",
                    (number, search_key(title) + END_OF_KEY, search_key(text) + END_OF_KEY),
                )
        self._to_index.clear()
        search_key.cache_clear()

    def _relink(self, release: PressRelease, stored: PressRelease | None) -> None:
        """Point all releases with the old or the new text of a release to their original.

        Of the releases with the same date, title and text, the original is the one with the
        smallest id, whichever was stored first. A release whose page is there comes before one
        whose page is gone. If the duplicates of the old text still pointed to this release, no
        export would have them.
        """
        for key in {duplicate_key(r) for r in (release, stored) if r}:
            self._connection.db.execute(
                """UPDATE releases SET duplicate_of = nullif(original.id, releases.id),
                                       changed_in = :run
                   FROM (SELECT id FROM releases WHERE duplicate_key = :key
                         ORDER BY gone_since IS NOT NULL, id LIMIT 1) AS original
                   WHERE duplicate_key = :key
                   AND duplicate_of IS NOT nullif(original.id, releases.id)""",
                {"key": key, "run": self._connection.run},
            )


def utc(text: str) -> datetime:
    """The time of a timestamp, or of the beginning of a day (`YYYY-MM-DD`) in UTC."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
