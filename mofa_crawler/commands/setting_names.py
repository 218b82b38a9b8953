"""Finds misspelt names of this project's settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from mofa_crawler import settings
from mofa_crawler.commands.base import UsageError
from mofa_crawler.suggestion import suggest

OWN_SETTINGS = sorted(name for name in vars(settings) if name.startswith("MOFA_"))
_NEAR = 0.8  # by difflib: MFA_DB is near MOFA_DB, and no setting of Scrapy is near ours


def check_settings(names: Iterable[str]) -> None:
    """Raise `UsageError` for a misspelt name of a setting of the project."""
    for name in names:
        if hint := hint_of(name):
            raise UsageError(f"there is no setting {name}; {hint}")


def hint_of(name: str) -> str | None:
    """What to write instead of a misspelt setting of the project; None for any other name."""
    if name in OWN_SETTINGS:
        return None
    letters = re.sub(r"[^A-Z]", "", name.upper())
    near = get_close_matches(name.upper(), OWN_SETTINGS, n=1, cutoff=_NEAR)
    return suggest(name.upper(), OWN_SETTINGS) if near or letters.startswith("MOFA") else None
