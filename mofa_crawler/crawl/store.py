"""The one store of a crawl, shared by its spider, pipelines and extensions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from mofa_crawler.run.control import end_run
from mofa_crawler.run.counters import STORE_ERRORS, STORE_FAILED
from mofa_crawler.store.store import Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from mofa_crawler.store.connection import StoreError

logger = logging.getLogger(__name__)

_stores: WeakKeyDictionary[Crawler, Store] = WeakKeyDictionary()


def store_of(crawler: Crawler) -> Store:
    """The store named by `MOFA_DB`, opened and locked at the first call. The run report closes it.

    Raises `StoreError` where it cannot be opened, or another run has it.
    """
    if crawler not in _stores:
        store = Store(crawler.settings["MOFA_DB"])
        store.lock()
        store.defer_commits()
        _stores[crawler] = store
    return _stores[crawler]


def store_failed(crawler: Crawler, error: StoreError) -> None:
    """Say that the store failed, once, and close the run.

    Asking the ministry for pages that cannot be kept helps nobody.
    """
    if not crawler.stats.get_value(STORE_ERRORS):
        logger.error("%s", error)
        end_run(crawler, STORE_FAILED)
    crawler.stats.inc_value(STORE_ERRORS)
