"""Captures in HTML files that browsers, SingleFile or `wget -r` saved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
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

_OG_URL = selector("//meta[@property='og:url'][@content]")
_CANONICAL = selector("//link[@rel='canonical'][@href]")
# Browsers and SingleFile write a comment at the beginning of the file.
_HEAD = 8192  # bytes
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_SINGLE_FILE = re.compile(
    rb"<!--\s*Page saved with SingleFile\s*url:\s*(\S+)\s*(?:saved date:\s*([^\r\n]+))?"
)
# What a file's name has after the name of the page: a query, or the number of another copy.
_BESIDE_NAME = re.compile(r"\?.*$|(?<=\.htm|html)(?:\.orig|\.\d+|~)$", re.IGNORECASE)
# Names of releases since 2013, and of month pages. A browser names a file by the title.
_NAME_ON_SITE = re.compile(
    r"(?:press|page)[a-z0-9]{0,6}(?:_\d{5,6}){1,2}|(?:\d{6}|\d{1,2}_\d{1,2})_index"
)
_DATE = re.compile(r"(\w{3} \w{3} \d{1,2} \d{4} \d\d:\d\d:\d\d) GMT([+-]\d{4})")


def own_address(page: Page) -> str | None:
    """The canonical address on the site that a saved page names itself; None if it names none.

    The page names it in `og:url`, in `link rel=canonical`, or in the comment of the browser that
    saved the page. If that is the address of a replay, the captured address counts.
    """
    return _first_on_site([*_claims(page), *_notes(page)])


def find(path: Path, *, limit: int) -> Capture:
    """The capture in a file. Raises `UnreadableCapture` if there is none; `OSError`."""
    time = _modified_at(path)
    page = Page(url=site.ORIGIN, body=_bytes_of(path, limit), fetched_at=time)
    # The address from which the file was saved comes first. A page that the ministry made from a
    # copy of another page may have the og:url of the other page; the parser compares the two.
    url = _first_on_site(_notes(page)) or _address_by_folder(path)
    if url is None and (url := own_address(page)):
        _check_name(path, url)
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
    # People compress saved pages, and curl saves a compressed response as it comes.
    encoding = "gzip" if body.startswith(MAGIC) else ""
    try:
        return decompress(body, content=encoding, limit=limit)
    except ContentEncodingError as error:
        raise UnreadableCapture(error.code, str(error)) from None


def _check_name(path: Path, url: str) -> None:
    """Raise `UnreadableCapture` if the name of a file and the address in it are of two pages."""
    name, named = (each.partition(".")[0].lower() for each in (path.name, url.rpartition("/")[2]))
    if name != named and _NAME_ON_SITE.fullmatch(name):
        raise UnreadableCapture(
            "another_page",
            f"the name of the file is that of another page than its og:url, {url}; put the file "
            f"under its path in a folder named {site.HOST}",
        )


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
    """The addresses that a page names itself."""
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
    """The address by the path of a file below the folder named as the host (`wget -r`)."""
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
    """When SingleFile saved the page; None if the page has no such comment."""
    match = _SINGLE_FILE.search(body, 0, _HEAD)
    date = _DATE.match(match[2].decode("utf-8", "replace")) if match and match[2] else None
    if not date:
        return None
    try:
        time = datetime.strptime(f"{date[1]} {date[2]}", "%a %b %d %Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if can_be_true(time) else None
