"""Stops a run before all pages were requested."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# In a request's `meta`: until when (a timestamp) the server wants no further request.
NOT_BEFORE = "mofa_not_before"

_closing: set[asyncio.Future[None]] = set()


class RunStopped(IgnoreRequest):
    """There is no response, because the run stops. What is stored of the page stays."""


def stop_run(crawler: Crawler, reason: str) -> None:
    """Close the run with a reason of Scrapy's kind. What was fetched is still stored."""
    closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))
    _closing.add(closing)  # the event loop keeps no reference of its own
    closing.add_done_callback(_closing.discard)
