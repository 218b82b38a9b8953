"""The lines of a page as a reader sees them, whatever its markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

from lxml.etree import XPath

from mofa_crawler.parsers.dom import INLINE, NOT_TEXT, text_of
from mofa_crawler.parsers.layouts.legacy.places import elements_around, nearest, places_in, text_at
from mofa_crawler.parsers.text import collapse_spaces, comparison_key

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.layouts.legacy.places import Place

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_IN_LINE = (INLINE | NOT_TEXT) - {"hr"}


_TEXTS_AND_BREAKS = XPath("descendant::text()|descendant::br", smart_strings=False)


@dataclass(eq=False)
class Line:
    """A line as a reader sees it: the texts between two breaks, or a linked picture alone."""

    block: HtmlElement  # the innermost element around it that is no inline one
    after_blank: bool = False  # whether an empty line is above it
    places: list[Place] = field(default_factory=list)  # of its texts
    text: str = ""
    links: list[HtmlElement] = field(default_factory=list)
    text_outside_links: str = ""  # the text that is no link

    @property
    def first_place(self) -> Place:
        """Where the line begins in the page."""
        return self.places[0] if self.places else (self.links[0], "tag")

    @property
    def last_place(self) -> Place:
        """Where the text of the line ends in the page."""
        with_text = [place for place in self.places if collapse_spaces(text_at(place))]
        return with_text[-1] if with_text else (self.links[-1], "tag")

    @property
    def heading(self) -> HtmlElement | None:
        """The heading (h1 to h6) around it."""
        return nearest(self.block, _HEADINGS)

    @cached_property
    def names(self) -> list[str]:
        """The text of each link; the alternative text if the link is a picture."""
        return [text_of_link(link) or _alternative_text(link) for link in self.links]

    def stands_in(self, element: HtmlElement) -> bool:
        """Whether the line is inside of an element."""
        return element in (self.block, *self.block.iterancestors())

    @property
    def is_linked(self) -> bool:
        """Whether all of it is links, but for signs between them."""
        return bool(self.links) and not comparison_key(self.text_outside_links)


def text_of_link(link: HtmlElement) -> str:
    """The text of a link, with a space for a line break."""
    found = cast("list[str | HtmlElement]", _TEXTS_AND_BREAKS(link))
    return collapse_spaces("".join(x if isinstance(x, str) else " " for x in found))


def _alternative_text(link: HtmlElement) -> str:
    return next((image.get("alt", "") for image in link.iterdescendants("img")), "")


def _link_around(place: Place) -> HtmlElement | None:
    return next((e for e in elements_around(place) if e.tag == "a" and "href" in e.attrib), None)


def _block_around(place: Place) -> HtmlElement:
    return next(element for element in elements_around(place) if element.tag not in INLINE)


def lines_of(body: HtmlElement) -> list[Line]:
    """The lines of a page's body, in page order."""
    found: list[Line] = []
    line: Line | None = None
    breaks = 0
    for place in places_in(body):
        element, what = place
        if what == "tag":
            if element.tag == "br":
                breaks += 1
                line = None
            elif element.tag == "img":
                block, link = _block_around(place), _link_around(place)
                begins = line is None or line.block is not block
                if begins and link is not None and not collapse_spaces(text_of(link)):
                    found.append(Line(block, links=[link]))
            elif element.tag not in _IN_LINE:
                line = None
        elif collapse_spaces(text_at(place)):
            block = _block_around(place)
            if line is None or line.block is not block:
                line = Line(block, after_blank=breaks > 1)
                found.append(line)
            breaks = 0
            line.places.append(place)
        elif line is not None:
            line.places.append(place)
    for line in found:
        _read(line)
    return found


def _read(line: Line) -> None:
    around = [(text_at(place), _link_around(place)) for place in line.places]
    line.text = collapse_spaces("".join(text for text, _ in around))
    line.text_outside_links = collapse_spaces(
        "".join(text for text, link in around if link is None)
    )
    line.links += dict.fromkeys(link for _, link in around if link is not None)
