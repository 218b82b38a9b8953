"""How the last runs ended, and what a person should look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.period import Period
from mofa_crawler.queries.rejected import RejectedPage, read_rejected
from mofa_crawler.queries.runs import RunRow, last_complete_run, read_runs

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

_RUNS = 20
_REJECTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """`complete` is the last run that caught up, for each language. `runs` are the newest first.

    `rejected` are the newest of `rejected_total` pages that nobody has acknowledged.
    """

    complete: Mapping[Lang, RunRow | None]
    runs: Sequence[RunRow]
    rejected: Sequence[RejectedPage]
    rejected_total: int


def context(db: Connection, parameters: Mapping[str, str]) -> Runs:  # noqa: ARG001 - as all
    """The health of the dataset."""
    rejected = read_rejected(db, Period())
    return Runs(
        complete={lang: last_complete_run(db, lang) for lang in site.LANGS},
        runs=read_runs(db, _RUNS)[::-1],
        rejected=rejected[:_REJECTED],
        rejected_total=len(rejected),
    )
