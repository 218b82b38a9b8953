"""Which families of labels are open at a place in an article, and the level of the next label.

A family is open if its next label would stand on the same level as its last label.
"""

from __future__ import annotations

import msgspec

from mofa_crawler.parsers.body.typed_labels import BULLET, NUMBER, Label


class _OpenFamily(msgspec.Struct):
    """An open family of labels. `last` is the value of its last label."""

    family: str
    level: int
    last: int


class Numbering:
    """The open families of labels, outermost first.

    In the methods, `outer_count` is the number of families that were open when a list item began.
    These families belong outside of the item.
    """

    def __init__(self) -> None:
        self._open: list[_OpenFamily] = []
        self._last: dict[str, int] = {}  # the last value of each family in the whole article
        self._levels: dict[str, int] = {}  # and the level where it stood

    @property
    def open_count(self) -> int:
        """The number of open families: the `outer_count` of a list item that begins here."""
        return len(self._open)

    def last_values(self, family: str) -> list[int]:
        """The values of a family after which a next label may come."""
        values = [entry.last for entry in self._open if entry.family == family]
        return [*values, self._last[family]] if family in self._last else values

    def level_continued_by(self, start: int, outer_count: int) -> int | None:
        """The level of the open numbers that a list from `start` continues; None if none fit."""
        for entry in self._open[outer_count:]:
            if entry.family == NUMBER and start == entry.last + 1:
                return entry.level
        return None

    def close_below(self, level: int) -> None:
        """Close the families below a level."""
        while self._open and self._open[-1].level > level:
            self._open.pop()

    def close_from(self, outer_count: int) -> None:
        """Close all but the first `outer_count` families: levels start again under a heading."""
        del self._open[outer_count:]

    def open_at(self, level: int, label: Label) -> None:
        """Open the family of a label at a level. Close the families there and below."""
        self.close_below(level - 1)
        self._open.append(_OpenFamily(label.family, level, label.value))
        self._last[label.family] = label.value
        self._levels[label.family] = level

    def open_typed(self, label: Label, *, outer_count: int, level: int) -> int:
        """Open the family of a typed label, and return the level of the label.

        An open family keeps its level. A new one stands below the innermost family, or below
        `level`, the level of the list item around the label.
        """
        for entry in self._open[outer_count:]:
            if entry.family == label.family:
                self.open_at(entry.level, label)
                return entry.level
        if (
            not outer_count
            and label.value > 1
            and label.value == self._last.get(label.family, 0) + 1
        ):
            # Numbers that go on below a heading keep their level.
            self.open_at(self._levels[label.family], label)
            return self._levels[label.family]
        if not label.is_bullet:
            while len(self._open) > outer_count and self._open[-1].family.startswith(BULLET):
                self._open.pop()  # no number stands under a bullet
        inner = self._open[-1].level if len(self._open) > outer_count else level
        self.open_at(inner + 1, label)
        return inner + 1
