"""The log of a run: its warnings, for the report, and its lines as they are printed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.utils.log import get_scrapy_root_handler

from mofa_crawler.printable import printable

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_MOST = 200  # if the site changes, every page may give a line


class LogLines(logging.Handler):
    """Keeps the first lines of level WARNING and worse, and counts all of them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.total = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.total += 1
        if len(self.lines) < _MOST:
            message = " ".join(printable(record.getMessage()).split())
            self.lines.append(f"{record.levelname}: {message}")


def make_log_printable(settings: BaseSettings) -> None:
    """Print Scrapy's log through `printable`: addresses, headers and file names come from outside.

    Each new crawler replaces Scrapy's log handler, so call this after the crawler is made.
    """
    if handler := get_scrapy_root_handler():
        handler.setFormatter(PrintableFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))


class PrintableFormatter(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Keep a message of ours on one line. A line break from outside could forge a line."""
        message = super().formatMessage(record)
        is_ours = record.name.startswith("mofa_crawler")
        return message.replace("\n", "\\n") if is_ours else message

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))
