"""Blocks that are still open: lines are added to them, and they may become headings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from mofa_crawler.parsers.body.line_kinds import is_plain_heading
from mofa_crawler.record import Block, BlockKind

if TYPE_CHECKING:
    from mofa_crawler.parsers.body.typed_labels import Label


class OpenBlock(msgspec.Struct, eq=False):
    """A block that may still change. `number` is the label of a numbered point, else None."""

    kind: BlockKind
    level: int
    label: str = ""
    lines: list[str] = []
    rows: list[list[str]] = []
    number: Label | None = None

    def _finish(self) -> Block:
        text = "\n".join(self.lines)
        return Block(kind=self.kind, level=self.level, label=self.label, text=text, rows=self.rows)


def finish(blocks: Sequence[OpenBlock]) -> list[Block]:
    """The finished blocks of an article that has been read to its end.

    A paragraph of a few plain words right above a number becomes a heading, unless it is the first
    block of the article.
    """
    for block, following in pairwise(blocks[1:]):
        if block.kind == "paragraph" and _is_sub_heading(block, following):
            block.kind = "heading"
    _nest_under_interrupted(blocks)
    return [block._finish() for block in blocks]


def _is_sub_heading(block: OpenBlock, following: OpenBlock) -> bool:
    """Whether a paragraph is the sub-heading of what follows it."""
    return (
        block.level == 0
        and len(block.lines) == 1
        and following.kind == "point"
        and following.level == 1
        and following.number is not None
        and is_plain_heading(block.lines[0])
    )


def _nest_under_interrupted(blocks: Sequence[OpenBlock]) -> None:
    """Put the points under a heading one level deeper if they interrupt a series of numbers.

    For example 1. / heading / (1) / (2) / 2.: the heading is inside point 1.
    """
    last: dict[str, int] = {}
    for place, block in enumerate(blocks):
        if not block.number or block.level != 1:
            continue
        before = last.get(block.number.family)
        last[block.number.family] = place
        if before is not None and _goes_on(blocks[before], block.number):
            inside = blocks[before + 1 : place]
            heading = next((n for n, each in enumerate(inside) if each.kind == "heading"), None)
            _nest(inside[heading:] if heading is not None else [])


def _nest(blocks: Sequence[OpenBlock]) -> None:
    """Put points one level deeper if their numbers begin in `blocks`. Others keep their level."""
    begun: set[str] = set()
    is_nested = False
    for block in blocks:
        if block.number:
            if block.number.value == 1:
                begun.add(block.number.family)
            is_nested = block.number.family in begun
        if block.kind == "point" and is_nested:
            block.level += 1


def _goes_on(block: OpenBlock, number: Label) -> bool:
    return block.number is not None and number.value == block.number.value + 1
