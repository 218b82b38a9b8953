"""Fetches the index and captures of a web archive. The captures go into our archive."""

from __future__ import annotations

import logging
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from mofa_crawler.archive.captures import Capture
from mofa_crawler.archive.web_archives.indexes import IndexFault, Query
from mofa_crawler.archive.web_archives.ranges import RangedRecord, range_request, read_range
from mofa_crawler.archive.web_archives.replays import (
    Replay,
    WebArchiveResponse,
    nearest_capture,
    read_replay,
    replay_url,
)
from mofa_crawler.content_encoding import ContentEncodingError, decompress
from mofa_crawler.crawl.response import KEPT_APART, header_pairs
from mofa_crawler.run.control import RulesUnknown, RunStopped
from mofa_crawler.run.counters import reason_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from mofa_crawler.archive.web_archives.rows import IndexRow
    from mofa_crawler.archive.web_archives.selection import RowOutcome, Wanted
    from mofa_crawler.archive.web_archives.sources import Source

logger = logging.getLogger(__name__)

# In a request's `meta`: whether it goes to an index; the statuses that mean "too many requests".
IS_INDEX = "mofa_is_index"
BUSY = "mofa_busy"

_REDIRECTS = {301, 302, 303, 307, 308}
# Bytes. The index of a flat collection may come in one response.
_INDEX_MAXSIZE = 128 * 1024 * 1024


class CaptureWriter(Protocol):
    """Writes captures: the `Archive` extension."""

    def write_replay(self, replay: Replay, address: str) -> tuple[Path, int]:
        """Write a capture that came from `address`; returns the file and the record's offset."""

    def write_record(self, record: RangedRecord) -> tuple[Path, int]:
        """Append a record unchanged; returns the file and the record's offset."""


class CaptureFetcher:
    """Fetches from one web archive, one request at a time.

    All methods raise `RunStopped` if the run stops.
    """

    def __init__(self, crawler: Crawler, source: Source, writer: CaptureWriter) -> None:
        self._crawler = crawler
        self._source = source
        self._writer = writer
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._busy = {HTTPStatus.TOO_MANY_REQUESTS}
        if not source.replays:  # Common Crawl sends 503 instead of 429
            self._busy.add(HTTPStatus.SERVICE_UNAVAILABLE)

    async def rows(self, index: str, query: Query) -> list[IndexRow]:
        """The rows of a query. If the index fails, this logs why, and returns the rows so far."""
        walk = self._source.walk(index, query)
        rows: list[IndexRow] = []
        while walk.next_url:
            url = walk.next_url
            headers = {"Accept-Encoding": "gzip", "Accept": "application/json, */*"}
            meta = {IS_INDEX: True, "download_maxsize": _INDEX_MAXSIZE}
            try:
                response = await self._response(url, headers, meta)
                coding = _header(response, "Content-Encoding")
                body = decompress(response.body, content=coding, limit=_INDEX_MAXSIZE)
                rows += walk.read(response.status, body)
            except (IndexFault, ContentEncodingError) as error:
                logger.error("%s: %s (%s)", error.code, error, url)  # noqa: TRY400
                return rows
            except _NotFetchedError as error:
                logger.error("the index was not fetched: %s (%s)", error, url)  # noqa: TRY400
                return rows
        return rows

    async def fetch(self, wanted: Wanted) -> Capture | RowOutcome:
        """Fetch the capture of a row and write it; returns the outcome if there is no capture."""
        if self._source.replays:
            return await self._replay(wanted.url, wanted.row.url, wanted.row.timestamp)
        return await self._range(wanted)

    async def fetch_nearest(self, url: str, day: str) -> Capture | RowOutcome:
        """Fetch the capture of a page that is nearest to a day (`YYYY-MM-DD`), and write it."""
        timestamp = day.replace("-", "") + "120000"
        address = replay_url(self._source.replays, timestamp, url)
        response = await self._capture(address)
        if not isinstance(response, WebArchiveResponse):
            return response
        if response.status in _REDIRECTS:
            location = _header(response, "Location")
            exact = nearest_capture(location, self._source.replays, url)
            return await self._replay(url, url, exact) if exact else "not that capture"
        return self._keep(response, address, canonical=url, url=url, timestamp="")

    async def _replay(self, canonical: str, url: str, timestamp: str) -> Capture | RowOutcome:
        address = replay_url(self._source.replays, timestamp, url)
        response = await self._capture(address)
        if not isinstance(response, WebArchiveResponse):
            return response
        return self._keep(response, address, canonical=canonical, url=url, timestamp=timestamp)

    def _keep(
        self,
        response: WebArchiveResponse,
        address: str,
        *,
        canonical: str,
        url: str,
        timestamp: str,
    ) -> Capture | RowOutcome:
        replay = read_replay(response, url=url, timestamp=timestamp, limit=self._limit)
        if replay == "no memento" and response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._failed(f"HTTP status {response.status}", address)
        if not isinstance(replay, Replay):
            logger.info("%s: %s", replay, address)
            return replay
        path, offset = self._writer.write_replay(replay, address)
        return Capture(canonical, replay.time, path, offset, self._source.provenance)

    async def _range(self, wanted: Wanted) -> Capture | RowOutcome:
        address, bounds = range_request(self._source.files, wanted.row)
        response = await self._capture(address, {"Range": bounds})
        if not isinstance(response, WebArchiveResponse):
            return response
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._failed(f"HTTP status {response.status}", address)
        record = read_range(
            wanted.row, status=response.status, body=response.body, limit=self._limit
        )
        if not isinstance(record, RangedRecord):
            logger.info("%s: %s %s", record, address, bounds)
            return record
        path, offset = self._writer.write_record(record)
        return Capture(wanted.url, record.time, path, offset, self._source.provenance)

    async def _response(
        self, url: str, headers: dict[str, str], meta: dict[str, Any]
    ) -> WebArchiveResponse:
        """Raises `_NotFetchedError` if there is no response."""
        request = Request(
            url,
            headers=headers,
            meta={**meta, BUSY: self._busy, "dont_redirect": True},
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except RunStopped:
            raise
        except IgnoreRequest as error:
            is_forbidden = not isinstance(error, RulesUnknown)
            raise _NotFetchedError(str(error), is_forbidden=is_forbidden) from None
        except Exception as error:  # noqa: BLE001 - after any error there is no response
            raise _NotFetchedError(reason_of(error)) from None
        return WebArchiveResponse(response.status, header_pairs(response.headers), response.body)

    async def _capture(
        self, address: str, headers: dict[str, str] | None = None
    ) -> WebArchiveResponse | RowOutcome:
        """The response to the request for a capture; the outcome if there is no response."""
        try:
            return await self._response(address, headers or {}, {KEPT_APART: True})
        except _NotFetchedError as error:
            if error.is_forbidden:
                logger.info("%s (%s)", error, address)
                return "forbidden"
            return self._failed(str(error), address)

    @staticmethod
    def _failed(reason: str, address: str) -> RowOutcome:
        logger.error("not fetched: %s (%s)", reason, address)
        return "failed"


class _NotFetchedError(Exception):
    """No response came. `str()` is one line."""

    def __init__(self, message: str, *, is_forbidden: bool = False) -> None:
        super().__init__(message)
        self.is_forbidden = is_forbidden


def _header(response: WebArchiveResponse, name: str) -> str:
    return next((v for n, v in response.headers if n.lower() == name.lower()), "")
