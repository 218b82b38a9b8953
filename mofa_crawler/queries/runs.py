"""The runs that a database lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from mofa_crawler.queries.read_only import reading

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.run.report import Report


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


def last_runs(path: Path, count: int) -> list[RunRow]:
    """The last runs, the newest at the end. Raises `StoreError`."""
    with reading(path) as db:
        # All columns: a database of an older version has no reports until its next run.
        rows = db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (count,)).fetchall()
    return [_run(dict(row)) for row in reversed(rows)]


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
