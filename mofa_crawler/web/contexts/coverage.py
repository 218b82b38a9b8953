"""What the dataset has and lacks, as a calendar."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from sqlite3 import Connection
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.period import Period
from mofa_crawler.queries.coverage import LACKING, State, count_releases
from mofa_crawler.queries.listings import MonthListing, month_listings, read_listings
from mofa_crawler.web.contexts.months import LISTING_NAMES, STATE_NAMES, list_path, name_of

if TYPE_CHECKING:
    from mofa_crawler.site import Lang
    from mofa_crawler.web.contexts.months import Counts

Kind = Literal["whole", "lacking", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """How many releases are in a state, and the address of their list."""

    state: State
    number: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A language of a month. `note` says what is wrong with the month page, or is empty."""

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
    """A year with its months; or several years of which nothing is known, without months."""

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
    """The years from the first to the last of which anything is known."""
    counts = count_releases(db)
    listings = month_listings(read_listings(db, Period()))
    known = {month[:4] for month, *_ in [*counts, *listings] if month}
    totals: dict[Lang, Counter[State]] = {lang: Counter() for lang in site.LANGS}
    for (_, lang, state), number in counts.items():
        totals[lang][state] += number
    newest_first = range(int(max(known)), int(min(known)) - 1, -1) if known else ()
    years = []
    # Each known year is a group of its own; neighbours of which nothing is known are one group.
    for is_known, group in groupby(newest_first, lambda year: str(year) in known and year):
        in_group = list(group)
        newest, oldest = in_group[0], in_group[-1]
        months = [f"{newest}-{number:02}" for number in range(1, 13)] if is_known else []
        years.append(
            Years(
                name=f"{newest}" if newest == oldest else f"{oldest} to {newest}",
                months=[_month(month, counts, listings) for month in months],
            )
        )
    return Coverage(
        years=years,
        states={s: name for s, name in STATE_NAMES.items() if any(totals[lg][s] for lg in totals)},
        totals=totals,
        undated=sum(number for (month, *_), number in counts.items() if not month),
    )


def _month(month: str, counts: Counts, listings: Mapping[tuple[str, Lang], MonthListing]) -> Month:
    return Month(
        short=calendar.month_abbr[int(month[-2:])],
        name=name_of(month),
        sides=[
            _side(month, lang, counts, listings.get((month, lang), "none")) for lang in site.LANGS
        ],
    )


def _side(month: str, lang: Lang, counts: Counts, listing: MonthListing) -> Side:
    shown = [
        Number(
            state=state,
            number=number,
            href=list_path(month, lang=lang, state="" if state == "stored" else state),
        )
        for state in ("stored", *LACKING)
        if (number := counts.get((month, lang, state), 0))
    ]
    note = LISTING_NAMES[listing]
    kind: Kind = "whole"
    if any(number.state != "stored" for number in shown):
        kind = "lacking"
    elif note:
        kind = "unknown" if listing == "none" else "lacking"
    return Side(lang=lang, numbers=shown, note=note, kind=kind)
