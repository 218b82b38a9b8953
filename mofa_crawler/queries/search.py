"""Full-text search over titles and texts."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from mofa_crawler.period import Period
from mofa_crawler.queries.snippets import Marked, mark
from mofa_crawler.queries.terms import TRIGRAM, Term
from mofa_crawler.record import as_json
from mofa_crawler.store.records import IN_PERIOD, values_of

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

# Characters of a snippet. Japanese characters are twice as wide.
_WIDTHS = {"en": 160, "ja": 80}
_MANY = 5_000  # releases
_COMMON = 100_000  # occurrences; for more, to read the texts costs less than to read the index
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A release that was found, with every place of a term marked in its title and snippet."""

    id: str
    date: str
    lang: Lang
    url: str
    source: str
    title: Marked
    snippet: Marked  # the text around the first place


@dataclass(frozen=True, slots=True)
class Found:
    """The releases that a search has found, in order: `number` and `date` of their rows.

    Releases with the most terms in their titles come first, then the newest.
    """

    terms: tuple[Term, ...]
    rows: Sequence[sqlite3.Row]

    def newest_first(self) -> Found:
        """The same releases by date; those of a day stay in their order."""
        return replace(self, rows=sorted(self.rows, key=itemgetter("date"), reverse=True))

    @property
    def total(self) -> int:
        """How many releases were found."""
        return len(self.rows)

    def by_year(self) -> dict[str, int]:
        """How many releases were found of each year (`YYYY`), from the first to the last."""
        counts = Counter(row["date"][:4] for row in self.rows)
        years = range(int(min(counts)), int(max(counts)) + 1) if counts else ()
        return {name: counts[name] for name in (f"{year:04}" for year in years)}

    def by_month(self) -> dict[str, int]:
        """How many releases were found of each month (`YYYY-MM`), from the first to the last."""
        counts = Counter(row["date"][:7] for row in self.rows)
        months = Period().months(min(counts), max(counts)) if counts else ()
        return {month: counts[month] for month in months}


def find(
    db: sqlite3.Connection, terms: Iterable[Term], period: Period, *, with_duplicates: bool = False
) -> Found:
    """Find the releases of a period that contain all terms. No terms: all of the period.

    A duplicate is left out if its original is found too. `db` is a connection from
    `read_only.reading`, or any other that gives rows as `sqlite3.Row`.
    """
    terms = tuple(terms)
    rows = _matched(db, terms, period)
    if not with_duplicates:
        copies = _copies(db, {row["number"] for row in rows})
        rows = [row for row in rows if row["number"] not in copies]
    return Found(terms, rows)


def read_hits(
    db: sqlite3.Connection, found: Found, *, offset: int = 0, limit: int | None = None
) -> Iterator[Hit]:
    """The releases from `offset` on, at most `limit`, in order.

    They are read one by one: memory does not grow with their number.
    """
    for match in islice(found.rows, offset, None if limit is None else offset + limit):
        row = db.execute(
            "SELECT id, date, lang, url, source, title, text FROM releases WHERE number = ?",
            (match["number"],),
        ).fetchone()
        values = dict(row)
        snippet = mark(values.pop("text"), found.terms, width=_WIDTHS[row["lang"]])
        yield Hit(**values | {"title": mark(row["title"], found.terms)}, snippet=snippet)


def _matched(db: sqlite3.Connection, terms: Sequence[Term], period: Period) -> list[sqlite3.Row]:
    """Number, id and date of the releases that contain all terms, in order."""
    numbers: Set[int] | None = None
    titled: Counter[int] = Counter()  # how many terms a title has, by number
    to_read = []
    for term in sorted(terms, key=lambda term: len(term.key), reverse=True):
        if len(term.key) == 1 and (numbers is not None or _is_common(db, term)):
            to_read.append(term)
            continue
        found = _by_index(db, term)
        numbers = found.keys() if numbers is None else numbers & found.keys()
        if term.is_word:
            to_read.append(term)
        else:
            titled.update(number for number, is_in_title in found.items() if is_in_title)
        if not numbers:
            return []
    rows = _in_period(db, numbers, period)
    if to_read:
        numbers = {row["number"] for row in rows}
        numbers = set(_with_terms(db, numbers, to_read, titled))
        rows = [row for row in rows if row["number"] in numbers]
    return sorted(rows, key=lambda row: titled[row["number"]], reverse=True)


def _by_index(db: sqlite3.Connection, term: Term) -> dict[int, bool]:
    """The releases with a term, and whether their titles have it.

    If the term is a whole word, some of the releases may lack the word.
    """
    if len(term.key) >= TRIGRAM:
        phrase = '"' + term.key.replace('"', '""') + '"'  # no character is special between quotes
        match = "SELECT rowid FROM search WHERE search MATCH ?"
        found = dict.fromkeys((row[0] for row in db.execute(match, (phrase,))), False)
        if found:
            found |= {row[0]: True for row in db.execute(match, (f"title : {phrase}",))}
        return found
    # If the term is a whole word, no letter follows it.
    longer = "?" * len(term.key) + "[0-9a-z]*" if term.is_word else ""
    rows = db.execute(
        """SELECT doc, max(col = 'title') FROM search_trigrams
           WHERE term BETWEEN ? AND ? AND term NOT GLOB ? GROUP BY doc""",
        (*_trigrams(term), longer),
    )
    return {number: bool(is_in_title) for number, is_in_title in rows}


def _is_common(db: sqlite3.Connection, term: Term) -> bool:
    """Whether a short term occurs more than `_COMMON` times."""
    query = "SELECT 1 FROM search_trigrams WHERE term BETWEEN ? AND ? LIMIT 1 OFFSET ?"
    return db.execute(query, (*_trigrams(term), _COMMON)).fetchone() is not None


def _trigrams(term: Term) -> tuple[str, str]:
    """The first and the last trigram that may begin with a short term."""
    return term.key, term.key.ljust(TRIGRAM, _LAST_CHARACTER)


def _in_period(
    db: sqlite3.Connection, numbers: Set[int] | None, period: Period
) -> list[sqlite3.Row]:
    """The releases of a period, the newest first. `numbers` chooses among them, unless None."""
    among = "number IN (SELECT value FROM json_each(:numbers)) AND"
    # The index by date has all that is read here: for many releases, to read it from end to end
    # costs less than to read their rows.
    if numbers is not None and len(numbers) > _MANY:
        among = f"+{among}"
    return db.execute(
        f"""SELECT number, id, date FROM releases
            WHERE {"" if numbers is None else among} {IN_PERIOD}
            ORDER BY date DESC, id""",  # noqa: S608 - words of our own
        {**values_of(period), "numbers": as_json(list(numbers or ()))},
    ).fetchall()


def _with_terms(
    db: sqlite3.Connection, numbers: Set[int], terms: Sequence[Term], titled: Counter[int]
) -> Iterator[int]:
    """The releases among these whose texts have all terms. Counts the terms in their titles."""
    rows = db.execute(
        """SELECT rowid, title, text FROM search
           WHERE rowid IN (SELECT value FROM json_each(?))""",
        (as_json(list(numbers)),),
    )
    for number, title, text in rows:
        in_title = [term.is_in(title) for term in terms]
        if all(found or term.is_in(text) for found, term in zip(in_title, terms, strict=True)):
            titled[number] += sum(in_title)
            yield number


def _copies(db: sqlite3.Connection, numbers: Set[int]) -> Set[int]:
    """The numbers of the duplicates of these releases."""
    rows = db.execute(
        """SELECT copy.number, original.number FROM releases AS copy
           JOIN releases AS original ON original.id = copy.duplicate_of
           WHERE copy.duplicate_of IS NOT NULL"""
    )
    return {copy for copy, original in rows if original in numbers}
