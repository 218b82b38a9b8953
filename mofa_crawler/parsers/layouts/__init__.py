"""Page layouts, each in a module or a folder.

A layout has a `NAME` and a function `match(page)`. A page belongs to exactly one layout. Its date
does not matter. `release.py` calls each `match` once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import Block, Link


@dataclass
class Article:
    """What a layout reads on a page.

    `date_line` is the text that `date` was read from. `date` is None if no line is a date. If a
    line only looks like a date, `date_problem` says what is wrong.
    """

    section: str
    title: str
    date: date | None
    date_line: str
    body: list[Block]
    links: list[Link]
    translation: str | None
    date_problem: str = ""


class Match(Protocol):
    """A page of a layout, with the anchors that the layout found on it."""

    def read(self) -> Article:
        """Read the article. Raises a `ParseError` if it cannot be read exactly."""
        ...


class Layout(Protocol):
    """What a layout module offers."""

    NAME: str

    def match(self, page: Page, /) -> Match | list[str]:
        """The match, or a description of each anchor that the page lacks."""
        ...
