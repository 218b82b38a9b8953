"""What differs between two texts, and between two lists of blocks or links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

Words = list[tuple[Literal["same", "added", "removed"], str]]
PieceChange = Literal["same", "added", "removed", "changed"]
_Piece = TypeVar("_Piece")

# Characters that belong to the character before: accents, voicing marks, variation selectors.
_MARKS = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SENTENCE = re.compile(r"[^.!?。！？\n]*(?:[.!?。！？]+[」』）)”’\"]*[^\S\n]*|\n+|$)")
_LATIN_WORD = rf"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９\u00c0-\u024f]+(?:['’.,]?[A-Za-z0-9{_MARKS}]+)*"
_WORD = {
    "en": re.compile(rf"\w[\w{_MARKS}]*(?:['’]\w+)*|\s+|[^\w\s][{_MARKS}]*"),
    # No space ends a word in Japanese. A run of katakana is a word.
    "ja": re.compile(rf"{_LATIN_WORD}|[ァ-ヶー]+|\s+|.[{_MARKS}]*", re.DOTALL),
}
# So few equal characters between two changes are equal by chance.
_CHANCE = {"en": 0, "ja": 1}
# The limits of a comparison: pairs of equal words, and characters of both texts.
_MOST_PAIRS = 50_000
_LONGEST = 100_000


def word_diff(old: str, new: str, lang: Lang) -> Words:
    """The pieces of both texts in order: words for English, characters for Japanese.

    The same and the removed pieces give `old`, the same and the added pieces give `new`. The
    removed piece of a change comes first. If the texts are too long or too repetitive, a change is
    a whole sentence or the whole text.
    """
    patterns = [_SENTENCE, _WORD[lang]]
    if len(old) + len(new) > _LONGEST:
        patterns.pop()
    return _joined(_differing(old, new, patterns), _CHANCE[lang])


def _differing(old: str, new: str, patterns: list[re.Pattern[str]]) -> Iterator[tuple[str, str]]:
    """Pairs of a piece of the old text and one of the new; equal if nothing changed."""
    if old == new or not old or not new or not patterns:
        yield old, new
        return
    pattern, *finer = patterns
    a, b = pattern.findall(old), pattern.findall(new)
    for i, j, k, m in _parts(a, b):
        yield from _differing("".join(a[i:j]), "".join(b[k:m]), finer)


def piece_diff(
    old: Sequence[_Piece], new: Sequence[_Piece]
) -> Iterator[tuple[PieceChange, Sequence[_Piece], Sequence[_Piece]]]:
    """The parts of two lists (blocks or links) in order, each with its pieces before and after."""
    a, b = ([msgspec.json.encode(piece) for piece in pieces] for pieces in (old, new))
    for i, j, k, m in _parts(a, b):
        before, after = old[i:j], new[k:m]
        if a[i:j] == b[k:m]:
            yield "same", before, after
        else:
            yield "changed" if before and after else "removed" if before else "added", before, after


def _parts(a: Sequence[Hashable], b: Sequence[Hashable]) -> Iterator[tuple[int, int, int, int]]:
    """The equal and the different parts of two lists: begin and end in `a`, begin and end in `b`.

    If the lists are too repetitive to compare, all between their common beginning and their common
    end is one part.
    """
    least = min(len(a), len(b))
    start = next((i for i in range(least) if a[i] != b[i]), least)
    rest = least - start
    end = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    if start:
        yield 0, start, 0, start
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    counts = Counter(middle_b)
    if sum(counts[item] for item in middle_a) > _MOST_PAIRS:
        yield start, len(a) - end, start, len(b) - end
    else:
        for _, *places in SequenceMatcher(None, middle_a, middle_b, autojunk=False).get_opcodes():
            i, j, k, m = (start + place for place in places)
            yield i, j, k, m
    if end:
        yield len(a) - end, len(a), len(b) - end, len(b)


def _joined(pairs: Iterable[tuple[str, str]], chance: int) -> Words:
    """The pieces of `pairs`. Two changes with nothing or too little between them become one."""
    words: Words = []
    removed = added = ""

    def end_change() -> None:
        nonlocal removed, added
        if removed:
            words.append(("removed", removed))
        if added:
            words.append(("added", added))
        removed = added = ""

    same = ""
    for old, new in pairs:
        if old == new:
            same += old
            continue
        if same and (len(same.strip()) > chance or not (removed or added)):
            end_change()
            words.append(("same", same))
        else:
            removed, added = removed + same, added + same
        same = ""
        removed, added = removed + old, added + new
    end_change()
    if same:
        words.append(("same", same))
    return words
