"""Waits and asks again where the server is busy or silent, and gives up where it stays so."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import uniform
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.utils.response import response_status_message

from mofa_crawler.content_encoding import DAMAGED
from mofa_crawler.middlewares.compression import UndecodedResponse
from mofa_crawler.record import timestamp
from mofa_crawler.run.control import NOT_BEFORE, RunEnds, end_run
from mofa_crawler.run.counters import reason_of

if TYPE_CHECKING:
    from scrapy.http import Request, Response
    from scrapy.settings import BaseSettings

    from mofa_crawler.content_encoding import ContentEncodingError

logger = logging.getLogger(__name__)

# Closing reasons: the server asks for more patience than a run has; it fails again and again.
ASKED_TO_WAIT = "asked_to_wait"
KEEPS_FAILING = "keeps_failing"

_OK = 200
_BUSY = {408, 429, *range(500, 600)}
_MOST_IN_A_ROW = 10
_LONGEST_ASKED_FOR = 600  # seconds
_LONGEST_BACK_OFF = 120
_DELAYS = 2  # the first back-off, in download delays
_SECONDS = re.compile("[0-9]{1,9}")


class WaitingRetryMiddleware(RetryMiddleware):
    """Scrapy's own, which asks again at once, with the waiting added.

    The wait is what the answer's Retry-After says, for a retry and for any other request that
    comes next; without one, a back-off that doubles. It is spent in here, where the request
    counts as active: with CONCURRENT_REQUESTS of 1 nothing else is asked meanwhile.

    A page that was damaged on the way has not come. Two things end the run: a Retry-After of more
    than ten minutes, and ten failures in a row.
    """

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._first_back_off = _DELAYS * settings.getfloat("DOWNLOAD_DELAY")
        self._not_before = 0.0  # on the monotonic clock
        self._in_a_row = 0

    async def process_request(self, request: Request) -> None:  # noqa: ARG002
        """Hold a request back until it may be asked. Raises `RunEnds` where the run stops first."""
        while (left := self._not_before - monotonic()) > 0:
            if not self.crawler.engine.running:
                raise RunEnds("the run was stopped before the page was asked for")
            await asyncio.sleep(min(left, 1))

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if response.status == _OK and isinstance(response, UndecodedResponse):
            return self._again_or_error(request, response.error)
        if response.status not in _BUSY:
            self._in_a_row = 0
            return response
        now = datetime.now(UTC)
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        asked_for = retry_after(header, now)
        if asked_for is not None and asked_for > _LONGEST_ASKED_FOR:
            until = timestamp(now + timedelta(seconds=asked_for))
            request.meta[NOT_BEFORE] = until
            logger.error("the server asks to be left alone until %s: the run ends", until)
            end_run(self.crawler, ASKED_TO_WAIT)
            return response
        reason = response_status_message(response.status)
        return self._again(request, reason, asked_for) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        if not isinstance(exception, self.exceptions_to_retry):
            return None
        return self._again(request, reason_of(exception), None)

    def _again_or_error(self, request: Request, error: ContentEncodingError) -> Request:
        """The request to ask once more for a page that was damaged; raises what stays wrong."""
        again = self._again(request, str(error), None) if error.code == DAMAGED else None
        if again is None:
            raise error
        return again

    def _again(self, request: Request, reason: str, asked_for: float | None) -> Request | None:
        """The request to ask once more, after a wait; None where it has failed for good."""
        if asked_for:
            logger.warning("waiting for %.0f s, as the server asks (%s)", asked_for, reason)
            self._not_before = monotonic() + asked_for
        self._in_a_row += 1
        if self._in_a_row >= _MOST_IN_A_ROW:
            logger.error("%d failures in a row, the last: %s: the run ends", self._in_a_row, reason)
            end_run(self.crawler, KEEPS_FAILING)
            return None
        again = self._retry(request, reason)
        if again and asked_for is None:
            wait = back_off(self._first_back_off, again.meta["retry_times"] - 1)
            logger.info("waiting for %.0f s before %s (%s)", wait, request.url, reason)
            self._not_before = monotonic() + wait
        return again


def retry_after(header: str, now: datetime) -> float | None:
    """The seconds from `now` that a Retry-After asks for: a number, or a date in any HTTP form.

    A date that has passed is 0; None where there is no header, or nothing in it that makes sense.
    """
    text = header.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:  # the form of asctime names no zone; HTTP knows only one
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())


def back_off(first: float, failed_before: int) -> float:
    """Seconds to wait: `first`, doubled with every failure, and up to a quarter more.

    The quarter keeps those apart whom the same failure has sent away together.
    """
    wait: float = first * 2**failed_before * uniform(1, 1.25)  # noqa: S311 - no secret
    return min(wait, _LONGEST_BACK_OFF)
