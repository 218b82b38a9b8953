"""The advice for a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggest(wrong: str, names: Iterable[str]) -> str:
    """The end of a message: a question with the nearest name, or all names if none is near."""
    known = list(names)
    close = get_close_matches(wrong, known, n=1)
    if close:
        return f"do you mean {close[0]}?"
    *others, last = known
    return f"there are {', '.join(others)} and {last}" if others else f"there is {last}"
