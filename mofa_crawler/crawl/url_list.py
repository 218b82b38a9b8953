"""Lists of addresses to fetch, as people write them and as the indexes of web archives answer.

For the years whose listings have left the site: a web archive's index (CDX) names the pages that it
has met there.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.crawl.arguments import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_ADDRESS = re.compile(r"https?://[^\s\"]+")


@dataclass(slots=True)
class Addresses:
    """The pages of a list, canonical, once each: releases, listings, and how many were left out."""

    releases: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_addresses(path: Path, *, is_known: Callable[[str], bool]) -> Addresses:
    """The pages that a file names, in its order.

    One address a line, with or without the other columns of a CDX answer; or such an answer as
    JSON, as one array or an object a line. Of its pages, those are releases that lie in a folder of
    releases, or that `is_known` says are: the rest of the site is full of other pages. Raises
    `ArgumentError`, which names the line.
    """
    found = Addresses()
    for address in dict.fromkeys(_canonical(_rows(path), path)):
        if site.is_on_site(address) and site.month_of(address):
            found.listings.append(address)
        elif site.is_in_release_folder(address) or is_known(address):
            found.releases.append(address)
        else:
            found.left_out.append(address)
    if not found.releases and not found.listings:
        raise ArgumentError(f"urls={path}: no address of a press release in it")
    return found


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    """The rows that hold something, each with its number."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ArgumentError(f"urls={path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ArgumentError(f"urls={path} is no text in UTF-8") from None
    if not text.lstrip().startswith("["):
        rows: Iterable[str] = text.splitlines()
    else:
        try:
            rows = [
                row if isinstance(row, str) else " ".join(map(str, row)) for row in json.loads(text)
            ]
        except (ValueError, TypeError, RecursionError) as error:
            raise ArgumentError(f"urls={path} is no answer of a CDX index: {error}") from None
    for number, row in enumerate(rows, 1):
        if row.strip() and not row.startswith("#"):
            yield number, row


def _canonical(rows: Iterator[tuple[int, str]], path: Path) -> Iterator[str]:
    for number, row in rows:
        match = _ADDRESS.search(row)
        url = site.canonical_url(match[0]) if match else None
        if url:
            yield url
        elif number > 1 or "/" in row:  # the first may name the columns
            raise ArgumentError(f"urls={path}: no http(s) address in row {number}: {row[:60]!r}")
