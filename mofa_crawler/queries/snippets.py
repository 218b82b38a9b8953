"""The places of a printed text in which a term was found by its search key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler.store.keys import fold

if TYPE_CHECKING:
    from mofa_crawler.queries.terms import Term

_SPACES = re.compile(r"\s+")
_JOINER = "\u200d"
_HANGUL_VOWELS_AND_FINALS = range(0x1160, 0x1200)
# Kinds of characters: one character in the key; white space; a part of the character before it; any
# other. NFKC joins no characters of two runs of `_RUNS`. A plain run may have single spaces.
_PLAIN, _SPACE, _CONTINUES, _OTHER = "p", "s", "c", "o"
_RUNS = re.compile("(?P<plain>(?:p(?!c))+(?:s(?:p(?!c))+)*)|(?P<spaces>(?:s(?!c))+)|(?P<other>.c*)")


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
        self._kinds = _kinds(text)
        self._key: list[str] = []
        self._begins: list[int] = []  # for each character of the key
        self._ends: list[int] = []
        self._space: tuple[int, int] | None = None  # white space that is not in the key yet
        for match in _RUNS.finditer(self._kinds):
            begin, end = match.span()
            if match.lastgroup == "spaces":
                self._space = (begin, end)
            elif match.lastgroup == "plain":
                key = _SPACES.sub(" ", fold(text[begin:end]))
                self._add(key, range(begin, end), range(begin + 1, end + 1))
            else:
                for character in fold(text[begin:end]):
                    if character.isspace():
                        self._space = (begin, end)
                    else:
                        self._add(character, [begin], [end])
        self.key = "".join(self._key)

    def _add(self, key: str, begins: Iterable[int], ends: Iterable[int]) -> None:
        if self._space:
            self._key.append(" ")
            self._begins.append(self._space[0])
            self._ends.append(self._space[1])
            self._space = None
        self._key.append(key)
        self._begins.extend(begins)
        self._ends.extend(ends)

    def spans(self, term: Term) -> Iterator[tuple[int, int]]:
        """The places of a term in the text."""
        for begin, end in term.spans(self.key):
            yield self._begins[begin], self._ends[end - 1]

    def window(self, first: int, last: int, width: int) -> tuple[int, int]:
        """The cuts around a place. About a quarter of the width lies before the place."""
        begin = max(0, min(first - width // 4, len(self._text) - width))
        end = min(len(self._text), begin + width)
        if begin and (space := _SPACES.search(self._text, begin - 1, first)):
            begin = space.end()
        if end < len(self._text):
            spaces = list(_SPACES.finditer(self._text, min(last, end), end + 1))
            end = spaces[-1].start() if spaces else end
        while self._kinds[begin : begin + 1] == _CONTINUES:
            begin -= 1
        while self._kinds[end : end + 1] == _CONTINUES:
            end += 1
        return begin, end


def _kinds(text: str) -> str:
    """The kind of each character: a letter that `_RUNS` reads."""
    kinds = text.translate(_KINDS)
    # The first character continues none. Characters with a joiner between them are one.
    if kinds.startswith(_CONTINUES):
        kinds = _OTHER + kinds[1:]
    if _JOINER in text:
        joined = {place + 1 for place, character in enumerate(text[:-1]) if character == _JOINER}
        kinds = "".join(_CONTINUES if at in joined else kind for at, kind in enumerate(kinds))
    return kinds


class _Kinds(dict[int, str]):
    """The kinds of the characters seen so far, by code point."""

    def __missing__(self, code: int) -> str:
        kind = self[code] = _kind(chr(code))
        return kind


_KINDS = _Kinds()


def _kind(character: str) -> str:
    first = unicodedata.normalize("NFKC", character)[0]
    if (
        character == _JOINER
        or unicodedata.category(first).startswith("M")
        or ord(first) in _HANGUL_VOWELS_AND_FINALS
    ):
        return _CONTINUES
    key = fold(character)
    if len(key) != 1:
        return _OTHER
    return _SPACE if key.isspace() else _PLAIN


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted places. Those that overlap or touch become one."""
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
