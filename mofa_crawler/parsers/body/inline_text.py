"""The inline text between two block boundaries of an article, in lines."""

from __future__ import annotations

from typing import NamedTuple

from mofa_crawler.parsers.text import drop_invisible

# White space that editors do not type on purpose. Other spaces at the beginning of a line have a
# meaning.
INDENTATION = " \t\r\n\f"


class Line(NamedTuple):
    """A line as written, without invisible characters. `is_bold`: all of it is in bold."""

    raw: str
    is_bold: bool = True


class InlineText:
    """Collects pieces of inline text until a block begins or ends."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._lines: list[Line] = []
        self._pieces: list[str] = []
        self._is_bold = True
        self._is_blank = True  # nothing but white space yet

    def add(self, text: str | None, *, is_bold: bool) -> None:
        """Add to the current line."""
        if not text:
            return
        if not text.isspace():
            self._is_blank = False
            self._is_bold = self._is_bold and is_bold
        elif not self._pieces and not text.strip(INDENTATION):
            return
        self._pieces.append(text)

    def end_line(self) -> None:
        """Begin a new line, as `<br>` does."""
        self._lines.append(Line(drop_invisible("".join(self._pieces)), self._is_bold))
        self._pieces = []
        self._is_bold = True

    def take(self) -> list[Line]:
        """The lines since the last call; none if they are blank."""
        lines = self._lines
        if self._is_blank:
            if self._pieces or lines:
                self._reset()
            return []
        self.end_line()
        self._reset()
        return lines if any(line.raw.strip() for line in lines) else []
