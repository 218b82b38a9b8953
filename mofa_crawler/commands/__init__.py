"""Commands of `scrapy <command>`, thin: they start the others and say what came of it."""

from __future__ import annotations

import sys
from typing import Literal


def complain(message: str, kind: Literal["error", "warning"] = "error") -> None:
    """Say in one line on stderr what is wrong."""
    print(f"mofa_crawler: {kind}: {message}", file=sys.stderr)
