"""Replays: pages as a web archive sends them, and what of a response is the ministry's.

A replay may silently be another capture, or the archive's own page. `Memento-Datetime` (RFC 7089)
says which capture it is; the archive's own pages lack it.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from mofa_crawler import site
from mofa_crawler.archive.captures import can_be_true
from mofa_crawler.archive.replay_addresses import time_of, timestamp_of
from mofa_crawler.content_encoding import ContentEncodingError, decompress
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.screening import is_block_page

if TYPE_CHECKING:
    from datetime import datetime

NotReplayed = Literal["not that capture", "no memento", "other status", "block page", "damaged"]
Headers = list[tuple[str, str]]

_OK = 200
_GZIP = b"\x1f\x8b\x08"
_ORIGINAL = "x-archive-orig-"
# Of the archive's own server, or no longer true of the body as it came.
_NOT_ORIGINAL = {
    "memento-datetime", "link", "content-location", "location", "date", "connection", "keep-alive",
    "transfer-encoding", "content-encoding", "content-length", "vary", "cache-control",
    "set-cookie",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A capture as a replay brought it: the page of `url` (as captured) at `time`.

    `body` is as it came: still compressed if `headers` say so.
    """

    url: str
    time: datetime
    headers: Headers
    body: bytes


class WebArchiveResponse(NamedTuple):
    """A response of a web archive; `body` as it came, no longer chunked."""

    status: int
    headers: Headers
    body: bytes


def replay_url(replays: str, timestamp: str, url: str) -> str:
    """The address of a replay as it was captured (`id_`: without links rewritten, or a toolbar)."""
    return f"{replays}{timestamp}id_/{url}"


def read_replay(
    response: WebArchiveResponse, *, url: str, timestamp: str, limit: int
) -> Replay | NotReplayed:
    """The capture of `url` that a response brought, or why it did not.

    `timestamp` (14 digits) is that of the capture that was requested; if it is empty, any capture
    of the address will do. `limit` is in bytes of the page. Captured redirects are never followed.
    """
    time = _memento_time(response.headers)
    if time is None:
        return "no memento"
    if timestamp and timestamp_of(time) != timestamp:
        return "not that capture"
    if response.status != _OK:
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
    """The time (14 digits) that an archive's own redirect names; empty if it is no such redirect.

    If no time was exact, archives redirect to the nearest capture of the same page.
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
    """The ministry's headers out of a replay's.

    archive.org prefixes all of them and repeats the content type without the prefix; pywb prefixes
    only those that it had to change. A prefixed coding has been undone; some replays have a blank
    one over compressed bytes.
    """
    headers = response.headers
    prefixed = [(n[len(_ORIGINAL) :], v) for n, v in headers if n.lower().startswith(_ORIGINAL)]
    plain = [(n, v) for n, v in headers if not n.lower().startswith(("x-archive-", "x-ts", "x-tr"))]
    if any(name.lower() in {"date", "server"} for name, _ in prefixed):
        plain = [(name, value) for name, value in plain if name.lower() == "content-type"]
    coding = next((v for n, v in plain if n.lower() == "content-encoding" and v.strip()), "")
    if response.body.startswith(_GZIP):
        coding = "gzip"
    names = {name.lower() for name, _ in prefixed}
    kept = prefixed + [(name, value) for name, value in plain if name.lower() not in names]
    original = [(name.title(), v) for name, v in kept if name.lower() not in _NOT_ORIGINAL]
    return [*original, ("Content-Encoding", coding)] if coding else original
