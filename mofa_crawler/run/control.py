"""Stops a run before all pages were requested, and delays its requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_closing: set[asyncio.Future[None]] = set()


class RunStopped(IgnoreRequest):
    """There is no response, because the run stops. The row of the page stays unchanged."""


class RulesUnknown(IgnoreRequest):
    """robots.txt was not fetched, so no request is made."""


def stop_run(crawler: Crawler, reason: str) -> None:
    """Close the run. `reason` is Scrapy's closing reason. Fetched pages are still stored."""
    closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))
    _closing.add(closing)  # the event loop keeps no reference of its own
    closing.add_done_callback(_closing.discard)


async def wait_until(crawler: Crawler, time: Callable[[], float]) -> None:
    """Wait until the monotonic clock reaches `time()`, whose value may change meanwhile.

    Raises `RunStopped` if the run stops first.
    """
    while (left := time() - monotonic()) > 0:
        if not crawler.engine.running:
            raise RunStopped("the run was stopped before the request was made")
        await asyncio.sleep(min(left, 1))
