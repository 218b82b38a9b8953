"""Waits and retries if the server is busy or does not respond, and gives up if that goes on."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from random import uniform
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.utils.response import response_status_message

from mofa_crawler.content_encoding import DAMAGED, ContentEncodingError
from mofa_crawler.crawl.response import KEPT_APART, NOT_BEFORE
from mofa_crawler.middlewares.compression import UndecodedResponse
from mofa_crawler.record import timestamp
from mofa_crawler.run.control import stop_run, wait_until
from mofa_crawler.run.counters import reason_of

if TYPE_CHECKING:
    from scrapy.http import Request, Response
    from scrapy.settings import BaseSettings


logger = logging.getLogger(__name__)

# Closing reasons: Retry-After is longer than a run may wait; too many failures in a row.
RETRY_AFTER_TOO_LONG = "retry_after_too_long"
KEEPS_FAILING = "keeps_failing"

_BUSY = {408, 429, *range(500, 600)}
# Not retried, but many in a row are about the client. 404 and 410 are about the page.
_REFUSALS = {*range(400, 500), *range(600, 1000)} - _BUSY - {404, 410}
_MOST_IN_A_ROW = 10
_MOST_SHOWN = 20  # waits that are warnings; a backfill may retry thousands of times
_LONGEST_RETRY_AFTER = 600  # seconds
_LONGEST_BACK_OFF = 120  # seconds
_DELAYS = 2  # the first back-off, in download delays
_SECONDS = re.compile("[0-9]+")
_MOST_SECONDS = 10**9  # later dates cannot be computed


class WaitingRetryMiddleware(RetryMiddleware):
    """Scrapy's middleware, with a wait before each retry. Scrapy itself retries at once.

    The wait is the response's Retry-After, else a back-off that doubles. All other requests wait
    too. A request waits inside `process_request`, so Scrapy counts it as active: with
    CONCURRENT_REQUESTS of 1 there is no other request meanwhile.

    A damaged body is retried too. A Retry-After of more than ten minutes stops the run, and so do
    ten failures in a row.
    """

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._first_back_off = _DELAYS * settings.getfloat("DOWNLOAD_DELAY")
        self._not_before = 0.0  # on the monotonic clock
        self._in_a_row = 0
        self._waits = 0

    async def process_request(self, request: Request) -> None:  # noqa: ARG002
        """Delay a request until it may be made. Raises `RunStopped` if the run stops first."""
        await wait_until(self.crawler, lambda: self._not_before)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if response.status == HTTPStatus.OK and isinstance(response, UndecodedResponse):
            return self._retry_or_raise(request, response.error)
        reason = response_status_message(response.status)
        if response.status not in _BUSY:
            # A web archive replays refusals of the site, too.
            if response.status not in _REFUSALS or KEPT_APART in request.meta:
                self._in_a_row = 0
            else:
                self._fail(reason)
            return response
        now = datetime.now(UTC)
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        seconds = retry_after(header, now)
        if seconds is not None and seconds > _LONGEST_RETRY_AFTER:
            until = timestamp(now + timedelta(seconds=seconds))
            request.meta[NOT_BEFORE] = until
            logger.error("the server wants no request before %s: the run stops", until)
            stop_run(self.crawler, RETRY_AFTER_TOO_LONG)
            return response
        return self._retry_later(request, reason, seconds) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        if not isinstance(exception, self.exceptions_to_retry):
            return None
        return self._retry_later(request, reason_of(exception), None)

    def _retry_or_raise(self, request: Request, error: ContentEncodingError) -> Request:
        """The retry of a request whose body was damaged. Raises `error` if there is none."""
        again = self._retry_later(request, str(error), None) if error.code == DAMAGED else None
        if again is None:
            raise error
        return again

    def _retry_later(self, request: Request, reason: str, seconds: float | None) -> Request | None:
        """The retry of a request, after a wait; None if it has failed for good."""
        if seconds:
            self._wait(seconds, f"by Retry-After ({reason})")
        if self._fail(reason):
            return None
        again = self._retry(request, reason)
        if again and seconds is None:
            retry = again.meta["retry_times"]
            why = f"before retry {retry} of {self.max_retry_times}: {request.url} ({reason})"
            self._wait(back_off(self._first_back_off, retry - 1), why)
        return again

    def _fail(self, reason: str) -> bool:
        """Count a failure; returns whether the run stops because there were too many in a row."""
        self._in_a_row += 1
        if self._in_a_row < _MOST_IN_A_ROW:
            return False
        logger.error("the run stops after %d failures in a row: %s", self._in_a_row, reason)
        stop_run(self.crawler, KEEPS_FAILING)
        return True

    def _wait(self, seconds: float, why: str) -> None:
        """Delay all requests. The first waits of a run are warnings: nothing else happens then."""
        self._not_before = monotonic() + seconds
        self._waits += 1
        level = logging.WARNING if self._waits <= _MOST_SHOWN else logging.INFO
        logger.log(level, "waiting for %.0f s, %s", seconds, why)
        if self._waits == _MOST_SHOWN:
            logger.warning("only -L INFO shows further waits of this run")


def retry_after(header: str, now: datetime) -> float | None:
    """The seconds from `now` that a Retry-After names: by a number, or a date in any HTTP form.

    0 for a date that has passed. None if the header is empty or cannot be read.
    """
    text = header.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), _MOST_SECONDS)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:  # the form of asctime names no zone; HTTP has only one
        date = date.replace(tzinfo=UTC)
    return min(max(0.0, (date - now).total_seconds()), _MOST_SECONDS)


def back_off(first: float, failed_before: int) -> float:
    """Seconds to wait: `first`, doubled with every failure, and up to a quarter more.

    Because of the random quarter, clients that failed together do not retry together.
    """
    wait: float = first * 2**failed_before * uniform(1, 1.25)  # noqa: S311 - no secret
    return min(wait, _LONGEST_BACK_OFF)
