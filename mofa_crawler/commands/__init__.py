"""Commands of `scrapy <command>`, thin: they start the others and say what came of it."""

from __future__ import annotations

import re
import sys
from typing import Literal

from scrapy.exceptions import UsageError


def complain(message: str, kind: Literal["error", "warning", "note"] = "error") -> None:
    """Say in one line on stderr what is wrong, or to be known beside what is printed."""
    print(f"mofa_crawler: {kind}: {message}", file=sys.stderr)


def count_of(text: str) -> int:
    """The number given with `-n`. Raises `UsageError`."""
    if not re.fullmatch("[0-9]{1,9}", text):
        raise UsageError(f"-n {text}: write a number")
    return int(text)
