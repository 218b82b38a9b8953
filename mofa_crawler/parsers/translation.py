"""Pages that a browser translated before they were saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_SIGNS = (b" _msttexthash=", b"<ya-tr-span")  # Edge, Yandex
_OF_EXTENSION = "immersive-translate-target"
_INHERITED = re.compile(r"vertical-align\s*:\s*inherit", re.IGNORECASE)
_TRANSLATED = frozenset({"translated-ltr", "translated-rtl"})


def is_translated(page: Page) -> bool:
    """Whether the page has a sign that the translator of a browser leaves."""
    return (
        any(sign in page.body for sign in _SIGNS)
        or not _TRANSLATED.isdisjoint(page.tree.get("class", "").split())
        or any(map(_is_translated_text, page.tree.iter("font")))
    )


def _is_translated_text(font: HtmlElement) -> bool:
    return (
        "_mstmutation" in font.attrib
        or _OF_EXTENSION in font.get("class", "")
        or bool(_INHERITED.search(font.get("style", "")))
    )
