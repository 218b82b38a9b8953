"""Reads lists of addresses to fetch, written by a person or by the index of a web archive (CDX).

Such an index names the pages of the years whose listings have left the site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mofa_crawler import site
from mofa_crawler.crawl.arguments import ArgumentError

_ADDRESS = re.compile(r"https?://[^\s\"]+")


@dataclass(slots=True)
class UrlList:
    """The canonical addresses of a list, each once. `skipped`: no release and no listing."""

    releases: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def read_url_list(path: Path, *, is_known: Callable[[str], bool]) -> UrlList:
    """The pages that a file names, in its order.

    The file has one address on each line, with or without the other columns of a CDX response. A
    CDX response in JSON may be one array, or one object on each line. A page is a release if it
    lies in a folder of releases, or if `is_known` returns true: the site has many other pages.
    Raises `ArgumentError`.
    """
    found = UrlList()
    for url in dict.fromkeys(_canonical(_rows(path), path)):
        if site.is_on_site(url) and site.month_of(url):
            found.listings.append(url)
        elif site.is_in_release_folder(url) or is_known(url):
            found.releases.append(url)
        else:
            found.skipped.append(url)
    if not found.releases and not found.listings:
        raise ArgumentError(f"urls={path}: the file has no address of a press release")
    return found


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    """The rows that are not blank, each with its number."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ArgumentError(f"urls={path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ArgumentError(f"urls={path} is not text in UTF-8") from None
    if not text.lstrip().startswith("["):
        rows: Iterable[str] = text.splitlines()
    else:
        try:
            rows = [
                row if isinstance(row, str) else " ".join(map(str, row)) for row in json.loads(text)
            ]
        except (ValueError, TypeError, RecursionError) as error:
            raise ArgumentError(f"urls={path} is not a response of a CDX index: {error}") from None
    for number, row in enumerate(rows, 1):
        if row.strip() and not row.startswith("#"):
            yield number, row


def _canonical(rows: Iterator[tuple[int, str]], path: Path) -> Iterator[str]:
    for number, row in rows:
        match = _ADDRESS.search(row)
        url = site.canonical_url(match[0]) if match else None
        if url:
            yield url
        elif number > 1 or "/" in row:  # the first row may name the columns
            raise ArgumentError(f"urls={path}: no http(s) address in row {number}: {row[:60]!r}")
