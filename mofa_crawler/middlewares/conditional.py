"""Conditional requests: the site does not send an unchanged page again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mofa_crawler.archive.locations import record_at
from mofa_crawler.crawl.component import Component
from mofa_crawler.crawl.response import CONDITIONAL, VALIDATORS
from mofa_crawler.crawl.store import get_store
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.site import Mirror

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request


class ConditionalRequestsMiddleware(Component):
    """Requests a stored page only if it has changed since it was read (RFC 9110, 13.1).

    Scrapy's HTTP cache is not used: by its rules it may serve a listing for hours, and new releases
    would be missed.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._mirror = Mirror(crawler.settings["MOFA_BASE_URL"])

    def process_request(self, request: Request) -> None:
        # Caches on the way, those of the site too, must revalidate.
        request.headers["Cache-Control"] = "max-age=0"
        # A redirect keeps headers and meta, but the validators of a page are not its target's.
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        request.meta[VALIDATORS] = None
        url = request.meta.get(CONDITIONAL)
        if not url or url != self._mirror.canonical(request.url) or not self._is_archived(url):
            return
        validators = get_store(self._crawler).pages.validators(url, parser_version=PARSER_VERSION)
        etag, last_modified = validators or ("", "")
        if etag or last_modified:
            request.meta[VALIDATORS] = validators
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified

    def _is_archived(self, url: str) -> bool:
        """Whether the archive has the bytes of a stored page, or there is no archive.

        The bytes are missing if a run without an archive stored the page, or if a file was lost or
        cut.
        """
        folder = self._crawler.settings["MOFA_ARCHIVE"]
        if not folder:
            return True
        location = get_store(self._crawler).archive.location_of(url)
        return location is not None and record_at(Path(folder), location) is not None
