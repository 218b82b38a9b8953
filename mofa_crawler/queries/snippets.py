"""The places of a printed text in which a term was found by its search key."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mofa_crawler.store.keys import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mofa_crawler.queries.terms import Term

_SPACES = re.compile(r"\s+")
_JOINER = "\u200d"
_HANGUL_VOWELS_AND_FINALS = range(0x1160, 0x1200)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in pieces, each with whether it matches a term."""

    pieces: tuple[tuple[str, bool], ...]

    def __str__(self) -> str:
        return "".join(piece for piece, _ in self.pieces)

    def between(self, before: str, after: str) -> str:
        """The text with these two around each piece that matches."""
        return "".join(f"{before}{p}{after}" if found else p for p, found in self.pieces)


def mark(text: str, terms: Iterable[Term], *, width: int | None = None) -> Marked:
    """A text on one line, with every match of the terms.

    With a `width` (characters) the text is cut around the first match, or after its beginning if
    there is none. An ellipsis shows each cut. A cut is between words if there are spaces, and never
    inside what is one character to a reader.
    """
    keyed = _Keyed(text)
    spans = _joined(sorted(span for term in terms for span in keyed.spans(term)))
    first, last = spans[0] if spans else (0, 0)
    begin, end = keyed.window(first, last, width) if width else (0, len(text))
    pieces = [("…", False)] if begin else []
    at = begin
    for start, stop in spans:
        if start >= end:
            break
        pieces += [(text[at:start], False), (text[start : min(stop, end)], True)]
        at = min(stop, end)
    pieces.append((text[at:end], False))
    if end < len(text):
        pieces.append(("…", False))
    return Marked(tuple((_SPACES.sub(" ", piece), found) for piece, found in pieces if piece))


class _Keyed:
    """A text with its search key, and the place in the text of each character of the key.

    NFKC makes several characters of one (㈱: three) and one of several (ｶﾞ, ガ). Some characters
    have no part in the key (a soft hyphen).
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._units = list(_units(text))  # the beginnings of what is one character to a reader
        key: list[str] = []
        self._begins: list[int] = []  # for each character of the key
        self._ends: list[int] = []
        space: tuple[int, int] | None = None
        for begin, end in zip(self._units, [*self._units[1:], len(text)], strict=True):
            for character in _key_of(text[begin:end]):
                if character.isspace():
                    space = (begin, end)
                    continue
                if space:
                    key.append(" ")
                    self._begins.append(space[0])
                    self._ends.append(space[1])
                space = None
                key.append(character)
                self._begins.append(begin)
                self._ends.append(end)
        self.key = "".join(key)

    def spans(self, term: Term) -> Iterator[tuple[int, int]]:
        """The places of a term in the text."""
        for begin, end in term.spans(self.key):
            yield self._begins[begin], self._ends[end - 1]

    def window(self, first: int, last: int, width: int) -> tuple[int, int]:
        """The cuts around a place. At least a quarter of the width lies before the place."""
        begin = max(0, min(first - width // 4, len(self._text) - width))
        end = min(len(self._text), begin + width)
        if begin and (space := _SPACES.search(self._text, begin - 1, first)):
            begin = space.end()
        if end < len(self._text):
            spaces = list(_SPACES.finditer(self._text, min(last, end), end + 1))
            end = spaces[-1].start() if spaces else end
        units = [*self._units, len(self._text)]
        return units[bisect_right(units, begin) - 1], units[bisect_left(units, end)]


def _units(text: str) -> Iterator[int]:
    """The beginnings of the parts of a text that NFKC changes each by itself."""
    before = ""
    for place, character in enumerate(text):
        if not place or not (_continues(character) or before == _JOINER):
            yield place
        before = character


@lru_cache(maxsize=10_000)
def _continues(character: str) -> bool:
    """Whether a character belongs to the one before it."""
    first = unicodedata.normalize("NFKC", character)[0]
    return (
        character == _JOINER
        or unicodedata.category(first).startswith("M")
        or ord(first) in _HANGUL_VOWELS_AND_FINALS
    )


@lru_cache(maxsize=10_000)
def _key_of(unit: str) -> str:
    return fold(unit)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted places. Those that overlap or touch become one."""
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
