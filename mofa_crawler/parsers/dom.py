"""What the parsers need of lxml's tree, typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, cast

from lxml.etree import XPath

if TYPE_CHECKING:
    from lxml.html import HtmlElement

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp "
    "rt ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
# Nothing of these is text of the article; the alternative text of icons ("Open a New Window",
# 別ウィンドウで開く) is an attribute and never text.
NOT_TEXT = frozenset(
    "area audio base button canvas col colgroup embed hr iframe img input link map meta noscript "
    "object script select style svg template video".split()
)


class Selector(Protocol):
    """A compiled XPath that finds elements."""

    def __call__(self, element: HtmlElement, /) -> list[HtmlElement]:
        """The elements found from `element`, in document order."""
        ...


def selector(expression: str) -> Selector:
    """Compile an XPath that finds elements; `.name` in square brackets stands for a class."""
    tested = re.sub(
        r"\[\.([\w-]+)\]",
        r"[contains(concat(' ', normalize-space(@class), ' '), ' \1 ')]",
        expression,
    )
    return cast("Selector", XPath(tested))


def classes(element: HtmlElement) -> list[str]:
    """The classes of an element."""
    return (element.get("class") or "").split()


def integer(text: str | None, default: int, most: int = 1_000_000) -> int:
    """An integer attribute as browsers read it; `default` where it is absent or no number."""
    match = re.match(r"\s*([+-]?\d{1,9})", text or "")
    return min(int(match[1]), most) if match else default
