"""Drafts: texts of pages that no parser reads, extracted by trafilatura. No record uses them."""

from __future__ import annotations

from importlib import import_module

from mofa_crawler.parsers.errors import (
    AmbiguousLayout,
    EmptyBody,
    InvalidDate,
    MisplacedMarkup,
    MissingDate,
    MissingTitle,
    UnknownLayout,
    UnknownMarkup,
)

# The page is a release, only built in another way. A page with another code is no release, or its
# text is broken.
DRAFT_CODES = frozenset(
    error.code
    for error in (
        AmbiguousLayout,
        EmptyBody,
        InvalidDate,
        MisplacedMarkup,
        MissingDate,
        MissingTitle,
        UnknownLayout,
        UnknownMarkup,
    )
)


def draft_of(html: str, url: str) -> str:
    """The text of a page, a paragraph a line. Empty if nothing is found.

    Raises ImportError if trafilatura is not installed, and whatever trafilatura raises.
    """
    trafilatura = import_module("trafilatura")  # an extra, which takes a second to import
    return (trafilatura.extract(html, url=url, include_comments=False) or "").strip()
