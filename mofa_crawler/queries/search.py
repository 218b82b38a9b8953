"""Full-text search over titles and texts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.snippets import mark

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from mofa_crawler.period import Period
    from mofa_crawler.queries.snippets import Marked
    from mofa_crawler.queries.terms import Term
    from mofa_crawler.site import Lang

# Characters of a snippet. Japanese characters are twice as wide.
_WIDTHS = {"en": 160, "ja": 80}
# How many trigrams are looked up in the full-text index. The index knows the releases in which a
# trigram occurs and not its place, so the texts of these releases are searched for the terms.
_BY_INDEX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A release that was found."""

    id: str
    date: str
    lang: Lang
    url: str
    title: Marked
    snippet: Marked  # the text around the first place


def search(
    path: Path, terms: Sequence[Term], period: Period, *, count: int
) -> tuple[int, list[Hit]]:
    """How many releases contain all terms (one at least), and the first `count` of them.

    Releases with the most terms in their titles come first, then the newest. A duplicate is left
    out if its original is found too. Raises `StoreError`.
    """
    with reading(path) as db:
        numbers = find(db, terms, period)
        return len(numbers), [hit(db, number, terms) for number in numbers[:count]]


def find(db: sqlite3.Connection, terms: Sequence[Term], period: Period) -> list[int]:
    """The numbers of the releases that contain all terms, in order. Raises `sqlite3.Error`."""
    trigrams = dict.fromkeys(chain.from_iterable(term.trigrams() for term in terms))

    def contains(title: str, text: str) -> bool:
        return all(term.is_in(title) or term.is_in(text) for term in terms)

    def in_title(title: str) -> int:
        return sum(term.is_in(title) for term in terms)

    db.create_function("contains_terms", 2, contains, deterministic=True)
    db.create_function("terms_in_title", 1, in_title, deterministic=True)
    match = " ".join(map(_quoted, islice(trigrams, _BY_INDEX)))
    by_index = "search MATCH :match AND" if match else ""
    rows = db.execute(
        f"""WITH matched AS MATERIALIZED (
                SELECT number, id, date, terms_in_title(search.title) AS in_title
                FROM search JOIN releases ON number = search.rowid
                WHERE lang IN (SELECT value FROM json_each(:langs))
                AND date BETWEEN :since AND :until
                AND {by_index} contains_terms(search.title, search.text)
            )
            SELECT number FROM matched WHERE number NOT IN (
                SELECT copy.number FROM releases AS copy
                JOIN releases AS original ON original.id = copy.duplicate_of
                WHERE original.number IN (SELECT number FROM matched)
            )
            ORDER BY in_title DESC, date DESC, id""",  # noqa: S608 - a condition of our own
        {
            "match": match,
            "langs": msgspec.json.encode(period.langs).decode(),
            "since": period.since or "",
            "until": period.until or "9999",
        },
    )
    return [row["number"] for row in rows]


def _quoted(trigram: str) -> str:
    """A string of FTS5, in which nothing is special."""
    return '"' + trigram.replace('"', '""') + '"'


def hit(db: sqlite3.Connection, number: int, terms: Sequence[Term]) -> Hit:
    """A release that was found, by its number. Raises `sqlite3.Error`."""
    row = db.execute(
        "SELECT id, date, lang, url, title, text FROM releases WHERE number = ?", (number,)
    ).fetchone()
    return Hit(
        id=row["id"],
        date=row["date"],
        lang=row["lang"],
        url=row["url"],
        title=mark(row["title"], terms),
        snippet=mark(row["text"], terms, width=_WIDTHS[row["lang"]]),
    )
