"""Releases by year and month: charts whose bars lead to lists, and the lists."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from mofa_crawler import site
from mofa_crawler.period import Period
from mofa_crawler.queries.coverage import (
    STATES,
    State,
    WithoutText,
    count_releases,
    read_without_text,
)
from mofa_crawler.queries.listings import MonthListing, month_listings, read_listings
from mofa_crawler.queries.newest import Listed, newest
from mofa_crawler.web.charts import Bar, Chart, draw
from mofa_crawler.web.contexts.search import page_number, period_of
from mofa_crawler.web.replies import PageError

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

    Counts = Mapping[tuple[str, Lang, State], int]

_ON_A_PAGE = 100
_RECENT = 24  # months
_YEAR, _MONTH = len("YYYY"), len("YYYY-MM")
_LANGS = {"": "Both languages", "en": "English", "ja": "日本語"}
# The states in words.
STATE_NAMES: dict[State, str] = {
    **{state: state for state in STATES},
    "discovered": "never fetched",
    "placeholder": "not filled in yet",
}
# Why a month may lack releases that no listing names. Empty if its month page was read in full.
LISTING_NAMES: dict[MonthListing, str] = {
    "whole": "",
    "part": "month page read in part",
    "index": "only the index read",
    "rejected": "month page rejected",
    "failed": "month page failed",
    "none": "no listing read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The charts. `months` are the newest two years by month, empty months included."""

    years: Chart
    months: Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link to another list."""

    name: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """The releases of a year or a month that are in a state.

    `chart` is that of a year. `notes` say why a month may lack releases, by language.
    """

    name: str
    state: str
    notes: Mapping[Lang, str]
    chart: Chart | None
    times: Sequence[Choice]  # the year or month before and after, and the year of a month
    states: Sequence[Choice]
    langs: Sequence[Choice]
    rows: Sequence[Listed | WithoutText]
    previous: str | None  # the address of the page before
    next: str | None


def overview(db: Connection, parameters: Mapping[str, str]) -> Overview:  # noqa: ARG001 - as all
    """Stored releases of every year, and of the newest months."""
    counts = count_releases(db)
    return Overview(years=chart_of_years(counts), months=_chart_of_newest(counts))


def chart_of_years(counts: Counts) -> Chart:
    """Stored releases of each year, from the first to the last."""
    by_year = _by(counts, _YEAR)
    years = range(int(min(by_year)), int(max(by_year)) + 1) if by_year else ()
    bars = [_bar(f"{year:04}", by_year) for year in years]
    return draw("years", "Stored releases by year", bars)


def _chart_of_newest(counts: Counts) -> Chart:
    by_month = _by(counts, _MONTH)
    months = Period().months(min(by_month), max(by_month))[-_RECENT:] if by_month else []
    bars = [_bar(month, by_month, under=month[:_YEAR]) for month in months]
    return draw("months", "Stored releases by month, the newest two years", bars)


def _chart_of_year(year: str, counts: Counts) -> Chart:
    by_month = _by(counts, _MONTH)
    bars = [_bar(f"{year}-{month:02}", by_month) for month in range(1, 13)]
    return draw("months", f"Stored releases of {year} by month", bars)


def _by(counts: Counts, length: int) -> dict[str, Counter[Lang]]:
    """Stored releases by the first `length` characters of their month, and by language."""
    found: dict[str, Counter[Lang]] = {}
    for (month, lang, state), number in counts.items():
        if state == "stored":
            found.setdefault(month[:length], Counter())[lang] += number
    return found


def _bar(period: str, by_period: Mapping[str, Counter[Lang]], *, under: str = "") -> Bar:
    numbers = by_period.get(period, Counter())
    year, _, month = period.partition("-")
    return Bar(
        name=name_of(period),
        short=calendar.month_abbr[int(month)] if month else year,
        under=under,
        place=int(month) - 1 if month else int(year),
        href=list_path(period),
        counts={lang: numbers[lang] for lang in site.LANGS},
    )


def name_of(period: str) -> str:
    """A year or month (`YYYY`, `YYYY-MM`) in words."""
    year, _, month = period.partition("-")
    return f"{calendar.month_name[int(month)]} {year}" if month else year


def release_list(db: Connection, parameters: Mapping[str, str]) -> List:
    """A page of a list.

    Parameters: `period` (`YYYY` or `YYYY-MM`), `lang`, `state`, `page`. Raises `PageError`.
    """
    text, state = parameters["period"], _state(parameters.get("state", "stored"))
    period = period_of({**parameters, "since": text, "until": text})
    number = page_number(parameters.get("page", "1"))
    window = {"count": _ON_A_PAGE, "skip": (number - 1) * _ON_A_PAGE}
    rows = (
        newest(db, period, duplicates=state == "duplicate", **window)
        if state in {"stored", "duplicate"}
        else read_without_text(db, period, state, **window)
    )
    if number > 1 and not rows:
        raise PageError("The list has fewer pages. Go back to its first page.", 404)
    counts = count_releases(db)
    numbers: Counter[State] = Counter()
    for (month, lang, other_state), count in counts.items():
        if month.startswith(text) and lang in period.langs:
            numbers[other_state] += count

    known = sorted({month[: len(text)] for month, *_ in counts if month})
    before, after = [p for p in known if p < text], [p for p in known if p > text]
    times = [*before[-1:], *after[:1], *([text[:_YEAR]] if len(text) == _MONTH else [])]

    def path(to: str = text, **changes: str) -> str:
        return list_path(to, **{**parameters, "page": "", **changes})

    return List(
        name=name_of(text),
        state=STATE_NAMES[state],
        notes=_notes(db, text, period) if len(text) == _MONTH else {},
        chart=_chart_of_year(text, counts) if len(text) == _YEAR else None,
        times=[Choice(name=name_of(time), href=path(time), is_current=False) for time in times],
        states=[
            Choice(
                name=f"{numbers[other]:,} {name}", href=path(state=other), is_current=other == state
            )
            for other, name in STATE_NAMES.items()
            if numbers[other] or other in {"stored", state}
        ],
        langs=[
            Choice(name=name, href=path(lang=lang), is_current=lang == parameters.get("lang", ""))
            for lang, name in _LANGS.items()
        ],
        rows=rows,
        previous=path(page=f"{number - 1}") if number > 1 else None,
        next=path(page=f"{number + 1}") if numbers[state] > number * _ON_A_PAGE else None,
    )


def list_path(period: str, /, *, lang: str = "", state: str = "", page: str = "", **_: str) -> str:
    """The path of a list. Empty values are left out."""
    query = {"lang": lang, "state": state, "page": page}
    text = urlencode({name: value for name, value in query.items() if value})
    return f"/months/{period}?{text}" if text else f"/months/{period}"


def _notes(db: Connection, month: str, period: Period) -> dict[Lang, str]:
    listings = month_listings(read_listings(db, period))
    notes = {lang: LISTING_NAMES[listings.get((month, lang), "none")] for lang in period.langs}
    return {lang: note for lang, note in notes.items() if note}


def _state(text: str) -> State:
    state = next((state for state in STATES if state == text), None)
    if state is None:
        raise PageError(f"state={text[:40]}: write {', '.join(STATES)}.")
    return state
