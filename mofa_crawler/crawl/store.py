"""The one store of a crawl, shared by its spider, pipelines and extensions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from mofa_crawler.run.control import stop_run
from mofa_crawler.run.counters import STORE_ERRORS, STORE_FAILED
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.store import Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_stores: WeakKeyDictionary[Crawler, Store] = WeakKeyDictionary()


def get_store(crawler: Crawler) -> Store:
    """The store of `MOFA_DB`. The first call opens and locks it, the run report closes it.

    Raises `StoreError` if it cannot be opened, or if another run uses it.
    """
    if crawler not in _stores:
        if not crawler.settings["MOFA_DB"]:  # in another project, which lacks our defaults
            raise StoreError("MOFA_DB is not set: name the database, as in -s MOFA_DB=mofa.db")
        store = Store(crawler.settings["MOFA_DB"])
        store.lock()
        for run in store.runs.note_killed():
            logger.warning("run %d was killed: `runs -v %d` lists what it stored", run, run)
        store.defer_commits()
        _stores[crawler] = store
    return _stores[crawler]


def has_store(crawler: Crawler) -> bool:
    """Whether this crawl has opened its store."""
    return crawler in _stores


def stop_on_store_error(crawler: Crawler, error: StoreError) -> None:
    """Log the first error of the store, and stop the run.

    Pages that cannot be stored must not be requested.
    """
    if not crawler.stats.get_value(STORE_ERRORS):
        logger.error("%s", error)
        stop_run(crawler, STORE_FAILED)
    crawler.stats.inc_value(STORE_ERRORS)
