"""Captures of the site's pages: where each one is, and what else lies beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

# Nothing was captured before the Web, and sums with times about the year 9999 fail.
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

# Why a capture is not read; the words go on after a number.
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
    """Whether a page may have been captured then: else a clock was broken, or a record is forged.

    A time that is only a little in the future is for those who know the present.
    """
    return _EARLIEST <= time < _LATEST


class Capture(NamedTuple):
    """Where one saved copy of a page is, with what is known of the copy before reading it.

    `url` is canonical and `fetched_at` aware. `offset` (bytes) is the record's in a WARC file, and
    None for a saved page. `source` is the field of the record (`PressRelease.source`). `digest` is
    that of the payload as WARC writes it, and empty if it is not known.
    """

    url: str
    fetched_at: datetime
    path: Path
    offset: int | None
    source: str
    digest: str = ""


class Revisit(NamedTuple):
    """A record that says that a page was, at a time, as in another capture of `digest`.

    The other capture is that of `original_url` (canonical) at `original_time`, if they are said.
    """

    url: str
    fetched_at: datetime
    digest: str
    original_url: str | None
    original_time: datetime | None


class CapturedRedirect(NamedTuple):
    """A permanent redirect of a page of the site to another one; both addresses are canonical."""

    url: str
    target: str
    status: int


class Skipped(NamedTuple):
    """Something that is no capture of a page of the site. It is counted, and nothing else."""

    reason: SkipReason


class Damage(NamedTuple):
    """Something that is lost. `message` is one line: where, what is wrong, and what to do."""

    message: str


Found = Capture | CapturedRedirect | Skipped | Damage


class UnreadableCapture(Exception):
    """The page of a capture cannot be read. `code` is stable, `str()` is one line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
