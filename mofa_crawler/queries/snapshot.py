"""The dataset as it is at one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from itertools import islice

from mofa_crawler.queries.drafts import read_drafts
from mofa_crawler.queries.search import find
from mofa_crawler.queries.terms import read_terms
from mofa_crawler.record import PressRelease, as_json
from mofa_crawler.store.records import Selection, read_records


class NoSuchRun(Exception):
    """The selection names a run that does not exist. `str()` is one line with the last run."""


class Snapshot:
    """The records of a selection in an open database. `given` counts those read last.

    Raises `NoSuchRun`, and `QueryError` if the search of the selection cannot be read.
    """

    record_type = PressRelease

    def __init__(self, db: sqlite3.Connection, selection: Selection) -> None:
        if selection.changed_since is not None:
            _check_run(db, selection.changed_since)
        self._db = db
        self.selection = selection
        self._clause, self._values = selection.clause()
        if selection.search:
            self._find()
        self.given = 0

    def _find(self) -> None:
        """Narrow the selection to what the search finds, with its rule for duplicates."""
        selection = self.selection
        terms = read_terms(selection.search)
        found = find(self._db, terms, selection.period, with_duplicates=selection.with_duplicates)
        clause, values = replace(selection, with_duplicates=True).clause()
        self._clause = f"{clause} AND number IN (SELECT value FROM json_each(:numbers))"  # noqa: S608
        self._values = {**values, "numbers": as_json([row["number"] for row in found.rows])}

    def records(
        self, *, newest_first: bool = False, limit: int | None = None
    ) -> Iterator[PressRelease]:
        """By date and id, at most `limit`. Memory does not grow with their number."""
        self.given = 0
        records = read_records(self._db, self._clause, self._values, newest_first=newest_first)
        if self.selection.with_drafts:
            drafts = read_drafts(self._db, self.selection, newest_first=newest_first)
            records = merge(records, drafts, key=lambda r: (r.date, r.id), reverse=newest_first)
        for record in islice(records, limit):
            self.given += 1
            yield record

    def last_run(self) -> str | None:
        """When the last run began; None without a run."""
        (began,) = self._db.execute("SELECT max(started_at) FROM runs").fetchone()
        return began  # type: ignore[no-any-return]


def _check_run(db: sqlite3.Connection, run: int) -> None:
    runs = [row[0] for row in db.execute("SELECT id FROM runs ORDER BY id")]
    if run not in runs:
        known = f"the last is run {runs[-1]}" if runs else "there is none yet"
        raise NoSuchRun(f"there is no run {run}; {known}")
