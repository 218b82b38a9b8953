"""What the store knows of the archive: in which file which page's bytes lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.outcome import WarcLocation
from mofa_crawler.store.runs import NotedRuns

if TYPE_CHECKING:
    from collections.abc import Iterable


class ArchivedPages(NotedRuns):
    """The pages' places in the archive. Every method raises `StoreError` where SQLite fails."""

    def place_of(self, url: str) -> WarcLocation | None:
        """Where the bytes of a page lie that was stored; None where they are not archived."""
        with self._errors("read"):
            row = self._db.execute(
                """SELECT archive_file AS file, archive_offset AS "offset", archived_at,
                          archive_digest AS digest
                   FROM pages WHERE url = ? AND archive_file IS NOT NULL""",
                (url,),
            ).fetchone()
            return WarcLocation(**row) if row else None

    def save_places(self, places: Iterable[tuple[str, str, WarcLocation]]) -> None:
        """Note where the bytes of pages lie, by address and the SHA-256 that was stored of them.

        They must be on the disk by now. Of a page that was not stored so, nothing is noted.
        """
        with self._errors("write"), self._transaction():
            self._db.executemany(
                """UPDATE pages SET archive_file = ?, archive_offset = ?, archived_at = ?,
                   archive_digest = ? WHERE url = ? AND body_hash = ? AND http_status = 200""",
                ((p.file, p.offset, p.archived_at, p.digest, url, body) for url, body, p in places),
            )

    def save_places_by_hash(self, places: Iterable[tuple[str, WarcLocation]]) -> None:
        """Note where the bytes of pages lie, by the SHA-256 of what was stored of them."""
        with self._errors("write"), self._transaction():
            self._db.executemany(
                """UPDATE pages SET archive_file = ?, archive_offset = ?, archived_at = ?,
                   archive_digest = ? WHERE body_hash = ? AND http_status = 200""",
                ((p.file, p.offset, p.archived_at, p.digest, body) for body, p in places),
            )

    def note_archive(self, file: str) -> None:
        """Note which file this run writes its archive into."""
        with self._errors("write"), self._transaction():
            self._db.execute("UPDATE runs SET archive_file = ? WHERE id = ?", (file, self._run))

    def unfinished_archives(self) -> dict[str, int]:
        """The archive files of runs that were killed, and the last offset known in each (or 0)."""
        with self._errors("read"):
            rows = self._db.execute(
                """SELECT runs.archive_file, coalesce(max(archive_offset), 0)
                   FROM runs LEFT JOIN pages USING (archive_file)
                   WHERE finished_at IS NULL AND runs.archive_file IS NOT NULL
                   GROUP BY runs.archive_file"""
            )
            return dict(rows.fetchall())
