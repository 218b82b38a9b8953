"""Drafts: texts of rejected pages, extracted by trafilatura. No record uses them."""

from __future__ import annotations

from importlib import import_module

from mofa_crawler.parsers import errors

# A page with one of these codes is a release with an unknown template. A page with another code is
# no release, or its text is damaged.
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
    """The text of a page, one paragraph on each line. Empty if nothing is found.

    Raises ImportError if trafilatura is not installed, and whatever trafilatura raises.
    """
    trafilatura = import_module("trafilatura")  # an extra; its import takes a second
    return (trafilatura.extract(html, url=url, include_comments=False) or "").strip()
