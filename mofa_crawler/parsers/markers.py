"""List markers: what a browser prints before the items of a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mofa_crawler.parsers.dom import classes, integer
from mofa_crawler.parsers.errors import UnknownMarkup
from mofa_crawler.parsers.labels import BULLET, NUMBER, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page


def list_markers(element: HtmlElement, page: Page) -> Iterator[Label | None]:
    """What a browser prints before each `li` of a list; None for an item without a marker."""
    ordered = element.tag == "ol"
    items = sum(1 for child in element if child.tag == "li")
    step = -1 if ordered and "reversed" in element.attrib else 1
    number = integer(element.get("start"), items if step < 0 else 1)
    for item in (child for child in element if child.tag == "li"):
        number = integer(item.get("value"), number)
        style = _style(item) or _style(element) or element.get("type", "")
        if not ordered and style not in {"none", ""}:
            style = "disc"  # "◦" and "▪" are the same bullet to a reader
        if style == "none" or "no_mark" in classes(item):
            yield None
        elif not ordered:
            yield Label("•", BULLET, 1)
        else:
            yield Label(f"{_print_number(number, style, page)}.", NUMBER, number)
        number += step


def _style(element: HtmlElement) -> str:
    match = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", element.get("style") or "")
    return match[1] if match else ""


def _print_number(number: int, style: str, page: Page) -> str:
    printers: dict[str, Callable[[int], str]] = {
        "": str, "1": str, "decimal": str,
        "a": _letters, "lower-alpha": _letters, "lower-latin": _letters,
        "A": _capitals, "upper-alpha": _capitals, "upper-latin": _capitals,
        "i": _roman, "lower-roman": _roman,
        "I": lambda n: _roman(n).upper(), "upper-roman": lambda n: _roman(n).upper(),
    }  # fmt: skip
    if style not in printers:
        raise UnknownMarkup(f"a list in the style {style!r}", url=page.url)
    # Letters and Roman numerals begin at 1; browsers print what is below as a number.
    return str(number) if number < 1 else printers[style](number)


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _capitals(number: int) -> str:
    return _letters(number).upper()


def _roman(number: int) -> str:
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
