"""Undoes the compression of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from mofa_crawler.codings import ACCEPTED, DAMAGED, CodingError, decode

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Request


class CompressionMiddleware:
    """Asks for compressed answers, and undoes what comes, exactly or not at all.

    Scrapy's own gives what it could make of a damaged answer, whatever the checksum says, and
    guesses the encoding of the compressed bytes, at more cost than all of the download. Here a
    damaged answer is asked for again, as often as one that broke off.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer with the page as its body; raises `CodingError` where that cannot be had."""
        codings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not codings:
            return response
        try:
            body = decode(response.body, content=codings, limit=self._limit)
        except CodingError as error:
            if again := self._again(request, error):
                return again
            raise
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        values = {name: getattr(response, name) for name in Response.attributes}
        decoded = kind(**{**values, "body": body})
        del decoded.headers["Content-Encoding"]
        return decoded

    def _again(self, request: Request, error: CodingError) -> Request | None:
        """The request to ask once more; None where that would help nothing, or did not help."""
        if error.code != DAMAGED:
            return None
        spider = self._crawler.spider
        assert spider is not None  # noqa: S101 - one has asked
        return get_retry_request(request, spider=spider, reason=str(error))
