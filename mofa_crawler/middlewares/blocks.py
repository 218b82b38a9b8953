"""Stops the run if the site's edge blocks this client. Nothing here gets around a block."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from mofa_crawler.crawl.component import Component
from mofa_crawler.crawl.response import page_from_response
from mofa_crawler.parsers.screening import is_block_page
from mofa_crawler.run.control import RunStopped, stop_run
from mofa_crawler.run.counters import BLOCKED

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response

logger = logging.getLogger(__name__)

# The edge itself sends redirects and 304 too, under its own name and without a body.
_NO_PAGES = range(300, 400)
_MOST_FORBIDDEN = 2  # one may be about the page; two in a row are about the client
_ADVICE = (
    "This page is not stored, and the run ends. Wait a day, or ask the ministry; "
    "pages that you save with a browser are read by `mofa-crawler crawl saved_pages --path FOLDER`"
)


class BlocksMiddleware(Component):
    """Stops the run at the first block page of the site's edge, whatever its status.

    The second 403 in a row stops the run too. Neither response reaches the spider.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._forbidden = 0  # in a row

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass on a response of the site. Raises `RunStopped` for one that blocks us."""
        self._forbidden = self._forbidden + 1 if response.status == HTTPStatus.FORBIDDEN else 0
        if self._forbidden < _MOST_FORBIDDEN and not _is_block(response):
            return response
        self._crawler.stats.inc_value(BLOCKED)
        logger.error("blocked: HTTP status %d (%s). %s", response.status, request.url, _ADVICE)
        stop_run(self._crawler, "blocked")
        raise RunStopped(f"blocked: HTTP status {response.status} ({request.url})")


def _is_block(response: Response) -> bool:
    return response.status not in _NO_PAGES and is_block_page(
        page_from_response(response, response.url)
    )
