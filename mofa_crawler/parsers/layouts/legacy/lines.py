"""The lines of a page as a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

from bs4 import BeautifulSoup, Tag

from mofa_crawler.parsers.dom import HEADINGS, INLINE, NOT_TEXT
from mofa_crawler.parsers.layouts.legacy.soup import inside, nearest
from mofa_crawler.parsers.text import collapse_spaces, comparison_key

if TYPE_CHECKING:
    from bs4.element import NavigableString, PageElement

_WITHIN_LINE = (INLINE | NOT_TEXT) - {"hr"}


@dataclass(eq=False)
class Line:
    """A line as a reader sees it: the texts between two breaks, or a linked picture alone."""

    block: Tag  # the innermost element around it that is not inline
    after_blank: bool = False  # whether an empty line is above it
    nodes: list[NavigableString] = field(default_factory=list)
    text: str = ""
    links: list[Tag] = field(default_factory=list)
    text_outside_links: str = ""  # the text that is no link

    @property
    def first_node(self) -> PageElement:
        """Where the line begins in the page."""
        return self.nodes[0] if self.nodes else self.links[0]

    @property
    def last_node(self) -> PageElement:
        """Where the text of the line ends in the page."""
        with_text = [node for node in self.nodes if collapse_spaces(node)]
        return with_text[-1] if with_text else self.links[-1]

    @property
    def heading(self) -> Tag | None:
        """The heading (h1 to h6) around it."""
        return nearest(self.block, HEADINGS)

    @property
    def is_right_aligned(self) -> bool:
        """Whether the innermost `align` around it is "right"."""
        aligned = next((e for e in (self.block, *self.block.parents) if e.get("align")), None)
        return aligned is not None and str(aligned["align"]).lower() == "right"

    @cached_property
    def names(self) -> list[str]:
        """The text of each link; the alternative text if the link is a picture."""
        return [text_of_link(link) or _alternative_text(link) for link in self.links]

    def stands_in(self, element: Tag) -> bool:
        """Whether the line is inside of an element."""
        return self.block is element or any(outer is element for outer in self.block.parents)

    @property
    def is_linked(self) -> bool:
        """Whether the line has links, and no letters or digits outside of them."""
        return bool(self.links) and not comparison_key(self.text_outside_links)


def text_of_link(link: Tag) -> str:
    """The text of a link, with a space for a line break."""
    pieces = [
        " " if isinstance(node, Tag) else str(node)
        for node in link.descendants
        if not isinstance(node, Tag) or node.name == "br"
    ]
    return collapse_spaces("".join(pieces))


def _alternative_text(link: Tag) -> str:
    return next((str(image.get("alt", "")) for image in inside(link, {"img"})), "")


def _link_around(node: PageElement) -> Tag | None:
    return next((e for e in node.parents if e.name == "a" and "href" in e.attrs), None)


def _block_around(node: PageElement) -> Tag:
    return next(element for element in node.parents if element.name not in INLINE)


def lines_of(soup: BeautifulSoup) -> list[Line]:
    """The lines of a page's body, in page order."""
    found: list[Line] = []
    line: Line | None = None
    breaks = 0
    for node in (soup.body or soup).descendants:
        if isinstance(node, Tag):
            if node.name == "br":
                breaks += 1
                line = None
            elif node.name == "img":
                block, link = _block_around(node), _link_around(node)
                begins = line is None or line.block is not block
                if begins and link and not collapse_spaces(link.get_text()):
                    found.append(Line(block, links=[link]))
            elif node.name not in _WITHIN_LINE:
                line = None
        elif collapse_spaces(text := cast("NavigableString", node)):
            block = _block_around(node)
            if line is None or line.block is not block:
                line = Line(block, after_blank=breaks > 1)
                found.append(line)
            breaks = 0
            line.nodes.append(text)
        elif line is not None:
            line.nodes.append(text)
    for line in found:
        _read(line)
    return found


def _read(line: Line) -> None:
    around = [(node, _link_around(node)) for node in line.nodes]
    line.text = collapse_spaces("".join(line.nodes))
    line.text_outside_links = collapse_spaces(
        "".join(node for node, link in around if link is None)
    )
    # By identity: to BeautifulSoup, links with the same text and address are equal.
    line.links += {id(link): link for _, link in around if link is not None}.values()
