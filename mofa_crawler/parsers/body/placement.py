"""Puts each line of an article into a block: finds its label, its level, and its block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from mofa_crawler.parsers.body.inline_text import INDENTATION, Line
from mofa_crawler.parsers.body.line_kinds import classify_note, is_heading
from mofa_crawler.parsers.body.numbering import Numbering
from mofa_crawler.parsers.body.open_blocks import OpenBlock
from mofa_crawler.parsers.body.typed_labels import NUMBER, Label, is_amount, read_label
from mofa_crawler.parsers.dom import first_words, lines_in
from mofa_crawler.parsers.text import collapse_spaces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.record import BlockKind
    from mofa_crawler.site import Lang

TextKind = Literal["heading", "paragraph", "caption"]


class Scope(msgspec.Struct):
    """A list item, or the whole article: labels and paragraphs in it belong together."""

    level: int = 0  # of the blocks that are no points
    outer_count: int = 0  # how many families of labels are open outside of it
    parent_level: int = 0  # the level of the point that a nested list would belong to
    list_label: Label | None = None  # printed by the browser before the item's first text
    element: HtmlElement | None = None  # the list item, if its list has other items
    item: OpenBlock | None = None  # the point that further paragraphs belong to
    is_unlabelled: bool = False  # a list item without a printed label
    pending_label: OpenBlock | None = None  # a typed label whose text is on the next line


class Placement:
    """Makes blocks of lines.

    The caller sets `article`, the element around all lines. `scope` is the list item around the
    next line; `within` sets it. Without `typed_labels`, typed numbers stay in the text.
    """

    article: HtmlElement

    def __init__(self, lang: Lang, *, typed_labels: bool = True) -> None:
        self.blocks: list[OpenBlock] = []
        self.numbering = Numbering()
        self.scope = Scope()
        self._lang = lang
        self._typed_labels = typed_labels

    def scope_of_item(
        self, level: int, list_label: Label, element: HtmlElement | None = None
    ) -> Scope:
        """The scope of a list item that begins here. Families of labels below `level` close.

        `element` is the item, if its list has other items.
        """
        self.numbering.close_below(level)
        return Scope(level, self.numbering.open_count, level, list_label, element)

    @contextmanager
    def within(self, scope: Scope) -> Iterator[None]:
        """Put the lines that are placed in this context into a scope."""
        outer, self.scope = self.scope, scope
        yield
        self.scope = outer

    @contextmanager
    def within_unlabelled_item(self) -> Iterator[None]:
        """As `within`, for an item without a printed label. It may begin with a typed label.

        Then the item is a point, and a list after the item belongs to this point.
        """
        inner = replace(self.scope, item=None, pending_label=None, is_unlabelled=True)
        with self.within(inner):
            yield
        self.scope.parent_level = inner.parent_level

    def take_list_label(self) -> Label | None:
        """The label that the browser prints before the item, if no text of the item took it yet."""
        label, self.scope.list_label = self.scope.list_label, None
        return label

    def place(self, lines: list[Line], kind: TextKind) -> None:
        """Put the lines between two boundaries of elements into blocks."""
        item = paragraph = None
        begun = len(self.blocks)
        for place, line in enumerate(lines):
            if not line.raw.strip():
                paragraph = None  # a blank line ends a paragraph
                if len(self.blocks) - begun > 1:  # after several blocks it also ends an item
                    item = None
                continue
            # Editors end a paragraph with <br>, and indent the next one with U+3000.
            if paragraph and line.raw.lstrip(INDENTATION + "\u00a0").startswith("\u3000"):
                paragraph = None
            is_last = place + 1 == len(lines) or not lines[place + 1].raw.strip()
            paragraph = self._place_line(
                line, paragraph, item or self.scope.item, kind, is_last=is_last
            )
            if paragraph.kind == "point":
                item = paragraph  # a number typed in a paragraph ends with the paragraph

    def _place_line(
        self,
        line: Line,
        paragraph: OpenBlock | None,
        item: OpenBlock | None,
        kind: TextKind,
        *,
        is_last: bool,
    ) -> OpenBlock:
        """Put one line into a block, and return the block that the next line continues.

        `paragraph` is the block of the line before, `item` the point that takes further paragraphs.
        `is_last`: no further line of the same paragraph follows. The first rule that fits decides:
        a heading or caption by its element; a note; a typed label; the label that the browser
        prints; the text of an open item; a heading by its words; a paragraph.
        """
        scope, raw = self.scope, line.raw.strip()
        text = collapse_spaces(raw)
        if kind != "paragraph" and not scope.list_label:
            return _append(text, paragraph) or self.add(kind, text)
        if note := classify_note(text):
            return self._note(note if is_last else "note", text)
        if typed := self.label_of(raw):
            return self._typed_point(*typed)
        if label := self.take_list_label():
            return self.printed_point(label, text)
        last = self.blocks[-1] if self.blocks else None
        if last and (last is item or last is scope.pending_label):
            scope.pending_label = None
            return _append(text, last) or last
        if paragraph and paragraph.kind == "heading":
            paragraph = None
        if not scope.level and is_heading(text, is_bold=line.is_bold):
            return self.add("heading", text)
        return _append(text, paragraph) or self.add("paragraph", text)

    def label_of(self, line: str) -> tuple[Label, str] | None:
        """The typed label that a line begins with, and the text after it."""
        if not self._typed_labels:
            return None
        found = read_label(line, self._lang, self.numbering.last_values, self._is_opening)
        printed = self.scope.list_label
        if found and printed and printed.family == NUMBER and is_amount(line, found[0]):
            return None  # the browser prints the label: the typed number is an amount
        return found

    def _is_opening(self, word: str) -> bool:
        """Whether a line of the article begins with a word."""
        return word in self._openings

    @cached_property  # few articles need it
    def _openings(self) -> set[str]:
        return first_words(self.article)

    def _note(self, kind: Literal["note", "heading"], text: str) -> OpenBlock:
        """Begin a note or a reference. In a list it is no point, and loses the printed label."""
        if self.take_list_label():
            return self.add(kind, text, self.scope.level - 1)
        return self.add(kind, text)

    def printed_point(self, label: Label, text: str) -> OpenBlock:
        """Begin the point of a list item, with the label that a browser prints before it."""
        scope = self.scope
        if label.family == NUMBER:
            self.numbering.open_at(scope.level, label)
            # Numbers typed inside the item stand on a level below.
            scope.outer_count = self.numbering.open_count
        scope.item = self.add("point", text, scope.level, label.printed)
        scope.item.number = None if label.is_bullet else label
        return scope.item

    def _typed_point(self, label: Label, rest: str) -> OpenBlock:
        """Begin a point with a typed label. It may replace the label that a browser prints.

        `rest` is the line after the label. It may begin with the first label inside of the point:
        １（１）.
        """
        scope, printed = self.scope, self.take_list_label()
        if printed and printed.family == NUMBER and self._stands_inside(label, printed):
            self.printed_point(printed, "")
            printed = None
        if printed:
            level = scope.level
            self.numbering.open_at(level, label)
            # Further numbers of the family stand on the same level.
            scope.outer_count = self.numbering.open_count - 1
        else:
            level = self.numbering.open_typed(
                label, outer_count=scope.outer_count, level=scope.level
            )
            scope.parent_level = level
        inner = self.label_of(rest)
        if inner and (label.is_bullet or not _begins_inside(inner[0], label)):
            inner = None
        text = "" if inner else collapse_spaces(rest)
        block = self.add("point", text, level, label.printed)
        block.number = None if label.is_bullet else label
        if level == scope.level or scope.is_unlabelled:
            scope.item = block
        if inner:
            return self._typed_point(*inner)
        if not text:
            scope.pending_label = block
        return block

    def _stands_inside(self, label: Label, printed: Label) -> bool:
        """Whether a typed label at the beginning of a list item is another than its number.

        It is another if the item has further labels of the series, and the list further items.
        """
        if label.is_bullet or printed.value != label.value:
            return True
        if self.scope.element is None:
            return False

        def last_values(family: str) -> list[int]:
            return [label.value] if family == label.family else []

        lines = lines_in(self.scope.element)
        found = [read_label(line, self._lang, last_values, lambda _: False) for line in lines]
        return any(x and x[0].family == label.family and x[0].value > label.value for x in found)

    def add(
        self, kind: BlockKind, text: str, level: int | None = None, label: str = ""
    ) -> OpenBlock:
        """Begin a block; `level` is that of the scope if none is given."""
        if kind == "heading":
            self.numbering.close_from(self.scope.outer_count)
        if kind != "point":
            self.scope.parent_level = self.scope.level
        level = self.scope.level if level is None else level
        block = OpenBlock(kind, level, label, [text] if text else [])
        self.blocks.append(block)
        return block


def _append(text: str, block: OpenBlock | None) -> OpenBlock | None:
    """Add a line to a block. Returns the block; None if there is none."""
    if block is not None:
        block.lines.append(text)
    return block


def _begins_inside(label: Label, outer: Label) -> bool:
    """Whether a label right after the label `outer` begins the numbers inside of that point."""
    return not label.is_bullet and label.value == 1 and label.family != outer.family
