"""The connection to the SQLite file: opening, migrations, transactions, and one run at a time.

One process writes at a time. WAL lets others read meanwhile, and leaves the database whole when a
process is killed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from os.path import samestat
from pathlib import Path
from typing import Any, TypeVar

from mofa_crawler.atomic_files import real_path
from mofa_crawler.store.lock import RunLock
from mofa_crawler.store.schema import MIGRATIONS

_T = TypeVar("_T")

# Tables that every version of our database has.
OUR_TABLES = {"pages", "releases", "runs"}
NOT_OURS = "{} is not a database of mofa_crawler; name another with MOFA_DB"
# The first SQLite with STRICT tables.
_OLDEST_SQLITE = (3, 37, 0)


class StoreError(Exception):
    """The database cannot be opened, read or written. `str()` is one line with the file's name."""


class TooSlow(StoreError):
    """Reading took longer than allowed."""


class InUse(StoreError):
    """Another run uses the database."""


def files_of(database: Path) -> list[Path]:
    """The file of a database and the files that SQLite and a run keep beside it, as full paths."""
    path = real_path(database)
    return [Path(f"{path}{end}") for end in ("", "-wal", "-shm", "-lock")]


def check_database(path: Path) -> None:
    """Raise `StoreError` for a database of another program, or of a newer version of this one.

    No byte of the file changes. A connection that writes would set the journal mode, and apply a
    WAL that another program has left.
    """
    if not path.is_file() or not path.stat().st_size:
        return  # a new database
    with store_errors(path):
        version, tables = version_and_tables(path)
    if tables and not tables >= OUR_TABLES:
        raise StoreError(f"{path} is a database of another program; name another with MOFA_DB")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer mofa_crawler; upgrade, or name another database with "
            "MOFA_DB"
        )


def version_and_tables(path: Path) -> tuple[int, set[str]]:
    """The `user_version` of a database, and the names in its schema. Raises `sqlite3.Error`."""
    with closing(sqlite3.connect(read_only_uri(path), uri=True)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        return version, {row[0] for row in db.execute("SELECT name FROM sqlite_master")}


@contextmanager
def store_errors(path: Path, doing: str = "read") -> Iterator[None]:
    """Raise `StoreError` for whatever SQLite raises, `TooSlow` if its time is up."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")  # errors of the module itself have none
        if name == "SQLITE_INTERRUPT":
            raise TooSlow(f"reading {path} took too long") from error
        if name == "SQLITE_NOTADB":
            raise StoreError(NOT_OURS.format(path)) from error
        advice = ""
        if name == "SQLITE_BUSY":
            advice = "; end the program that writes to it"
        elif name == "SQLITE_CANTOPEN" and Path(f"{path}-wal").exists():
            advice = "; copy it, with its -wal file, to a folder that may be written"
        raise StoreError(f"cannot {doing} {path}: {error}{advice}") from error


def read_only_uri(path: Path) -> str:
    """The URI to open a database without writing to it.

    Without a WAL the database is opened as immutable: then SQLite needs no files beside it.
    """
    wal = Path(f"{path}-wal")
    immutable = "" if wal.exists() and wal.stat().st_size else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{immutable}"


class Connection:
    """An open database, migrated. Every method raises `StoreError` if SQLite fails.

    `run` is the number of the run that writes, None outside of a run. Functions in `before_commit`
    are called before each commit.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.run: int | None = None
        self.before_commit: list[Callable[[], None]] = [self._check_file]
        self._is_open = True
        self._defers_commits = False
        self._is_writing = False
        if str(path) in {"", ":memory:"} or self.path.is_dir():
            raise StoreError(f"MOFA_DB is {str(path)!r}: name a file for the dataset")
        if not self.path.parent.is_dir():
            raise StoreError(f"cannot open {path}: there is no folder {self.path.parent}")
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            needed = ".".join(map(str, _OLDEST_SQLITE))
            raise StoreError(
                f"SQLite {needed} or newer is needed, this is {sqlite3.sqlite_version}"
            )
        check_database(self.path)
        self._file = real_path(self.path)
        self._lock = RunLock(self._file)
        with store_errors(self.path, "open"):
            # `_transaction` begins each transaction as IMMEDIATE: under WAL, a deferred one that
            # reads before it writes can fail at once.
            self.db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self.db.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, for queries."""
        with store_errors(self.path, "read"):
            yield self.db

    def value(self, kind: Callable[[Any], _T], query: str, parameters: Any = ()) -> _T | None:
        """The first column of the first row, as `kind`; None without a row, and for NULL."""
        with self.reading() as db:
            row = db.execute(query, parameters).fetchone()
            return None if row is None or row[0] is None else kind(row[0])

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The database, for statements that are written all or none."""
        with store_errors(self.path, "write"), self._transaction():
            yield self.db

    def upsert(self, table: str, key: str, values: Mapping[str, Any]) -> None:
        """Insert a row, or update the columns of the row with the same key."""
        names = ", ".join(values)
        parameters = ", ".join(f":{name}" for name in values)
        changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != key)
        self.db.execute(
            f"INSERT INTO {table} ({names}) VALUES ({parameters}) "  # noqa: S608 - names of our own
            f"ON CONFLICT ({key}) DO UPDATE SET {changes}",
            values,
        )

    def defer_commits(self) -> None:
        """From now on, commit only in `commit`: one commit for many pages costs less."""
        self._defers_commits = True

    def commit(self) -> None:
        """Commit what was written. A process that is killed later loses none of it."""
        with store_errors(self.path, "write"):
            self._commit()

    def close(self) -> None:
        """Commit what was written, and close the file. A second call does nothing."""
        if not self._is_open:
            return
        with store_errors(self.path, "close"):
            self._commit()
            self._is_open = False
            self.db.close()
        self._lock.release()

    def lock(self) -> None:
        """Keep other runs from the database until the database is closed, or this process ends.

        Raises `InUse`, which names the other run, if there is one; else `StoreError`.
        """
        try:
            is_ours = self._lock.acquire()
        except OSError as error:
            raise StoreError(
                f"cannot lock {self.path}: {error.strerror or error}; keep the database on a disk "
                "of this machine, and not on a network drive"
            ) from error
        if not is_ours:
            raise InUse(f"{self.path} is in use by {self._other_run()}")

    def _other_run(self) -> str:
        with self.reading() as db:
            row = db.execute(
                """SELECT id, pid, started_at FROM runs
                   WHERE finished_at IS NULL AND reason IS NULL ORDER BY id DESC"""
            ).fetchone()
        if row is None:
            return "another run, which has just begun; try again when it has ended"
        return "run {} (process {}, since {}); try again when it has ended".format(*row)

    def _prepare(self) -> None:
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self._opened = self._file.stat()
        # A power cut may undo the last pages, which are then fetched again. It damages nothing.
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute("PRAGMA foreign_keys = ON")
        with self._transaction():
            version = self.db.execute("PRAGMA user_version").fetchone()[0]
            for migration in MIGRATIONS[version:]:
                for statement in _statements(migration):
                    self.db.execute(statement)
            self.db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """A transaction, or a part of the one that is open. The outermost block commits."""
        if self._is_writing:
            yield
            return
        self._is_writing = True
        try:
            if not self.db.in_transaction:
                self.db.execute("BEGIN IMMEDIATE")
            self.db.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                if self.db.in_transaction:  # a full disk may have ended the transaction already
                    self.db.execute("ROLLBACK TO part")
                raise
            finally:
                if self.db.in_transaction:
                    self.db.execute("RELEASE part")
                    if not self._defers_commits:
                        self._commit()
        finally:
            self._is_writing = False

    def _check_file(self) -> None:
        """Raise `StoreError` if the file is gone or another: SQLite would write into nothing."""
        if not self._file.exists() or not samestat(self._file.stat(), self._opened):
            raise StoreError(f"{self.path} is not there any more: it was moved or deleted")

    def _commit(self) -> None:
        if not self.db.in_transaction:
            return
        try:
            for prepare in self.before_commit:
                prepare()
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
