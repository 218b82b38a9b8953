"""The texts that a release has had: those that were superseded, and the one it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from mofa_crawler.items import Block, Link  # noqa: TC001 - annotations are read at run time
from mofa_crawler.store.reading import reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text of a release. `superseded_at` is None for the one that it has."""

    revision: int
    fetched_at: str
    superseded_at: str | None = None
    title: str
    date: str
    body: list[Block]
    links: list[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A release and its revisions, the newest last."""

    id: str
    url: str
    gone_since: str | None
    revisions: list[Revision]


def read_history(path: Path, ids: Sequence[str]) -> History | None:
    """The history of the first of these ids that is held; None: none is. Raises `StoreError`."""
    with reading(path) as db:
        for release_id in ids:
            release = db.execute("SELECT * FROM releases WHERE id = ?", (release_id,)).fetchone()
            if release:
                return History(
                    id=release_id,
                    url=release["url"],
                    gone_since=release["gone_since"],
                    revisions=[*_superseded(db, release_id), _current(db, release)],
                )
    return None


def _superseded(db: sqlite3.Connection, release_id: str) -> list[Revision]:
    rows = db.execute(
        "SELECT record, superseded_at FROM revisions WHERE release_id = ? ORDER BY revision",
        (release_id,),
    )
    return [
        _revision({**msgspec.json.decode(row["record"]), "superseded_at": row["superseded_at"]})
        for row in rows
    ]


def _current(db: sqlite3.Connection, release: sqlite3.Row) -> Revision:
    blocks = db.execute(
        """SELECT kind, level, label, text, rows FROM blocks
           WHERE release_id = ? ORDER BY position""",
        (release["id"],),
    )
    links = db.execute(
        "SELECT kind, text, url FROM links WHERE release_id = ? ORDER BY position",
        (release["id"],),
    )
    return _revision(
        {
            **release,
            "body": [{**block, "rows": msgspec.json.decode(block["rows"])} for block in blocks],
            "links": [dict(link) for link in links],
        }
    )


def _revision(record: dict[str, Any]) -> Revision:
    """A record's text; what else a record has, or once had, is left out."""
    return msgspec.convert(record, Revision)
