"""Adds a draft to a release whose page was rejected, if `MOFA_DRAFTS` is on.

Drafts are texts that trafilatura extracts. No record uses them.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import NotConfigured

from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.outcome import ReleaseRejected

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class DraftsPipeline:
    """A draft has one paragraph on each line. It is empty if trafilatura finds no text."""

    def __init__(self, trafilatura: Any) -> None:
        self._trafilatura = trafilatura

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises `ArgumentError` if drafts are wanted and trafilatura cannot be imported."""
        if not crawler.settings.getbool("MOFA_DRAFTS"):
            raise NotConfigured
        try:
            return cls(import_module("trafilatura"))  # an extra; its import takes a second
        except ImportError as error:
            raise ArgumentError(
                "MOFA_DRAFTS needs trafilatura: install mofa_crawler with its extra drafts "
                "(pip install '.[drafts]'), or trafilatura itself"
            ) from error

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, ReleaseRejected):
            return item
        try:
            text = self._trafilatura.extract(item.html, url=item.url, include_comments=False)
            return replace(item, draft=(text or "").strip())
        except Exception as error:  # noqa: BLE001 - the page is rejected, with a draft or without
            logger.warning("no draft: %r (%s)", error, item.url)
            return item
