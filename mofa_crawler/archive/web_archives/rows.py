"""Rows of an index: one row is one capture of one address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

# The names of the columns: archive.org's index, pywb's index, Common Crawl's columnar index.
_NAMES = {
    "url": ("url", "original"),
    "timestamp": ("timestamp", "fetch_time"),
    "mime": ("mime", "mimetype", "content_mime_type"),
    "status": ("status", "statuscode", "fetch_status"),
    "digest": ("digest", "content_digest"),
    "filename": ("filename", "warc_filename"),
    "offset": ("offset", "warc_record_offset"),
    "length": ("length", "warc_record_length"),
}
_LONGEST_NUMBER = 18  # digits


class IndexRow(NamedTuple):
    """A row. A missing value is empty, or 0.

    `url` is the captured address as the index spells it, `timestamp` the time of capture (UTC, 14
    digits). `filename`, `offset` and `length` (bytes) say where the record lies in a WARC file.
    """

    url: str
    timestamp: str = ""
    mime: str = ""
    status: str = ""
    digest: str = ""
    filename: str = ""
    offset: int = 0
    length: int = 0


def row_of(columns: Mapping[str, Any]) -> IndexRow:
    """The row of named columns. Each index has its own names."""
    values = {name: _first(columns, names) for name, names in _NAMES.items()}
    # The columnar index writes `2020-01-31 23:59:59.000`.
    values["timestamp"] = re.sub(r"[-: T]", "", values["timestamp"]).partition(".")[0]
    offset, length = _number(values.pop("offset")), _number(values.pop("length"))
    return IndexRow(**values, offset=offset, length=length)


def _first(columns: Mapping[str, Any], names: tuple[str, ...]) -> str:
    value = next((columns[name] for name in names if columns.get(name) is not None), "")
    return "" if value == "-" else str(value)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0
