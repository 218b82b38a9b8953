"""The texts that a release has had: those that were superseded, and the one it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler.queries.read_only import reading
from mofa_crawler.record import Block, Link  # noqa: TC001 - annotations are read at run time
from mofa_crawler.store.records import read_records

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
            for record in read_records(db, "WHERE id = ?", (release_id,)):
                current = msgspec.convert(record, Revision, from_attributes=True)
                return History(
                    id=release_id,
                    url=record.url,
                    gone_since=record.gone_since,
                    revisions=[*_superseded(db, release_id), current],
                )
    return None


def _superseded(db: sqlite3.Connection, release_id: str) -> list[Revision]:
    """Of what a record was, its text; what else it had, or once had, is left out."""
    rows = db.execute(
        "SELECT record, superseded_at FROM revisions WHERE release_id = ? ORDER BY revision",
        (release_id,),
    )
    return [
        msgspec.convert(
            {**msgspec.json.decode(row["record"]), "superseded_at": row["superseded_at"]}, Revision
        )
        for row in rows
    ]
