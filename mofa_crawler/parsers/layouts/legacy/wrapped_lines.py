"""Hard-wrapped lines: line ends of the source that are none of the text, and those that are."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, cast
from unicodedata import east_asian_width

from mofa_crawler.parsers.layouts.legacy.places import places_in, text_at
from mofa_crawler.parsers.markup import new_element
from mofa_crawler.parsers.text import WIDE, for_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

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


def unwrap_lines(body: HtmlElement) -> None:
    """Join the hard-wrapped lines of a Japanese page's source."""
    for element in body.iter():
        if (text := element.text) and (joined := _WRAP.sub("", text)) != text:
            element.text = for_xml(joined)
        if (tail := element.tail) and (joined := _WRAP.sub("", tail)) != tail:
            element.tail = for_xml(joined)


def break_lines(pre: HtmlElement) -> None:
    """Turn the line ends of a `<pre>` into breaks, but for those of hard-wrapped sentences."""
    ends = iter(_wrapped_ends(pre.text_content().replace("\r", "").split("\n")))
    for place in [place for place in places_in(pre) if place[1] != "tag"]:
        element, what = place
        first, *more = text_at(place).replace("\r", "").split("\n")
        lines = [first]
        for text in more:
            if next(ends):
                lines[-1] += f"\n{text}"
            else:
                lines.append(text)
        setattr(element, what, for_xml(lines[0]))
        parent = element if what == "text" else cast("HtmlElement", element.getparent())
        at = 0 if what == "text" else parent.index(element) + 1
        parent[at:at] = [_break(before=line) for line in lines[1:]]
    pre.tag = "div"


def _break(*, before: str) -> HtmlElement:
    br = new_element("br")
    br.tail = for_xml(before)
    return br


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
