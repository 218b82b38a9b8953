"""Pictures with a caption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.parsers.body.line_kinds import is_caption
from mofa_crawler.parsers.dom import INLINE
from mofa_crawler.parsers.text import collapse_spaces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AROUND_PICTURE = frozenset({"p", "div", "td", "center"})


def is_picture_with_caption(element: HtmlElement) -> bool:
    """Whether an element is a picture and a text of a few lines under it, and nothing else."""
    if element.tag not in _AROUND_PICTURE or not len(element) or (element.text or "").strip():
        return False
    first = element[0]
    picture = first[0] if first.tag == "a" and len(first) else first
    under = first.getnext()
    return (
        picture.tag == "img"
        and not collapse_spaces(first.text_content() + (first.tail or ""))
        and under is not None
        and under.tag in {"br", "p"}
        and is_caption(collapse_spaces(element.text_content()))
        and all(e.tag in INLINE | {"img", "br", "p"} for e in element.iterdescendants())
    )
