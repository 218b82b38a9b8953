"""Page layouts, one module each, named for what is on the page.

A layout has a `NAME`, `ANCHORS` (what must be on a page of it: a description, and the XPath that
finds it) and `read(page) -> Article`. A page belongs to a layout if every anchor is found, whatever
its date; it must belong to exactly one. `release.py` chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from mofa_crawler.items import Block, Link
    from mofa_crawler.parsers.dom import Selector
    from mofa_crawler.parsers.page import Page


@dataclass
class Article:
    """What a layout finds on a page. `date` is None where the page bears none."""

    section: str
    title: str
    date: date | None
    body: list[Block]
    links: list[Link]
    translation: str | None


class Layout(Protocol):
    """What a layout module offers."""

    NAME: str
    ANCHORS: Mapping[str, Selector]

    def read(self, page: Page, /) -> Article:
        """Take a page of this layout apart."""
        ...
