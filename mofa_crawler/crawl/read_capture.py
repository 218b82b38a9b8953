"""Reads one capture into a visit: what the processes do among which the work is shared."""

from __future__ import annotations

import logging
import logging.handlers
import os
import queue
import signal
import sys
from contextlib import contextmanager
from hashlib import sha256
from multiprocessing import parent_process
from threading import Thread
from typing import TYPE_CHECKING, Literal, NamedTuple

from mofa_crawler import site
from mofa_crawler.archive.captures import UnreadableCapture
from mofa_crawler.archive.discovery import read
from mofa_crawler.crawl import read_page as reading
from mofa_crawler.crawl.read_page import new_visit, read_listing, read_release
from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.layouts.cms import section_of
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.record import timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mofa_crawler.archive.captures import Capture
    from mofa_crawler.outcome import Visit
    from mofa_crawler.parsers.page import Page

_OK = 200
_SECTIONS = {"Press Releases", "報道発表"}


class Task(NamedTuple):
    """A capture to read. `role` is None where only the page itself can tell that it is a release;
    `limit` is in bytes."""

    capture: Capture
    role: Literal["release", "listing"] | None
    listed_date: str | None
    limit: int


class Result(NamedTuple):
    """What a capture came to: None where it is no press release; and what there is to log."""

    visit: Visit | None
    log: list[logging.LogRecord]


def read_capture(task: Task) -> Result:
    """Read a capture. Every failure is told by the visit."""
    with _logged() as log:
        visit = _read(task)
    return Result(visit, log)


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Let processes begin that hear no Ctrl-C, which is for their parent; it comes afterwards."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_worker() -> None:
    """Make a worker process end with its parent, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _read(task: Task) -> Visit | None:
    capture = task.capture
    visit = new_visit(capture.url, site.lang_of(capture.url), task.role or "release")
    visit.fetched_at, visit.source = timestamp(capture.fetched_at), capture.source
    visit.parser_version = PARSER_VERSION
    try:
        page = read(capture, limit=task.limit)
    except (UnreadableCapture, OSError) as error:
        visit.status, visit.code = "rejected", getattr(error, "code", "damaged")
        visit.message = str(error)
        reading.logger.warning("refused: %s: %s (%s)", visit.code, error, capture.url)
        return visit if task.role else None
    _note(visit, page)
    if page.status != _OK:
        visit.status, visit.code = "gone", f"http_{page.status}"
        visit.message = f"answered {page.status}"
        return visit if task.role else None
    if task.role == "listing":
        visit.listing = read_listing(visit, page)
    elif task.role or _says_release(page):
        visit.release = read_release(visit, page, listed_date=task.listed_date)
        if visit.release:
            visit.release.source = visit.source
    else:
        return None
    return visit


def _note(visit: Visit, page: Page) -> None:
    visit.http_status = page.status
    visit.answered_url = page.url
    visit.body_hash = sha256(page.body).hexdigest()
    if page.status == _OK:
        visit.etag, visit.last_modified = page.header("ETag"), page.header("Last-Modified")


def _says_release(page: Page) -> bool:
    """Whether the heading above the title says that the page is a press release."""
    try:
        return section_of(page) in _SECTIONS
    except ParseError:
        return False


@contextmanager
def _logged() -> Iterator[list[logging.LogRecord]]:
    """Keep what is logged in the context, ready to be sent to another process."""
    kept: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = logging.handlers.QueueHandler(kept)
    log: list[logging.LogRecord] = []
    reading.logger.addHandler(handler)
    reading.logger.propagate = False
    try:
        yield log
    finally:
        reading.logger.removeHandler(handler)
        reading.logger.propagate = True
        while not kept.empty():
            log.append(kept.get())
