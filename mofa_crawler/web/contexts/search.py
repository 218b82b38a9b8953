"""The search: the releases in which words occur, or without words all of a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from mofa_crawler.period import Period
from mofa_crawler.queries.newest import Listed, count_newest, newest
from mofa_crawler.queries.search import Found, Hit, find, read_hits
from mofa_crawler.queries.snapshot import Snapshot
from mofa_crawler.queries.terms import QueryError, Term, read_terms
from mofa_crawler.store.records import Selection
from mofa_crawler.web.replies import PageError

_ON_A_PAGE = 25
_LONGEST_NUMBER = 6  # digits
BY_DATE = "date"  # the value of `order`


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year with its releases, and the period that leads to them."""

    year: str
    count: int
    since: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A page of a search. `years` is empty if there are no words to search for."""

    rows: Sequence[Hit | Listed]
    total: int
    is_newest_first: bool  # else those with the words in the title come first
    years: list[Year]
    number: int  # of the page, from 1
    has_next: bool


def context(db: Connection, parameters: Mapping[str, str]) -> Search:
    """Parameters: `q` (words), `lang`, `since`, `until`, `order`, `page`. Raises `PageError`."""
    period = period_of(parameters)
    number = page_number(parameters.get("page", "1"))
    begin, more = (number - 1) * _ON_A_PAGE, _ON_A_PAGE + 1
    found = _find(db, parameters, period)
    rows = _rows(db, found, period, begin, more)
    if number > 1 and not rows:
        raise PageError("The search has fewer pages. Go back to its first page.", 404)
    return Search(
        rows=rows[:_ON_A_PAGE],
        total=found.total if found else count_newest(db, period),
        is_newest_first=found is None or parameters.get("order") == BY_DATE,
        years=_years(found, parameters) if found else [],
        number=number,
        has_next=len(rows) == more,
    )


def all_rows(db: Connection, parameters: Mapping[str, str]) -> Iterable[Hit | Listed]:
    """All that a search finds. Parameters as for `context`, without `page`. Raises `PageError`."""
    period = period_of(parameters)
    return _rows(db, _find(db, parameters, period), period, 0, None)


def snapshot(db: Connection, parameters: Mapping[str, str]) -> Snapshot:
    """The records that a search finds. Parameters as for `all_rows`. Raises `PageError`."""
    words = parameters["q"] if _terms(parameters) else ""
    return Snapshot(db, Selection(period=period_of(parameters), search=words))


def _find(db: Connection, parameters: Mapping[str, str], period: Period) -> Found | None:
    """What the words find, in the order of the parameter `order`; None without words."""
    order = parameters.get("order", "")
    if order not in {"", BY_DATE}:
        raise PageError(f"order={order[:40]}: write {BY_DATE}, or leave it out.")
    terms = _terms(parameters)
    if not terms:
        return None
    found = find(db, terms, period)
    return found.newest_first() if order == BY_DATE else found


def _rows(
    db: Connection, found: Found | None, period: Period, begin: int, count: int | None
) -> Sequence[Hit | Listed]:
    if found is None:
        return newest(db, period, count=count, skip=begin)
    return list(read_hits(db, found, offset=begin, limit=count))


def _years(found: Found, parameters: Mapping[str, str]) -> list[Year]:
    """The years in which releases were found, the newest first, each within the period."""
    since, until = parameters.get("since", ""), parameters.get("until", "")
    return [
        Year(
            year=year,
            count=count,
            since=since if since.startswith(year) else year,
            until=until if until.startswith(year) else year,
        )
        for year, count in reversed(found.by_year().items())
        if count
    ]


def period_of(parameters: Mapping[str, str]) -> Period:
    """The languages and days of `lang`, `since` and `until`. Raises `PageError`."""
    try:
        return Period.parse(
            lang=parameters.get("lang"),
            since=parameters.get("since"),
            until=parameters.get("until"),
        )
    except ValueError as error:
        raise PageError(f"{error}.") from None


def _terms(parameters: Mapping[str, str]) -> list[Term]:
    try:
        return read_terms(parameters.get("q", ""))
    except QueryError as error:
        raise PageError(f"{error}.") from None


def page_number(text: str) -> int:
    """The value of the parameter `page`, from 1. Raises `PageError`."""
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER and int(text):
        return int(text)
    raise PageError(f"page={text[:40]} is not a number of a page. Write 1, 2, 3 …")
