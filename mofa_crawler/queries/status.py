"""Whether the crawler is well: the last complete runs, the last exit code, what is due next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler.period import Period
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.rejected import read_rejected
from mofa_crawler.queries.runs import last_complete_run, last_ended_run, read_runs
from mofa_crawler.record import timestamp
from mofa_crawler.store.releases import RECHECKED, utc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from mofa_crawler.queries.runs import RunRow
    from mofa_crawler.run.schedule import Schedule
    from mofa_crawler.site import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of a database.

    `complete` is the last run of each language that read the listings completely, `last` the last
    run that ended; None: there is none. `unfinished` is the number of a later run that has not
    ended: it goes on, or was killed. `rejected` counts the rejected pages that nobody has
    acknowledged. `next_recheck` is when a stored release is due for a recheck, which may be past.
    """

    complete: dict[Lang, RunRow | None]
    last: RunRow | None
    unfinished: int | None
    rejected: int
    next_recheck: str | None


def read_status(path: Path, langs: Sequence[Lang], *, schedule: Schedule, now: datetime) -> Status:
    """The status of some languages. Raises `StoreError`."""
    with reading(path) as db:
        newest = read_runs(db, 1)
        due = [
            schedule.due_at(since=utc(row["since"]), checked=utc(row["checked"]))
            for lang in langs
            for row in db.execute(RECHECKED, (lang, timestamp(now - schedule.recheck_for)))
        ]
        return Status(
            complete={lang: last_complete_run(db, lang) for lang in langs},
            last=last_ended_run(db),
            unfinished=next((run.id for run in newest if run.finished_at is None), None),
            rejected=sum(
                not page.is_acknowledged for page in read_rejected(path, Period(langs=(*langs,)))
            ),
            next_recheck=timestamp(min(due)) if due else None,
        )
