"""The captures that our archive already has from a web archive. They are not fetched again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.archive.captures import Capture
from mofa_crawler.archive.reading import find
from mofa_crawler.archive.warc_records import RecordHead, scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def captures_from(host: str, folder: Path) -> Iterator[Capture]:
    """The captures from a web archive in our WARC files, those of killed runs included.

    Raises `OSError`.
    """
    for path in sorted(folder.glob("*.warc.gz*")):
        if _web_archive_of(path) == host:
            found = find(path, source="", folder=folder, mirror=site.Mirror())
            yield from (one for one in found if isinstance(one, Capture))


def _web_archive_of(path: Path) -> str:
    """The host that the captures of a file came from; empty if they came from the site."""
    with path.open("rb") as file:
        first = next(scan(file), None)
    return first.web_archive if isinstance(first, RecordHead) else ""
