"""Normalised keys for searching and comparing. No record contains a key."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from string import ascii_lowercase
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease


# Soft hyphens, zero-width characters, direction marks, variation selectors, and accents alone.
_HIDDEN = (
    "\xad\u0300-\u036f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef"
)
# What a keyboard has as one character: apostrophes, quotation marks, dashes, wave dashes, dots,
# slashes, letters with accents. Texts from PDF files have radicals (⻑) that look like kanji (長).
_TYPED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bb\u02bc\u2032`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u301d\u301e\u301f", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501", "-"),
    **dict.fromkeys("\u301c\u3030\u223c", "~"),
    **dict.fromkeys("\xb7\u2027\u2219\u22c5", "\u30fb"),
    **dict.fromkeys("\u2044\u2215", "/"),
    **dict(zip("⺟⺠⻁⻄⻆⻑⻘⻝⻤⻨⻩⻫⻭⻯⻲", "母民虎西角長青食鬼麦黄斉歯竜亀", strict=True)),
    **{
        letter: plain
        for letter in map(chr, [*range(0xE0, 0x250), *range(0x1E00, 0x1F00)])
        if (plain := unicodedata.normalize("NFD", letter)[0]) in ascii_lowercase
    },
    "ı": "i",
    "ł": "l",
    "ø": "o",
}
# Follows each key in the search index, so that each character of the key begins a trigram.
END_OF_KEY = "  "
_TO_FOLD = re.compile(f"[{_HIDDEN}{''.join(_TYPED)}]")


def fold(text: str) -> str:
    """`text` without the differences that a person cannot see or type; white space is kept.

    NFKC and case-folding come first. Parts of a text can be folded one by one if NFKC does not join
    characters of two parts (`queries.snippets` does so).
    """
    if text.isascii():
        return text.casefold().replace("`", "'")
    # NFKC would make a space and an accent of an acute accent that stands alone.
    folded = unicodedata.normalize("NFKC", text.replace("\xb4", "'")).casefold()
    return _TO_FOLD.sub(lambda match: _TYPED.get(match[0], ""), folded)


# A text needs its key twice: when it is stored, and when all texts of a commit are indexed.
@lru_cache(maxsize=500)
def search_key(text: str) -> str:
    """`text` in the form that is searched: folded, with white space as single spaces."""
    return " ".join(fold(text).split())


def duplicate_key(release: PressRelease) -> str:
    """Equal for releases with the same date, and with equal search keys of title and text.

    Hexadecimal SHA-256. An equal title alone proves nothing: two releases of a day may have it.
    """
    content = [search_key(release.title), release.date, search_key(release.text)]
    return sha256(msgspec.json.encode(content)).hexdigest()
