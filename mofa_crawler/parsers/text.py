"""White space and characters: what is folded, what is kept, what is rejected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Kana, ideographs, full-width forms: scripts that put no space between words. For a class of a
# regular expression.
WIDE = "\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
# A line break in the source between two such characters is layout, not a space
# (CSS Text 3, "segment break transformation").
_WRAP = re.compile(rf"(?<=[{WIDE}])[ \t\r]*\n[ \t\r\n]*(?=[{WIDE}])")
# What a reader never sees: a soft hyphen, spaces of no width, a word joiner.
_NO_WIDTH_SIGNS = "\u00ad\u200b\u2060\ufeff"
_NO_WIDTH = re.compile(f"[{_NO_WIDTH_SIGNS}]+")
# Characters that only give a direction or join letters. At the ends of a line they have no effect.
_JOINER_SIGNS = "\u034f\u061c\u180e\u200c-\u200f\u202a-\u202e\u2061-\u206f"
JOINERS = re.compile(f"[{_JOINER_SIGNS}]+")
INVISIBLE = re.compile(f"[{_NO_WIDTH_SIGNS}{_JOINER_SIGNS}]")
_SPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))
_AT_ENDS = _SPACE + "".join(filter(JOINERS.match, map(chr, range(0x2070))))
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_LETTERS = re.compile(r"[\W_]+")
# Only a wrong encoding or a broken file makes these: the replacement character, control characters
# (the escape character of undecoded ISO-2022-JP among them), kana in EUC-JP read as cp932, and
# UTF-8 read as cp932 (譌･譛ｬ) or as windows-1252.
_NEVER_TEXT = "\ufffd\ufffe\uffff\x00-\x08\x0e-\x1b\x7f-\x9f"
# The class of all first characters comes first: the search then runs at the speed of a class.
_MOJIBAKE = re.compile(
    rf"[{_NEVER_TEXT}｡-ﾟ縺繧繝âãÃÂÅ](?:(?<=[{_NEVER_TEXT}])|(?<=[､･])[｡-ﾟ][､･][｡-ﾟ]"
    "|(?<=[一-鿿][｡-ﾟ])[一-鿿][ｦ-ﾟ](?![｡-ﾟ])"
    "|(?<=[縺繧繝]).{0,2}[縺繧繝]|(?<=â)[€‘“˜ˆ‰‚„†‡]|(?<=ã)[‚ƒ]|(?<=[ÃÂ])[\xa0-\xbfƒ„†‡ˆ‰Š‹ŒŽ™š›œžŸ]|(?<=Å)[¡¾“])"
)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing of `text`."""
    return not drop_invisible(text).strip()


def drop_invisible(text: str) -> str:
    """`text` without invisible characters.

    White space is kept, and so is what gives a direction or joins letters inside the text.
    """
    if text.isascii() or not INVISIBLE.search(text):
        return text
    text = _NO_WIDTH.sub("", text)
    seen = text.strip(_AT_ENDS)
    before, _, after = text.partition(seen) if seen else (text, "", "")
    return JOINERS.sub("", before) + seen + JOINERS.sub("", after)


def collapse_spaces(text: str) -> str:
    """`text` with every run of white space as one space and none at the ends.

    Non-breaking and ideographic spaces are white space. A line break between two Japanese
    characters is dropped, and so is what `drop_invisible` drops. Every other character is kept.
    """
    if text.isprintable() and "  " not in text:
        return text.strip(" ")  # the only white space that `isprintable` allows
    if not text.isascii():
        text = drop_invisible(text)
        if "\n" in text:
            # The ideographic space is in the range of the wide characters, but it is a space.
            text = _WRAP.sub(lambda wrap: "" if _between_letters(wrap) else " ", text)
    return " ".join(text.split())


def _between_letters(wrap: re.Match[str]) -> bool:
    return "\u3000" not in {wrap.string[wrap.start() - 1], wrap.string[wrap.end()]}


def join_lines(lines: Sequence[str], witness: str) -> str:
    """The lines of a title on one line.

    `witness` is another text of the page that has the title on one line (`<title>`). It shows
    whether a space stands between the lines.
    """
    spaced, close = " ".join(lines), "".join(lines)
    return close if close in witness and spaced not in witness else spaced


def for_xml(text: str) -> str:
    """`text` as lxml accepts it: U+FFFD for each control character, a space for a form feed."""
    return _NOT_XML.sub(lambda match: " " if match[0].isspace() else "\ufffd", text)


def comparison_key(text: str) -> str:
    """The letters and digits of `text`, with width and case folded: for comparisons only."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def find_mojibake(text: str) -> str | None:
    """The first characters in `text` that only a wrong encoding makes, with their surroundings."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return None  # ten times as fast as the search
    match = _MOJIBAKE.search(text)
    return _around(match) if match else None


def find_private_use(text: str) -> str | None:
    """The first character of the private use area in `text`, with its surroundings."""
    match = None if text.isascii() else _PRIVATE_USE.search(text)
    return _around(match) if match else None


def _around(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 10) : match.end() + 10]
