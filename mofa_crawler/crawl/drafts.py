"""Drafts: texts of pages that no parser reads, extracted by trafilatura. No record uses them."""

from __future__ import annotations

from importlib import import_module

from mofa_crawler.parsers import errors

# The page is a release, only built in another way. A page with another code is no release, or its
# text is broken.
DRAFT_CODES = frozenset(
    error.code
    for error in (
        errors.AmbiguousLayout,
        errors.EmptyBody,
        errors.InvalidDate,
        errors.MisplacedMarkup,
        errors.MissingDate,
        errors.MissingTitle,
        errors.UnknownLayout,
        errors.UnknownMarkup,
    )
)


def draft_of(html: str, url: str) -> str:
    """The text of a page, a paragraph a line. Empty if nothing is found.

    Raises ImportError if trafilatura is not installed, and whatever trafilatura raises.
    """
    trafilatura = import_module("trafilatura")  # an extra, which takes a second to import
    return (trafilatura.extract(html, url=url, include_comments=False) or "").strip()
