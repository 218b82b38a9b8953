"""Keeps the JSON file (`MOFA_JSON`) up to date with the database."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from mofa_crawler.crawl.store import get_store
from mofa_crawler.export.json_file import check_json, write_json
from mofa_crawler.run.counters import JSON_STATE, STORE_ERRORS
from mofa_crawler.run.verdict import LAST, has_drifted_as_a_whole
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class JsonFile:
    """Writes the dataset at the end of a run, unless the site drifted as a whole."""

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self._crawler = crawler
        self._path = path

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Check now, not after hours, that the file can be written. Raises `StoreError`."""
        name = crawler.settings.get("MOFA_JSON")
        if not name:
            raise NotConfigured
        extension = cls(crawler, Path(name))
        check_json(get_store(crawler), extension._path)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_closed(self) -> None:
        """Replace the file. The pipelines have committed everything by now."""
        stats = self._crawler.stats
        if stats.get_value(STORE_ERRORS):
            return
        store = get_store(self._crawler)
        try:
            if has_drifted_as_a_whole(stats.get_stats(), store.pages.lost_of_last(LAST)):
                logger.warning(
                    "%s is not replaced: the site may have changed; see the table",
                    self._path,
                )
                return
            write_json(store, self._path)
        except StoreError as error:
            logger.error("%s", error)  # noqa: TRY400 - the line says it all
            stats.inc_value(STORE_ERRORS)
            return
        stats.set_value(JSON_STATE, "up to date" if self._path.exists() else "")
