"""Records out of their tables: `releases`, `blocks` and `links`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler.record import Block, Link, PressRelease
from mofa_crawler.site import LANGS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from mofa_crawler.site import Lang

_OF_OTHER_TABLES = {"body", "links"}
_COLUMNS = [f.name for f in fields(PressRelease) if f.init and f.name not in _OF_OTHER_TABLES]

# The parameters of a clause.
Values = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which records: languages, first and last day (`YYYY-MM-DD`, None: open).

    `changed_since`: those that a later run than this changed in any way.
    """

    langs: tuple[Lang, ...] = LANGS
    since: str | None = None
    until: str | None = None
    with_duplicates: bool = False
    changed_since: int | None = None

    def clause(self) -> tuple[str, Values]:
        """A WHERE clause over `releases`, and its parameters."""
        conditions = [f"lang IN ({', '.join('?' * len(self.langs))})"]
        values: list[str | int] = [*self.langs]
        if not self.with_duplicates:
            # The plus keeps SQLite from its index: the one by date spares the sorting.
            conditions.append("+duplicate_of IS NULL")
        for condition, value in {
            "date >= ?": self.since,
            "date <= ?": self.until,
            "changed_in > ?": self.changed_since,
        }.items():
            if value is not None:
                conditions.append(condition)
                values.append(value)
        return f"WHERE {' AND '.join(conditions)}", tuple(values)


def read_records(
    db: sqlite3.Connection, clause: str, values: Values, *, newest_first: bool = False
) -> Iterator[PressRelease]:
    """Records by date and id. Memory does not grow with their number.

    `clause` is a WHERE clause over `releases`. `db` gives rows as `sqlite3.Row`. Raises
    `sqlite3.Error`.
    """
    direction = "DESC" if newest_first else "ASC"
    order = f"ORDER BY date {direction}, id {direction}"
    rows = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM releases {clause} {order}", values)  # noqa: S608
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
        yield PressRelease(
            **row,
            body=[
                Block(**{**block, "rows": msgspec.json.decode(block["rows"])}) for block in blocks
            ],
            links=[Link(**link) for link in links],
        )
