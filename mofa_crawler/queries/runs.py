"""The runs that a database lists."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler import site
from mofa_crawler.period import Period
from mofa_crawler.record import as_json
from mofa_crawler.run.report import NAMED, Report
from mofa_crawler.run.verdict import MEANINGS, Exit

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

NOT_ENDED = "running or killed"
_JSON = ("arguments", "counts", "report")  # columns with JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A row of `runs`. `report` is None while the run goes on, and if the run was killed."""

    id: int
    started_at: str
    finished_at: str | None
    spider: str
    arguments: dict[str, str]
    version: str
    reason: str | None
    exit_code: int | None
    counts: dict[str, dict[str, int]]
    report: Report | None

    @property
    def took(self) -> timedelta | None:
        """The duration of a run; None if it is not known, or if a clock was set back meanwhile."""
        if self.finished_at is None:
            return None
        took = datetime.fromisoformat(self.finished_at) - datetime.fromisoformat(self.started_at)
        return took if took >= timedelta() else None

    @property
    def what(self) -> str:
        """The spider, its arguments, and the mirror if there was one."""
        arguments = (f"{name}={value}" for name, value in self.arguments.items())
        # Reports of older versions lack this key.
        origin = self.report.get("fetched_from") if self.report else None
        mirror = ["from", origin.partition("://")[2]] if origin and origin != site.ORIGIN else []
        return " ".join([self.spider, *arguments, *mirror])

    @property
    def meaning(self) -> str:
        """The meaning of the exit code; without one, what is known of the run."""
        if self.exit_code is None:
            return self.reason or NOT_ENDED
        return MEANINGS[Exit(self.exit_code)]

    @property
    def ending(self) -> str:
        """The exit code with its meaning in short; without one, what is known of the run."""
        if self.exit_code is None:
            return self.meaning
        return f"{self.exit_code} {self.meaning.partition(':')[0].partition(',')[0]}"

    def count(self, outcome: str) -> int:
        """How many releases of both languages had an outcome."""
        return sum(of_lang.get(outcome, 0) for of_lang in self.counts.values())


def read_runs(db: sqlite3.Connection, count: int) -> list[RunRow]:
    """The last `count` runs (0: all), the newest at the end."""
    return list(_runs(db, "TRUE", limit=count or -1))[::-1]


def read_run(db: sqlite3.Connection, number: int) -> RunRow | None:
    """One run; None if there is none with this number."""
    return next(_runs(db, "id = ?", number), None)


def last_ended_run(db: sqlite3.Connection) -> RunRow | None:
    """The last run that ended; None: none did."""
    return next(_runs(db, "finished_at IS NOT NULL"), None)


def last_ended_catch_up(db: sqlite3.Connection) -> RunRow | None:
    """The last catch-up that ended; None: none did."""
    names = ("since", "until", "urls")
    catch_up = " AND ".join(f"json_extract(arguments, '$.{name}') IS NULL" for name in names)
    return next(
        _runs(db, f"finished_at IS NOT NULL AND spider = 'press_releases' AND {catch_up}"), None
    )


def last_complete_run(db: sqlite3.Connection, lang: Lang) -> RunRow | None:
    """The last run that read the listings of a language completely; None: none did.

    A run that began in the future does not count: its clock ran ahead.
    """
    condition = """finished_at IS NOT NULL AND started_at <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
                   AND ? IN (SELECT value FROM json_each(completed_languages))"""
    return next(_runs(db, condition, lang), None)


def _runs(
    db: sqlite3.Connection, condition: str, *values: str | int, limit: int = 1
) -> Iterator[RunRow]:
    """At most `limit` runs, the newest first."""
    rows = db.execute(
        f"""SELECT id, started_at, finished_at, spider, arguments, version, reason, exit_code,
                   ifnull(counts, '{{}}') AS counts, ifnull(report, 'null') AS report
            FROM runs WHERE {condition} ORDER BY id DESC LIMIT ?""",  # noqa: S608 - a part of our own
        (*values, limit),
    )
    for row in rows:
        decoded = {name: msgspec.json.decode(row[name]) for name in _JSON}
        yield RunRow(**{**row, **decoded})


def read_unlinked_months(db: sqlite3.Connection) -> set[tuple[Lang, str]]:
    """The months (`YYYY-MM`) that a run needed and that the site's table of months did not link."""
    rows = db.execute(
        """SELECT DISTINCT months.key, span.value
           FROM runs, json_each(report, '$.months') AS months,
                json_each(months.value, '$.spans') AS span"""
    )
    return {(lang, m) for lang, span in rows for m in Period().months(span[:7], span[-7:])}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRelease:
    """A release that a report names. Date and title are None if they are not known."""

    run: int
    outcome: str
    id: str
    date: str | None
    lang: str
    title: str | None


def read_named(db: sqlite3.Connection, reports: Iterable[Report]) -> list[NamedRelease]:
    """The releases that reports name, with what the catalogue has of them now.

    They are in the order of the runs. In a run, the rejected releases come first and the new ones
    last. The releases of an outcome are by date, the newest first.
    """
    outcomes = [
        (id_, report["run_id"], outcome)
        for report in reports
        for outcome in reversed(NAMED)
        for id_ in report["releases"].get(outcome, [])
    ]
    rows = db.execute(
        """SELECT id, date, lang, title FROM catalogue
           WHERE id IN (SELECT value FROM json_each(?))""",
        (as_json([id_ for id_, _, _ in outcomes]),),
    )
    known = {row["id"]: row for row in rows}
    named = [
        NamedRelease(run=run or 0, outcome=outcome, **known[id_])
        for id_, run, outcome in outcomes
        if id_ in known
    ]
    named.sort(key=lambda one: one.date or "", reverse=True)
    return sorted(named, key=lambda one: (one.run, -NAMED.index(one.outcome)))


def read_stored(db: sqlite3.Connection, run: int) -> list[NamedRelease]:
    """The releases that a run stored, new or revised, and that no later run has changed.

    This is for a killed run, which has no report. The new releases come last, as in `read_named`.
    """
    rows = db.execute(
        """SELECT changed_in AS run, iif(revision > 1, 'revised', 'new') AS outcome, id, date, lang,
                  title
           FROM releases WHERE changed_in = ? ORDER BY outcome DESC, date DESC, id""",
        (run,),
    )
    return [NamedRelease(**row) for row in rows]
