"""The runs that the store notes: how they began and ended, and what they are compared with."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from mofa_crawler import __version__
from mofa_crawler.record import timestamp
from mofa_crawler.run.coverage import Coverage
from mofa_crawler.site import LANGS
from mofa_crawler.store.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mofa_crawler.run.report import Report
    from mofa_crawler.site import Lang


class NotedRuns(Connection):
    """The table of runs. Every method raises `StoreError` where SQLite fails."""

    _run: int | None = None  # the number of the run that writes

    def begin_run(self, spider: str, arguments: Mapping[str, str]) -> int:
        """Note that a run begins; returns its number."""
        with self._errors("write"), self._transaction():
            cursor = self._db.execute(
                """INSERT INTO runs (started_at, spider, arguments, version, pid)
                   VALUES (?, ?, ?, ?, ?)""",
                (
                    timestamp(datetime.now(UTC)),
                    spider,
                    _compact(arguments),
                    __version__,
                    os.getpid(),
                ),
            )
            self._run = cursor.lastrowid or 0
            return self._run

    def finish_run(self, run: int, report: Report, *, caught_up: Iterable[Lang]) -> None:
        """Note how a run ended, and which languages it read up to date."""
        with self._errors("write"), self._transaction():
            self._db.execute(
                """UPDATE runs SET finished_at = ?, reason = ?, exit_code = ?, counts = ?,
                   caught_up = ?, report = ? WHERE id = ?""",
                (
                    report["finished_at"],
                    report["reason"],
                    report["exit_code"],
                    _compact({lang: report["counts"][lang] for lang in LANGS}),
                    _compact(list(caught_up)),
                    _compact(report),
                    run,
                ),
            )

    def coverages(self, spider: str, *, at_least: int) -> list[Coverage]:
        """The field coverage of every run of a spider that read at least so many releases."""
        with self._errors("read"):
            rows = self._db.execute(
                """SELECT json_extract(report, '$.coverage') FROM runs
                   WHERE spider = ? AND json_extract(report, '$.coverage.n') >= ?""",
                (spider, at_least),
            )
            return [msgspec.json.decode(row[0], type=Coverage) for row in rows]

    def caught_up(self, lang: Lang) -> str | None:
        """When the last run began that read a language's listings up to date; None: never."""
        with self._errors("read"):
            row = self._db.execute(
                """SELECT max(started_at) FROM runs, json_each(runs.caught_up)
                   WHERE finished_at IS NOT NULL AND json_each.value = ?""",
                (lang,),
            ).fetchone()
            return row[0]  # type: ignore[no-any-return]


def _compact(value: Any) -> str:
    return msgspec.json.encode(value).decode()
