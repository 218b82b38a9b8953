"""Ends a run before everything was asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# In a request's `meta`: until when (a timestamp) the server does not want to be asked again.
NOT_BEFORE = "mofa_not_before"

_closing: set[asyncio.Future[None]] = set()


class RunEnds(IgnoreRequest):
    """Stands for an answer that is none, because the run ends: the page stays as it was."""


def end_run(crawler: Crawler, reason: str) -> None:
    """Close the run with a reason of Scrapy's kind: nothing more is asked, what came is kept."""
    closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))
    _closing.add(closing)  # the event loop keeps no reference of its own
    closing.add_done_callback(_closing.discard)
