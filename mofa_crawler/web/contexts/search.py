"""The search: releases in which words occur, or all of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.period import Period
from mofa_crawler.queries.newest import newest
from mofa_crawler.queries.search import find, read_hits
from mofa_crawler.queries.terms import QueryError, read_terms
from mofa_crawler.web.replies import NoSuchPage, PageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from sqlite3 import Connection

    from mofa_crawler.queries.newest import Listed
    from mofa_crawler.queries.search import Hit
    from mofa_crawler.queries.terms import Term

_ON_A_PAGE = 25
_LONGEST_NUMBER = 6  # digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A page of a search. `total` is None if nothing was searched for: nobody counts them."""

    rows: Sequence[Hit | Listed]
    total: int | None
    number: int  # of the page, from 1
    has_next: bool


def context(db: Connection, parameters: Mapping[str, str]) -> Search:
    """Parameters: `q` (words), `lang`, `since`, `until`, `page`. Raises `PageError`."""
    period = period_of(parameters)
    number = page_number(parameters.get("page", "1"))
    begin = (number - 1) * _ON_A_PAGE
    rows: Sequence[Hit | Listed]
    if terms := _terms(parameters.get("q", "")):
        found = find(db, terms, period)
        total = found.total
        rows = list(read_hits(db, found, offset=begin, limit=_ON_A_PAGE))
        has_next = total > begin + _ON_A_PAGE
    else:
        total = None
        rows = newest(db, period, count=_ON_A_PAGE + 1, skip=begin)
        has_next = len(rows) > _ON_A_PAGE
    if number > 1 and not rows:
        raise NoSuchPage("The search has fewer pages. Go back to its first page.")
    return Search(rows=rows[:_ON_A_PAGE], total=total, number=number, has_next=has_next)


def period_of(parameters: Mapping[str, str]) -> Period:
    """The languages and days of `lang`, `since` and `until`. Raises `PageError`."""
    today = datetime.now(site.JAPAN).date()
    try:
        return Period.parse(
            lang=parameters.get("lang"),
            since=parameters.get("since"),
            until=parameters.get("until"),
            today=today,
        )
    except ValueError as error:
        raise PageError(f"{error}.") from None


def _terms(query: str) -> list[Term]:
    try:
        return read_terms(query)
    except QueryError as error:
        raise PageError(f"{error}.") from None


def page_number(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER and int(text):
        return int(text)
    raise PageError(f"page={text[:40]} is not a number of a page. Write 1, 2, 3 …")
