"""Opens the database for reading, also while a run writes to it. Migrates and locks nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

from mofa_crawler.store.connection import (
    NOT_OURS,
    OUR_TABLES,
    StoreError,
    check_database,
    read_only_uri,
    store_errors,
    version_and_tables,
)
from mofa_crawler.store.schema import MIGRATIONS

DatabaseError = sqlite3.Error  # for a room that speaks no SQL
_STEPS = 10_000  # instructions of SQLite between two looks at the clock


@contextmanager
def reading(path: Path, *, seconds: float | None = None) -> Iterator[sqlite3.Connection]:
    """A database as it is at one moment, for reading only; rows are `sqlite3.Row`.

    Raises `StoreError` if there is no such database, and for whatever SQLite raises while it is
    open. Raises `TooSlow` if SQLite still reads after `seconds`.
    """
    try:
        is_there = path.is_file()
    except OSError as error:  # a folder without permission, a name that is too long
        raise StoreError(f"cannot read {path}: {error.strerror}") from error
    if not is_there:
        raise StoreError(no_database(path))
    check_database(path)
    with (
        store_errors(path),
        closing(sqlite3.connect(_uri(path), timeout=10, uri=True, isolation_level=None)) as db,
    ):
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA query_only = ON")
        db.execute("BEGIN")  # all that is read is of one moment
        _check_version(db, path)
        if seconds is not None:
            end = monotonic() + seconds
            db.set_progress_handler(lambda: monotonic() > end, _STEPS)
        yield db


def no_database(path: Path) -> str:
    """The message for a missing database. It names the only other database of the folder."""
    if path.is_dir():
        return f"MOFA_DB is {str(path)!r}, which is a folder: name a file"
    folder = path.absolute().parent
    others = [file for file in folder.glob("*.db") if file.is_file() and is_ours(file)]
    name = path.with_name(others[0].name) if len(others) == 1 else "FILE"
    return f"there is no database {path.name} in {folder}; name it with -s MOFA_DB={name}"


def is_ours(path: Path) -> bool:
    """Whether a file is a database of mofa_crawler, of any version."""
    try:
        return version_and_tables(path)[1] >= OUR_TABLES
    except sqlite3.Error:
        return False


def _uri(path: Path) -> str:
    if os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK):
        # Not `mode=ro`, which would leave the files of the WAL behind.
        return f"{path.absolute().as_uri()}?mode=rw"
    return read_only_uri(path)


def _check_version(db: sqlite3.Connection, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        raise StoreError(NOT_OURS.format(path))
    if version < len(MIGRATIONS):
        raise StoreError(
            f"{path} was last written by an older mofa_crawler; the next run brings it up to date"
        )
