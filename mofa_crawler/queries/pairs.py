"""A release and the same release in the other language."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from mofa_crawler.store.records import read_records

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease


class Pair(NamedTuple):
    """A release in both languages."""

    en: PressRelease
    ja: PressRelease


def read_pairs(db: sqlite3.Connection) -> Iterator[Pair]:
    """The releases that are stored in both languages, by date and id of the English one.

    Either page may link the other; the link on the English page goes first. An English release is
    in one pair at most, and a duplicate in none.
    """
    numbers = db.execute(
        """SELECT en.number, ifnull(
                   (SELECT number FROM releases AS ja WHERE url = en.translation AND lang = 'ja'),
                   linking.number) AS other
           FROM releases AS en
           LEFT JOIN (SELECT translation, min(number) AS number FROM releases
                      WHERE lang = 'ja' AND duplicate_of IS NULL GROUP BY translation) AS linking
                     ON linking.translation = en.url
           WHERE en.lang = 'en' AND en.duplicate_of IS NULL AND other IS NOT NULL
           ORDER BY en.date, en.id"""
    ).fetchall()
    for pair in numbers:
        en, ja = (next(read_records(db, "WHERE number = ?", (number,))) for number in pair)
        yield Pair(en, ja)


def other_language(db: sqlite3.Connection, record: PressRelease) -> PressRelease | None:
    """The stored release in the other language: one that this page links, else one that links it.

    None if there is no such release.
    """
    found = read_records(
        db,
        "WHERE lang != ? AND (url = ? OR translation = ?)",
        (record.lang, record.translation or "", record.url),
    )
    return min(found, key=lambda other: other.url != record.translation, default=None)
