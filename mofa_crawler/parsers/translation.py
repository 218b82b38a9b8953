"""Pages that a browser translated before they were saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_EDGE_SIGN = b" _msttexthash="
_TRANSLATED = frozenset({"translated-ltr", "translated-rtl"})


def is_translated(page: Page) -> bool:
    """Whether the page has a sign that the translator of Chrome or Edge leaves."""
    return (
        _EDGE_SIGN in page.body
        or not _TRANSLATED.isdisjoint(page.tree.get("class", "").split())
        or any(map(_is_translated_text, page.tree.iter("font")))
    )


def _is_translated_text(font: HtmlElement) -> bool:
    style = font.get("style", "")
    return "_mstmutation" in font.attrib or ("vertical-align" in style and "inherit" in style)
