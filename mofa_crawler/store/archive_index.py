"""Where the archive has the response of each stored page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from typing import TYPE_CHECKING

from mofa_crawler.outcome import WarcLocation

if TYPE_CHECKING:
    from mofa_crawler.store.connection import Connection

_SET_LOCATION = """UPDATE pages SET archive_file = ?, archive_offset = ?, archived_at = ?,
                   archive_digest = ? WHERE http_status = 200 AND """


class ArchiveIndex:
    """The locations of pages in the archive. Every method raises `StoreError` if SQLite fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pending: list[tuple[str, str, WarcLocation]] = []

    def location_of(self, url: str) -> WarcLocation | None:
        """The location of a stored page's response; None if it is not archived."""
        with self._connection.reading() as db:
            row = db.execute(
                """SELECT archive_file AS file, archive_offset AS "offset", archived_at,
                          archive_digest AS digest
                   FROM pages WHERE url = ? AND archive_file IS NOT NULL""",
                (url,),
            ).fetchone()
            return WarcLocation(**row) if row else None

    def add(self, url: str, body_hash: str, location: WarcLocation) -> None:
        """Remember the location of a saved page until `flush`."""
        self._pending.append((url, body_hash, location))

    def flush(self) -> None:
        """Store the locations that were added. The archive must be on the disk by now.

        The row of a page that was not stored with this body stays unchanged.
        """
        pending, self._pending = self._pending, []
        with self._connection.writing() as db:
            db.executemany(
                _SET_LOCATION + "url = ? AND body_hash = ?",
                ((*astuple(location), url, body) for url, body, location in pending),
            )

    def save_by_hash(self, locations: Iterable[tuple[str, WarcLocation]]) -> None:
        """Store the location of each body (SHA-256) for pages of this body without a location."""
        with self._connection.writing() as db:
            db.executemany(
                _SET_LOCATION + "archive_file IS NULL AND body_hash = ?",
                ((*astuple(location), body) for body, location in locations),
            )

    def note_file(self, name: str) -> None:
        """Store the name of the file that this run writes."""
        with self._connection.writing() as db:
            db.execute(
                "UPDATE runs SET archive_file = ? WHERE id = ?", (name, self._connection.run)
            )

    def unfinished_files(self) -> dict[str, int]:
        """The files of runs that were killed, each with the last offset stored for it (or 0)."""
        with self._connection.reading() as db:
            rows = db.execute(
                """SELECT runs.archive_file, coalesce(max(archive_offset), 0)
                   FROM runs LEFT JOIN pages USING (archive_file)
                   WHERE finished_at IS NULL AND runs.archive_file IS NOT NULL
                   AND NOT archive_recovered
                   GROUP BY runs.archive_file"""
            )
            return dict(rows.fetchall())

    def note_recovered(self, name: str) -> None:
        """Store that the file of a killed run is finished, and that its locations are stored."""
        with self._connection.writing() as db:
            db.execute("UPDATE runs SET archive_recovered = 1 WHERE archive_file = ?", (name,))
