"""HTML blocks to a flat sequence of `Block`s: one walk over the elements, in page order.

Text is never dropped: what no rule knows is rejected (`UnknownMarkup`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mofa_crawler import site
from mofa_crawler.parsers.body.inline_text import InlineText
from mofa_crawler.parsers.body.list_labels import LISTS, list_labels
from mofa_crawler.parsers.body.open_blocks import finish
from mofa_crawler.parsers.body.pictures import is_picture_with_caption
from mofa_crawler.parsers.body.placement import Placement, TextKind
from mofa_crawler.parsers.body.tables import read_rows
from mofa_crawler.parsers.body.typed_labels import PLAIN_BULLET, Label
from mofa_crawler.parsers.dom import (
    HEADINGS,
    INLINE,
    NOT_TEXT,
    integer,
    lines_in,
    one_line,
    text_of,
    visible_text,
)
from mofa_crawler.parsers.errors import UnknownMarkup
from mofa_crawler.parsers.links import read_link
from mofa_crawler.parsers.text import collapse_spaces, drop_invisible, is_blank

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import Block, Link

_CONTAINERS = frozenset(
    "address article aside blockquote center dd details dialog div dt fieldset figure footer form "
    "header hgroup legend main nav p search section summary".split()
)
_PROGRAMS = frozenset({"script", "style"})  # no reader sees their text
# Only these texts of a drawing are drawn. Others are its name or its description.
_DRAWN = ("text", "foreignobject")
# No page of the site is nested so deep. The walk is recursive.
_DEEPEST = 150

_BOLD = frozenset({"b", "strong", "u"})


class Outline:
    """Collects the blocks and links of an article.

    `skip` are elements that are read elsewhere, or are no part of the article. `is_caption` says
    whether the text of an element is the caption of a picture. Without `typed_labels`, typed
    numbers stay in the text.
    """

    def __init__(
        self,
        page: Page,
        *,
        skip: Collection[HtmlElement] = (),
        is_caption: Callable[[HtmlElement], bool] = lambda _: False,
        typed_labels: bool = True,
    ) -> None:
        self.links: list[Link] = []
        self._page = page
        self._skip = frozenset(skip)
        self._is_caption = is_caption
        self._inline_text = InlineText()
        self._bold = 0  # how many elements in bold are open
        self._preformatted_around = 0  # how many `<pre>` are open
        self._labels: dict[HtmlElement, Label | None] = {}  # of the items of all lists so far
        self._list_level = 0  # of the innermost list; 0 outside of any
        self._placement = Placement(site.lang_of(page.url), typed_labels=typed_labels)
        self._depth = 0
        self._kind: TextKind = "paragraph"

    @property
    def blocks(self) -> list[Block]:
        """The blocks read so far, in page order."""
        return finish(self._placement.blocks)

    def walk(self, element: HtmlElement) -> None:
        """Read the article in `element`, which `render` has changed. Raises `UnknownMarkup`."""
        self._placement.article = element
        self._inside(element)
        self._flush()

    # --- elements -----------------------------------------------------------------------------

    def _inside(self, element: HtmlElement) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._unknown(f"nested deeper than {_DEEPEST} elements")
        if text := element.text:
            self._text(text)
        for child in element[:]:  # faster than an iterator
            self._element(child)
            if tail := child.tail:
                self._text(tail)
        self._depth -= 1

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if element in self._skip:
            return
        if reads := _READERS.get(tag):
            reads(self, element)
        elif tag == "figcaption" or self._is_caption(element) or is_picture_with_caption(element):
            self._block(element, "caption")
        elif tag in _CONTAINERS:
            self._block(element, self._kind)
        else:
            raise self._unknown(f"<{tag!s}> in the article")

    def _break(self, _: HtmlElement) -> None:
        self._inline_text.end_line()

    def _inline(self, element: HtmlElement) -> None:
        is_bold = element.tag in _BOLD
        self._bold += is_bold
        self._inside(element)
        self._bold -= is_bold

    def _anchor(self, element: HtmlElement) -> None:
        if "href" in element.attrib:
            href, text = element.get("href", ""), one_line(element)
            if link := read_link(href, text, page=self._page, kind="text"):
                self.links.append(link)
        self._inside(element)

    def _rule(self, _: HtmlElement) -> None:
        self._flush()

    def _no_text(self, element: HtmlElement) -> None:
        """A control, a player or a drawing. The text in it is left out, with a warning."""
        parts = element.iter(*_DRAWN) if element.tag == "svg" else [element]
        if element.tag in _PROGRAMS or is_blank(text := " ".join(map(text_of, parts))):
            return
        if element.tag == "object":  # whether browsers show the text depends on the browser
            raise self._unknown("text in <object>")
        self._page.warn("left_out", f"{collapse_spaces(text)[:40]!r} in <{element.tag!s}>")

    def _heading(self, element: HtmlElement) -> None:
        self._block(element, "heading")

    def _unknown(self, message: str) -> UnknownMarkup:
        return UnknownMarkup(message, url=self._page.url)

    def _block(self, element: HtmlElement, kind: TextKind) -> None:
        self._flush()
        outer, self._kind = self._kind, kind
        self._inside(element)
        self._flush()
        self._kind = outer

    def _preformatted(self, element: HtmlElement) -> None:
        self._flush()
        self._preformatted_around += 1
        self._inside(element)
        self._preformatted_around -= 1
        self._flush()

    # --- lists --------------------------------------------------------------------------------

    def _list(self, element: HtmlElement, level: int = 0) -> None:
        self._flush()
        placement = self._placement
        if placement.take_list_label():
            # The item begins with this list, and has no text of its own: "1. 1." is one label.
            level = placement.scope.level
        level = level or self._level_of_list(element)
        self._labels |= list_labels(element, self._page)
        outer_level, self._list_level = self._list_level, level
        self._text(element.text)
        for child in element:
            if child.tag in LISTS:  # browsers indent a list that stands directly in a list
                self._list(child, level + 1)
            else:
                self._element(child)
            self._text(child.tail)
        self._flush()
        self._list_level = outer_level
        # The numbers inside the items end with the list.
        placement.numbering.close_below(level)

    def _level_of_list(self, element: HtmlElement) -> int:
        """The level of the numbers that a list continues, else one below the point around it."""
        scope, numbering = self._placement.scope, self._placement.numbering
        if element.tag == "ol":
            start = integer(element.get("start"), 1)
            if level := numbering.level_continued_by(start, scope.outer_count):
                return level
        return scope.parent_level + 1

    def _item(self, element: HtmlElement) -> None:
        """A `li`. Browsers print a bullet before a `li` outside of any list."""
        self._flush()
        placement = self._placement
        label = self._labels.get(element, PLAIN_BULLET)
        if label is None:
            around = placement.within_unlabelled_item()
        else:
            level = self._list_level or placement.scope.parent_level + 1
            others = element.itersiblings("li"), element.itersiblings("li", preceding=True)
            has_others = any(next(each, None) is not None for each in others)
            scope = placement.scope_of_item(level, label, element if has_others else None)
            around = placement.within(scope)
        with around:
            self._inside(element)
            self._flush()

    def _definitions(self, element: HtmlElement) -> None:
        """A `dl`: a term with a typed label is a point, and its definition belongs to the point.

        If the `dl` is inside a point, its terms without a label, and definitions, are paragraphs.
        """
        self._flush()
        placement = self._placement
        level = placement.scope.parent_level + 1
        scope = replace(placement.scope, item=None, pending_label=None)
        with placement.within(scope), ExitStack() as around_term:
            self._text(element.text)
            for child in _terms_and_definitions(element):
                if child.tag == "dt":
                    self._flush()
                    around_term.close()
                    if placement.label_of(drop_invisible(visible_text(child)).strip()):
                        # The typed label replaces the bullet of a list item.
                        item = placement.scope_of_item(level, PLAIN_BULLET)
                        around_term.enter_context(placement.within(item))
                self._element(child)
                self._text(child.tail)
            self._flush()
        placement.numbering.close_below(level)

    # --- text ---------------------------------------------------------------------------------

    def _text(self, text: str | None) -> None:
        if text and self._preformatted_around:
            *lines, text = text.split("\n")
            for line in lines:
                self._inline_text.add(line, is_bold=self._bold > 0)
                self._inline_text.end_line()
        self._inline_text.add(text, is_bold=self._bold > 0)

    def _flush(self) -> None:
        """Make blocks of the inline text since the last block."""
        if lines := self._inline_text.take():
            self._placement.place(lines, self._kind)

    # --- tables -------------------------------------------------------------------------------

    def _table(self, element: HtmlElement) -> None:
        self._flush()
        if collapse_spaces(element.text_content()) and (label := self._placement.take_list_label()):
            self._placement.printed_point(label, "")
        for caption in element.iterchildren("caption"):
            self._block(caption, "caption")
        try:
            rows = read_rows(element, self._cell)
        except ValueError as error:
            raise self._unknown(str(error)) from None
        if any(cell for row in rows for cell in row):
            self._placement.add("table", "").rows = rows

    def _cell(self, cell: HtmlElement) -> str:
        """The text of a cell: one line for each block, with the labels that browsers print."""
        is_plain = not len(cell) or all(
            child.tag == "br" and child not in self._skip for child in cell
        )
        if is_plain and self._depth < _DEEPEST:
            return "\n".join(lines_in(cell))
        inner = Outline(self._page, skip=self._skip, typed_labels=False)
        inner._depth = self._depth
        inner.walk(cell)
        self.links += inner.links
        return "\n".join(block.as_text() for block in inner.blocks)


def _terms_and_definitions(definitions: HtmlElement) -> Iterator[HtmlElement]:
    """The children of a `dl`. Each group of them may stand in a `div`."""
    for child in definitions:
        is_group = child.tag == "div" and is_blank((child.text or "") + (child.tail or ""))
        yield from child if is_group else [child]


# The methods for elements that are always read in the same way.
_READERS: dict[object, Callable[[Outline, HtmlElement], None]] = {
    **dict.fromkeys(NOT_TEXT, Outline._no_text),
    **dict.fromkeys(INLINE, Outline._inline),
    **dict.fromkeys(LISTS, Outline._list),
    **dict.fromkeys(HEADINGS, Outline._heading),
    "a": Outline._anchor,
    "li": Outline._item,
    "br": Outline._break,
    "dl": Outline._definitions,
    "hr": Outline._rule,
    "pre": Outline._preformatted,
    "table": Outline._table,
}
