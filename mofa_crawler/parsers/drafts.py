"""Blocks in the making: what the outline fills line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from mofa_crawler.items import Block
from mofa_crawler.parsers.line_kinds import is_plain_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["heading", "paragraph", "point", "table", "note", "caption"]


@dataclass(slots=True, eq=False)
class Draft:
    """A block in the making; `is_counted` is a point with a number, not a bullet."""

    kind: Kind
    level: int
    label: str = ""
    lines: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    is_counted: bool = False

    def _finish(self) -> Block:
        text = "\n".join(self.lines)
        return Block(kind=self.kind, level=self.level, label=self.label, text=text, rows=self.rows)


def finish(drafts: Sequence[Draft]) -> list[Block]:
    """The blocks of an article, when all of it has been met.

    A few plain words right above a number are its sub-heading, but for those that begin an article.
    """
    for draft, following in pairwise(drafts[1:]):
        if _is_sub_heading(draft, following):
            draft.kind = "heading"
    return [draft._finish() for draft in drafts]


def _is_sub_heading(draft: Draft, following: Draft) -> bool:
    return (
        draft.kind == "paragraph"
        and draft.level == 0
        and len(draft.lines) == 1
        and following.kind == "point"
        and following.level == 1
        and following.is_counted
        and is_plain_heading(draft.lines[0])
    )
