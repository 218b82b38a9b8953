"""The revisions of a release."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler import site
from mofa_crawler.record import Block, Link  # noqa: TC001 - annotations are read at run time
from mofa_crawler.store.records import read_records

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from mofa_crawler.record import PressRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text of a release. `superseded_at` is None for the current text."""

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


def ids_of(name: str) -> list[str]:
    """The ids that `name` may mean: it is an id, or an address in any spelling."""
    # Bytes that are not UTF-8 are in no id and no address.
    text = name.encode(errors="replace").decode()
    urls = [site.canonical_url(start + text) for start in ("", "//")]
    return [text.strip("/"), *(site.release_id(u) for u in urls if u and site.is_on_site(u))]


def ids_named(db: sqlite3.Connection, name: str) -> list[str]:
    """The ids that `name` may mean, also the end of an id after a slash if no other ends so.

    Raises `sqlite3.Error`.
    """
    ids = ids_of(name)
    end = "/" + ids[0]
    rows = db.execute("SELECT id FROM releases WHERE substr(id, -length(?)) = ?", (end, end))
    longer = [row["id"] for row in rows]
    return ids + longer if len(longer) == 1 else ids


def read_history(db: sqlite3.Connection, ids: Sequence[str]) -> History | None:
    """The history of the first stored release of these ids; None: none is stored.

    Raises `sqlite3.Error`.
    """
    record = find_release(db, ids)
    if record is None:
        return None
    return History(
        id=record.id,
        url=record.url,
        gone_since=record.gone_since,
        revisions=[*superseded(db, record.id), as_revision(record)],
    )


def find_release(db: sqlite3.Connection, ids: Sequence[str]) -> PressRelease | None:
    """The first stored release of these ids; None: none is stored. Raises `sqlite3.Error`."""
    found = (read_records(db, "WHERE id = ?", (release_id,)) for release_id in ids)
    return next(chain.from_iterable(found), None)


def as_revision(record: PressRelease) -> Revision:
    """The current text of a release."""
    return msgspec.convert(record, Revision, from_attributes=True)


def superseded(db: sqlite3.Connection, release_id: str) -> list[Revision]:
    """The older revisions, oldest first. Fields that a record once had are left out.

    Raises `sqlite3.Error`.
    """
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
