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
    from collections.abc import Set as AbstractSet

    from mofa_crawler.period import Period
    from mofa_crawler.queries.snippets import Marked
    from mofa_crawler.queries.terms import Term
    from mofa_crawler.site import Lang

# Characters of a snippet. Japanese characters are twice as wide.
_WIDTHS = {"en": 160, "ja": 80}
# How many trigrams and terms of two characters are looked up in the index. The index knows the
# releases in which a trigram occurs and not its place. So a longer term is looked for in the texts
# of these releases.
_TRIGRAMS = 100
_SHORT_TERMS = 10
_SHORT = 2  # characters
_LAST_CHARACTER = "\U0010ffff"


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
    rows = _matched(db, terms, period)
    if not with_duplicates:
        copies = _copies(db, {row["number"] for row in rows})
        rows = [row for row in rows if row["number"] not in copies]
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


def _matched(db: sqlite3.Connection, terms: Sequence[Term], period: Period) -> list[sqlite3.Row]:
    """Number and date of the releases that contain all terms, in order."""
    conditions, values, to_read = _by_index(terms)

    def contains(title: str, text: str) -> bool:
        return all(term.is_in(title) or term.is_in(text) for term in to_read)

    def in_title(title: str) -> int:
        return sum(term.is_in(title) for term in terms)

    db.create_function("contains_terms", 2, contains, deterministic=True)
    db.create_function("terms_in_title", 1, in_title, deterministic=True)
    if to_read:
        conditions.append("contains_terms(search.title, search.text)")
    return db.execute(
        f"""SELECT number, date FROM releases
            {"JOIN search ON search.rowid = number" if terms else ""}
            WHERE lang IN (SELECT value FROM json_each(:langs))
            AND date BETWEEN :since AND :until
            {"".join(f" AND {condition}" for condition in conditions)}
            ORDER BY {"terms_in_title(search.title) DESC," if terms else ""} date DESC, id""",  # noqa: S608 - words of our own
        {
            **values,
            "langs": msgspec.json.encode(period.langs).decode(),
            "since": period.since or "",
            "until": period.until or "9999",
        },
    ).fetchall()


def _by_index(terms: Sequence[Term]) -> tuple[list[str], dict[str, str], list[Term]]:
    """What the index knows of the terms.

    Returns conditions that all releases with the terms fulfil, the parameters of the conditions,
    and the terms that releases may lack although they fulfil the conditions.
    """
    trigrams = {*islice(chain.from_iterable(term.trigrams() for term in terms), _TRIGRAMS)}
    short = [term for term in terms if len(term.key) == _SHORT][:_SHORT_TERMS]
    if not trigrams and not short:
        short = [*terms[:1]]
    conditions, values = [], {}
    if trigrams:
        conditions.append("search MATCH :match")
        values["match"] = " ".join(map(_quoted, sorted(trigrams)))
    for place, term in enumerate(short):
        # The beginnings of trigrams. If the term is a whole word, no letter follows it.
        conditions.append(
            f"""search.rowid IN (
                SELECT doc FROM search_trigrams
                WHERE term BETWEEN :first{place} AND :last{place} AND term NOT GLOB :longer{place}
            )"""  # noqa: S608 - a number
        )
        values[f"first{place}"] = term.key
        values[f"last{place}"] = term.key.ljust(3, _LAST_CHARACTER)
        values[f"longer{place}"] = "?" * len(term.key) + "[0-9a-z]*" if term.is_word else ""
    known = trigrams | {term.key for term in short}
    return conditions, values, [t for t in terms if t.is_word or t.key not in known]


def _copies(db: sqlite3.Connection, numbers: AbstractSet[int]) -> AbstractSet[int]:
    """The duplicates of these releases."""
    rows = db.execute(
        """SELECT copy.number, original.number FROM releases AS copy
           JOIN releases AS original ON original.id = copy.duplicate_of
           WHERE copy.duplicate_of IS NOT NULL"""
    )
    return {copy for copy, original in rows if original in numbers}


def _quoted(trigram: str) -> str:
    """A string of FTS5, in which nothing is special."""
    return '"' + trigram.replace('"', '""') + '"'
