"""A progress bar on a terminal: pages done, of how many known so far, and the time that remains."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from rich import progress as rich_progress
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.log import get_scrapy_root_handler

from mofa_crawler.spiders.base import BaseSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Progress:
    """Shows how many requests, or captures, are done.

    Not configured if stderr is no terminal: a log file is no place for a moving bar.
    """

    def __init__(self) -> None:
        # Whatever the environment says (FORCE_COLOR), a pipe is no terminal.
        console = Console(stderr=True, force_terminal=sys.stderr.isatty())
        if not console.is_terminal:
            raise NotConfigured
        self._bar = rich_progress.Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("pages"),
            TimeElapsedColumn(),
            TextColumn("remaining"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._requests = 0
        self._task = self._bar.add_task("press releases", total=0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        progress = cls()
        connect = crawler.signals.connect
        connect(progress.start, signals.spider_opened)
        connect(progress.more, signals.request_scheduled)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            connect(progress.done, signal)
        connect(progress.stop, signals.spider_closed)
        return progress

    def start(self) -> None:
        self._bar.start()
        _log_to_stderr()  # which rich has replaced, so that log lines go above the bar

    def more(self, request: Any, spider: Spider) -> None:
        if not {"redirect_times", "retry_times"} & set(request.meta):
            self._requests += 1
            waiting = spider.waiting if isinstance(spider, BaseSpider) else 0
            self._bar.update(self._task, total=self._requests + waiting)

    def done(self, spider: Spider) -> None:
        progress = spider.progress if isinstance(spider, BaseSpider) else None
        if progress:
            self._bar.update(self._task, completed=progress.done, total=progress.total)
        else:
            self._bar.advance(self._task)

    def stop(self) -> None:
        with suppress(OSError):  # the terminal may be gone
            self._bar.stop()
        _log_to_stderr()  # which rich has restored


def _log_to_stderr() -> None:
    """Send Scrapy's log to the present `sys.stderr`, unless it goes to a file."""
    handler = get_scrapy_root_handler()
    if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
        handler.setStream(sys.stderr)
