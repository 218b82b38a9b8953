"""Full-text search over titles and texts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler.queries.snippets import mark

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

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
    """A release that was found, with every place of a term marked in its title and snippet."""

    id: str
    date: str
    lang: Lang
    url: str
    title: Marked
    snippet: Marked  # the text around the first place


@dataclass(frozen=True, slots=True)
class Found:
    """The releases that a search has found, in order.

    Releases with the most terms in their titles come first, then the newest. `numbers` are those of
    the table `releases`, and `dates` their dates.
    """

    terms: tuple[Term, ...]
    numbers: tuple[int, ...]
    dates: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many releases were found."""
        return len(self.numbers)

    def by_year(self) -> dict[str, int]:
        """How many releases were found of each year (`YYYY`), the oldest first."""
        return _counted(day[:4] for day in self.dates)

    def by_month(self) -> dict[str, int]:
        """How many releases were found of each month (`YYYY-MM`), the oldest first."""
        return _counted(day[:7] for day in self.dates)


def find(
    db: sqlite3.Connection, terms: Iterable[Term], period: Period, *, with_duplicates: bool = False
) -> Found:
    """Find the releases of a period that contain all terms. No terms: all of the period.

    A duplicate is left out if its original is found too. `db` is a connection from
    `read_only.reading`, or any other that gives rows as `sqlite3.Row`. Raises `sqlite3.Error`.
    """
    terms = tuple(terms)
    rows = _matched(db, terms, period, with_duplicates=with_duplicates)
    return Found(
        terms=terms,
        numbers=tuple(row["number"] for row in rows),
        dates=tuple(row["date"] for row in rows),
    )


def read_hits(
    db: sqlite3.Connection, found: Found, *, offset: int = 0, limit: int | None = None
) -> Iterator[Hit]:
    """The releases from `offset` on, at most `limit`, in order. Raises `sqlite3.Error`.

    They are read one by one: memory does not grow with their number.
    """
    for number in islice(found.numbers, offset, None if limit is None else offset + limit):
        row = db.execute(
            "SELECT id, date, lang, url, title, text FROM releases WHERE number = ?", (number,)
        ).fetchone()
        yield Hit(
            id=row["id"],
            date=row["date"],
            lang=row["lang"],
            url=row["url"],
            title=mark(row["title"], found.terms),
            snippet=mark(row["text"], found.terms, width=_WIDTHS[row["lang"]]),
        )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _matched(
    db: sqlite3.Connection, terms: Sequence[Term], period: Period, *, with_duplicates: bool
) -> list[sqlite3.Row]:
    """Number and date of the releases that contain all terms, in order."""
    trigrams = dict.fromkeys(chain.from_iterable(term.trigrams() for term in terms))

    def contains(title: str, text: str) -> bool:
        return all(term.is_in(title) or term.is_in(text) for term in terms)

    def in_title(title: str) -> int:
        return sum(term.is_in(title) for term in terms)

    db.create_function("contains_terms", 2, contains, deterministic=True)
    db.create_function("terms_in_title", 1, in_title, deterministic=True)
    match = " ".join(map(_quoted, islice(trigrams, _BY_INDEX)))
    by_index = "search MATCH :match AND" if match else ""
    return db.execute(
        f"""WITH matched AS MATERIALIZED (
                SELECT number, id, date, terms_in_title(search.title) AS in_title
                FROM search JOIN releases ON number = search.rowid
                WHERE lang IN (SELECT value FROM json_each(:langs))
                AND date BETWEEN :since AND :until
                AND {by_index} contains_terms(search.title, search.text)
            )
            SELECT number, date FROM matched WHERE :with_duplicates OR number NOT IN (
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
            "with_duplicates": with_duplicates,
        },
    ).fetchall()


def _quoted(trigram: str) -> str:
    """A string of FTS5, in which nothing is special."""
    return '"' + trigram.replace('"', '""') + '"'
