"""The releases: their current records, their revisions, and which are duplicates of which."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from mofa_crawler.outcome import DuePage
from mofa_crawler.record import PressRelease, as_json, timestamp
from mofa_crawler.store.keys import END_OF_KEY, duplicate_key, search_key
from mofa_crawler.store.records import Selection, columns_of, read_records, write_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mofa_crawler.outcome import ReleaseParsed
    from mofa_crawler.run.schedule import Schedule
    from mofa_crawler.site import Lang
    from mofa_crawler.store.connection import Connection
    from mofa_crawler.store.pages import Pages


# The releases of a language that are rechecked: those that changed since a time, newest first.
RECHECKED = """
    SELECT releases.url, pages.fetch_url, min(listed.date) AS listed_date,
           max(releases.date, iif(revision > 1, releases.last_seen, '')) AS since,
           coalesce(checked_at, pages.fetched_at) AS checked
    FROM releases JOIN pages USING (url) LEFT JOIN listed USING (url)
    WHERE releases.lang = ? AND status = 'parsed' GROUP BY releases.url
    HAVING since > ? ORDER BY since DESC, releases.url"""


class Releases:
    """The table of releases. Every method raises `StoreError` if SQLite fails."""

    def __init__(self, connection: Connection, pages: Pages) -> None:
        self._connection = connection
        self._pages = pages
        self._to_index: set[int] = set()  # numbers of releases that the search index lacks
        connection.before_commit.append(self._update_index)

    # --- queries ------------------------------------------------------------------------------

    def get(self, release_id: str) -> PressRelease | None:
        """The current record of a release, or None."""
        with self._connection.reading() as db:
            return next(read_records(db, "WHERE id = ?", (release_id,)), None)

    def to_recheck(self, lang: Lang, *, schedule: Schedule, now: datetime) -> list[DuePage]:
        """Stored releases that are due again, with their listed dates, the newest first.

        The age of a release counts from its date, or from its last revision.
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

    def original_of(self, release: PressRelease) -> str | None:
        """The id of the release that this one is a duplicate of, or None.

        Of the releases with the same date, title and text, the one with the smallest id is the
        original, whichever was stored first.
        """
        with self._connection.reading() as db:
            row = db.execute(
                "SELECT min(id) FROM releases WHERE duplicate_key = ? AND id < ?",
                (duplicate_key(release), release.id),
            ).fetchone()
            return row[0]  # type: ignore[no-any-return]

    def all(self, *, with_duplicates: bool = False) -> Iterator[PressRelease]:
        """All current records by date and id. Duplicates are left out by default."""
        selection = Selection(with_duplicates=with_duplicates)
        with self._connection.reading() as db:
            yield from read_records(db, *selection.clause())

    def revision_of(self, release_id: str) -> int:
        """The current revision of a release; 0 if it is not stored."""
        with self._connection.reading() as db:
            query = "SELECT revision FROM releases WHERE id = ?"
            row = db.execute(query, (release_id,)).fetchone()
            return int(row[0]) if row else 0

    # --- writing ------------------------------------------------------------------------------

    def save(self, outcome: ReleaseParsed) -> Literal["new", "revised", "unchanged", "duplicate"]:
        """Write a page that was parsed, and its release, both or neither.

        Writes nothing if the record is stored already. If the release has a further revision, the
        old record goes to `revisions`.
        """
        release = outcome.release
        with self._connection.writing() as db:
            stored = next(read_records(db, "WHERE id = ?", (release.id,)), None)
            # The row may be of a later time: the page is gone, or can no longer be read.
            if not release.gone_since and not self._was_rejected_later(outcome):
                self._pages.save(outcome)
            if stored == release:
                return "unchanged"
            if stored and stored.revision < release.revision:
                db.execute(
                    "INSERT INTO revisions VALUES (?, ?, ?, ?, ?)",
                    (
                        stored.id,
                        stored.revision,
                        stored.content_hash,
                        release.fetched_at,
                        as_json(stored),
                    ),
                )
            self._write(release)
            self._relink(release, stored)
        if stored is None:
            return "duplicate" if release.duplicate_of else "new"
        return "unchanged" if stored.revision == release.revision else "revised"

    def _was_rejected_later(self, outcome: ReleaseParsed) -> bool:
        """Whether the page was rejected after this capture: it must be retried."""
        if not outcome.fetch.is_capture:
            return False
        page = self._pages.get(outcome.url)
        return (
            page is not None and page.status == "rejected" and outcome.fetch.fetched_at < page.seen
        )

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

        FTS5 writes what it has gathered at the next savepoint: release by release that takes twice
        as long. A release that was rolled back is indexed as it is stored, or not at all.
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
        """Point the duplicates of a release, of its old text and of its new one to their original.

        Without an original of their own, the duplicates of an old text would be missing from every
        export.
        """
        db = self._connection.db
        for key in {duplicate_key(r) for r in (release, stored) if r}:
            db.execute(
                """UPDATE releases
                   SET duplicate_of = nullif((SELECT min(id) FROM releases
                                              WHERE duplicate_key = :key), id),
                       changed_in = :run
                   WHERE duplicate_key = :key
                   AND duplicate_of IS NOT nullif((SELECT min(id) FROM releases
                                                   WHERE duplicate_key = :key), id)""",
                {"key": key, "run": self._connection.run},
            )


def utc(text: str) -> datetime:
    """A timestamp, or the beginning of a day in UTC."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
