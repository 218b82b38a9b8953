"""The drafts of releases whose pages no parser reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mofa_crawler.outcome import NotParsed
    from mofa_crawler.store.connection import Connection


class Drafts:
    """The table of drafts. Raises `StoreError` if SQLite fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, outcome: NotParsed) -> None:
        """Write the draft of a page that was rejected, over an earlier one."""
        values = {
            "url": outcome.url,
            "text": outcome.draft,
            "parser_version": outcome.parser_version,
            "fetched_at": outcome.fetch.fetched_at,
            "source": outcome.fetch.source,
        }
        with self._connection.writing():
            self._connection.upsert("drafts", "url", values)
