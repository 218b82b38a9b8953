"""Scrapy's HTTP handler, with a limit for the header lines of a response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, Request

from mofa_crawler.archive.warc_records import MOST_HEADER_BYTES

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web.iweb import IResponse


class HeadersTooLong(Exception):
    def __init__(self) -> None:
        super().__init__(f"header lines of more than {MOST_HEADER_BYTES} bytes")


class BoundedHeadersHandler(HTTP11DownloadHandler):
    """Ends a response whose header lines are longer than our reader of WARC files accepts.

    Twisted limits the length of a line, but not the number of lines: until DOWNLOAD_TIMEOUT, a
    server could fill the memory. `DOWNLOAD_MAXSIZE` limits only the body. The request fails like
    one whose connection breaks.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory  # as the base class does


class _Protocol(_LenientHTTP11ClientProtocol):
    _header_bytes = 0

    def request(self, request: Request) -> Deferred[IResponse]:
        self._header_bytes = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._parser is not None and self._parser.state != BODY:
            self._header_bytes += len(data)
            if self._header_bytes > MOST_HEADER_BYTES:
                self._giveUp(Failure(HeadersTooLong()))  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: ARG002, N802
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
