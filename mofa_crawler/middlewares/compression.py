"""Decompresses responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

from mofa_crawler.content_encoding import ACCEPTED, ContentEncodingError, decompress

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class UndecodedResponse(Response):
    """A response whose body could not be decompressed; `error` says why."""

    def __init__(self, *, error: ContentEncodingError, **values: Any) -> None:
        super().__init__(**values)
        self.error = error


class CompressionMiddleware:
    """Accepts compressed responses, and decompresses them exactly or not at all.

    Scrapy's own middleware guesses the charset of the compressed bytes, which takes longer than the
    download, and passes on what it could read of a damaged body.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        """The response with a decompressed body, or an `UndecodedResponse`."""
        encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not encodings:
            return response
        values = {name: getattr(response, name) for name in Response.attributes}
        try:
            body = decompress(response.body, content=encodings, limit=self._limit)
        except ContentEncodingError as error:
            return UndecodedResponse(error=error, **values)
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        decoded = kind(**{**values, "body": body})
        del decoded.headers["Content-Encoding"]
        return decoded
