"""List labels: what a browser prints before the items of a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mofa_crawler.parsers.body.typed_labels import NUMBER, PLAIN_BULLET, Label
from mofa_crawler.parsers.dom import has_class, integer
from mofa_crawler.parsers.errors import UnknownMarkup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;!]+)")
_MOST_ROMAN = 3999  # browsers print what is larger as a decimal number


def list_labels(element: HtmlElement, page: Page) -> Iterator[Label | None]:
    """What a browser prints before each `li` of a list; None for an item without a label.

    Obeys `start`, `type`, `reversed`, `value` and inline list styles. Raises `UnknownMarkup` for a
    style that is not known.
    """
    items = [child for child in element if child.tag == "li"]
    step = -1 if element.tag == "ol" and "reversed" in element.attrib else 1
    number = integer(element.get("start"), len(items) if step < 0 else 1)
    usual = _style(element) or ("decimal" if element.tag == "ol" else "disc")
    for item in items:
        style = usual
        if item.attrib:  # as few items have
            number = integer(item.get("value"), number)
            style = "none" if has_class(item, "no_mark") else _style(item) or usual
        if style == "none":
            yield None
        elif style in _BULLETS:  # "◦" and "▪" are the same bullet to a reader
            yield PLAIN_BULLET
        elif style in _PRINTERS:
            yield Label(f"{_print(number, style)}.", NUMBER, number)
        else:
            raise UnknownMarkup(f"a list in the style {style!r}", url=page.url)
        number += step


def _style(element: HtmlElement) -> str:
    """The list style that an element asks for itself; empty where it asks for none."""
    css = element.get("style")
    if css and (match := _LIST_STYLE.search(css.lower())):
        words = [word for word in match[1].split() if word not in _NO_STYLES and "(" not in word]
        return words[0] if words else ""
    asked = element.get("type")
    if not asked:
        return ""
    asked = asked.strip()
    return asked if asked in _PRINTERS else asked.lower()


def _print(number: int, style: str) -> str:
    # Letters and Roman numerals begin at 1; browsers print what is below as a number.
    return str(number) if number < 1 else _PRINTERS[style](number)


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _capitals(number: int) -> str:
    return _letters(number).upper()


def _roman(number: int) -> str:
    if number > _MOST_ROMAN:
        return str(number)
    signs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
    text = ""
    for value, sign in signs:
        count, number = divmod(number, value)
        text += sign * count
    return text


def _capital_roman(number: int) -> str:
    return _roman(number).upper()


_NO_STYLES = {"inside", "outside", "inherit", "initial"}
_BULLETS = {"disc", "circle", "square"}
_PRINTERS: dict[str, Callable[[int], str]] = {
    "1": str, "decimal": str,
    "a": _letters, "lower-alpha": _letters, "lower-latin": _letters,
    "A": _capitals, "upper-alpha": _capitals, "upper-latin": _capitals,
    "i": _roman, "lower-roman": _roman,
    "I": _capital_roman, "upper-roman": _capital_roman,
}  # fmt: skip
