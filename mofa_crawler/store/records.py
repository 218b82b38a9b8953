"""Records to rows and back: the tables `releases`, `blocks` and `links`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import msgspec

from mofa_crawler.period import Period
from mofa_crawler.record import Block, Link, PressRelease

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# Fields of a record that have a table of their own, or follow from one.
_OTHER_TABLES = {"body", "links", "points"}
_COLUMNS = [f for f in fields(PressRelease) if f.name not in _OTHER_TABLES]
_READ = [f.name for f in _COLUMNS if f.init]
_LISTS = [f.name for f in _COLUMNS if str(f.type).startswith(("list", "Annotated[list"))]

# The parameters of a clause.
Values = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which records: those of a period, without duplicates.

    `changed_since`: those that a later run than this changed in any way. `with_drafts`: drafts,
    too, in the form of records. `search` are words that must occur; `queries.snapshot` finds them.
    """

    period: Period = field(default_factory=Period)
    with_duplicates: bool = False
    with_drafts: bool = False
    changed_since: int | None = None
    search: str = ""

    def clause(self) -> tuple[str, Values]:
        """A WHERE clause over `releases`, and its parameters."""
        langs = self.period.langs
        conditions = [f"lang IN ({', '.join('?' * len(langs))})"]
        values: list[str | int] = [*langs]
        if not self.with_duplicates:
            # The plus keeps SQLite from its index: the one by date spares the sorting.
            conditions.append("+duplicate_of IS NULL")
        for condition, value in {
            "date >= ?": self.period.since,
            "date <= ?": self.period.until,
            "changed_in > ?": self.changed_since,
        }.items():
            if value is not None:
                conditions.append(condition)
                values.append(value)
        return f"WHERE {' AND '.join(conditions)}", tuple(values)


def columns_of(release: PressRelease) -> dict[str, Any]:
    """The row of a record in `releases`, by column. A list is JSON."""
    return {
        f.name: _json(value) if f.name in _LISTS else value
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
            (release.id, i, b.kind, b.level, b.label, b.text, _json(b.rows))
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


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
