"""Tables that only place things on the page, and tables that are tables to a reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mofa_crawler.parsers.body.line_kinds import is_caption
from mofa_crawler.parsers.body.list_labels import LISTS
from mofa_crawler.parsers.dom import integer, text_of
from mofa_crawler.parsers.layouts.legacy.places import nearest
from mofa_crawler.parsers.text import collapse_spaces

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.layouts.legacy.lines import Line

_CELLS = frozenset({"td", "th"})
_TABLE_PARTS = frozenset({"thead", "tbody", "tfoot", "tr", "td", "th", "caption"})


def stands_in_grid(line: Line) -> bool:
    """Whether a line is a cell of its own beside others in a row."""
    cell = nearest(line.block, _CELLS)
    row = nearest(cell, {"tr"})
    if cell is None or row is None or collapse_spaces(text_of(cell)) != line.text:
        return False
    return sum(bool(collapse_spaces(text_of(other))) for other in row.iterdescendants(*_CELLS)) > 1


def stand_in_columns(lines: Collection[Line], landmarks: Collection[HtmlElement]) -> bool:
    """Whether some of the lines are beside others, in a table around the landmarks."""
    cells_of: dict[HtmlElement, set[HtmlElement]] = {}
    for line in lines:
        for cell in (line.block, *line.block.iterancestors()):
            if cell.tag in _CELLS and (row := nearest(cell, {"tr"})) is not None:
                table = nearest(row, {"table"})
                if any(
                    table is outer for element in landmarks for outer in element.iterancestors()
                ):
                    cells_of.setdefault(row, set()).add(cell)
    return any(len(cells) > 1 for cells in cells_of.values())


def flatten_layout_tables(body: HtmlElement, landmarks: Collection[HtmlElement]) -> None:
    """Make plain divisions of tables that only place things on the page.

    These are all around `landmarks`, those that hold another table, and those that are no grid of
    texts. One that holds a picture and a text is the picture with its caption.
    """
    around = {outer for element in landmarks for outer in element.iterancestors()}
    for table in list(body.iter("table")):
        is_around = table in around
        if not is_around and _is_data(table):
            continue
        text = collapse_spaces(text_of(table))
        is_picture = (
            not is_around
            and any(map(_is_picture, table.iterdescendants("img")))
            and not _has(table, "table", *LISTS)
        )
        for part in list(table.iterdescendants(*_TABLE_PARTS)):
            if nearest(part.getparent(), {"table"}) is table:
                part.tag = "div"
                part.attrib.clear()
        table.tag = "figcaption" if is_picture and is_caption(text) else "div"
        table.attrib.clear()


def _has(element: HtmlElement, *tags: str) -> bool:
    return next(element.iterdescendants(*tags), None) is not None


def _is_picture(image: HtmlElement) -> bool:
    """Whether an image is no spacer, which only keeps a distance."""
    sizes = [integer(image.get(name), _SMALLEST_PICTURE) for name in ("width", "height")]
    return min(sizes) >= _SMALLEST_PICTURE


_SMALLEST_PICTURE = 30  # pixels
_LONGEST_CELL = 400  # of a table that has no frame
_LABEL_CELL = re.compile(r"[(（\[［]?[0-9０-９a-zA-Zァ-ヶ①-⑳ⅰ-ⅹ・•●○■◆]{1,3}[.．)）\]］]{0,2}")


def _is_data(table: HtmlElement) -> bool:
    """Whether a table is one to a reader: a grid of at least two rows and columns with texts.

    One without a frame may also only indent numbered items, or long texts.
    """
    if _has(table, "table"):
        return False
    rows = [
        texts
        for row in table.iterdescendants("tr")
        if (
            texts := [
                text
                for cell in row.iterdescendants(*_CELLS)
                if (text := collapse_spaces(text_of(cell)))
            ]
        )
    ]
    if max(map(len, rows), default=0) < 2:  # noqa: PLR2004
        return False
    if _has(table, "th", "caption"):
        return True
    if integer(table.get("border", "0") or "1", 0) > 0 and len(rows) > 1:
        return True
    if _has(table, "img"):
        return False
    is_list = all(_LABEL_CELL.fullmatch(row[0]) for row in rows)
    is_prose = any(len(text) > _LONGEST_CELL for row in rows for text in row)
    return len(rows) > 1 and not is_list and not is_prose
