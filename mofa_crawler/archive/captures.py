"""What was captured of the site: where it lies, and the page that it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from mofa_crawler.parsers.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

# Why a capture is not read; the words go on after a number.
PassedOver = Literal[
    "of other hosts",
    "no pages",
    "answers other than 200, 404 and 410",
    "records that only say that a page was as before",
    "of the other language",
    "captured twice",
    "not a press release",
    "outside the period",
    "missing pages that no listing names",
    "unreadable beside another capture of the page",
]


class Place(NamedTuple):
    """Where a capture lies, with what is known of it without reading it.

    `url` is canonical, `fetched_at` aware, `offset` that of the record in a WARC file or None for
    a saved page, `source` what records bear of it.
    """

    url: str
    fetched_at: datetime
    path: Path
    offset: int | None
    source: str


class Passed(NamedTuple):
    """Something that is no capture of a page of the site, and is only counted."""

    what: PassedOver


class Problem(NamedTuple):
    """Something that is lost, in a line: where, what is wrong, and what to do."""

    line: str


Found = Place | Passed | Problem


@dataclass(slots=True, kw_only=True)
class Capture:
    """A page as it was captured: `body` after content decoding, `headers` as they were sent."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    fetched_at: datetime
    status: int
    source: str

    def page(self) -> Page:
        """The page for the parsers."""
        return Page(
            url=self.url, body=self.body, fetched_at=self.fetched_at, headers=dict(self.headers)
        )


class UnreadableCapture(Exception):
    """The bytes of a capture cannot be had. `code` is stable, `str()` one line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
