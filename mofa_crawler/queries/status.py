"""Whether the crawler is well: the last runs that caught up, what is new, what is due next."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mofa_crawler.queries.rejected import read_rejected
from mofa_crawler.queries.runs import (
    RunRow,
    last_complete_run,
    last_ended_catch_up,
    last_ended_run,
    read_runs,
)
from mofa_crawler.record import timestamp
from mofa_crawler.store.releases import RECHECKED, utc

if TYPE_CHECKING:
    from mofa_crawler.period import Period
    from mofa_crawler.run.schedule import Schedule
    from mofa_crawler.site import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of a database.

    `complete` is the last run of each language that read the listings completely, `last` the last
    run that ended, `last_catch_up` the last catch-up that ended; None: there is none. `unfinished`
    is the number of a later run that has not ended: it goes on, or was killed. `rejected` counts
    the rejected pages that nobody has acknowledged. `newest` is when the newest release of each
    language was first seen; None: none is stored. `next_recheck` is when a stored release is due
    for a recheck, which may be past.
    """

    complete: dict[Lang, RunRow | None]
    last: RunRow | None
    last_catch_up: RunRow | None
    unfinished: int | None
    rejected: int
    newest: dict[Lang, str | None]
    next_recheck: str | None


def read_status(
    db: sqlite3.Connection, period: Period, *, schedule: Schedule, now: datetime
) -> Status:
    """The status of the languages of a period."""
    due = [
        schedule.due_at(since=utc(row["since"]), checked=utc(row["checked"]))
        for lang in period.langs
        for row in db.execute(RECHECKED, (lang, timestamp(now - schedule.recheck_for)))
    ]
    return Status(
        complete={lang: last_complete_run(db, lang) for lang in period.langs},
        last=last_ended_run(db),
        last_catch_up=last_ended_catch_up(db),
        unfinished=next((run.id for run in read_runs(db, 1) if run.finished_at is None), None),
        rejected=len(read_rejected(db, period)),
        newest={lang: _newest(db, lang, timestamp(now)) for lang in period.langs},
        next_recheck=timestamp(min(due)) if due else None,
    )


def _newest(db: sqlite3.Connection, lang: Lang, now: str) -> str | None:
    """When the newest release was first seen; a time in the future is the error of a clock."""
    # The plus makes SQLite use the index by date: to read every row would take seconds. A hundred
    # rows, because the last date may be a wrong one.
    row = db.execute(
        """SELECT max(first_seen) AS newest FROM (
               SELECT first_seen FROM releases WHERE +lang = ? ORDER BY date DESC LIMIT 100
           ) WHERE first_seen <= ?""",
        (lang, now),
    ).fetchone()
    return str(row["newest"]) if row["newest"] else None
