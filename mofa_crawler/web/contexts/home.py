"""The front page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler.period import Period
from mofa_crawler.queries.coverage import LACKING, count_releases, is_only_mirrored
from mofa_crawler.queries.newest import newest
from mofa_crawler.web.contexts.months import chart_of_years

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Connection

    from mofa_crawler.queries.newest import Listed
    from mofa_crawler.web.charts import Chart

_NEWEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """`lacking` counts the listed releases whose texts should be stored, and are not."""

    newest: list[Listed]
    years: Chart
    stored: int
    lacking: int
    is_only_mirrored: bool  # every text is from a mirror


def context(db: Connection, parameters: Mapping[str, str]) -> Home:  # noqa: ARG001 - as all
    """The newest releases of both languages, and how many each year has."""
    found = newest(db, Period(), count=_NEWEST)
    counts = count_releases(db)
    return Home(
        newest=found,
        years=chart_of_years(counts),
        stored=sum(number for (*_, state), number in counts.items() if state == "stored"),
        lacking=sum(number for (*_, state), number in counts.items() if state in LACKING),
        is_only_mirrored=bool(found) and is_only_mirrored(db),
    )
