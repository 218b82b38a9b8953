"""Tables as rows of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mofa_crawler.parsers.dom import INLINE, integer, visible_text
from mofa_crawler.parsers.text import collapse_spaces, is_blank

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Tables of the site have a dozen columns; a hostile one may claim millions.
_MAX_SPAN = 100
_MAX_CELLS = 20_000
_MAX_CHARACTERS = 1_000_000
_ROW_GROUPS = {"thead", "tbody", "tfoot"}
_OUTSIDE_ROWS = {"caption", "col", "colgroup"}
_CELLS = {"td", "th"}
# Browsers move the tags of such elements out of the table. Word puts smart tags around rows.
_AROUND_ROWS = INLINE | {"form"}


def read_rows(table: HtmlElement, read: Callable[[HtmlElement], str]) -> list[list[str]]:
    """The texts of the cells, as `read` returns them, row by row.

    A cell that spans several columns or rows is repeated in each. Raises ValueError if text is
    outside of the cells, because it would be lost, and if the table is too large.
    """
    rows: list[list[str]] = []
    cells = characters = 0
    for group in _row_groups(table):
        reach: dict[int, tuple[str, int]] = {}  # column -> text from above, number of rows to come
        for tr in group:
            row: list[str] = []
            _fill_from_above(row, reach)
            for cell in _children(tr, _CELLS):
                text = read(cell)
                height = _span(cell, "rowspan")
                for _ in range(_span(cell, "colspan")):
                    if len(row) in reach:  # the cell overlaps one from above
                        _take_from_above(row, reach)
                        continue
                    if height > 1:
                        reach[len(row)] = (text, height - 1)
                    row.append(text)
                _fill_from_above(row, reach)
                if cells + len(row) > _MAX_CELLS:
                    raise ValueError(f"a table of more than {_MAX_CELLS} cells")
            while reach and any(column > len(row) for column in reach):
                row.append("")  # the row is too short for a cell from above
                _fill_from_above(row, reach)
            cells += len(row)
            characters += sum(map(len, row))
            if characters > _MAX_CHARACTERS:
                raise ValueError(f"a table of more than {_MAX_CHARACTERS} characters")
            rows.append(row)
    return rows


def _row_groups(table: HtmlElement) -> Iterator[list[HtmlElement]]:
    """The rows of each group (`tbody`). A cell that spans rows ends with its group."""
    rows: list[HtmlElement] = []
    for child in _children(table, {"tr"} | _ROW_GROUPS | _OUTSIDE_ROWS):
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in _ROW_GROUPS:
            yield rows
            rows = []
            yield list(_children(child, {"tr"}))
    yield rows


def _children(element: HtmlElement, expected: set[str]) -> Iterator[HtmlElement]:
    """The children with an expected tag. Raises ValueError for text outside of these children."""
    strays = [element.text or ""]
    for child in element:
        strays.append(child.tail or "")
        if child.tag in expected:
            yield child
        elif child.tag in _AROUND_ROWS:
            yield from _children(child, expected)
        else:
            strays.append(visible_text(child))
    if not is_blank(stray := " ".join(strays)):
        raise ValueError(f"{collapse_spaces(stray)[:40]!r} stands in no cell of a table")


def _span(cell: HtmlElement, name: str) -> int:
    """How many rows or columns a cell spans. `rowspan="0"` spans all rows that follow."""
    number = integer(cell.get(name), 1, _MAX_SPAN)
    return _MAX_SPAN if number == 0 and name == "rowspan" else max(1, number)


def _fill_from_above(row: list[str], reach: dict[int, tuple[str, int]]) -> None:
    while len(row) in reach:
        _take_from_above(row, reach)


def _take_from_above(row: list[str], reach: dict[int, tuple[str, int]]) -> None:
    text, more = reach.pop(len(row))
    if more > 1:
        reach[len(row)] = (text, more - 1)
    row.append(text)
