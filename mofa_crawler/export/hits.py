"""What a search has found, as a table for spreadsheets and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from mofa_crawler.export.csv_file import write_rows

if TYPE_CHECKING:
    from mofa_crawler.queries.newest import Listed
    from mofa_crawler.queries.search import Hit

_COLUMNS = ("id", "date", "lang", "title", "url", "snippet", "source")


def as_json(hit: Hit | Listed) -> dict[str, str]:
    """A found release as plain text. The snippet is empty if no word was searched."""
    return {name: str(getattr(hit, name)) for name in _COLUMNS}


def write_csv(hits: Iterable[Hit | Listed], file: BinaryIO) -> None:
    """Write a row a release, with cells as in the export (`csv_file.write`)."""
    write_rows(_COLUMNS, (as_json(hit).values() for hit in hits), file)
