"""Keys for searching and comparing. Normalised, and kept apart: no record ever bears one."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease


# A text is compared when it comes, and indexed with all others of its commit, which forgets them.
@lru_cache(maxsize=500)
def search_key(text: str) -> str:
    """`text` in the form that is searched: NFKC, case-folded, white space folded."""
    narrowed = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(narrowed.casefold().split())


def duplicate_key(release: PressRelease) -> str:
    """The same for releases that say the same: title, date and text by their search keys.

    Hexadecimal SHA-256. An equal title alone proves nothing: two releases of a day may bear it.
    """
    content = [search_key(release.title), release.date, search_key(release.text)]
    return sha256(msgspec.json.encode(content)).hexdigest()
