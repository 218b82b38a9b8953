"""Scrapy's answers as pages for the parsers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mofa_crawler.parsers.page import Page

if TYPE_CHECKING:
    from scrapy.http import Response


def page_of(response: Response, url: str) -> Page:
    """The page that an answer brought just now, under the ministry's own address `url`."""
    headers = {
        name.decode("latin-1"): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }
    return Page(url=url, body=response.body, fetched_at=datetime.now(UTC), headers=headers)
