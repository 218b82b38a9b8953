"""The runs that a database lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from mofa_crawler.queries.read_only import reading
from mofa_crawler.run.verdict import MEANINGS, Exit

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from mofa_crawler.run.report import Report
    from mofa_crawler.site import Lang

NOT_ENDED = "running or killed"


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
    def ending(self) -> str:
        """The exit code with its meaning in short."""
        if self.exit_code is None:
            return NOT_ENDED
        meaning = MEANINGS[Exit(self.exit_code)]
        return f"{self.exit_code} {meaning.partition(':')[0].partition(',')[0]}"

    def count(self, outcome: str) -> int:
        """How many releases of both languages came out so."""
        return sum(of_lang.get(outcome, 0) for of_lang in self.counts.values())


def last_runs(path: Path, count: int) -> list[RunRow]:
    """The last runs, the newest at the end. Raises `StoreError`."""
    with reading(path) as db:
        return read_runs(db, count)


def read_runs(db: sqlite3.Connection, count: int) -> list[RunRow]:
    """The same of an open database. Raises `sqlite3.Error`."""
    # All columns: a database of an older version has no reports until its next run.
    rows = db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (count,)).fetchall()
    return [_run(dict(row)) for row in reversed(rows)]


def last_complete_run(db: sqlite3.Connection, lang: Lang) -> RunRow | None:
    """The last run that read the listings of a language completely; None: none did.

    Raises `sqlite3.Error`.
    """
    row = db.execute(
        """SELECT * FROM runs WHERE finished_at IS NOT NULL
           AND EXISTS (SELECT 1 FROM json_each(completed_languages) WHERE value = ?)
           ORDER BY id DESC LIMIT 1""",
        (lang,),
    ).fetchone()
    return _run(dict(row)) if row else None


def _run(row: dict[str, Any]) -> RunRow:
    return RunRow(
        id=row["id"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        spider=row["spider"],
        arguments=msgspec.json.decode(row["arguments"]),
        version=row["version"],
        reason=row["reason"],
        exit_code=row["exit_code"],
        counts=msgspec.json.decode(row["counts"] or "{}"),
        report=msgspec.json.decode(row.get("report") or "null"),
    )
