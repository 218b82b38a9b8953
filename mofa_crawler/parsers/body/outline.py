"""HTML blocks to a flat sequence of `Block`s: labels, levels, typed numbers, wrappers.

One walk in page order. Text is never dropped: what no rule knows is refused (`UnknownMarkup`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from mofa_crawler import site
from mofa_crawler.parsers.body.drafts import Draft, finish
from mofa_crawler.parsers.body.line_kinds import classify_note, is_heading
from mofa_crawler.parsers.body.list_labels import list_labels
from mofa_crawler.parsers.body.numbering import Numbering
from mofa_crawler.parsers.body.pictures import is_picture_with_caption
from mofa_crawler.parsers.body.tables import read_rows
from mofa_crawler.parsers.body.typed_labels import (
    NUMBER,
    PLAIN_BULLET,
    Label,
    is_amount,
    read_label,
)
from mofa_crawler.parsers.dom import (
    INLINE,
    NOT_TEXT,
    first_words,
    integer,
    lines_in,
    visible_text,
)
from mofa_crawler.parsers.errors import UnknownMarkup
from mofa_crawler.parsers.links import read_link
from mofa_crawler.parsers.text import collapse_spaces, is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.body.drafts import Kind
    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import Block, Link

_CONTAINERS = frozenset(
    "address article aside blockquote center dd details div dt fieldset figure footer header "
    "hgroup legend main nav p section summary".split()
)
_LISTS = frozenset({"ol", "ul", "menu", "dir"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# What browsers show of these depends on the browser; text in them is no text to be left out.
_MAY_SHOW_TEXT = frozenset({"map", "object", "select"})
# Deeper than any page of the site, and than the recursion here may go.
_DEEPEST = 150

_BOLD = frozenset({"b", "strong", "u"})
_INDENTATION = " \t\r\n\f"  # of the source; it says nothing

_TextKind = Literal["heading", "paragraph", "caption"]


class _Scope(msgspec.Struct):
    """A list item, or the whole article: where labels are looked for and paragraphs belong."""

    level: int = 0  # of what is no point here
    outer_count: int = 0  # how many families of labels are open outside of it
    parent_level: int = 0  # the level of the point that a nested list would belong to
    list_label: Label | None = None  # printed by the browser before the item's first text
    item: Draft | None = None  # the point that further paragraphs belong to
    is_item: bool = False  # an item without a label of its own
    pending_label: Draft | None = None  # a typed label on a line of its own, without its text yet


class _Line(msgspec.Struct):
    """A line of inline text in pieces, and whether all of them that can be seen are in bold."""

    texts: list[str] = []
    is_bold: bool = True


class Outline:
    """Collects the blocks and links of an article.

    `skip` are elements that are read elsewhere or are no part of the article, `is_caption` tells
    the elements whose text is the caption of a picture. Without `typed_labels`, typed numbers are
    left in the text.
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
        self._lang = site.lang_of(page.url)
        self._skip = frozenset(skip)
        self._is_caption = is_caption
        self._typed_labels = typed_labels
        self._drafts: list[Draft] = []
        self._lines = [_Line()]  # the inline text met so far
        self._is_empty = True  # nothing among it
        self._is_blank = True  # nothing but white space among it
        self._bold = 0
        self._numbering = Numbering()
        self._walked: list[HtmlElement] = []
        self._openings: set[str] | None = None  # the words that lines in these begin with
        self._scope = _Scope()
        self._depth = 0
        self._kind: _TextKind = "paragraph"

    @property
    def blocks(self) -> list[Block]:
        """The blocks met so far, in page order."""
        return finish(self._drafts)

    def walk(self, element: HtmlElement) -> None:
        """Read everything inside `element`. Raises `UnknownMarkup`."""
        self._walked.append(element)
        self._openings = None
        self._inside(element)
        self._flush()

    # --- elements -----------------------------------------------------------------------------

    def _inside(self, element: HtmlElement) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._unknown(f"nested deeper than {_DEEPEST} elements")
        if text := element.text:
            self._text(text)
        for child in element[:]:  # made faster than an iterator
            if child not in self._skip:
                self._element(child)
            if tail := child.tail:
                self._text(tail)
        self._depth -= 1

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if reads := _READERS.get(tag):
            reads(self, element)
        elif tag == "figcaption" or self._is_caption(element) or is_picture_with_caption(element):
            self._block(element, "caption")
        elif tag in _CONTAINERS:
            self._block(element, self._kind)
        elif tag == "li":  # a stray item outside any list: browsers show it with a bullet
            self._list_item(element, PLAIN_BULLET, self._scope.parent_level + 1)
        else:
            raise self._unknown(f"<{tag!s}> in the article")

    def _break(self, _: HtmlElement) -> None:
        self._lines.append(_Line())
        self._is_empty = False

    def _inline(self, element: HtmlElement) -> None:
        is_bold = element.tag in _BOLD
        self._bold += is_bold
        self._inside(element)
        self._bold -= is_bold

    def _anchor(self, element: HtmlElement) -> None:
        self._link(element)
        self._inside(element)

    def _rule(self, _: HtmlElement) -> None:
        self._flush()

    def _no_text(self, element: HtmlElement) -> None:
        if element.tag in _MAY_SHOW_TEXT and collapse_spaces(element.text_content()):
            raise self._unknown(f"text in <{element.tag!s}>")

    def _heading(self, element: HtmlElement) -> None:
        self._block(element, "heading")

    def _unknown(self, message: str) -> UnknownMarkup:
        return UnknownMarkup(message, url=self._page.url)

    def _link(self, element: HtmlElement) -> None:
        if "href" in element.attrib:
            href, text = element.get("href", ""), " ".join(lines_in(element))
            if link := read_link(href, text, page_url=self._page.url, kind="text"):
                self.links.append(link)

    def _block(self, element: HtmlElement, kind: _TextKind) -> None:
        self._flush()
        outer, self._kind = self._kind, kind
        self._inside(element)
        self._flush()
        self._kind = outer

    def _preformatted(self, element: HtmlElement) -> None:
        self._flush()
        texts = element.text_content().splitlines()
        self._lines = [_Line([text], is_bold=False) for text in texts] or [_Line()]
        self._is_empty = self._is_blank = False
        for link in element.iter("a"):
            self._link(link)
        self._flush()

    # --- lists --------------------------------------------------------------------------------

    def _list(self, element: HtmlElement, level: int = 0) -> None:
        self._flush()
        if self._scope.list_label:
            # An item that begins with a list has no text of its own: "1. 1." is one label.
            self._scope.list_label = None
            level = self._scope.level
        level = level or self._level_of_list(element)
        labels = list_labels(element, self._page)
        self._text(element.text)
        for child in element:
            if child.tag == "li":
                list_label = next(labels)
                if list_label:
                    self._list_item(child, list_label, level)
                else:
                    self._unmarked_item(child)
            elif child.tag in _LISTS:  # browsers indent a list that stands directly in a list
                self._list(child, level + 1)
            else:
                self._element(child)
            self._text(child.tail)
        self._flush()
        # What was numbered inside the items is over with them.
        self._numbering.close_below(level)

    def _level_of_list(self, element: HtmlElement) -> int:
        """One below the point it stands under, or that of the numbers which it continues."""
        if element.tag == "ol":
            start = integer(element.get("start"), 1)
            level = self._numbering.level_continued_by(start, self._scope.outer_count)
            if level:
                return level
        return self._scope.parent_level + 1

    def _list_item(self, element: HtmlElement, list_label: Label, level: int) -> None:
        self._flush()
        outer = self._scope
        self._numbering.close_below(level)
        self._scope = _Scope(
            level=level,
            outer_count=self._numbering.open_count,
            parent_level=level,
            list_label=list_label,
        )
        self._inside(element)
        self._flush()
        self._scope = outer

    def _unmarked_item(self, element: HtmlElement) -> None:
        """An item that bears at most a typed label: what else it holds is of that point."""
        self._flush()
        outer = self._scope
        self._scope = replace(outer, item=None, pending_label=None, is_item=True)
        self._inside(element)
        self._flush()
        outer.parent_level = self._scope.parent_level
        self._scope = outer

    def _definitions(self, element: HtmlElement) -> None:
        """A `dl`: a term with a typed label is a point, and what is said of it is of the point.

        A list of terms inside of another says things apart, a paragraph each.
        """
        self._flush()
        level, around = self._scope.parent_level + 1, self._scope
        self._scope = outer = replace(around, item=None, pending_label=None)
        self._text(element.text)
        for child in element:
            if child.tag == "dt":
                self._scope = outer
                if self._label_of(visible_text(child).strip()):
                    # The label stands for the bullet of a list item.
                    self._numbering.close_below(level)
                    self._scope = _Scope(level, self._numbering.open_count, level, PLAIN_BULLET)
            self._element(child)
            self._text(child.tail)
        self._flush()
        self._scope = around
        self._numbering.close_below(level)

    # --- text ---------------------------------------------------------------------------------

    def _text(self, text: str | None) -> None:
        if not text:
            return
        line = self._lines[-1]
        if not text.isspace():
            self._is_blank = False
            line.is_bold = line.is_bold and self._bold > 0
        elif not line.texts and not text.strip(_INDENTATION):
            return
        line.texts.append(text)
        self._is_empty = False

    def _flush(self) -> None:
        """Make blocks of the inline text since the last block."""
        if self._is_empty:
            return
        self._is_empty = True
        lines, self._lines = self._lines, [_Line()]
        if self._is_blank:
            return
        self._is_blank = True
        if len(lines) == 1:
            raw = "".join(lines[0].texts)
            if not is_blank(raw):
                is_bold = lines[0].is_bold
                self._line(raw.strip(), None, self._scope.item, is_bold=is_bold, is_last=True)
            return
        item = paragraph = None
        begun = len(self._drafts)
        raws = ["".join(line.texts) for line in lines]
        for place, (line, raw) in enumerate(zip(lines, raws, strict=True)):
            if is_blank(raw):
                paragraph = None  # a blank line ends a paragraph
                if len(self._drafts) - begun > 1:  # and, in a running text, an item
                    item = None
                continue
            # Editors end a paragraph with <br>, and indent the next one with U+3000.
            if paragraph and raw.lstrip(_INDENTATION + "\u00a0").startswith("\u3000"):
                paragraph = None
            open_item = item or self._scope.item
            is_last = place + 1 == len(raws) or not raws[place + 1].strip()
            paragraph = self._line(
                raw.strip(), paragraph, open_item, is_bold=line.is_bold, is_last=is_last
            )
            if paragraph.kind == "point":
                item = paragraph  # a number typed in a paragraph ends with the paragraph

    def _line(
        self,
        raw: str,
        paragraph: Draft | None,
        item: Draft | None,
        *,
        is_bold: bool,
        is_last: bool,
    ) -> Draft:
        """Put one line where it belongs; returns the block that a next line goes on with.

        `paragraph` is the block that the line before went to, `item` the point that takes further
        paragraphs. `is_last`: no further line of the same paragraph follows.
        """
        scope, text = self._scope, collapse_spaces(raw)
        if self._kind != "paragraph" and not scope.list_label:
            return _append(text, paragraph) or self._add(self._kind, text)
        if aside := classify_note(text):
            return self._aside(aside if is_last else "note", text)
        if self._typed_labels and (typed := self._label_of(raw)):
            return self._typed_point(typed[0], collapse_spaces(typed[1]))
        if scope.list_label:
            return self._printed_point(scope.list_label, text)
        last = self._drafts[-1] if self._drafts else None
        if last and (last is item or last is scope.pending_label):
            scope.pending_label = None
            return _append(text, last) or last
        if paragraph and paragraph.kind == "heading":
            paragraph = None
        if not scope.level and is_heading(text, is_bold=is_bold):
            return self._add("heading", text)
        return _append(text, paragraph) or self._add("paragraph", text)

    def _label_of(self, line: str) -> tuple[Label, str] | None:
        found = read_label(line, self._lang, self._numbering.last_values, self._is_opening)
        list_label = self._scope.list_label
        if found and list_label and list_label.family == NUMBER and is_amount(line, found[0]):
            return None  # the browser prints the number: what is typed counts something
        return found

    def _is_opening(self, word: str) -> bool:
        """Whether a line of the article begins with a word. Few labels depend on that."""
        if self._openings is None:
            self._openings = set().union(*map(first_words, self._walked))
        return word in self._openings

    def _aside(self, kind: Literal["note", "heading"], text: str) -> Draft:
        """A note or reference. As a stray item of a list it is no point of it; the label goes."""
        if self._scope.list_label:
            self._scope.list_label = None
            return self._add(kind, text, self._scope.level - 1)
        return self._add(kind, text)

    def _printed_point(self, list_label: Label, text: str) -> Draft:
        """The point of a list item, with the label that a browser prints before it."""
        scope, scope.list_label = self._scope, None
        if list_label.family == NUMBER:
            self._numbering.open_at(scope.level, list_label)
            # Numbers typed inside are not its equals.
            scope.outer_count = self._numbering.open_count
        scope.item = self._add("point", text, scope.level, list_label.printed)
        scope.item.number = None if list_label.is_bullet else list_label
        return scope.item

    def _typed_point(self, label: Label, text: str) -> Draft:
        """A point with a typed label, which stands for a bullet or for the same number printed."""
        scope, list_label = self._scope, self._scope.list_label
        if list_label and list_label.family == NUMBER and list_label.value != label.value:
            self._printed_point(list_label, "")
            list_label = None
        scope.list_label = None
        if list_label:
            level = scope.level
            self._numbering.open_at(level, label)
            # Further numbers of the family are its equals.
            scope.outer_count = self._numbering.open_count - 1
        else:
            level = self._numbering.open_typed(
                label, outer_count=scope.outer_count, level=scope.level
            )
            scope.parent_level = level
        draft = self._add("point", text, level, label.printed)
        draft.number = None if label.is_bullet else label
        if level == scope.level or scope.is_item:
            scope.item = draft
        if not text:
            scope.pending_label = draft
        return draft

    def _add(self, kind: Kind, text: str, level: int | None = None, label: str = "") -> Draft:
        if kind == "heading":
            self._numbering.close_from(self._scope.outer_count)
        if kind != "point":
            self._scope.parent_level = self._scope.level
        level = self._scope.level if level is None else level
        draft = Draft(kind, level, label, [text] if text else [])
        self._drafts.append(draft)
        return draft

    # --- tables -------------------------------------------------------------------------------

    def _table(self, element: HtmlElement) -> None:
        self._flush()
        if self._scope.list_label and collapse_spaces(element.text_content()):
            self._printed_point(self._scope.list_label, "")
        for caption in element.iterchildren("caption"):
            self._block(caption, "caption")
        try:
            rows = read_rows(element, self._cell)
        except ValueError as error:
            raise self._unknown(str(error)) from None
        if any(cell for row in rows for cell in row):
            self._add("table", "").rows = rows

    def _cell(self, cell: HtmlElement) -> str:
        """The text of a cell: its blocks a line each, with what a browser prints before items."""
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


def _append(text: str, draft: Draft | None) -> Draft | None:
    """Go on with a block on a new line; None where there is none."""
    if draft is not None:
        draft.lines.append(text)
    return draft


# How elements are read that are always the same.
_READERS: dict[object, Callable[[Outline, HtmlElement], None]] = {
    **dict.fromkeys(NOT_TEXT, Outline._no_text),
    **dict.fromkeys(INLINE, Outline._inline),
    **dict.fromkeys(_LISTS, Outline._list),
    **dict.fromkeys(_HEADINGS, Outline._heading),
    "a": Outline._anchor,
    "br": Outline._break,
    "dl": Outline._definitions,
    "hr": Outline._rule,
    "pre": Outline._preformatted,
    "table": Outline._table,
}
