"""Replays: captured pages, as a web archive sends them under headers of its own.

A web archive may send another capture than the requested one, or a page of its own. The header
`Memento-Datetime` (RFC 7089) has the time of the capture. The archive's own pages lack the header.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal, NamedTuple

from mofa_crawler import site
from mofa_crawler.archive.captures import can_be_true
from mofa_crawler.archive.gzip_members import MAGIC
from mofa_crawler.archive.replay_addresses import time_of, timestamp_of
from mofa_crawler.content_encoding import ContentEncodingError, decompress
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.screening import is_block_page

NotReplayed = Literal["not that capture", "no memento", "other status", "block page", "damaged"]
Headers = list[tuple[str, str]]


_ORIGINAL = "x-archive-orig-"
# Headers that a web archive's server sets itself, or that are wrong for the body that it sends.
_NOT_ORIGINAL = {
    "memento-datetime", "link", "content-location", "location", "date", "connection", "keep-alive",
    "transfer-encoding", "content-encoding", "content-length", "vary", "cache-control",
    "set-cookie",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The capture in a replay: the page of `url` (as captured) at `time`.

    `body` is as the web archive sent it: still compressed if `headers` say so.
    """

    url: str
    time: datetime
    headers: Headers
    body: bytes


class WebArchiveResponse(NamedTuple):
    """A response of a web archive. `body` has the bytes as sent, but not chunked."""

    status: int
    headers: Headers
    body: bytes


def replay_url(replays: str, timestamp: str, url: str) -> str:
    """The address of a replay that is as captured (`id_`: no rewritten links, no toolbar)."""
    return f"{replays}{timestamp}id_/{url}"


def read_replay(
    response: WebArchiveResponse, *, url: str, timestamp: str, limit: int
) -> Replay | NotReplayed:
    """The capture of `url` in a response, or why there is none.

    `timestamp` (14 digits) is that of the capture that was requested; if it is empty, any capture
    of the address counts. `limit` is in bytes of the page. A captured redirect is no capture.
    """
    time = _memento_time(response.headers)
    if time is None:
        return "no memento"
    if timestamp and timestamp_of(time) != timestamp:
        return "not that capture"
    if response.status != HTTPStatus.OK:
        return "other status"
    original = _original_headers(response)
    coding = next((value for name, value in original if name == "Content-Encoding"), "")
    try:
        page = decompress(response.body, content=coding, limit=limit)
    except ContentEncodingError:
        return "damaged"
    if is_block_page(Page(url=url, body=page, fetched_at=time, headers=dict(original))):
        return "block page"
    return Replay(url=url, time=time, headers=original, body=response.body)


def nearest_capture(location: str, replays: str, url: str) -> str:
    """The time (14 digits) of the capture to which a web archive redirects; else empty.

    If a web archive has no capture of the requested time, it redirects to the nearest capture of
    the page. `location` may also be a redirect that the web archive captured.
    """
    timestamp, _, target = location.removeprefix(replays).partition("id_/")
    is_same = site.canonical_url(target) == site.canonical_url(url)
    return timestamp if is_same and time_of(timestamp) else ""


def _memento_time(headers: Headers) -> datetime | None:
    value = next((v for name, v in headers if name.lower() == "memento-datetime"), "")
    try:
        time = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return time if time.tzinfo and can_be_true(time) else None


def _original_headers(response: WebArchiveResponse) -> Headers:
    """The ministry's headers in a replay.

    archive.org prefixes all of them, and repeats the content type without the prefix. pywb prefixes
    only headers that it changes. If the prefixed headers have a content encoding, the web archive
    has undone it. Some replays send compressed bytes with a blank content encoding.
    """
    headers = response.headers
    prefixed = [(n[len(_ORIGINAL) :], v) for n, v in headers if n.lower().startswith(_ORIGINAL)]
    plain = [(n, v) for n, v in headers if not n.lower().startswith(("x-archive-", "x-ts", "x-tr"))]
    if any(name.lower() in {"date", "server"} for name, _ in prefixed):
        plain = [(name, value) for name, value in plain if name.lower() == "content-type"]
    coding = next((v for n, v in plain if n.lower() == "content-encoding" and v.strip()), "")
    if response.body.startswith(MAGIC):
        coding = "gzip"
    names = {name.lower() for name, _ in prefixed}
    kept = prefixed + [(name, value) for name, value in plain if name.lower() not in names]
    original = [(name.title(), v) for name, v in kept if name.lower() not in _NOT_ORIGINAL]
    return [*original, ("Content-Encoding", coding)] if coding else original
