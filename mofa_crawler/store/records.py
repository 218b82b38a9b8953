"""Records to rows and back: the tables `releases`, `blocks` and `links`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import msgspec

from mofa_crawler.period import Period
from mofa_crawler.record import Block, Link, PressRelease, as_json

# Fields of a record that have a table of their own, or follow from one.
_OTHER_TABLES = {"body", "links", "points"}
_COLUMNS = [f for f in fields(PressRelease) if f.name not in _OTHER_TABLES]
_READ = [f.name for f in _COLUMNS if f.init]
_LISTS = [f.name for f in _COLUMNS if str(f.type).startswith(("list", "Annotated[list"))]

# The parameters of a clause.
Values = tuple[str | int, ...] | dict[str, str | int]

# A condition: the rows of `releases` in a period. Because of the plus, SQLite uses the index by
# date, which saves the sorting.
IN_PERIOD = "date BETWEEN :since AND :until AND +lang IN (SELECT value FROM json_each(:langs))"


def values_of(period: Period) -> dict[str, str | int]:
    """The parameters of `IN_PERIOD`."""
    return {
        "langs": as_json(period.langs),
        "since": period.since or "",
        "until": period.until or "9999",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which records to read: by default those of a period, without duplicates.

    `changed_since`: only records that a run with a greater number has changed. `with_drafts`: also
    drafts, in the form of records. `search`: words that must occur; `queries.snapshot` finds them.
    """

    period: Period = field(default_factory=Period)
    with_duplicates: bool = False
    with_drafts: bool = False
    changed_since: int | None = None
    search: str = ""

    def clause(self) -> tuple[str, dict[str, str | int]]:
        """A WHERE clause over `releases`, and its parameters."""
        clause, values = f"WHERE {IN_PERIOD}", values_of(self.period)
        if not self.with_duplicates:
            clause += " AND +duplicate_of IS NULL"
        if self.changed_since is not None:
            clause += " AND changed_in > :changed_since"
            values["changed_since"] = self.changed_since
        return clause, values


def columns_of(release: PressRelease) -> dict[str, Any]:
    """The row of a record in `releases`, by column. A list is JSON."""
    return {
        f.name: as_json(value) if f.name in _LISTS else value
        for f in _COLUMNS
        for value in (getattr(release, f.name),)
    }


def write_parts(db: sqlite3.Connection, release: PressRelease) -> None:
    """Replace the blocks and links of a record. Raises `sqlite3.Error`."""
    for table in ("blocks", "links"):
        db.execute(f"DELETE FROM {table} WHERE release_id = ?", (release.id,))  # noqa: S608
    db.executemany(
        "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (release.id, i, b.kind, b.level, b.label, b.text, as_json(b.rows))
            for i, b in enumerate(release.body)
        ),
    )
    db.executemany(
        "INSERT INTO links VALUES (?, ?, ?, ?, ?)",
        ((release.id, i, n.kind, n.text, n.url) for i, n in enumerate(release.links)),
    )


def read_records(
    db: sqlite3.Connection, clause: str, values: Values, *, newest_first: bool = False
) -> Iterator[PressRelease]:
    """Records by date and id. Memory does not grow with their number.

    `clause` is a WHERE clause over `releases`. `db` gives rows as `sqlite3.Row`. Raises
    `sqlite3.Error`.
    """
    direction = "DESC" if newest_first else "ASC"
    order = f"ORDER BY date {direction}, id {direction}"
    rows = db.execute(f"SELECT {', '.join(_READ)} FROM releases {clause} {order}", values)  # noqa: S608
    for row in rows:
        blocks = db.execute(
            """SELECT kind, level, label, text, rows FROM blocks
               WHERE release_id = ? ORDER BY position""",
            (row["id"],),
        )
        links = db.execute(
            "SELECT kind, text, url FROM links WHERE release_id = ? ORDER BY position",
            (row["id"],),
        )
        lists = {name: msgspec.json.decode(row[name]) for name in _LISTS}
        yield PressRelease(
            **{**row, **lists},
            body=[
                Block(**{**block, "rows": msgspec.json.decode(block["rows"])}) for block in blocks
            ],
            links=[Link(**link) for link in links],
        )
