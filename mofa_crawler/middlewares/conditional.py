"""Conditional requests: the site does not send an unchanged page again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Request


class ConditionalRequestsMiddleware:
    """Requests a page only if it has changed since it was read (RFC 9110, 13.1).

    `request.meta["validators"]` has the ETag and Last-Modified of the stored page (either may be
    empty), or is None. Scrapy's HTTP cache is not used: by its rules it may serve a listing for
    hours, and new releases would be missed.
    """

    def process_request(self, request: Request) -> None:
        # Caches on the way, those of the site too, must ask the origin.
        request.headers["Cache-Control"] = "max-age=0"
        etag, last_modified = request.meta.get("validators") or ("", "")
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified
