"""The blocks of an article as a tree: points with the points under them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mofa_crawler.record import Block


@dataclass(slots=True)
class Node:
    """A block, its anchor (an id in HTML), and the nodes under it. Only points have nodes."""

    block: Block
    anchor: str
    under: list[Node] = field(default_factory=list)

    @property
    def parts(self) -> list[Part]:
        """The nodes under this node, in parts."""
        return _parts(self.under)


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbours: either points, which make a list, or other blocks."""

    is_list: bool
    nodes: list[Node]


def outline(blocks: Iterable[Block], prefix: str) -> list[Part]:
    """The tree of an article. Anchors are the prefix and the number of the block, from 1.

    A point stands under the previous point of a lower level. Any other block stands under the
    previous point of its own level; at level 0, under none.
    """
    root: list[Node] = []
    points: list[Node] = []  # the last point, and the points above it, the outermost first
    for number, block in enumerate(blocks, 1):
        node = Node(block, f"{prefix}{number}")
        is_point = block.kind == "point"
        while points and points[-1].block.level + is_point > block.level:
            points.pop()
        (points[-1].under if points else root).append(node)
        if is_point:
            points.append(node)
    return _parts(root)


def _parts(nodes: list[Node]) -> list[Part]:
    return [
        Part(is_list, list(group))
        for is_list, group in groupby(nodes, key=lambda node: node.block.kind == "point")
    ]
