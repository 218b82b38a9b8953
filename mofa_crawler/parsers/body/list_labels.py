"""List labels: what a browser prints before the items of a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mofa_crawler.parsers.body.counter_styles import print_number
from mofa_crawler.parsers.body.typed_labels import BULLET, NUMBER, PLAIN_BULLET, Label
from mofa_crawler.parsers.dom import has_class, integer

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

LISTS = ("ol", "ul", "menu", "dir")
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;]+)", re.IGNORECASE)
# A quoted text, the address of a picture, or a word.
_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'|url\([^)]*\)|([a-z][\w-]*)", re.IGNORECASE)
_NO_STYLES = {"inside", "outside", "inherit", "unset", "important"}
_BULLETS = {"disc", "circle", "square", "disclosure-open", "disclosure-closed"}
_NUMBERS = {"1", "a", "A", "i", "I"}


def list_labels(element: HtmlElement, page: Page) -> dict[HtmlElement, Label | None]:
    """What a browser prints before each `li` of a list; None for an item without a label.

    An item may stand in another element inside of the list. Obeys `start`, `type`, `reversed`,
    `value` and inline list styles. An unknown style gives decimal numbers and a warning on `page`.
    """
    items = [
        item
        for item in element.iter("li")
        if item.getparent() is element or next(item.iterancestors(*LISTS)) is element
    ]
    step = -1 if element.tag == "ol" and "reversed" in element.attrib else 1
    number = integer(element.get("start"), len(items) if step < 0 else 1)
    usual = _style(element) or ("decimal" if element.tag == "ol" else "disc")
    labels = {}
    for item in items:
        style = usual
        if item.attrib:  # few items have any
            number = integer(item.get("value"), number)
            style = "none" if has_class(item, "no_mark") else _style(item) or usual
        labels[item] = _label(number, style, page)
        number += step
    return labels


def _label(number: int, style: str, page: Page) -> Label | None:
    if style == "none":
        return None
    if style in _BULLETS:  # "◦" and "▪" are the same bullet to a reader
        return PLAIN_BULLET
    if style.startswith('"'):  # a text that stands before every item
        text = style.strip('" ')
        return Label(text, BULLET, 1) if text else None
    printed = print_number(number, style)
    if printed is None:
        page.warn("unknown_list_style", f"a list in the style {style[:40]!r} has decimal numbers")
        printed = f"{number}."
    return Label(printed, NUMBER, number)


def _style(element: HtmlElement) -> str:
    """The list style that an element itself sets; empty if it sets none.

    A text in the place of a style begins and ends with a quotation mark.
    """
    css = element.get("style")
    if css and (match := _LIST_STYLE.search(css)):
        found = ""
        for value in _VALUE.finditer(match[1]):
            if value[3] is None and not value[0].lower().startswith("url"):
                return f'"{value[1] or value[2] or ""}"'
            word = (value[3] or "disc").lower()  # a picture is a bullet
            word = "disc" if word == "initial" else word
            if word not in _NO_STYLES and (not found or value[3]):
                found = word
        return found
    name = element.get("type", "").strip()
    if name in _NUMBERS:
        return name if element.tag != "ul" else ""
    is_bullet = name.lower() in {"none", *_BULLETS}
    return name.lower() if not (is_bullet and element.tag == "ol") else ""
