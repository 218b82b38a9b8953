"""Captures of the site's pages, and what else is found beside captures."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Literal, NamedTuple

# There was no Web before 1990. Arithmetic with times near the year 9999 fails.
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

# The statuses of permanent redirects.
PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}

# Why a capture is not read. Messages have a number before these words.
SkipReason = Literal[
    "of other hosts",
    "not pages",
    "responses other than 200, 404 and 410",
    "revisits of an unchanged page",
    "revisits of captures that are not here",
    "of the other language",
    "captured twice",
    "not a press release",
    "outside the period",
    "missing pages that no listing names",
    "unreadable beside another capture of the page",
]


def can_be_true(time: datetime) -> bool:
    """Whether a page may have been captured at a time (1990 to 2099).

    Any other time comes from a broken clock, or from a forged record.
    """
    return _EARLIEST <= time < _LATEST


class Capture(NamedTuple):
    """One saved copy of a page: where the copy is, and what is known before the copy is read.

    `url` is canonical and `fetched_at` aware. `offset` is the position of the record in a WARC file
    (bytes); None for a saved page. `source` becomes `PressRelease.source`. `digest` is the digest
    of the payload, as in `WARC-Payload-Digest`; empty if it is not known.
    """

    url: str
    fetched_at: datetime
    path: Path
    offset: int | None
    source: str
    digest: str = ""


class Revisit(NamedTuple):
    """A revisit record: at `fetched_at`, the page was the same as in an earlier capture.

    `digest` is that of the earlier capture; empty if the record has none. `original_url`
    (canonical) and `original_time` name the earlier capture; None if they are not known.
    """

    url: str
    fetched_at: datetime
    digest: str
    original_url: str | None
    original_time: datetime | None


class CapturedRedirect(NamedTuple):
    """A permanent redirect of a page, at `fetched_at`, to another address. Both are canonical."""

    url: str
    target: str
    status: int
    fetched_at: datetime
    source: str


class Skipped(NamedTuple):
    """Something that is not read. It is only counted."""

    reason: SkipReason


class Damage(NamedTuple):
    """Something that cannot be read. `message` is one line: where, what is wrong, what to do."""

    message: str


Found = Capture | CapturedRedirect | Skipped | Damage


class UnreadableCapture(Exception):
    """The page of a capture cannot be read. `code` is stable, `str()` is one line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
