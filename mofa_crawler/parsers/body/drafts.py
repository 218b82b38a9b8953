"""Blocks in the making: what the outline fills line by line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import msgspec

from mofa_crawler.parsers.body.line_kinds import is_plain_heading
from mofa_crawler.record import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mofa_crawler.parsers.body.typed_labels import Label

Kind = Literal["heading", "paragraph", "point", "table", "note", "caption"]


class Draft(msgspec.Struct, eq=False):
    """A block in the making; `number` is the label of a point that is counted."""

    kind: Kind
    level: int
    label: str = ""
    lines: list[str] = []
    rows: list[list[str]] = []
    number: Label | None = None

    def _finish(self) -> Block:
        text = "\n".join(self.lines)
        return Block(kind=self.kind, level=self.level, label=self.label, text=text, rows=self.rows)


def finish(drafts: Sequence[Draft]) -> list[Block]:
    """The blocks of an article, when all of it has been read.

    A few plain words right above a number are its sub-heading, but for those that begin an article.
    """
    for draft, following in pairwise(drafts[1:]):
        if draft.kind == "paragraph" and _is_sub_heading(draft, following):
            draft.kind = "heading"
    _nest_under_interrupted(drafts)
    return [draft._finish() for draft in drafts]


def _is_sub_heading(draft: Draft, following: Draft) -> bool:
    """Whether a paragraph is the sub-heading of what follows it."""
    return (
        draft.level == 0
        and len(draft.lines) == 1
        and following.kind == "point"
        and following.level == 1
        and following.number is not None
        and is_plain_heading(draft.lines[0])
    )


def _nest_under_interrupted(drafts: Sequence[Draft]) -> None:
    """Put points under a heading one deeper if the numbers above it go on after them.

    1. / a heading / (1) / (2) / 2.: the heading is one inside of point 1.
    """
    last: dict[str, int] = {}
    for place, draft in enumerate(drafts):
        if not draft.number or draft.level != 1:
            continue
        before = last.get(draft.number.family)
        last[draft.number.family] = place
        if before is not None and _goes_on(drafts[before], draft.number):
            inside = drafts[before + 1 : place]
            heading = next((n for n, each in enumerate(inside) if each.kind == "heading"), None)
            _nest(inside[heading:] if heading is not None else [])


def _nest(drafts: Sequence[Draft]) -> None:
    """Put the points one deeper whose numbers begin here; others go on on their own level."""
    begun: set[str] = set()
    is_nested = False
    for draft in drafts:
        if draft.number:
            if draft.number.value == 1:
                begun.add(draft.number.family)
            is_nested = draft.number.family in begun
        if draft.kind == "point" and is_nested:
            draft.level += 1


def _goes_on(draft: Draft, number: Label) -> bool:
    return draft.number is not None and number.value == draft.number.value + 1
