"""Which numbers are open at a place of an article, and on which level a next label stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mofa_crawler.parsers.body.typed_labels import BULLET, NUMBER

if TYPE_CHECKING:
    from mofa_crawler.parsers.body.typed_labels import Label


class _Open(msgspec.Struct):
    """A family of labels that is open: a next label of it stands at `level` again."""

    family: str
    level: int
    last: int


class Numbering:
    """The families of labels that are open, outermost first.

    `outer_count` is how many of them were open when a list item began: these belong outside of it.
    """

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._last: dict[str, int] = {}  # the last value of each family in the whole article
        self._levels: dict[str, int] = {}  # and the level where it stood

    @property
    def open_count(self) -> int:
        """How many families are open: the `outer_count` of a list item that begins here."""
        return len(self._open)

    def last_values(self, family: str) -> list[int]:
        """The values of a family that a next label may follow: the open ones, and the last."""
        values = [entry.last for entry in self._open if entry.family == family]
        return [*values, self._last[family]] if family in self._last else values

    def level_continued_by(self, start: int, outer_count: int) -> int | None:
        """The level of the numbers that a list goes on with which begins at `start`."""
        for entry in self._open[outer_count:]:
            if entry.family == NUMBER and start == entry.last + 1:
                return entry.level
        return None

    def close_below(self, level: int) -> None:
        """End what is open below a level: the list that it stood in is over."""
        while self._open and self._open[-1].level > level:
            self._open.pop()

    def close_from(self, outer_count: int) -> None:
        """End what is open: levels start again under a heading."""
        del self._open[outer_count:]

    def open_at(self, level: int, label: Label) -> None:
        """Open a label's family at a level; what was open there and below is over."""
        self.close_below(level - 1)
        self._open.append(_Open(label.family, level, label.value))
        self._last[label.family] = label.value
        self._levels[label.family] = level

    def open_typed(self, label: Label, *, outer_count: int, level: int) -> int:
        """The level of a typed label: that of its family if this is open, else one deeper.

        `level` is that of the list item around it.
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
            # What goes on under a heading stands where it stood above it.
            self.open_at(self._levels[label.family], label)
            return self._levels[label.family]
        if not label.is_bullet:
            while len(self._open) > outer_count and self._open[-1].family.startswith(BULLET):
                self._open.pop()  # no number stands under a bullet
        inner = self._open[-1].level if len(self._open) > outer_count else level
        self.open_at(inner + 1, label)
        return inner + 1
