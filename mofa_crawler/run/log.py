"""Keeps the warnings of a run's log for its report."""

from __future__ import annotations

import logging

from mofa_crawler.atomic_files import as_text

_MOST = 200  # a changed site can give one a page


class LogLines(logging.Handler):
    """Keeps the first lines of level WARNING and worse, and counts all of them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.total = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.total += 1
        if len(self.lines) < _MOST:
            message = " ".join(as_text(record.getMessage()).split())
            self.lines.append(f"{record.levelname}: {message}")
