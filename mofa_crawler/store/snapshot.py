"""The dataset as it is at one moment, read beside a run that may go on: no migration, no lock."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.records import read_records
from mofa_crawler.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mofa_crawler.items import PressRelease
    from mofa_crawler.store.records import Selection

# The first version of the tables in which a release tells which run changed it.
_TELLS_CHANGES = 4


class NoSuchRun(Exception):
    """The selection names a run that there was not. `str()` is one line that names the last."""


class Snapshot:
    """The records of a selection as they are at one moment. Made by `snapshot`.

    `given` counts the records given out. Every method raises `StoreError` where SQLite fails.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, selection: Selection) -> None:
        self._db = db
        self._path = path
        self.selection = selection
        self.given = 0

    def records(
        self, *, newest_first: bool = False, limit: int | None = None
    ) -> Iterator[PressRelease]:
        """By date and id, so many of them (None: all). Memory does not grow with their number."""
        clause, values = self.selection.clause()
        with _errors(self._path):
            records = read_records(self._db, clause, values, newest_first=newest_first)
            for record in islice(records, limit):
                self.given += 1
                yield record

    def last_change(self, limit: int | None = None) -> str | None:
        """The latest `last_seen` of so many of the newest (None: all); None where there is none."""
        clause, values = self.selection.clause()
        newest = f"SELECT last_seen FROM releases {clause} ORDER BY date DESC, id DESC LIMIT ?"  # noqa: S608
        with _errors(self._path):
            query = f"SELECT max(last_seen) FROM ({newest})"  # noqa: S608 - names of our own
            row = self._db.execute(query, (*values, -1 if limit is None else limit)).fetchone()
            return row[0]  # type: ignore[no-any-return]


@contextmanager
def snapshot(path: Path, selection: Selection) -> Iterator[Snapshot]:
    """Take a snapshot of a database. Raises `StoreError`, and `NoSuchRun`.

    A database of an older version is read as it is: the columns of a record were there from the
    first. Which run changed what, it does not tell.
    """
    if not path.is_file():
        raise StoreError(f"there is no database {path}; name it with MOFA_DB")
    with _errors(path):
        # Not `mode=ro`, which would leave the files of the WAL behind.
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", timeout=10, uri=True, isolation_level=None
        )
    with closing(db):
        with _errors(path):
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA query_only = ON")
            db.execute("BEGIN")  # what is read from here on is of one moment
            _check(db, path, selection)
        yield Snapshot(db, path, selection)


def _check(db: sqlite3.Connection, path: Path, selection: Selection) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise StoreError(f"{path} was written by a newer mofa_crawler; upgrade")
    if version == 0:
        raise StoreError(f"{path} is no database of mofa_crawler; name another with MOFA_DB")
    if selection.changed_since is None:
        return
    if version < _TELLS_CHANGES:
        raise StoreError(
            f"{path} was last written by an older mofa_crawler, which did not note what a run "
            "changed; the next run begins to"
        )
    runs = [row[0] for row in db.execute("SELECT id FROM runs ORDER BY id")]
    if selection.changed_since not in runs:
        known = f"the last was run {runs[-1]}" if runs else "there was none yet"
        raise NoSuchRun(f"there was no run {selection.changed_since}; {known}")


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"cannot read {path}: {error}") from error
