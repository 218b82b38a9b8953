"""Tables as rows of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.parsers.dom import INLINE, NOT_TEXT, integer
from mofa_crawler.parsers.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_MAX_SPAN = 100  # a table of the site has a dozen columns; a hostile one may claim millions


def read_rows(table: HtmlElement) -> list[list[str]]:
    """The cells' texts, row by row; a cell that spans columns or rows is repeated in each."""
    rows: list[list[str]] = []
    reach: dict[int, tuple[str, int]] = {}  # column -> a text from above, and for how many rows yet
    for tr in table.iter("tr"):
        row: list[str] = []
        _fill_from_above(row, reach)
        for cell in (c for c in tr if c.tag in {"td", "th"}):
            text = "\n".join(_cell_lines(cell))
            height = integer(cell.get("rowspan"), 1, _MAX_SPAN)
            for _ in range(integer(cell.get("colspan"), 1, _MAX_SPAN)):
                if height > 1:
                    reach[len(row)] = (text, height - 1)
                row.append(text)
            _fill_from_above(row, reach)
        rows.append(row)
    return rows


def _fill_from_above(row: list[str], reach: dict[int, tuple[str, int]]) -> None:
    while len(row) in reach:
        text, more = reach.pop(len(row))
        if more > 1:
            reach[len(row)] = (text, more - 1)
        row.append(text)


def _cell_lines(cell: HtmlElement) -> Iterator[str]:
    lines: list[list[str]] = [[]]

    def collect(element: HtmlElement) -> None:
        breaks = element.tag not in INLINE
        if breaks:
            lines.append([])
        if element.tag not in NOT_TEXT:
            lines[-1].append(element.text or "")
            for child in element:
                collect(child)
                lines[-1].append(child.tail or "")
        if breaks:
            lines.append([])

    collect(cell)
    return (text for text in (fold("".join(line)) for line in lines) if text)
