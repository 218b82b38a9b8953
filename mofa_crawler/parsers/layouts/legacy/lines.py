"""Pages whose markup nobody knows, as lines of text, in a tree that can be cut anywhere.

In BeautifulSoup a text is a node of its own, so that an article can be cut out of a page between
two texts, whatever the elements around them. The parser under it is lxml's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, cast
from unicodedata import east_asian_width

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement
from lxml.html import tostring

from mofa_crawler.parsers.body.line_kinds import is_caption
from mofa_crawler.parsers.body.rendering import render
from mofa_crawler.parsers.dom import INLINE, NOT_TEXT, integer
from mofa_crawler.parsers.errors import Unparsable
from mofa_crawler.parsers.markup import new_element
from mofa_crawler.parsers.text import WIDE, collapse_spaces, comparison_key, for_xml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_TABLE_PARTS = frozenset({"thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
_MOST_TAGS = 50_000
_IN_LINE = (INLINE | NOT_TEXT) - {"hr"}
# In Japanese no line end of the source is a space, also not one beside a Latin letter.
_WRAP = re.compile(
    rf"(?<=[{WIDE}])(?<!\u3000)[^\S\n]*\n\s*(?=\S)|(?<=\S)[^\S\n]*\n\s*(?=[{WIDE}])(?!\u3000)"
)
# A line of a preformatted text that is as long as this continues in the next one.
_FULL_LINE = 50  # columns; a Japanese character takes two
_MOST_LEFT_OVER = 8
_HANGING = 4
_SENTENCE_ENDS = (".", ":", ";", "。", "：")
# The label of an item. Further lines of the item are indented as far as its text.
_LABEL = re.compile(
    r"\s*(?:[(（]?(?:[0-9０-９]{1,2}|[a-zA-Z]|[ivxIVX]{1,4}|[ァ-ヶ])[.．)）](?:\s+|(?=[^\x00-\x7f]))"
    r"|[*・•]\s*|[0-9０-９①-⑳]{1,2}\u3000\s*)(?=\S)"
)


@dataclass(eq=False)
class Line:
    """A line as a reader sees it: the texts between two breaks, or a linked picture alone."""

    block: Tag  # the innermost element around it that is no inline one
    after_blank: bool = False  # whether an empty line is above it
    nodes: list[NavigableString] = field(default_factory=list)
    text: str = ""
    links: list[Tag] = field(default_factory=list)
    text_outside_links: str = ""  # the text that is no link

    @property
    def first_node(self) -> PageElement:
        """Where the line begins in the page."""
        return self.nodes[0] if self.nodes else self.links[0]

    @property
    def last_node(self) -> PageElement:
        """Where the text of the line ends in the page."""
        with_text = [node for node in self.nodes if collapse_spaces(node)]
        return with_text[-1] if with_text else self.links[-1]

    @property
    def heading(self) -> Tag | None:
        """The heading (h1 to h6) around it."""
        return nearest(self.block, _HEADINGS)

    @cached_property
    def names(self) -> list[str]:
        """The text of each link; the alternative text if the link is a picture."""
        return [text_of_link(link) or _alternative_text(link) for link in self.links]

    def stands_in(self, element: Tag) -> bool:
        """Whether the line is inside of an element."""
        return self.block is element or any(outer is element for outer in self.block.parents)

    @property
    def is_linked(self) -> bool:
        """Whether all of it is links, but for signs between them."""
        return bool(self.links) and not comparison_key(self.text_outside_links)


def text_of_link(link: Tag) -> str:
    """The text of a link, with a space for a line break."""
    pieces = [
        " " if isinstance(node, Tag) else str(node)
        for node in link.descendants
        if not isinstance(node, Tag) or node.name == "br"
    ]
    return collapse_spaces("".join(pieces))


def _alternative_text(link: Tag) -> str:
    return next((str(image.get("alt", "")) for image in _inside(link, {"img"})), "")


def soup_of(page: Page) -> BeautifulSoup:
    """The page as a tree without scripts, as `render` changes it; `<pre>` as lines.

    Raises what `Page.tree` raises, and `Unparsable` for more markup than such a page ever had.
    """
    if page.body.count(b"<") > _MOST_TAGS:
        raise Unparsable(f"more than {_MOST_TAGS:,} tags in a page from before 2013", url=page.url)
    render(page.tree, page)
    soup = BeautifulSoup(tostring(page.tree, encoding="unicode"), "lxml")
    for program in _inside(soup, {"script", "style"}):
        program.extract()
    for pre in _inside(soup, {"pre"}):
        _break_lines(pre)
    return soup


def _inside(element: Tag, names: Collection[str]) -> list[Tag]:
    """The elements of these names inside an element, in page order.

    BeautifulSoup's own search takes ten times as long.
    """
    return [node for node in element.descendants if isinstance(node, Tag) and node.name in names]


def nearest(element: Tag | None, names: Collection[str]) -> Tag | None:
    """The element itself or the innermost one around it that has one of these names."""
    while element is not None and element.name not in names:
        element = element.parent
    return element


def _link_around(node: PageElement) -> Tag | None:
    return next((e for e in node.parents if e.name == "a" and "href" in e.attrs), None)


def _block_around(node: PageElement) -> Tag:
    return next(element for element in node.parents if element.name not in INLINE)


def lines_of(soup: BeautifulSoup) -> list[Line]:
    """The lines of a page's body, in page order."""
    found: list[Line] = []
    line: Line | None = None
    breaks = 0
    for node in (soup.body or soup).descendants:
        if isinstance(node, Tag):
            if node.name == "br":
                breaks += 1
                line = None
            elif node.name == "img":
                block, link = _block_around(node), _link_around(node)
                begins = line is None or line.block is not block
                if begins and link and not collapse_spaces(link.get_text()):
                    found.append(Line(block, links=[link]))
            elif node.name not in _IN_LINE:
                line = None
        elif collapse_spaces(text := cast("NavigableString", node)):
            block = _block_around(node)
            if line is None or line.block is not block:
                line = Line(block, after_blank=breaks > 1)
                found.append(line)
            breaks = 0
            line.nodes.append(text)
        elif line is not None:
            line.nodes.append(text)
    for line in found:
        _read(line)
    return found


def _read(line: Line) -> None:
    around = [(node, _link_around(node)) for node in line.nodes]
    line.text = collapse_spaces("".join(line.nodes))
    line.text_outside_links = collapse_spaces(
        "".join(node for node, link in around if link is None)
    )
    # By identity: to BeautifulSoup, links that say the same are equal.
    line.links += {id(link): link for _, link in around if link is not None}.values()


def unwrap_lines(soup: BeautifulSoup) -> None:
    """Join the hard-wrapped lines of a Japanese page's source."""
    for node in [n for n in soup.descendants if isinstance(n, NavigableString)]:
        joined = _WRAP.sub("", node)
        if joined != node:
            node.replace_with(NavigableString(joined))


def cut(soup: BeautifulSoup, lines: Collection[Line], *, after: Line, before: Line) -> HtmlElement:
    """The lines of the article as an lxml tree, with the elements around them.

    `after` and `before` are the lines of the page above and below the article. Elements without
    text between these two, such as pictures, are in the tree too.
    """
    kept = {id(node) for line in lines for node in line.nodes}
    around = {id(element) for line in lines for node in line.nodes for element in node.parents}
    first, last = after.last_node, before.first_node
    root = soup.body or soup
    article = new_element("body")
    copies: dict[int, HtmlElement | None] = {id(root): article}  # None: left out
    is_inside = False
    for node in root.descendants:
        if node is last:
            is_inside = False
        parent = copies[id(node.parent)]
        if isinstance(node, Tag):
            is_dropped = not is_inside or (node.name == "a" and collapse_spaces(node.get_text()))
            is_dropped = id(node) not in around and is_dropped
            copies[id(node)] = None if is_dropped or parent is None else _copy(node, parent)
        elif parent is not None and (id(node) in kept or not str(node).strip()):
            _add_text(parent, str(node))
        if node is first:
            is_inside = True
    return article


def _copy(tag: Tag, parent: HtmlElement) -> HtmlElement:
    element = new_element(tag.name)
    for name, value in tag.attrs.items():
        element.set(name, for_xml(" ".join(value) if isinstance(value, list) else str(value)))
    parent.append(element)
    return element


def _add_text(parent: HtmlElement, node: str) -> None:
    text = for_xml(node)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def stands_in_grid(line: Line) -> bool:
    """Whether a line is a cell of its own beside others in a row."""
    cell = nearest(line.block, _CELLS)
    row = nearest(cell, {"tr"})
    if cell is None or row is None or collapse_spaces(cell.get_text()) != line.text:
        return False
    return sum(bool(collapse_spaces(other.get_text())) for other in _inside(row, _CELLS)) > 1


def stand_in_columns(lines: Collection[Line], landmarks: Collection[Tag]) -> bool:
    """Whether some of the lines are beside others, in a table around the landmarks."""
    cells_of: dict[int, set[int]] = {}
    for line in lines:
        for cell in [line.block, *line.block.parents]:
            if cell.name in _CELLS and (row := nearest(cell, {"tr"})):
                table = nearest(row, {"table"})
                if any(table is outer for element in landmarks for outer in element.parents):
                    cells_of.setdefault(id(row), set()).add(id(cell))
    return any(len(cells) > 1 for cells in cells_of.values())


def flatten_layout_tables(soup: BeautifulSoup, landmarks: Collection[Tag]) -> None:
    """Make plain divisions of tables that only place things on the page.

    These are all around `landmarks`, those that hold another table, and those that are no grid of
    texts. One that holds a picture and a text is the picture with its caption.
    """
    around = {id(outer) for element in landmarks for outer in element.parents}
    for table in _inside(soup, {"table"}):
        is_around = id(table) in around
        if not is_around and _is_data(table):
            continue
        text = collapse_spaces(table.get_text())
        is_picture = not is_around and _inside(table, {"img"}) and not _inside(table, {"table"})
        for part in _inside(table, _TABLE_PARTS):
            if nearest(part.parent, {"table"}) is table:
                part.name = "div"
                part.attrs = {}
        table.name = "figcaption" if is_picture and is_caption(text) else "div"
        table.attrs = {}


_LONGEST_CELL = 400  # of a table that has no frame
_LABEL_CELL = re.compile(r"[(（\[［]?[0-9０-９a-zA-Zァ-ヶ①-⑳ⅰ-ⅹ・•●○■◆]{1,3}[.．)）\]］]{0,2}")


def _is_data(table: Tag) -> bool:
    """Whether a table is one to a reader: a grid of at least two rows and columns with texts.

    One without a frame may also only indent numbered items, or long texts.
    """
    if _inside(table, {"table"}):
        return False
    rows = [
        texts
        for row in _inside(table, {"tr"})
        if (
            texts := [
                text for cell in _inside(row, _CELLS) if (text := collapse_spaces(cell.get_text()))
            ]
        )
    ]
    if max(map(len, rows), default=0) < 2:  # noqa: PLR2004
        return False
    if _inside(table, {"th", "caption"}):
        return True
    if integer(str(table.get("border", "0")) or "1", 0) > 0 and len(rows) > 1:
        return True
    if _inside(table, {"img"}):
        return False
    is_list = all(_LABEL_CELL.fullmatch(row[0]) for row in rows)
    is_prose = any(len(text) > _LONGEST_CELL for row in rows for text in row)
    return len(rows) > 1 and not is_list and not is_prose


def _break_lines(pre: Tag) -> None:
    """Turn the line ends of a `<pre>` into breaks, but for those of hard-wrapped sentences."""
    ends = iter(_wrapped_ends(pre.get_text().replace("\r", "").split("\n")))
    for node in [n for n in pre.descendants if isinstance(n, NavigableString)]:
        first, *more = str(node).replace("\r", "").split("\n")
        pieces: list[Tag | str] = [first]
        for text in more:
            if next(ends):
                pieces.append(f"{pieces.pop()}\n{text}")
            else:
                pieces += [Tag(name="br"), text]
        node.replace_with(*(NavigableString(p) if isinstance(p, str) else p for p in pieces))
    pre.name = "div"


def _wrapped_ends(lines: list[str]) -> Iterator[bool]:
    """For each line but the last, whether it was broken because it was full.

    Then the next one continues it: it is indented like the text of an item, or like the
    lines of the paragraph before it, and begins no item.
    """
    width = max(map(_columns, lines))
    goes_on = False
    for line, following in pairwise(lines):
        # A text of short lines was not wrapped: it is a list of names, or an address.
        goes_on = (
            width >= _FULL_LINE
            and bool(following.strip())
            and not line.rstrip().endswith((":", "："))
            and (_is_full(line, following) or (goes_on and _is_in_sentence(line)))
            and _is_indented_like(line, following, goes_on=goes_on)
        )
        yield goes_on


def _is_full(line: str, following: str) -> bool:
    """Whether the next word would not have found room."""
    word = following.split(maxsplit=1)[0]
    # A Japanese line is broken at any character, so that a few columns may be left.
    needed = _columns(word) if word.isascii() else _MOST_LEFT_OVER
    return _columns(line.rstrip()) + 1 + needed >= _FULL_LINE


def _is_in_sentence(line: str) -> bool:
    """Inside of a sentence, a link in the source may have made a line long."""
    text = line.strip()
    return _columns(text) >= _FULL_LINE // 3 and not text.endswith(_SENTENCE_ENDS)


def _is_indented_like(line: str, following: str, *, goes_on: bool) -> bool:
    """Whether the next line is under the text of this one, and begins no item of its own."""
    label = _LABEL.match(line)
    if _LABEL.match(following) or (following.startswith("\u3000") and not goes_on and not label):
        return False
    if goes_on:
        return _indent(following) <= _indent(line)
    if label:
        return _indent(following) <= _columns(label[0])
    # The first line may be indented more than the others, or they may hang.
    return _indent(following) <= (_indent(line) or _HANGING)


def _indent(line: str) -> int:
    return _columns(line[: len(line) - len(line.lstrip())])


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "FWA" else 1 for sign in line)
