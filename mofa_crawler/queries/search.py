"""Full-text search over titles and texts, by the index and beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.snippets import mark
from mofa_crawler.site import LANGS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from mofa_crawler.queries.snippets import Marked
    from mofa_crawler.queries.terms import Term
    from mofa_crawler.site import Lang

# Of the text around the first place found, so many characters; Japanese ones are twice as wide.
_WIDTHS = {"en": 160, "ja": 80}
# So many trigrams are looked up in the index. It knows where they occur, and not in which order:
# what they leave is searched for the terms.
_BY_INDEX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A release that was found, and what of it."""

    id: str
    date: str
    lang: Lang
    url: str
    title: Marked
    snippet: Marked


def search(  # noqa: PLR0913 - a filter each
    path: Path,
    terms: Sequence[Term],
    *,
    langs: Sequence[Lang] = LANGS,
    since: str | None = None,
    until: str | None = None,
    count: int,
) -> tuple[int, list[Hit]]:
    """How many releases hold all of the terms (one at least), and the first `count` of them.

    First those with the most terms in their titles, then the newest. Duplicates are left out where
    the release that they repeat is found itself. Raises `StoreError`.
    """
    with reading(path) as db:
        numbers = _found(
            db, terms, msgspec.json.encode(list(langs)).decode(), since or "", until or "9999"
        )
        return len(numbers), [_hit(db, number, terms) for number in numbers[:count]]


def _found(
    db: sqlite3.Connection, terms: Sequence[Term], langs: str, since: str, until: str
) -> list[int]:
    """The numbers of the releases that hold all of the terms, in order."""
    trigrams = dict.fromkeys(chain.from_iterable(term.trigrams() for term in terms))

    def holds(title: str, text: str) -> bool:
        return all(term.is_in(title) or term.is_in(text) for term in terms)

    def named(title: str) -> int:
        return sum(term.is_in(title) for term in terms)

    db.create_function("holds", 2, holds, deterministic=True)
    db.create_function("named", 1, named, deterministic=True)
    match = " ".join(map(_quoted, islice(trigrams, _BY_INDEX)))
    by_index = "search MATCH :match AND" if match else ""
    rows = db.execute(
        f"""WITH matched AS MATERIALIZED (
                SELECT number, id, date, named(search.title) AS named
                FROM search JOIN releases ON number = search.rowid
                WHERE lang IN (SELECT value FROM json_each(:langs))
                AND date BETWEEN :since AND :until
                AND {by_index} holds(search.title, search.text)
            )
            SELECT number FROM matched WHERE number NOT IN (
                SELECT copy.number FROM releases AS copy
                JOIN releases AS original ON original.id = copy.duplicate_of
                WHERE original.number IN (SELECT number FROM matched)
            )
            ORDER BY named DESC, date DESC, id""",  # noqa: S608 - a condition of our own
        {"match": match, "langs": langs, "since": since, "until": until},
    )
    return [row["number"] for row in rows]


def _quoted(trigram: str) -> str:
    """A string of FTS5, in which nothing is special."""
    return '"' + trigram.replace('"', '""') + '"'


def _hit(db: sqlite3.Connection, number: int, terms: Sequence[Term]) -> Hit:
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
