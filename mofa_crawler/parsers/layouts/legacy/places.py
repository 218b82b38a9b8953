"""Places in the tree of a page: elements, and texts, which lxml has no objects for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from lxml.etree import iterwalk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.html import HtmlElement

# An element, the text at its begin, or the text behind it: by the name that lxml has for each.
Place = tuple["HtmlElement", Literal["tag", "text", "tail"]]


def places_in(body: HtmlElement) -> Iterator[Place]:
    """What is inside an element, in page order."""
    for event, element in iterwalk(body, events=("start", "end")):
        if event == "start":
            if element is not body:
                yield element, "tag"
            if element.text:
                yield element, "text"
        elif element.tail and element is not body:
            yield element, "tail"


def elements_around(place: Place) -> Iterator[HtmlElement]:
    """The elements around a place, innermost first."""
    element, what = place
    if what == "text":
        yield element
    yield from element.iterancestors()


def nearest(element: HtmlElement | None, names: Collection[str]) -> HtmlElement | None:
    """The element itself or the innermost one around it that has one of these names."""
    while element is not None and element.tag not in names:
        element = element.getparent()
    return element


def text_at(place: Place) -> str:
    """The text at a place that is no element."""
    return cast("str", getattr(*place))
