"""Undoes the compression of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response, TextResponse

if TYPE_CHECKING:
    from scrapy.http import Request


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's own, without guessing what the compressed bytes may say as text.

    Scrapy takes a compressed page for text, and asks for its encoding when it makes a new response
    of it. Where the header names no charset, as the site's edge does not, that is guessed from the
    compressed bytes, at more cost than all of the download, and thrown away.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if "Content-Encoding" in response.headers and isinstance(response, TextResponse):
            values = {name: getattr(response, name) for name in Response.attributes}
            response = Response(**values)
        return super().process_response(request, response)
