"""Keys for searching and comparing. They are normalised, and no record contains one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease


# What a person cannot see: soft hyphens, zero-width characters, direction marks, variation
# selectors. And what a keyboard has as one character: apostrophes, quotation marks, dashes, wave
# dashes.
_HIDDEN = (
    "\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef"
)
_TYPED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u301c\u3030\u223c", "~"),
}
# Behind a key in the search index: each character of the key begins a trigram.
END_OF_KEY = "  "
_TO_FOLD = re.compile(f"[{_HIDDEN}{''.join(_TYPED)}]")


def fold(text: str) -> str:
    """`text` without the differences that a person cannot see or type; white space is kept.

    NFKC and case-folding come first. The parts of a text that NFKC changes each by itself
    (`snippets`) can be folded one by one.
    """
    if text.isascii():
        return text.casefold().replace("`", "'")
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _TO_FOLD.sub(lambda match: _TYPED.get(match[0], ""), folded)


# A text is compared when it is stored, and indexed with all others of its commit.
@lru_cache(maxsize=500)
def search_key(text: str) -> str:
    """`text` in the form that is searched: folded, with white space as single spaces."""
    return " ".join(fold(text).split())


def duplicate_key(release: PressRelease) -> str:
    """Equal for releases with equal title, date and text, by their search keys.

    Hexadecimal SHA-256. An equal title alone proves nothing: two releases of a day may have it.
    """
    content = [search_key(release.title), release.date, search_key(release.text)]
    return sha256(msgspec.json.encode(content)).hexdigest()
