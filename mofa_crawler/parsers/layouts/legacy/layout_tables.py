"""Layout tables, which only place things on the page, and data tables."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from bs4.element import NavigableString

from mofa_crawler.parsers.body.line_kinds import is_caption
from mofa_crawler.parsers.body.list_labels import LISTS
from mofa_crawler.parsers.dom import integer
from mofa_crawler.parsers.layouts.legacy.soup import inside, nearest
from mofa_crawler.parsers.text import collapse_spaces

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from mofa_crawler.parsers.layouts.legacy.lines import Line

_CELLS = frozenset({"td", "th"})
_TABLE_PARTS = frozenset({"thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
_SMALLEST_PICTURE = 30  # pixels
_LONGEST_CELL = 400  # characters, in a data table without a frame
_LABEL_CELL = re.compile(
    r"[(（\[［]?(?:[0-9０-９a-zA-Zａ-ｚＡ-Ｚァ-ヶｱ-ﾝ①-⑳ⅰ-ⅻⅠ-Ⅻ一二三四五六七八九十・•●○■◆□◇]{1,3}|[ivxIVX]{4,5})"
    r"[.．、)）\]］]{0,2}"
)


def stands_in_grid(line: Line) -> bool:
    """Whether a line is the whole text of a table cell, in a row with other texts."""
    cell = nearest(line.block, _CELLS)
    row = nearest(cell, {"tr"})
    if cell is None or row is None or collapse_spaces(cell.get_text()) != line.text:
        return False
    return sum(bool(collapse_spaces(other.get_text())) for other in inside(row, _CELLS)) > 1


def stand_in_columns(lines: Collection[Line], landmarks: Collection[Tag]) -> bool:
    """Whether the lines are in several columns of a table around the landmarks."""
    cells_of: dict[int, set[int]] = {}
    for line in lines:
        for cell in [line.block, *line.block.parents]:
            if cell.name in _CELLS and (row := nearest(cell, {"tr"})):
                table = nearest(row, {"table"})
                if any(table is outer for element in landmarks for outer in element.parents):
                    cells_of.setdefault(id(row), set()).add(id(cell))
    return any(len(cells) > 1 for cells in cells_of.values())


def flatten_layout_tables(soup: BeautifulSoup, landmarks: Collection[Tag]) -> None:
    """Make `div`s of layout tables.

    Layout tables are all tables around `landmarks`, tables with another table inside, and tables
    that are no grid of texts. A label in a cell of its own is moved before the text of its row. A
    table of a picture and a short text becomes a caption.
    """
    around = {id(outer) for element in landmarks for outer in element.parents}
    for table in inside(soup, {"table"}):
        is_around = id(table) in around
        if not is_around and _is_data(table):
            continue
        text = collapse_spaces(table.get_text())
        is_picture = (
            not is_around
            and any(map(_is_picture, inside(table, {"img"})))
            and not inside(table, {"table", *LISTS})
        )
        for row in inside(table, {"tr"}):
            if id(row) not in around:
                _join_label(row)
        for part in inside(table, _TABLE_PARTS):
            if nearest(part.parent, {"table"}) is table:
                part.name = "div"
                part.attrs = {}
        table.name = "figcaption" if is_picture and is_caption(text) else "div"
        table.attrs = {}


def _join_label(row: Tag) -> None:
    """Put the label that is one of two texts of a row before the other text."""
    cells = [cell for cell in inside(row, _CELLS) if nearest(cell.parent, {"tr"}) is row]
    first, *others = [found for cell in cells if (found := _texts(cell))] or [[]]
    label = first[0].strip() if len(first) == len(others) == 1 else ""
    is_word = len(label) > 1 and label.isalpha()
    if _LABEL_CELL.fullmatch(label) and not is_word:
        others[0][0].insert_before(first[0], NavigableString("\u3000"))


def _texts(element: Tag) -> list[NavigableString]:
    """The texts inside an element that are not blank."""
    return [
        node
        for node in element.descendants
        if isinstance(node, NavigableString) and collapse_spaces(node)
    ]


def _is_picture(image: Tag) -> bool:
    """Whether an image is a picture, and not a spacer."""
    sizes = [integer(str(image.get(name, "")), _SMALLEST_PICTURE) for name in ("width", "height")]
    return min(sizes) >= _SMALLEST_PICTURE


def _is_data(table: Tag) -> bool:
    """Whether a table is a data table: a grid of at least two rows and columns with texts.

    A table without a frame may only indent numbered items or long texts.
    """
    if inside(table, {"table"}):
        return False
    rows = [
        texts
        for row in inside(table, {"tr"})
        if (
            texts := [
                text for cell in inside(row, _CELLS) if (text := collapse_spaces(cell.get_text()))
            ]
        )
    ]
    if max(map(len, rows), default=0) < 2:  # noqa: PLR2004
        return False
    if inside(table, {"th", "caption"}):
        return True
    if integer(str(table.get("border", "0")) or "1", 0) > 0 and len(rows) > 1:
        return True
    if inside(table, {"img"}):
        return False
    is_list = all(_LABEL_CELL.fullmatch(row[0]) for row in rows)
    is_prose = any(len(text) > _LONGEST_CELL for row in rows for text in row)
    return len(rows) > 1 and not is_list and not is_prose
