"""What a line of an article is by its words: a note, a reference, a heading."""

from __future__ import annotations

import re
from typing import Literal

_NOTE = re.compile(
    r"[(（]?\s*+(?:[*＊※]|注\s*+(?:[0-9０-９]++\s*+)?+[)）:：]|Note\s*+(?:[0-9]++\s*+)?+[:：)）])"
    r"|[(（](?=[^()（）]*[)）]$)[^()（）]*?(?:provisional translation|unofficial translation|仮訳)",
    re.IGNORECASE,
)
# "Referrence" is a misspelling that is on the ministry's pages.
_REFERENCE = re.compile(
    r"[(（\[［【]\s*+(?:References?|Referrence|参考|別添|別紙)(?:資料)?"
    r"\s*+(?:[0-9０-９]++\s*+)?+[)）\]］】]"
    r"|(?:(?:別添|参考)[0-9０-９]*|References?\s*:?)$",
    re.IGNORECASE,
)
_BLACK_BRACKETS = re.compile(r"【[^【】]+】")
_SENTENCE_END = re.compile(
    r"[.。!！?？,、，;；:：][)）\]］」』”\"’]*$|(?:とおり|following|follows|below)$"
)
_LONGEST_HEADING = 100  # characters
# A heading in plain letters is a few words that are no sentence: with capitals as in a title, or,
# in Japanese, with a noun at the end.
_LONGEST_PLAIN_HEADING = 60
_TITLE_CASE = re.compile(
    r"(?=.*[a-z])[A-Z0-9“\"(][^\s,]*"
    r"(?:\s(?:[A-Z0-9“\"(&][^\s,]*|[a-z]{1,3}|from|with))*\s?(?<=[\w)”\"])"
)
_NUMBERED_LINE = re.compile(r"[0-9]+(?:[.\-][0-9]*)+\s")
_NOUNS = re.compile(r"(?!.*(?:以下|次の))[^0-9０-９,、，a-z][^,、，]*[一-鿿ァ-ヶー）)」』]")
# A caption is a phrase or two under a picture. A text with a number, or a longer one, is part of
# the article.
_LONGEST_CAPTION = 200
_NUMBERED = re.compile(r"[(（\[［]?[0-9０-９①-⑳]{1,2}[.．)）\]］\s\u3000]|[①-⑳]")


def classify_note(text: str) -> Literal["note", "heading"] | None:
    """Whether a line is a note or a reference; None if it is neither.

    The mark of a reference ("(Reference)", 別添) alone on a line is a heading. A line with such a
    mark and a text is a note.
    """
    if _NOTE.match(text):
        return "note"
    if reference := _REFERENCE.match(text):
        return "heading" if reference[0] == text else "note"
    return None


def is_heading(text: str, *, is_bold: bool) -> bool:
    """Whether a line is a sub-heading: in black brackets, or in bold and no sentence."""
    return bool(_BLACK_BRACKETS.fullmatch(text)) or (is_bold and _is_phrase(text))


def is_plain_heading(text: str) -> bool:
    """Whether a line in plain letters may be the sub-heading of numbers that follow it."""
    if len(text) > _LONGEST_PLAIN_HEADING or _NUMBERED_LINE.match(text):
        return False
    in_form = _TITLE_CASE.fullmatch(text) if text.isascii() or "a" <= text[-1] <= "z" else None
    return (in_form is not None or _NOUNS.fullmatch(text) is not None) and _is_phrase(text)


def is_caption(text: str) -> bool:
    """Whether a text under a picture may be its caption."""
    return len(text) <= _LONGEST_CAPTION and not _NUMBERED.match(text)


def _is_phrase(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not _SENTENCE_END.search(text)
