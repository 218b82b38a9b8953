"""The title of a page from before 2013: the lines above its date, below it, or around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mofa_crawler.parsers.errors import MissingTitle
from mofa_crawler.parsers.layouts.legacy.landmarks import is_bracketed, is_section, name_in
from mofa_crawler.parsers.text import comparison_key

if TYPE_CHECKING:
    from mofa_crawler.parsers.layouts.legacy.lines import Line

_MOST_ABOVE_DATE = 12  # lines, of title and section
_MOST_BELOW_DATE = 3  # lines of a title that its date splits


class TitleFinder:
    """Finds the title among the lines of a page. Its methods raise `MissingTitle`.

    `<title>` (`head_title`) or a heading must confirm the title, unless it is the only text.
    """

    def __init__(self, lines: list[Line], head_title: str, *, url: str) -> None:
        self._lines = lines
        self._named = name_in(head_title)
        self._url = url

    def find(self, date_at: int) -> tuple[list[Line], list[Line]]:
        """The lines of the title above the date, and those below it.

        The date may split a title, or be above it.
        """
        below = self._lines[date_at + 1 : date_at + 1 + _MOST_BELOW_DATE]
        for count in range(1, len(below) + 1):
            if self._is_named(below[:count]):
                return [], below[:count]
        above = self._without_beside(self._candidates(date_at), self._lines[date_at])
        if not any(self._is_named(above[first:]) for first in range(len(above))):
            for first in range(len(above)):
                for count in range(1, len(below) + 1):
                    if self._is_named([*above[first:], *below[:count]]):
                        return above[first:], below[:count]
        title = self._whole_title(above)
        if self._is_named(title):
            return title, []
        if below and below[0].heading is not None and title[0].heading is None:
            raise self._no_title(f"a heading is below the date, and {title[0].text!r} above")
        return title, self._rest_of_title(title[-1], date_at)

    def _rest_of_title(self, title: Line, date_at: int) -> list[Line]:
        """The lines below the date that are in the same heading as title and date.

        If another element is around title and date, lines in it below the date may or may not be
        part of the title. That is an error.
        """
        date_line = self._lines[date_at]
        element = date_line.heading or date_line.block
        if not title.stands_in(element):
            return []
        rest = [line for line in self._lines[date_at + 1 :] if line.stands_in(element)]
        if date_line.heading is not None:
            return rest
        if rest and len(rest) < _MOST_BELOW_DATE and not rest[0].after_blank:
            raise self._no_title(f"{rest[0].text[:40]!r} is with the title, below the date")
        return []

    def find_with_date(self, place: int) -> list[Line]:
        """A title that ends in its date, with the lines of the same heading above it."""
        heading = self._lines[place].heading
        above = [x for x in self._lines[:place] if heading is not None and x.heading is heading]
        return [*above, self._lines[place]]

    def _without_beside(self, above: list[Line], date_line: Line) -> list[Line]:
        """The lines above the date without those that stand beside it: the ministry's name.

        Such lines are in the element of the date, or right-aligned like the date. The title is
        above this element, and a heading or `<title>` confirms it.
        """
        first = len(above)
        while first and _stands_beside(above[first - 1], date_line):
            first -= 1
        title, beside = above[:first], above[first:]
        if not title or title[-1].stands_in(date_line.block):
            return above
        if any(comparison_key(line.text) in self._named for line in beside):
            return above
        is_named = any(self._is_named(title[place:]) for place in range(first))
        return title if is_named or title[-1].heading is not None else above

    def _candidates(self, date_at: int) -> list[Line]:
        """The lines between the last link above the date (the navigation) and the date.

        Rows of signs ("-----") are left out.
        """
        first = date_at
        while first and not self._lines[first - 1].links and date_at - first < _MOST_ABOVE_DATE:
            first -= 1
        found = [line for line in self._lines[first:date_at] if comparison_key(line.text)]
        if not found:
            raise self._no_title("no text is between the navigation and the date")
        return found

    def _whole_title(self, above: list[Line]) -> list[Line]:
        """The title among the lines above the date.

        The title is what `<title>` names, else a heading, else the only text that there is.
        """
        for first in range(len(above)):
            for last in range(len(above), first, -1):
                if self._is_named(above[first:last]):
                    return above[first:last] + self._subtitle(above[last:], above[last - 1])
        headings = (x.heading for x in reversed(above) if x.heading and not is_section(x.text))
        heading = next(headings, None)
        if heading is not None:
            places = [place for place, line in enumerate(above) if line.heading is heading]
            title = above[places[0] : places[-1] + 1]
            return title + self._subtitle(above[places[-1] + 1 :], title[-1])
        groups = [place for place, line in enumerate(above) if _begins_group(above, place)]
        while len(groups) > 1 and is_bracketed(above[groups[-1]].text):
            groups.pop()
        title, others = above[groups[-1] :], above[: groups[-1]]
        if len(others) > 1 or (others and not is_section(others[0].text)):
            raise self._no_title(
                f"{len(groups)} texts are above the date, and <title> names none of them"
            )
        if is_section(title[0].text):
            raise self._no_title(f"{title[0].text!r} alone is above the date")
        return title

    def _subtitle(self, lines: list[Line], title: Line) -> list[Line]:
        """The lines between title and date: in brackets, or in the heading of the title."""
        for line in lines:
            is_of_heading = title.heading is not None and line.heading is title.heading
            if not is_of_heading and not is_bracketed(line.text):
                raise self._no_title(f"{line.text[:40]!r} is between the title and the date")
        return lines

    def _is_named(self, lines: list[Line]) -> bool:
        return (
            bool(self._named)
            and comparison_key("".join(line.text for line in lines)) == self._named
        )

    def section_above(self, title: Line) -> str:
        """The line above the title, if it is a heading too or names a series of pages."""
        place = self._lines.index(title)
        above = self._lines[place - 1] if place else None
        if above is None or above.links:
            return ""
        outer = above.heading is not None and above.heading is not title.heading
        return above.text if outer or is_section(above.text) else ""

    def _no_title(self, message: str) -> MissingTitle:
        return MissingTitle(message, url=self._url)


def _stands_beside(line: Line, date_line: Line) -> bool:
    if line.heading is not None:
        return False
    return line.block is date_line.block or (line.is_right_aligned and date_line.is_right_aligned)


def _begins_group(lines: Sequence[Line], place: int) -> bool:
    """Whether a line does not continue the text of the line above it."""
    line, above = lines[place], lines[place - 1] if place else None
    return above is None or line.block is not above.block or line.after_blank
