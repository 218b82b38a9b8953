"""A release: its article, the other language beside it, and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from mofa_crawler.export.about import attribution
from mofa_crawler.parsers.errors import WARNINGS
from mofa_crawler.queries.history import Revision, changed_words, find_release, revisions_of
from mofa_crawler.queries.page_state import PageState, read_page_state
from mofa_crawler.queries.pairs import other_language
from mofa_crawler.web import citation
from mofa_crawler.web.outline import Part, outline
from mofa_crawler.web.replies import PageError

if TYPE_CHECKING:
    from mofa_crawler.diffs import Words
    from mofa_crawler.record import Link, PressRelease

_KINDS = {"attachment": "Attachments", "related": "Related links", "text": "Links in the text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A release in one language. `links` are those of each kind, under the name of the kind."""

    record: PressRelease
    parts: list[Part]
    links: list[tuple[str, list[Link]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed from one revision to the next: the name of each changed part, and its words.

    `text` is the whole old text.
    """

    old: Revision
    new: Revision
    parts: list[tuple[str, Words]]
    text: list[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A stored release. `other` is None if the other language is not stored or not known.

    `changes` begin with the latest. `warnings` are codes with their meanings.
    """

    article: Article
    other: Article | None
    changes: list[Change]
    warnings: Mapping[str, str]
    state: PageState | None
    citation: str
    attribution: str
    json_ld: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A discovered page without a stored text, or with its draft only."""

    id: str
    state: PageState


def context(db: Connection, parameters: Mapping[str, str]) -> Release | Unread:
    """Parameter: `id`. Raises `PageError`."""
    release_id = parameters["id"]
    state = read_page_state(db, release_id)
    record = find_release(db, [release_id])
    if record is None:
        if state is None:
            raise PageError("No release has this id. Search for its title instead.", 404)
        return Unread(id=release_id, state=state)
    other = other_language(db, record)
    return Release(
        article=_article(record),
        other=_article(other) if other else None,
        changes=[
            Change(
                old=old,
                new=new,
                parts=list(changed_words(old, new, record.lang)),
                text=outline(old.body, f"r{old.revision}-"),
            )
            for old, new in pairwise(revisions_of(db, record))
        ][::-1],
        warnings={code: WARNINGS.get(code, "") for code in record.warnings},
        state=state,
        citation=citation.plain(record),
        attribution=attribution(record),
        json_ld=citation.json_ld(record),
    )


def stored(db: Connection, parameters: Mapping[str, str]) -> PressRelease:
    """The release to cite. Parameter: `id`. Raises `PageError`."""
    record = find_release(db, [parameters["id"]])
    if record is None:
        raise PageError("No stored release has this id. Search for its title instead.", 404)
    return record


def _article(record: PressRelease) -> Article:
    return Article(
        record=record,
        parts=outline(record.body, f"{record.lang}-"),
        links=[
            (name, links)
            for kind, name in _KINDS.items()
            if (links := [link for link in record.links if link.kind == kind])
        ],
    )
