"""Keeps one release for each id, whatever addresses its page has."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.exceptions import DropItem

from mofa_crawler.crawl.component import Component
from mofa_crawler.crawl.store import get_store, stop_on_store_error
from mofa_crawler.outcome import NotParsed, ReleaseParsed
from mofa_crawler.store.connection import StoreError

logger = logging.getLogger(__name__)


class DeduplicatePipeline(Component):
    """Rejects a release whose id is stored from another address (`x.htm`, `x.html`): `same_id`.

    The store itself finds equal texts under other ids, and texts that were read before. It writes
    what follows from them together with the release.
    """

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, ReleaseParsed):
            return item
        try:
            stored = get_store(self._crawler).releases.address_of(item.release.id)
        except StoreError as error:
            stop_on_store_error(self._crawler, error)
            raise DropItem(str(error), log_level="DEBUG") from error
        if stored is None or stored == item.url:
            return item
        message = f"{stored} has the id {item.release.id} already"
        logger.warning("rejected: same_id: %s (%s)", message, item.url)
        return NotParsed(
            url=item.url,
            fetch=item.fetch,
            parser_version=item.parser_version,
            role="release",
            status="rejected",
            code="same_id",
            message=message,
        )
