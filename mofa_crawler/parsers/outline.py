"""HTML blocks to a flat sequence of `Block`s: labels, levels, typed numbers, wrappers.

One walk in page order. Text is never dropped: what no rule knows is refused (`UnknownMarkup`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.items import Block, Link
from mofa_crawler.parsers.dom import INLINE, NOT_TEXT, integer
from mofa_crawler.parsers.errors import UnknownMarkup
from mofa_crawler.parsers.labels import BULLET, NUMBER, Label, read_label
from mofa_crawler.parsers.markers import list_markers
from mofa_crawler.parsers.tables import read_rows
from mofa_crawler.parsers.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_CONTAINERS = frozenset(
    "address article aside blockquote center dd details div dl dt fieldset figure footer header "
    "main p section summary".split()
)
_LISTS = frozenset({"ol", "ul", "menu", "dir"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOTE = re.compile(r"[(（]?\s*(?:[*＊※]|注\s*[0-9０-９]*\s*[)）:：]|Note\s*[0-9]*\s*[:：)）])")
_REFERENCE = re.compile(
    r"[(（\[［【]\s*(?:Reference|Referrence|参考|別添)\s*[0-9０-９]*\s*[)）\]］】]", re.IGNORECASE
)
_TextKind = Literal["heading", "paragraph", "caption"]
_Kind = Literal["heading", "paragraph", "point", "table", "note", "caption"]


@dataclass(slots=True)
class _Open:
    """A family of labels that is open: a next label of it stands at `level` again."""

    family: str
    level: int
    last: int


@dataclass(slots=True)
class _Scope:
    """A list item, or the whole article: where labels are looked for and paragraphs belong."""

    level: int = 0  # of what is no point here
    floor: int = 0  # the labels open below this belong outside
    under: int = 0  # the level of the point that a list would stand under
    marker: Label | None = None  # printed by the browser before the item's first text, not yet met
    item: Block | None = None  # the point that further paragraphs belong to


class Outline:
    """Collects the blocks and links of an article.

    `skip` are elements that are read elsewhere or are no part of the article, `is_caption` tells
    the elements whose text is the caption of a picture.
    """

    def __init__(
        self,
        page: Page,
        *,
        skip: Collection[HtmlElement] = (),
        is_caption: Callable[[HtmlElement], bool] = lambda _: False,
    ) -> None:
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self._page = page
        self._lang = site.lang_of(page.url)
        self._skip = frozenset(skip)
        self._is_caption = is_caption
        self._lines: list[list[str]] = [[]]  # the inline text met so far, a list a line
        self._open: list[_Open] = []
        self._scope = _Scope()
        self._kind: _TextKind = "paragraph"

    def walk(self, element: HtmlElement) -> None:
        """Read everything inside `element`."""
        self._inside(element)
        self._flush()

    # --- elements -----------------------------------------------------------------------------

    def _inside(self, element: HtmlElement) -> None:
        self._text(element.text)
        for child in element:
            if child not in self._skip:
                self._element(child)
            self._text(child.tail)

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._lines.append([])
        elif tag in INLINE:
            self._inline(element)
        elif tag in NOT_TEXT:
            return
        elif tag in _LISTS:
            self._list(element)
        elif tag == "table":
            self._table(element)
        elif tag == "pre":
            self._preformatted(element)
        elif tag in _HEADINGS:
            self._block(element, "heading")
        elif tag == "figcaption" or self._is_caption(element):
            self._block(element, "caption")
        elif tag in _CONTAINERS:
            self._block(element, self._kind)
        elif tag == "li":  # a stray item outside any list: browsers show it with a bullet
            self._list_item(element, Label("•", BULLET, 1), self._scope.under + 1)
        else:
            raise UnknownMarkup(f"<{tag!s}> in the article", url=self._page.url)

    def _inline(self, element: HtmlElement) -> None:
        if element.tag == "a":
            self._link(element)
        self._inside(element)

    def _link(self, element: HtmlElement) -> None:
        url = site.canonical_url(element.get("href", ""), self._page.url)
        # A link to a part of the page itself leads nowhere else.
        if url and url != self._page.url and "href" in element.attrib:
            text = fold(element.text_content())
            kind: Literal["attachment", "text"] = "attachment" if site.is_file(url) else "text"
            self.links.append(Link(kind=kind, text=text, url=url))

    def _block(self, element: HtmlElement, kind: _TextKind) -> None:
        self._flush()
        outer, self._kind = self._kind, kind
        self._inside(element)
        self._flush()
        self._kind = outer

    def _preformatted(self, element: HtmlElement) -> None:
        self._flush()
        for line in element.text_content().splitlines():
            self._lines.append([line])
        self._flush()

    # --- lists --------------------------------------------------------------------------------

    def _list(self, element: HtmlElement, level: int = 0) -> None:
        self._flush()
        if self._scope.marker:
            # An item that begins with a list has no text of its own: "1. 1." is one label.
            self._scope.marker = None
            level = self._scope.level
        level = level or self._level_of_list(element)
        markers = list_markers(element, self._page)
        self._text(element.text)
        for child in element:
            if child.tag == "li":
                marker = next(markers)
                if marker:
                    self._list_item(child, marker, level)
                else:
                    self._block(child, "paragraph")
            elif child.tag in _LISTS:  # browsers indent a list that stands directly in a list
                self._list(child, level + 1)
            else:
                self._element(child)
            self._text(child.tail)
        self._flush()

    def _level_of_list(self, element: HtmlElement) -> int:
        """One below the point it stands under, or that of the typed numbers which it continues."""
        if element.tag == "ol":
            start = integer(element.get("start"), 1)
            for entry in self._open[self._scope.floor :]:
                if entry.family == NUMBER and start == entry.last + 1:
                    return entry.level
        return self._scope.under + 1

    def _list_item(self, element: HtmlElement, marker: Label, level: int) -> None:
        self._flush()
        outer = self._scope
        self._open = [entry for entry in self._open if entry.level <= level]
        self._scope = _Scope(level=level, floor=len(self._open), under=level, marker=marker)
        self._inside(element)
        self._flush()
        self._scope = outer

    # --- text ---------------------------------------------------------------------------------

    def _text(self, text: str | None) -> None:
        if text:
            self._lines[-1].append(text)

    def _flush(self) -> None:
        """Make blocks of the inline text since the last block."""
        lines, self._lines = self._lines, [[]]
        item = paragraph = None
        for raw in ("".join(line) for line in lines):
            text = fold(raw)
            if not text:
                paragraph = None  # a blank line ends a paragraph
                continue
            # Editors end a paragraph with <br>, and indent the next one with U+3000.
            if raw.lstrip(" \t\r\n\f").startswith("\u3000"):
                paragraph = None
            paragraph = self._line(text, paragraph, item or self._scope.item)
            if paragraph.kind == "point":
                item = paragraph  # a number typed in a paragraph ends with the paragraph

    def _line(self, text: str, paragraph: Block | None, item: Block | None) -> Block:
        """Put one line where it belongs; returns the block that a next line goes on with.

        `paragraph` is the block that the line before went to, `item` the point that takes further
        paragraphs.
        """
        scope = self._scope
        if self._kind == "caption" or (self._kind == "heading" and not scope.marker):
            return _append(text, paragraph) or self._add(self._kind, text)
        if _NOTE.match(text):
            return self._note(text)
        if _REFERENCE.fullmatch(text):
            return self._add("heading", text)
        last_of = {entry.family: entry.last for entry in self._open}
        if typed := read_label(text, self._lang, last_of):
            return self._point(*typed)
        if scope.marker:
            return self._point(scope.marker, text, printed=True)
        last = self.blocks[-1] if self.blocks else None
        if last and (last is item or (last.kind == "point" and not last.text)):
            return _append(text, last) or last
        return _append(text, paragraph) or self._add("paragraph", text)

    def _note(self, text: str) -> Block:
        """A note. As a stray item of a list it is no point of it, and the marker goes."""
        if self._scope.marker:
            self._scope.marker = None
            return self._add("note", text, self._scope.level - 1)
        return self._add("note", text)

    def _point(self, label: Label, text: str, *, printed: bool = False) -> Block:
        """A point. A typed label stands for the marker that the browser would print before it."""
        scope = self._scope
        if scope.marker:
            scope.marker = None
            level = scope.level
            if not printed:
                self._open_at(level, label)
                scope.floor = len(self._open) - 1  # further numbers of the family are its equals
        else:
            level = self._place(label)
            scope.under = level
        block = self._add("point", text, level, label.printed)
        if level == scope.level:
            scope.item = block
        return block

    def _place(self, label: Label) -> int:
        """The level of a typed label: that of its family if this is open, else one deeper."""
        floor = self._scope.floor
        for entry in self._open[floor:]:
            if entry.family == label.family:
                self._open_at(entry.level, label)
                return entry.level
        while len(self._open) > floor and self._open[-1].family == BULLET:
            self._open.pop()  # no number stands under a bullet
        level = (self._open[-1].level if len(self._open) > floor else self._scope.level) + 1
        self._open_at(level, label)
        return level

    def _open_at(self, level: int, label: Label) -> None:
        """Open a family at a level; what was open there and below is over."""
        while self._open and self._open[-1].level >= level:
            self._open.pop()
        self._open.append(_Open(label.family, level, label.value))

    def _add(self, kind: _Kind, text: str, level: int | None = None, label: str = "") -> Block:
        if kind == "heading":
            del self._open[self._scope.floor :]  # numbering starts again under a heading
        if kind != "point":
            self._scope.under = self._scope.level
        level = self._scope.level if level is None else level
        block = Block(kind=kind, level=level, label=label, text=text)
        self.blocks.append(block)
        return block

    # --- tables -------------------------------------------------------------------------------

    def _table(self, element: HtmlElement) -> None:
        self._flush()
        if self._scope.marker:
            self._point(self._scope.marker, "", printed=True)
        for caption in element.iter("caption"):
            self._block(caption, "caption")
        rows = read_rows(element)
        for link in (a for tr in element.iter("tr") for a in tr.iter("a")):
            self._link(link)
        if any(cell for row in rows for cell in row):
            self._add("table", "").rows = rows


def _append(text: str, block: Block | None) -> Block | None:
    """Go on with a block on a new line; None where there is none."""
    if block is not None:
        block.text = f"{block.text}\n{text}" if block.text else text
    return block
