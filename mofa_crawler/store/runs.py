"""The runs that wrote into the database: how they began and ended."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler import __version__
from mofa_crawler.record import as_json, timestamp
from mofa_crawler.run.coverage import Coverage
from mofa_crawler.run.report import KILLED, Report
from mofa_crawler.site import LANGS, Lang

if TYPE_CHECKING:
    from mofa_crawler.store.connection import Connection


class Runs:
    """The table of runs. Every method raises `StoreError` if SQLite fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note_killed(self) -> list[int]:
        """Store that the runs without an end were killed: the caller has locked the database.

        Returns the numbers of the runs that were not noted as killed before.
        """
        with self._connection.writing() as db:
            rows = db.execute(
                """UPDATE runs SET reason = :killed
                   WHERE finished_at IS NULL AND reason IS NOT :killed RETURNING id""",
                {"killed": KILLED},
            ).fetchall()
        return [row["id"] for row in rows]

    def begin(self, spider: str, arguments: Mapping[str, str]) -> int:
        """Store that a run begins; returns its number."""
        now = timestamp(datetime.now(UTC))
        with self._connection.writing() as db:
            cursor = db.execute(
                """INSERT INTO runs (started_at, spider, arguments, version, pid)
                   VALUES (?, ?, ?, ?, ?)""",
                (now, spider, as_json(arguments), __version__, os.getpid()),
            )
            self._connection.run = cursor.lastrowid or 0
            return self._connection.run

    def finish(
        self,
        run: int,
        report: Report,
        *,
        completed: Iterable[Lang],
        newest_days: Mapping[Lang, str | None],
    ) -> None:
        """Store how a run ended, and the languages whose listings it read completely.

        `newest_days` are the newest days that the listings of each language have by now.
        """
        with self._connection.writing() as db:
            db.execute(
                """UPDATE runs SET finished_at = ?, reason = ?, exit_code = ?, counts = ?,
                   completed_languages = ?, newest_days = ?, report = ? WHERE id = ?""",
                (
                    report["finished_at"],
                    report["reason"],
                    report["exit_code"],
                    as_json({lang: report["counts"][lang] for lang in LANGS}),
                    as_json(list(completed)),
                    as_json(newest_days),
                    as_json(report),
                    run,
                ),
            )

    def coverages(self, spider: str, *, at_least: int) -> list[Coverage]:
        """The field coverage of every run of a spider that read at least so many releases."""
        with self._connection.reading() as db:
            rows = db.execute(
                """SELECT json_extract(report, '$.coverage') FROM runs
                   WHERE spider = ? AND json_extract(report, '$.coverage.n') >= ?""",
                (spider, at_least),
            )
            return [msgspec.json.decode(row[0], type=Coverage) for row in rows]

    def listed_until(self, lang: Lang) -> str | None:
        """The day until which runs read a language's listings without a gap; None: no run did.

        It is the day of a run that caught up. A cache may have served an old index to that run, or
        its clock may have run ahead: then it is the newest day that listings had at its end. If the
        clock was set back since then, it is today.
        """
        return self._connection.value(
            str,
            """SELECT min(max(min(substr(started_at, 1, 10), ifnull(newest_day, '9999'))),
                          substr(:now, 1, 10))
               FROM (SELECT started_at, json_extract(newest_days, '$.' || value) AS newest_day
                     FROM runs, json_each(completed_languages)
                     WHERE finished_at IS NOT NULL AND value = :lang)
               WHERE started_at <= :now OR newest_day IS NOT NULL""",
            {"lang": lang, "now": timestamp(datetime.now(UTC))},
        )

    def last_catch_up(self, lang: Lang) -> datetime | None:
        """The start of the last catch-up of a language that ended with 0 or 5; None: none did.

        A run that began in the future does not count.
        """
        return self._connection.value(
            datetime.fromisoformat,
            """SELECT max(started_at) FROM runs
               WHERE spider = 'press_releases' AND exit_code IN (0, 5) AND started_at <= :now
               AND coalesce(json_extract(arguments, '$.lang'), 'en,ja') LIKE :lang
               AND json_extract(arguments, '$.since') IS NULL
               AND json_extract(arguments, '$.until') IS NULL
               AND json_extract(arguments, '$.urls') IS NULL""",
            {"now": timestamp(datetime.now(UTC)), "lang": f"%{lang}%"},
        )

    def last_in_future(self) -> str | None:
        """The start of the last run if it is in the future, else None."""
        query = "SELECT max(started_at) FROM runs WHERE started_at > ?"
        return self._connection.value(str, query, (timestamp(datetime.now(UTC)),))
