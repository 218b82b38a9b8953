"""Hard-wrapped lines: which line ends of the source are part of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import east_asian_width

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from mofa_crawler.parsers.text import WIDE

# In Japanese, no line end of the source is a space, not even beside a Latin letter.
_WRAP = re.compile(
    rf"(?<=[{WIDE}])(?<!\u3000)[^\S\n]*\n\s*(?=\S)|(?<=\S)[^\S\n]*\n\s*(?=[{WIDE}])(?!\u3000)"
)
# A line of preformatted text that is at least so long continues in the next line.
_FULL_LINE = 50  # columns; a Japanese character takes two
_MOST_LEFT_OVER = 8  # columns that are free at the end of a full Japanese line
_HANGING = 4  # columns by which the further lines of a paragraph may be indented
_SENTENCE_ENDS = (".", ":", ";", "。", "：")
# The label of an item. Further lines of the item are indented as far as its text.
_LABEL = re.compile(
    r"\s*(?:[(（]?(?:[0-9０-９]{1,2}|[a-zA-Zａ-ｚＡ-Ｚ]|[ivxIVX]{1,4}|[ァ-ヶｱ-ﾝ])[.．)）](?:\s+|(?=[^\x00-\x7f])|(?<=[．）]))"
    r"|[*・•]\s*|[0-9０-９①-⑳]{1,2}\u3000\s*)(?=\S)"
)
# After a sentence, these are the label of an item too. Inside a sentence they may be a part of it.
_NUMBER = "(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}|[ⅰ-ⅻⅠ-Ⅻァ-ヶｱ-ﾝａ-ｚＡ-Ｚ])"
_AFTER_SENTENCE = re.compile(
    rf"\s*(?:[(（〔\[［]{_NUMBER}[)）〕\]］]|{_NUMBER}[、，\u3000]|[Ⅰ-Ⅻⅰ-ⅻ][.．)）]?"
    r"|[①-⑳■□●○◆◇]|[-–－]\s"
    r"|[0-9０-９]{1,2}(?:[.．\-－][0-9０-９]{1,2})+[.．]?\s)\s*"
)


def unwrap_lines(soup: BeautifulSoup) -> None:
    """Join the hard-wrapped lines of a Japanese page's source."""
    for node in [n for n in soup.descendants if isinstance(n, NavigableString)]:
        joined = _WRAP.sub("", node)
        if joined != node:
            node.replace_with(NavigableString(joined))


def break_lines(pre: Tag) -> None:
    """Turn the line ends of a `<pre>` into breaks, except those of hard-wrapped sentences."""
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
    """For each line except the last, whether it was broken because it was full.

    Then the next line continues the sentence: it is indented like the text of an item, or like the
    lines of the paragraph, and begins no item.
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
    """Whether the next word does not fit into the line."""
    word = following.split(maxsplit=1)[0]
    # A Japanese line is broken at any character, so that a few columns may be left.
    needed = _columns(word) if word.isascii() else _MOST_LEFT_OVER
    return _columns(line.rstrip()) + 1 + needed >= _FULL_LINE


def _is_in_sentence(line: str) -> bool:
    """Whether a line goes on, although it is not full: a link in it may fill it in the source."""
    text = line.strip()
    return _columns(text) >= _FULL_LINE // 3 and not text.endswith(_SENTENCE_ENDS)


def _is_indented_like(line: str, following: str, *, goes_on: bool) -> bool:
    """Whether the next line is under the text of this line, and begins no item of its own."""
    labels = [found[0] for each in (_LABEL, _AFTER_SENTENCE) if (found := each.match(line))]
    ends = line.rstrip().endswith(_SENTENCE_ENDS)
    if _LABEL.match(following) or (ends and _AFTER_SENTENCE.match(following)):
        return False
    if following.startswith("\u3000") and not goes_on and not labels:
        return False
    if goes_on:
        return _indent(following) <= _indent(line)
    if labels:
        return _indent(following) <= max(map(_columns, labels))
    # The first line of a paragraph may be indented more than the others, or less.
    return _indent(following) <= (_indent(line) or _HANGING)


def _indent(line: str) -> int:
    return _columns(line[: len(line) - len(line.lstrip())])


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "FWA" else 1 for sign in line)
