"""The one store of a crawl, shared by its spider, pipelines and extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from scrapy import signals

from mofa_crawler.store.database import Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_stores: WeakKeyDictionary[Crawler, Store] = WeakKeyDictionary()


def store_of(crawler: Crawler) -> Store:
    """The store named by `MOFA_DB`, opened at the first call and closed when the crawl has ended.

    Raises `StoreError` where it cannot be opened.
    """
    if crawler not in _stores:
        store = _stores[crawler] = Store(crawler.settings["MOFA_DB"])
        # Sent after every component has seen the spider close. A weak reference would be gone.
        crawler.signals.connect(store.close, signals.engine_stopped, weak=False)
    return _stores[crawler]
