"""The CDX indexes of web archives, request by request: archive.org's dialect and pywb's two.

A walk gives the address of the next request and reads the response, until it gives None:

    walk = ResumedWalk(index, query)
    while url := walk.next_url:
        rows += walk.read(status, body)

These facts were measured on pywb 2.10, or read in the issue threads of the archives:

- archive.org sends arrays, the first of them the column names. `page=` loses rows, so a limit and a
  resume key are used. The walk ends if the key is missing or repeated.
- pywb sends a JSON object a line. A ZipNum collection (Common Crawl) sends page 0 alone if no page
  is named, so the number of pages is requested first. A flat collection then sends all its rows,
  those outside the time bounds included; it ignores `page`, `collapse` and `resumeKey`.
- `fl=` breaks resume keys, and `filter=statuscode:200` drops revisits: neither is sent.
- If there is no capture, the response is `[]`, an empty body, or 404.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote, urlencode

from mofa_crawler.archive.web_archives.rows import IndexRow, row_of

# About 2 MB: archive.org's index times out if it has to send much more at once.
PAGE_ROWS = 10_000
_NOTHING = b"no captures found"
_EXCERPT = 80


class IndexFault(Exception):
    """The response of an index is no list of rows. `str()` is one line.

    `code` is `index_status`, `index_unreadable` or `index_endless`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which captures to list.

    `url` is an address without its scheme. `match` chooses all addresses that begin with `url`, or
    `url` alone. `since` and `until` bound the time of capture (1 to 14 digits, both included;
    empty: open).
    """

    url: str
    match: Literal["prefix", "exact"]
    since: str = ""
    until: str = ""

    def parameters(self) -> dict[str, str]:
        """The parameters that all dialects share."""
        bounds = {"from": self.since, "to": self.until}
        return {
            "url": self.url,
            "matchType": self.match,
            "output": "json",
            **{name: value for name, value in bounds.items() if value},
        }

    def covers(self, row: IndexRow) -> bool:
        """Whether a row lies within the time bounds."""
        first, last = row.timestamp[: len(self.since)], row.timestamp[: len(self.until)]
        return first >= self.since and last <= self.until


class ResumedWalk:
    """A query in archive.org's dialect."""

    def __init__(self, index: str, query: Query) -> None:
        parameters = {**query.parameters(), "limit": str(PAGE_ROWS), "showResumeKey": "true"}
        self._url = f"{index}?{urlencode(parameters)}"
        self._columns: list[str] = []
        self._seen: set[int] = set()  # hashes of rows
        self._keys: set[str] = set()
        self.next_url: str | None = self._url

    def read(self, status: int, body: bytes) -> list[IndexRow]:
        """The rows of a response. Raises `IndexFault`; the walk has ended then."""
        self.next_url = None
        rows, key = self._split(_lines_of(status, body, _array))
        seen_before = len(self._seen)
        self._seen.update(map(hash, rows))
        if key and key not in self._keys:
            if len(self._seen) == seen_before:
                raise IndexFault("index_endless", "the index sends new resume keys and no new rows")
            self._keys.add(key)
            # The index sends the key as it must stand in a query, already escaped.
            self.next_url = f"{self._url}&resumeKey={quote(key, safe='%+')}"
        return rows

    def _split(self, lines: list[Any]) -> tuple[list[IndexRow], str]:
        """The rows of the arrays, and the resume key, which follows an empty array."""
        key = ""
        if len(lines) > 1 and not lines[-2] and len(lines[-1]) == 1:
            key = str(lines[-1][0])
            lines = lines[:-2]
        if lines and "timestamp" in lines[0]:
            self._columns, lines = [str(name) for name in lines[0]], lines[1:]
        if lines and not self._columns:
            raise IndexFault("index_unreadable", "the index names no columns")
        return [row_of(dict(zip(self._columns, line, strict=False))) for line in lines], key


class PagedWalk:
    """A query in pywb's dialect. A ZipNum collection has pages, a flat collection has none."""

    def __init__(self, index: str, query: Query) -> None:
        self._url = f"{index}?{urlencode(query.parameters())}"
        self._query = query
        self._page = -1
        self._pages = 0
        self.next_url: str | None = f"{self._url}&showNumPages=true"

    def read(self, status: int, body: bytes) -> list[IndexRow]:
        """The rows of a response. Raises `IndexFault`; the walk has ended then."""
        is_first = self._page < 0
        self._page += 1
        self.next_url = None
        objects = _lines_of(status, body, _objects)
        if is_first and len(objects) == 1 and "pages" in objects[0]:
            try:
                self._pages = int(objects[0]["pages"])
            except (TypeError, ValueError, OverflowError):
                raise IndexFault("index_unreadable", "the number of pages is no number") from None
            objects = []
        if self._page < self._pages:
            self.next_url = f"{self._url}&page={self._page}"
        return [row for row in map(row_of, objects) if self._query.covers(row)]


def _lines_of(status: int, body: bytes, parse: Any) -> list[Any]:
    """The rows of a response, parsed from JSON. Raises `IndexFault`."""
    if status == HTTPStatus.NOT_FOUND and _NOTHING in body.lower():
        return []
    if status != HTTPStatus.OK:
        raise IndexFault("index_status", f"the index has the status {status}: {_excerpt(body)}")
    if not body.strip():
        return []
    try:
        lines: list[Any] = parse(body)
    except (ValueError, RecursionError):
        raise IndexFault("index_unreadable", f"no rows of an index: {_excerpt(body)}") from None
    return lines


def _array(body: bytes) -> list[Any]:
    lines = json.loads(body)
    if not isinstance(lines, list) or not all(isinstance(line, list) for line in lines):
        raise ValueError("no array of arrays")
    return lines


def _objects(body: bytes) -> list[Any]:
    lines = [json.loads(line) for line in body.splitlines() if line.strip()]
    if not all(isinstance(line, dict) for line in lines):
        raise ValueError("no object a line")
    return lines


def _excerpt(body: bytes) -> str:
    return " ".join(body[: 4 * _EXCERPT].decode("utf-8", "replace").split())[:_EXCERPT]
