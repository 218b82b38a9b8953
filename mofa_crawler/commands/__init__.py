"""Commands of `scrapy <command>`, thin: they start the others and say what came of it."""

from __future__ import annotations

import sys


def complain(message: str) -> None:
    """Say in one line on stderr what is wrong."""
    print(f"mofa_crawler: error: {message}", file=sys.stderr)
