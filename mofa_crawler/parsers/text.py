"""White space and characters: what is folded, what is kept, what is refused."""

from __future__ import annotations

import re

# Kana, ideographs, full-width forms: scripts that put no space between words.
_WIDE = "\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
# A line break in the source between two such characters is layout, not a space
# (CSS Text 3, "segment break transformation").
_WRAP = re.compile(rf"(?<=[{_WIDE}])[ \t\r]*\n[ \t\r\n]*(?=[{_WIDE}])")
# Spaces of no width: they part no words and cannot be seen.
_NO_WIDTH = str.maketrans("", "", "\u200b\ufeff")
# What only a wrong encoding or a broken file leaves behind: the replacement character, controls
# (the escape character of undecoded ISO-2022-JP among them), and what cp932 makes of bytes that it
# does not assign.
_MOJIBAKE = re.compile("[\ufffd\x00-\x08\x0e-\x1b\x7f-\x9f\uf8f0-\uf8f3]")


def fold(text: str) -> str:
    """`text` with every run of white space as one space and none at the ends.

    Non-breaking and ideographic spaces are white space; every other character is kept. A line
    break between two Japanese characters is dropped, as are spaces of no width.
    """
    text = text.translate(_NO_WIDTH)
    if "\n" in text and not text.isascii():
        # The ideographic space is in the range of the wide characters, but it is itself a space.
        text = _WRAP.sub(lambda wrap: "" if _between_letters(wrap) else " ", text)
    return " ".join(text.split())


def _between_letters(wrap: re.Match[str]) -> bool:
    return "\u3000" not in {wrap.string[wrap.start() - 1], wrap.string[wrap.end()]}


def find_mojibake(text: str) -> str | None:
    """The first character in `text` that betrays a wrong encoding, with its surroundings."""
    match = _MOJIBAKE.search(text)
    return text[max(0, match.start() - 10) : match.end() + 10] if match else None
