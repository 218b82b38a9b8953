"""A release and the same release in the other language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.store.records import read_records

if TYPE_CHECKING:
    import sqlite3

    from mofa_crawler.record import PressRelease


def other_language(db: sqlite3.Connection, record: PressRelease) -> PressRelease | None:
    """The stored release that is linked from this one as its other language, or that links it.

    None if neither page links the other. Raises `sqlite3.Error`.
    """
    found = read_records(
        db,
        "WHERE lang != ? AND (url = ? OR translation = ?)",
        (record.lang, record.translation or "", record.url),
    )
    return min(found, key=lambda other: other.url != record.translation, default=None)
