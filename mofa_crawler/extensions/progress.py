"""A progress bar on a terminal: pages read, of how many known so far, and the time that remains."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from rich import progress as rich_progress
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.log import get_scrapy_root_handler

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class Progress:
    """Counts requests to pages of the site, or captures, against those that came to an end.

    Not configured where stderr is no terminal: a log file is no place for a moving bar.
    """

    def __init__(self) -> None:
        console = Console(stderr=True)
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
        self._asked = 0
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
        _log_to_stderr()  # rich's: lines of the log go above the bar

    def more(self, request: Any, spider: Any) -> None:
        if not {"redirect_times", "retry_times"} & set(request.meta):
            self._asked += 1
            self._bar.update(self._task, total=self._asked + getattr(spider, "waiting", 0))

    def done(self, spider: Any) -> None:
        if getattr(spider, "reads_captures", False):
            self._bar.update(self._task, completed=spider.captures_read, total=spider.captures)
        else:
            self._bar.advance(self._task)

    def stop(self) -> None:
        self._bar.stop()
        _log_to_stderr()  # the terminal's own again


def _log_to_stderr() -> None:
    """Send Scrapy's log to what `sys.stderr` is now, unless it goes to a file."""
    handler = get_scrapy_root_handler()
    if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
        handler.setStream(sys.stderr)
