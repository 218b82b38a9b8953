"""What to say of a name that does not exist."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def suggest(wrong: str, names: Iterable[str]) -> str:
    """The question for the nearest of the names; if none is near, all of them."""
    known = list(names)
    close = get_close_matches(wrong, known, n=1)
    if close:
        return f"do you mean {close[0]}?"
    *others, last = known
    return f"there are {', '.join(others)} and {last}" if others else f"there is {last}"
