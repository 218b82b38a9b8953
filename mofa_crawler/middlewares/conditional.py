"""Conditional requests: a page that is as it was is not sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Request


class ConditionalRequestsMiddleware:
    """Asks for a page only if it has changed since it was read (RFC 9110, 13.1).

    `request.meta["validators"]` holds the ETag and Last-Modified that came with it, either may be
    empty, or None. Scrapy's HTTP cache is not used: by its rules a listing may be served from the
    cache for hours, and new releases be missed.
    """

    def process_request(self, request: Request) -> None:
        # Caches on the way, the site's own among them, are to ask the origin.
        request.headers["Cache-Control"] = "max-age=0"
        etag, last_modified = request.meta.get("validators") or ("", "")
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified
