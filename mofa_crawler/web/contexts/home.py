"""The front page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import TYPE_CHECKING

from mofa_crawler.period import Period
from mofa_crawler.queries.coverage import LACKING, State, count_releases, is_only_mirrored
from mofa_crawler.queries.newest import Listed, newest
from mofa_crawler.web.contexts.months import STATE_NAMES, chart_of_years

if TYPE_CHECKING:
    from mofa_crawler.web.charts import Chart

_NEWEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """`lacking` counts the releases whose text is missing, by the name of their state."""

    newest: list[Listed]
    years: Chart
    stored: int
    lacking: Mapping[str, int]
    is_only_mirrored: bool  # every text is from a mirror


def context(db: Connection, parameters: Mapping[str, str]) -> Home:  # noqa: ARG001 - as all
    """The newest releases of both languages, and how many each year has."""
    found = newest(db, Period(), count=_NEWEST)
    counts = count_releases(db)
    states: Counter[State] = Counter()
    for (*_, state), number in counts.items():
        states[state] += number
    return Home(
        newest=found,
        years=chart_of_years(counts),
        stored=states["stored"],
        lacking={STATE_NAMES[state]: states[state] for state in LACKING if states[state]},
        is_only_mirrored=bool(found) and is_only_mirrored(db),
    )
