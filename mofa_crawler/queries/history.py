"""The revisions of a release."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from mofa_crawler import site
from mofa_crawler.diffs import Words, piece_diff, word_diff
from mofa_crawler.record import Block, Link, PressRelease
from mofa_crawler.store.records import read_records

if TYPE_CHECKING:
    from mofa_crawler.site import Lang


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


def ids_of(name: str) -> list[str]:
    """The ids that `name` may mean: it is an id, or an address in any spelling."""
    # Bytes that are not UTF-8 are in no id and no address.
    text = name.encode(errors="replace").decode()
    urls = [site.canonical_url(start + text) for start in ("", "//")]
    return [text.strip("/"), *(site.release_id(u) for u in urls if u and site.is_on_site(u))]


def ids_named(db: sqlite3.Connection, name: str) -> list[str]:
    """The ids that `name` may mean: `ids_of(name)`, and the only stored id that ends in `/name`."""
    ids = ids_of(name)
    end = "/" + ids[0]
    rows = db.execute("SELECT id FROM releases WHERE substr(id, -length(?)) = ?", (end, end))
    longer = [row["id"] for row in rows]
    return ids + longer if len(longer) == 1 else ids


def find_release(db: sqlite3.Connection, ids: Sequence[str]) -> PressRelease | None:
    """The first stored release of these ids; None: none is stored."""
    found = (read_records(db, "WHERE id = ?", (release_id,)) for release_id in ids)
    return next(chain.from_iterable(found), None)


def revisions_of(db: sqlite3.Connection, record: PressRelease) -> list[Revision]:
    """The texts of a release, the current one last, without fields that records no longer have."""
    rows = db.execute(
        "SELECT record, superseded_at FROM revisions WHERE release_id = ? ORDER BY revision",
        (record.id,),
    )
    older = [
        msgspec.convert({**msgspec.json.decode(text), "superseded_at": superseded_at}, Revision)
        for text, superseded_at in rows
    ]
    return [*older, msgspec.convert(record, Revision, from_attributes=True)]


def changed_words(old: Revision, new: Revision, lang: Lang) -> Iterator[tuple[str, Words]]:
    """What changed between two texts: the name of each changed part, and its words."""
    for name, text, other in (("Title", old.title, new.title), ("Date", old.date, new.date)):
        if text != other:
            yield name, word_diff(text, other, lang)
    pairs: tuple[tuple[str, Sequence[Any], Sequence[Any]], ...] = (
        ("Text", old.body, new.body),
        ("Links", old.links, new.links),
    )
    for name, before, after in pairs:
        for how, removed, added in piece_diff(before, after):
            if how != "same":
                yield name, word_diff(_as_text(removed), _as_text(added), lang)


def _as_text(pieces: Sequence[Block | Link]) -> str:
    return "\n\n".join(
        piece.as_text() if isinstance(piece, Block) else f"{piece.text} {piece.url}".strip()
        for piece in pieces
    )
