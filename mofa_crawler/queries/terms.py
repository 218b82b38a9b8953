"""Words and phrases of a query by their search keys, and their places in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mofa_crawler.store.keys import search_key

_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
# What no text contains and SQLite cannot take: NUL, and bytes that are not UTF-8.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
TRIGRAM = 3  # characters
_OPERATORS = {"AND", "OR", "NOT"}
LONGEST_QUERY = 10_000  # characters
_AFTER_LATIN = "\u0250"


class QueryError(ValueError):
    """The query cannot be searched for. `str()` is one line that says what to write."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to find, by its search key (not empty).

    A term matches anywhere in a text, also inside a word. One or two Latin letters or digits ("EU")
    match a whole word only.
    """

    key: str

    @property
    def is_word(self) -> bool:
        """Whether the term matches a whole word only."""
        return len(self.key) < TRIGRAM and self.key.isascii() and self.key.isalnum()

    def spans(self, key: str) -> Iterator[tuple[int, int]]:
        """The places of the term in the search key of a text: beginnings and ends, in order."""
        is_word = self.is_word
        at = key.find(self.key)
        while at >= 0:
            end = at + len(self.key)
            if not (is_word and (_is_latin(key[at - 1 : at]) or _is_latin(key[end : end + 1]))):
                yield at, end
            at = key.find(self.key, at + 1)

    def is_in(self, key: str) -> bool:
        """Whether the search key of a text contains the term."""
        return next(self.spans(key), None) is not None


def read_terms(query: str) -> list[Term]:
    """The words of a query, each once. Words in double quotes are a phrase.

    Nothing else is special. A quotation mark without a second is left out. Raises `QueryError` if
    the query is longer than `LONGEST_QUERY`.
    """
    if len(query) > LONGEST_QUERY:
        raise QueryError(
            f"the query has {len(query):,} characters; write at most {LONGEST_QUERY:,}"
        )
    found = (match[1] or match[2] for match in _TERM.finditer(_NO_TEXT.sub("\ufffd", query)))
    return [Term(key) for key in dict.fromkeys(map(search_key, filter(None, found))) if key]


def operators_in(query: str) -> list[str]:
    """The words of a query that are operators in other searches, and words in this one."""
    words = (match[2] for match in _TERM.finditer(query))
    return list(dict.fromkeys(word for word in words if word in _OPERATORS))


def _is_latin(character: str) -> bool:
    """Whether it is a Latin letter or a digit; the empty string is not."""
    return character < _AFTER_LATIN and character.isalnum()
