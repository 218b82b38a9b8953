"""Databases that may only be read, and databases of other programs."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.queries.history import find_release
from mofa_crawler.queries.read_only import reading
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.store import Store
from tests.factories import keep, numbered, query

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOREIGN = "is a database of another program; name another with MOFA_DB"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def other(path: Path, version: int) -> None:
    """A database of another program, in WAL mode, as a killed process leaves it."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE runs (id INTEGER)")
    db.execute(f"PRAGMA user_version = {version}")
    db.commit()
    copies = {name: path.with_name(name).read_bytes() for name in (path.name, f"{path.name}-wal")}
    db.close()
    for name, content in copies.items():
        path.with_name(name).write_bytes(content)


@pytest.mark.parametrize("version", [0, 1, 70])
@pytest.mark.parametrize("open_", [Store, lambda path: reading(path).__enter__()])
def test_a_database_of_another_program_stays_as_it_is(
    tmp_path: Path, version: int, open_: Callable[[Path], object]
) -> None:
    path = tmp_path / "other.db"
    other(path, version)
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=FOREIGN):
        open_(path)
    after = contents(tmp_path)
    after.pop("other.db-shm", None)  # SQLite's own index of the WAL
    assert after == before


def test_the_one_other_database_of_the_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mofa.db"
    other(tmp_path / "songs.db", 1)
    (tmp_path / "text.db").write_text("no database " * 100)
    songs = (tmp_path / "songs.db").read_bytes()
    named = []
    for name in ("demo.db", "second.db"):
        Store(tmp_path / name).close()
        with pytest.raises(StoreError) as raised, reading(path):
            pass
        named.append(str(raised.value))
    begin = f"there is no database mofa.db in {tmp_path}; name it with -s MOFA_DB="
    assert named == [f"{begin}{tmp_path / 'demo.db'}", f"{begin}FILE"]
    assert (tmp_path / "songs.db").read_bytes() == songs
    assert (tmp_path / "songs.db-wal").exists()


@pytest.mark.parametrize("open_", [Store, lambda path: reading(path).__enter__()])
def test_a_database_of_a_newer_version_stays_as_it_is(
    tmp_path: Path, open_: Callable[[Path], object]
) -> None:
    path = tmp_path / "mofa.db"
    Store(path).close()
    query(path, "PRAGMA user_version = 999")
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=r"mofa.db was written by a newer mofa_crawler; upgrade"):
        open_(path)
    assert contents(tmp_path) == before


def test_a_copy_with_a_wal_where_sqlite_may_not_write_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mofa.db"
    Store(path).close()
    (tmp_path / "mofa.db-wal").write_bytes(b"x")
    # Root may write everywhere, but not here.
    (tmp_path / "mofa.db-shm").symlink_to(tmp_path / "nowhere" / "shm")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StoreError, match="copy it, with its -wal file, to a folder"), reading(path):
        pass


def test_a_folder_that_may_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "mofa.db"
    store = Store(path)
    keep(store, numbered(1))
    store.close()
    path.chmod(0o444)
    folder.chmod(0o555)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    before = contents(folder)
    with reading(path) as db:
        record = find_release(db, [numbered(1).id])
    assert record
    assert record.title == numbered(1).title
    assert contents(folder) == before
    folder.chmod(0o755)
