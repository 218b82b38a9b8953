"""Files of the archive that the database names and the folder does not have."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from mofa_crawler.archive.locations import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class LostFile:
    """A file that is gone, or shorter than it was. `pages` counts the pages it should have."""

    file: str
    pages: int


def read_lost_files(db: sqlite3.Connection, folder: Path) -> list[LostFile] | None:
    """The files of the archive in `folder` that are gone or cut, by name.

    None: the folder has none of the files. It may be the wrong folder: the database does not store
    the path. The size of a file is compared with the offset of its last known record. No file is
    read: only the next crawl finds a damaged record in a file of the right size.
    """
    rows = db.execute(
        """SELECT archive_file, count(*) AS pages, max(archive_offset) AS last FROM pages
           WHERE archive_file IS NOT NULL GROUP BY archive_file ORDER BY archive_file"""
    ).fetchall()
    sizes = {row["archive_file"]: _size(folder, row["archive_file"]) for row in rows}
    if sizes and max(sizes.values()) < 0:
        return None
    return [
        LostFile(file=row["archive_file"], pages=row["pages"])
        for row in rows
        if sizes[row["archive_file"]] <= row["last"]
    ]


def _size(folder: Path, name: str) -> int:
    """The size in bytes, of the unfinished file if the run goes on; -1: there is no file."""
    for path in (folder / name, folder / (name + OPEN)):
        if path.is_file():
            return path.stat().st_size
    return -1
