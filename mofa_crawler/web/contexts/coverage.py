"""What the dataset has and lacks, as a calendar."""

from __future__ import annotations

import calendar
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.period import Period
from mofa_crawler.queries.audit import month_listings, read_listings
from mofa_crawler.queries.coverage import count_stored, count_without_text
from mofa_crawler.web.contexts.months import STATE_NAMES, list_path, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from sqlite3 import Connection

    from mofa_crawler.queries.audit import MonthListing
    from mofa_crawler.queries.coverage import State
    from mofa_crawler.site import Lang

Kind = Literal["whole", "lacking", "unknown"]
_LACKING: tuple[State, ...] = ("rejected", "failed", "discovered")
# Nothing is left to do about these pages, so the calendar does not count them.
_SHOWN: tuple[State, ...] = ("stored", *_LACKING)
# Why releases of a month may be missing without a trace. A whole month page needs no words.
_LISTINGS: dict[MonthListing, str] = {
    "whole": "",
    "part": "month page read in part",
    "index": "by the index only",
    "rejected": "month page rejected",
    "failed": "month page failed",
    "none": "no month page read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """How many releases are in a state, and the list of them."""

    state: State
    name: str
    number: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A language of a month. `note` says what is wrong with its month page."""

    lang: Lang
    numbers: Sequence[Number]  # the stored ones first; without zeros
    note: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    short: str
    name: str
    sides: Sequence[Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """A year with its months; or years of which nothing is known, without months."""

    name: str  # `2021`, or `2009 to 2020`
    months: Sequence[Month]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The calendar, the newest year first. `totals` has a number for each state and language."""

    years: Sequence[Years]
    states: Mapping[State, str]
    totals: Mapping[Lang, Mapping[State, int]]
    undated: int  # pages without a text that no listing dates


def context(db: Connection, parameters: Mapping[str, str]) -> Coverage:  # noqa: ARG001 - as all
    """All months between the first and the last of which anything is known."""
    counts = [*count_stored(db), *count_without_text(db)]
    listings = month_listings(read_listings(db, Period()))
    numbers = {(count.month, count.lang, count.state): count.number for count in counts}
    known = {month for month, _, _ in numbers if month} | {month for month, _ in listings}
    months = Period().months(min(known), max(known)) if known else []

    def month(name: str) -> Month:
        return Month(
            short=calendar.month_abbr[int(name[-2:])],
            name=name_of(name),
            sides=[_side(name, lang, numbers, listings) for lang in site.LANGS],
        )

    totals: dict[Lang, Counter[State]] = {lang: Counter() for lang in site.LANGS}
    for count in counts:
        totals[count.lang][count.state] += count.number
    known_years = {name[:4] for name in known}
    years = []
    for year, group in groupby(reversed(months), lambda m: m[:4] if m[:4] in known_years else ""):
        names = [*group][::-1]
        first, last = names[0][:4], names[-1][:4]
        years.append(
            Years(
                name=first if first == last else f"{first} to {last}",
                months=[month(name) for name in names] if year else [],
            )
        )
    return Coverage(
        years=years,
        states={s: name for s, name in STATE_NAMES.items() if any(totals[lg][s] for lg in totals)},
        totals=totals,
        undated=sum(count.number for count in counts if not count.month),
    )


def _side(
    month: str,
    lang: Lang,
    numbers: Mapping[tuple[str, Lang, State], int],
    listings: Mapping[tuple[str, Lang], MonthListing],
) -> Side:
    shown = [
        Number(
            state=state,
            name=STATE_NAMES[state],
            number=number,
            href=list_path(month, lang=lang, state="" if state == "stored" else state),
        )
        for state in _SHOWN
        if (number := numbers.get((month, lang, state), 0))
    ]
    listing = listings.get((month, lang), "none")
    note = _LISTINGS[listing]
    kind: Kind = "whole"
    if listing == "none" and not shown:
        kind = "unknown"
    elif note or any(number.state != "stored" for number in shown):
        kind = "lacking"
    return Side(lang=lang, numbers=shown, note=note, kind=kind)
