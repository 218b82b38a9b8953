"""Page layouts, one module each, named for what is on the page.

A layout has a `NAME`, `missing_anchors(page)` (what must be on a page of it and is not) and
`read(page) -> Article`. A page belongs to a layout if no anchor is missing, whatever its date; it
must belong to exactly one. `release.py` chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import Block, Link


@dataclass
class Article:
    """What a layout finds on a page. `date` is None where the page bears none, else `date_line` is
    the text that it was read from."""

    section: str
    title: str
    date: date | None
    date_line: str
    body: list[Block]
    links: list[Link]
    translation: str | None


class Layout(Protocol):
    """What a layout module offers."""

    NAME: str

    def missing_anchors(self, page: Page, /) -> list[str]:
        """The anchors that the page lacks, each described; none where it is of this layout."""
        ...

    def read(self, page: Page, /) -> Article:
        """Take a page of this layout apart."""
        ...
