"""What a line of an article is by its words: a note, a reference, a heading."""

from __future__ import annotations

import re
from typing import Literal

_NOTE = re.compile(
    r"[(（]?\s*(?:[*＊※]|注\s*[0-9０-９]*\s*[)）:：]|Note\s*[0-9]*\s*[:：)）])"
    r"|[(（][^()（）]*(?:provisional translation|unofficial translation|仮訳)[^()（）]*[)）]$",
    re.IGNORECASE,
)
# "Referrence" is a misspelling that the ministry's pages bear.
_REFERENCE = re.compile(
    r"[(（\[［【]\s*(?:References?|Referrence|参考|別添|別紙)(?:資料)?\s*[0-9０-９]*\s*[)）\]］】]"
    r"|(?:(?:別添|参考)[0-9０-９]*|References?\s*:?)$",
    re.IGNORECASE,
)
_BLACK_BRACKETS = re.compile(r"【[^【】]+】")
_SENTENCE_END = re.compile(
    r"[.。!！?？,、，;；:：][)）\]］」』”\"’]*$|(?:とおり|following|follows|below)$"
)
_LONGEST_HEADING = 100  # characters
# Without bold, a few words that make no sentence, also none that goes on in a list.
_LONGEST_PLAIN_HEADING = 60
_FEW_WORDS = re.compile(
    r"(?!.*\b(?:is|are|was|were|to|of|in|on|by|at|with|from|and|or|for|the|that|include|agreed"
    r"|decided)$)[^a-z0-9０-９,、，][^,、，]*"
)


def kind_of_aside(text: str) -> Literal["note", "heading"] | None:
    """Whether a line is a note or a reference; None where it is neither.

    A reference's mark alone ("(Reference)", 別添) is the heading of what follows it; with a text
    beside it, the line is a note.
    """
    if _NOTE.match(text):
        return "note"
    if reference := _REFERENCE.match(text):
        return "heading" if reference[0] == text else "note"
    return None


def is_heading(text: str, *, is_bold: bool) -> bool:
    """Whether a line is a sub-heading: in black brackets, or in bold and no sentence."""
    return bool(_BLACK_BRACKETS.fullmatch(text)) or (is_bold and _names(text))


def is_plain_heading(text: str) -> bool:
    """Whether a line in plain letters may be the sub-heading of numbers that follow it."""
    return (
        len(text) <= _LONGEST_PLAIN_HEADING
        and _FEW_WORDS.fullmatch(text) is not None
        and _names(text)
    )


def _names(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not _SENTENCE_END.search(text)
