"""Politeness towards web archives: a pace for their indexes, and an end if they block us."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.exceptions import DownloadConnectionRefusedError

from mofa_crawler.crawl.component import Component
from mofa_crawler.crawl.web_archive import BUSY, IS_INDEX
from mofa_crawler.middlewares.retry import retry_after
from mofa_crawler.run.control import RunStopped, stop_run, wait_until
from mofa_crawler.run.counters import BLOCKED

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response

logger = logging.getLogger(__name__)

# archive.org allows 24 requests a minute to its index. If a client goes on after a 429, archive.org
# blocks the client for an hour, and each time for twice as long. Replays are one download delay
# apart (a second). An index request comes this many delays after the last response of an index.
INDEX_DELAYS = 2.6
_MOST_FORBIDDEN = 2  # in a row: a single one may be about the page
_WAIT = 60  # seconds, without Retry-After
_LONGEST_WAIT = 600
_ADVICE = "Nothing more is requested. Wait some hours; the same command goes on from here"


class WebArchiveMannersMiddleware(Component):
    """Spaces index requests out, and stops the run if the archive blocks us.

    After the first 429, requests wait for the time in Retry-After, or for a minute. The second 429,
    a refused connection, or the second 403 in a row of the archive itself stops the run.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._index_gap = INDEX_DELAYS * crawler.settings.getfloat("DOWNLOAD_DELAY")
        # On the monotonic clock: for all requests, and for those to an index.
        self._not_before = self._index_not_before = 0.0
        self._has_waited = False
        self._forbidden = 0

    async def process_request(self, request: Request) -> None:
        """Delay a request until it may be made. Raises `RunStopped` if the run stops first."""
        await wait_until(self._crawler, lambda: self._not_before)
        if request.meta.get(IS_INDEX):
            await wait_until(self._crawler, lambda: self._index_not_before)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Pass a response on, or repeat the request once. Raises `RunStopped`."""
        self._space_out(request)
        is_own = "Memento-Datetime" not in response.headers
        is_forbidden = is_own and response.status == HTTPStatus.FORBIDDEN
        self._forbidden = self._forbidden + 1 if is_forbidden else 0
        if self._forbidden >= _MOST_FORBIDDEN:
            raise self._stop(f"HTTP status {response.status} ({request.url})")
        busy = request.meta.get(BUSY, {HTTPStatus.TOO_MANY_REQUESTS})
        if not is_own or response.status not in busy:
            return response
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        seconds = retry_after(header, datetime.now(UTC))
        seconds = _WAIT if seconds is None else seconds
        if self._has_waited or seconds > _LONGEST_WAIT:
            raise self._stop(f"HTTP status {response.status}, with a wait of {seconds:.0f} s")
        self._has_waited = True
        status = response.status
        logger.warning("waiting for %.0f s: HTTP status %d (%s)", seconds, status, request.url)
        self._not_before = monotonic() + seconds
        return request.replace(dont_filter=True)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise `RunStopped` for a refused connection."""
        self._space_out(request)
        if isinstance(exception, DownloadConnectionRefusedError):
            raise self._stop(f"it refuses connections ({request.url})")

    def _space_out(self, request: Request) -> None:
        if request.meta.get(IS_INDEX):
            self._index_not_before = monotonic() + self._index_gap

    def _stop(self, reason: str) -> RunStopped:
        self._crawler.stats.inc_value(BLOCKED)
        logger.error("blocked by the web archive: %s. %s", reason, _ADVICE)
        stop_run(self._crawler, "blocked")
        return RunStopped(f"blocked by the web archive: {reason}")
