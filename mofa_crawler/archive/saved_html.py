"""Captures out of saved HTML: by browsers, by their extensions (SingleFile), by `wget -r`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from mofa_crawler import site
from mofa_crawler.archive.captures import Capture, UnreadableCapture, can_be_true
from mofa_crawler.archive.gzip_members import MAGIC
from mofa_crawler.archive.regular_files import open_regular
from mofa_crawler.archive.replay_addresses import captured_at, original_of
from mofa_crawler.content_encoding import ContentEncodingError, decompress
from mofa_crawler.parsers.dom import selector
from mofa_crawler.parsers.errors import ParseError, RewrittenReplay
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.replays import restore
from mofa_crawler.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_OG_URL = selector("//meta[@property='og:url'][@content]")
_CANONICAL = selector("//link[@rel='canonical'][@href]")
# What browsers and SingleFile write above the page, within its first bytes.
_HEAD = 8192
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_SINGLE_FILE = re.compile(
    rb"<!--\s*Page saved with SingleFile\s*url:\s*(\S+)\s*(?:saved date:\s*([^\r\n]+))?"
)
# Behind the name of a page in the name of its file: a query, or the number of another copy.
_BESIDE_NAME = re.compile(r"\?.*$|(?<=\.htm|html)(?:\.orig|\.\d+|~)$", re.IGNORECASE)
_DATE = re.compile(r"(\w{3} \w{3} \d{1,2} \d{4} \d\d:\d\d:\d\d) GMT([+-]\d{4})")


def own_address(page: Page) -> str | None:
    """The canonical address on the site that a saved page says itself; None if it says none.

    By `og:url`, `link rel=canonical`, and the comment of the browser that saved it. The address of
    a web archive's replay stands for that of the page.
    """
    return _first_on_site([*_claims(page), *_notes(page)])


def find(path: Path, *, limit: int) -> Capture:
    """The capture that a file is. Raises `UnreadableCapture` if the file is none; `OSError`."""
    time = _modified_at(path)
    page = Page(url=site.ORIGIN, body=_bytes_of(path, limit), fetched_at=time)
    # The address that the file was fetched from counts for more than what the page says: a page
    # that was made from a copy of another one has the og:url of that one. The parser compares.
    url = _first_on_site(_notes(page)) or _address_by_folder(path) or own_address(page)
    if url is None:
        raise UnreadableCapture(
            "no_address",
            "the file does not say its own address (og:url); put it under its path in a folder "
            f"named {site.HOST}",
        )
    time = _replayed_at(page) or _time_noted(page.body) or time
    return Capture(
        url=url, fetched_at=time, path=path, offset=None, source=f"file:{printable(path.name)}"
    )


def read(capture: Capture, *, limit: int) -> Page:
    """The page in a file. Raises `UnreadableCapture`, `OSError`."""
    return Page(
        url=capture.url,
        body=_bytes_of(capture.path, limit),
        fetched_at=capture.fetched_at,
        source=capture.source,
        answered_url=capture.url,
    )


def _bytes_of(path: Path, limit: int) -> bytes:
    with open_regular(path) as file:
        body = file.read(limit + 1)
    if len(body) > limit:
        raise UnreadableCapture("too_large", f"more than {limit:,} bytes")
    # A person compressed it; or a tool that saves what comes, as curl does.
    encoding = "gzip" if body.startswith(MAGIC) else ""
    try:
        return decompress(body, content=encoding, limit=limit)
    except ContentEncodingError as error:
        raise UnreadableCapture(error.code, str(error)) from None


def _modified_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (ValueError, OverflowError):
        raise UnreadableCapture(
            "no_time", "the time of the file is no date; set the time at which it was saved"
        ) from None


def _first_on_site(addresses: Iterable[str]) -> str | None:
    for address in addresses:
        original = original_of(address)
        url = site.canonical_url(original.url if original else address)
        if url and site.is_on_site(url) and url != site.HOME:
            return url
    return None


def _claims(page: Page) -> Iterator[str]:
    """The addresses that a page says itself."""
    try:
        yield from (element.get("content", "") for element in _OG_URL(page.tree))
        yield from (element.get("href", "") for element in _CANONICAL(page.tree))
    except ParseError:
        pass


def _notes(page: Page) -> Iterator[str]:
    """The addresses that a browser, or SingleFile, noted when it saved the page."""
    for comment in (_SAVED_FROM, _SINGLE_FILE):
        if match := comment.search(page.body, 0, _HEAD):
            yield match[1].decode("utf-8", "replace")


def _address_by_folder(path: Path) -> str | None:
    """The address by the path in a mirror, which begins below the folder named as the host."""
    parts = path.absolute().parts
    if site.HOST not in parts[:-1]:
        return None
    host = len(parts) - 1 - parts[::-1].index(site.HOST)
    name = _BESIDE_NAME.sub("", parts[-1])
    return site.canonical_url("/" + quote("/".join((*parts[host + 1 : -1], name))))


def _replayed_at(page: Page) -> datetime | None:
    """The time of the capture, if the page was saved from a web archive that rewrote its links."""
    try:
        is_rewritten = restore(page) is not page
    except RewrittenReplay:
        is_rewritten = True
    except ParseError:
        is_rewritten = False
    return captured_at(page.body) if is_rewritten else None


def _time_noted(body: bytes) -> datetime | None:
    """When SingleFile saved the page; None if it did not."""
    match = _SINGLE_FILE.search(body, 0, _HEAD)
    date = _DATE.match(match[2].decode("utf-8", "replace")) if match and match[2] else None
    if not date:
        return None
    try:
        time = datetime.strptime(f"{date[1]} {date[2]}", "%a %b %d %Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if can_be_true(time) else None
