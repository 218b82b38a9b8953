"""Charts: the positions of bars in an SVG picture. The template `charts.html` draws them.

Widths are percentages, heights are pixels: text keeps its size in a picture of any width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

TOP, BOTTOM = 18, 178  # pixels: the highest bar ends at `TOP`, all stand on `BOTTOM`
_LINE, _MARGIN = 18, 4  # pixels: a line of names, and the margin below the last line
_WIDTH = 0.72  # the part of its slot that a bar fills
_STEPS = (2, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 80, 100)
# The most names below a chart, on a screen and on a phone.
_MOST_NAMES, _FEW_NAMES = 18, 6
# In a chart with more bars, a name may be wider than its bar.
_WIDE_BARS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A number of releases in each language, and the page that lists them."""

    name: str  # in full, for a screen reader and the table
    short: str  # under the bar
    place: int  # the number of the year, or of the month from 0: only every nth bar shows its name
    under: str = ""  # below the names; neighbours with the same text show it once
    href: str
    counts: Mapping[Lang, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of a bar for a language, in pixels."""

    lang: Lang
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBar:
    """A bar with its position. Horizontal values are in percent."""

    bar: Bar
    slot_x: float
    slot_width: float
    x: float
    width: float
    parts: Sequence[Part]
    named: str  # `always`, `wide` (only if there is room) or empty
    under: str  # the text that begins at this bar
    is_end: bool  # the name ends at the right margin; a centred name would cross the margin

    @property
    def name_x(self) -> float:
        return 100 if self.is_end else round(self.slot_x + self.slot_width / 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of bars. `key` begins the ids of its parts in a page."""

    key: str
    title: str
    description: str
    bars: Sequence[DrawnBar]
    ticks: Sequence[tuple[int, float]]  # a number, and its position in pixels from the top
    name_y: int
    under_y: int
    height: int


def draw(key: str, title: str, bars: Sequence[Bar]) -> Chart:
    """Put bars beside each other."""
    scale = _scale(max((bar.total for bar in bars), default=0))
    slot = 100 / max(1, len(bars))
    lines = 2 if any(bar.under for bar in bars) else 1
    return Chart(
        key=key,
        title=title,
        description=_description(bars),
        bars=[
            DrawnBar(
                bar=bar,
                slot_x=round(place * slot, 3),
                slot_width=round(slot, 3),
                x=round((place + (1 - _WIDTH) / 2) * slot, 3),
                width=round(slot * _WIDTH, 3),
                parts=_parts(bar, scale),
                named=_named(bar.place, len(bars)),
                under=_under(bars, place),
                is_end=place + 1 == len(bars) > _WIDE_BARS,
            )
            for place, bar in enumerate(bars)
        ],
        ticks=[(value, _y(value, scale)) for value in (scale // 2, scale) if value],
        name_y=BOTTOM + _LINE,
        under_y=BOTTOM + 2 * _LINE,
        height=BOTTOM + lines * _LINE + _MARGIN,
    )


def _scale(most: int) -> int:
    """The number at the top of the scale: round, even, and not much more than `most`."""
    power: int = 10 ** max(0, len(str(most)) - 2)
    return next(value for step in _STEPS if (value := step * power) >= most and value % 2 == 0)


def _y(value: int, scale: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / scale, 1)


def _parts(bar: Bar, scale: int) -> list[Part]:
    parts, below = [], 0
    for lang, number in bar.counts.items():
        if number:
            y = _y(below + number, scale)
            parts.append(Part(lang=lang, y=y, height=round(_y(below, scale) - y, 1)))
        below += number
    return parts


def _named(place: int, count: int) -> str:
    if place % ceil(count / _FEW_NAMES) == 0:
        return "always"
    return "wide" if place % ceil(count / _MOST_NAMES) == 0 else ""


def _under(bars: Sequence[Bar], place: int) -> str:
    """The text that begins at a bar. The first text is left out if the next would be too near."""
    bar = bars[place]
    if place:
        return bar.under if bar.under != bars[place - 1].under else ""
    alike = sum(other.under == bar.under for other in bars)
    return bar.under if alike * _FEW_NAMES >= len(bars) else ""


def _description(bars: Sequence[Bar]) -> str:
    if not bars:
        return "There are no releases."
    most = max(bars, key=lambda bar: bar.total)
    total = sum(bar.total for bar in bars)
    return (
        f"A bar for each of {bars[0].name} to {bars[-1].name}: {total:,} releases in all, the most "
        f"in {most.name}, {most.total:,}. Each bar leads to a list of its releases."
    )
