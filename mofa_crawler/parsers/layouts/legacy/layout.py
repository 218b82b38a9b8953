"""Pages from before 2013, read by the landmarks in their text.

Of the pages from 1998 to 2012, in both languages, the order of the text is known, and the markup is
not. The order is: title, date line, perhaps a link to the other language, the article, perhaps
"(END)" and "Related Information", the link back to the index. So this layout uses no class and no
id. If a landmark is missing or contradicts another, that is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING

from mofa_crawler.parsers.body.line_kinds import classify_note
from mofa_crawler.parsers.body.outline import Outline
from mofa_crawler.parsers.dates import date_at_end, is_date, read_date
from mofa_crawler.parsers.dom import attributes, selector
from mofa_crawler.parsers.errors import ListingPage, MisplacedMarkup
from mofa_crawler.parsers.layouts import Article
from mofa_crawler.parsers.layouts.legacy.landmarks import (
    DIGITS_LIKE_A_DATE,
    END_MARK,
    beside_date,
    date_text,
    find_date,
    find_end,
    has_only_buttons,
    heads_related_links,
    is_bracketed,
    is_foot,
    is_language_switch,
    is_navigation_picture,
    leads_to_index,
    leads_to_top,
)
from mofa_crawler.parsers.layouts.legacy.layout_tables import (
    flatten_layout_tables,
    stand_in_columns,
    stands_in_grid,
)
from mofa_crawler.parsers.layouts.legacy.lines import Line, lines_of, text_of_link
from mofa_crawler.parsers.layouts.legacy.soup import cut, soup_of
from mofa_crawler.parsers.layouts.legacy.title import TitleFinder
from mofa_crawler.parsers.links import find_translation, read_link
from mofa_crawler.parsers.text import collapse_spaces, comparison_key, join_lines
from mofa_crawler.record import Block, Link

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from mofa_crawler.parsers.page import Page

NAME = "text_landmarks"
_NO_LATER_TEMPLATE = "markup from before the template of 2013"
_DATE_LINE = "a line that is a date, or a title that ends in one"
_BACK_LINK = "a link back to the index after the date"

# Elements and ids of the template since 2013. A page that has some of them is a page of that
# template, even if others are missing. `//@id` is three times as fast as `//*[@id]`.
_LATER_TAGS = ("main", "article", "nav")
_LATER_ELEMENTS = selector(
    "//meta[starts-with(@property, 'og:')]|//h1[.title1]|//h2[.title2]|//div[.section-block]"
)
_LATER_IDS = attributes("//@id[starts-with(., 'contents-')]")
_NUMBERED = re.compile(r"\W*\d")
_MOST_BESIDE_LINKS = 30  # characters: "(PDF)", "and", "Related Information ("


def match(page: Page) -> _Match | list[str]:
    """The page as lines with its landmarks, or the landmarks that the page lacks."""
    if (
        next(page.tree.iter(*_LATER_TAGS), None) is not None
        or _LATER_ELEMENTS(page.tree)
        or _LATER_IDS(page.tree)
    ):
        return [_NO_LATER_TEMPLATE]
    soup = soup_of(page)
    lines = lines_of(soup)
    head_title = collapse_spaces("".join(page.titles[:1]))
    date_at = find_date(lines, head_title)
    end = find_end(lines, date_at or 0)
    if date_at is not None and end is not None:
        return _Match(page, soup, lines, head_title, date_at, end)
    missing = {_DATE_LINE: date_at, _BACK_LINK: end}
    return [name for name, place in missing.items() if place is None]


@dataclass
class _Match:
    page: Page
    soup: BeautifulSoup
    lines: list[Line]
    head_title: str
    date_at: int  # the place in `lines` of the date
    end: int  # the place in `lines` of the link back to the index

    def read(self) -> Article:
        """Read the article between the landmarks.

        Raises `MissingTitle`, `MisplacedMarkup` (sentences outside of the article), `ListingPage`
        (nothing but links) and what `Outline` raises.
        """
        page, found = self.page, _Landmarks(self)
        body = [line for line in found.body if line.text]
        if body and all(line.is_linked for line in body):
            raise ListingPage("nothing but links follows the date", url=page.url)
        translation = find_translation(_pairs(found.languages), page)
        related = list(_related_links(page, found.related))
        for line in self.lines:
            if is_navigation_picture(line, page.url):
                line.links[0].extract()
        landmarks = [line.block for line in (*found.head, found.end)]
        if stand_in_columns(body, landmarks):
            raise MisplacedMarkup("text in a column beside the article", url=page.url)
        flatten_layout_tables(self.soup, landmarks)
        outline = Outline(page)
        outline.walk(cut(self.soup, body, after=found.head[-1], before=found.end))
        return Article(
            section=found.section,
            title=join_lines([line.text for line in found.title], self.head_title),
            date=found.published,
            date_line=found.date_line,
            date_problem=found.date_problem,
            body=[*found.beside_date, *outline.blocks],
            links=[*outline.links, *related],
            translation=translation,
        )


class _Landmarks:
    """The lines of a page by what they are: title, date, body, related links, end.

    Raises what `read` raises.
    """

    def __init__(self, match: _Match) -> None:
        self._page = match.page
        lines = match.lines
        titles = TitleFinder(lines, match.head_title, url=match.page.url)
        date_at, end = match.date_at, match.end
        line = lines[date_at]
        self.date_line = date_text(line)
        is_alone = is_date(self.date_line)
        if is_alone:
            above, below = titles.find(date_at)
        else:
            self.date_line = date_at_end(line.text) or ""
            above, below = titles.find_with_date(date_at), []
        self.published, self.date_problem = _read_date(self.date_line)
        between = lines[lines.index(above[-1]) + 1 : date_at] if above and is_alone else []
        texts = [x.text for x in between if comparison_key(x.text) and not x.links]
        self.beside_date = [
            Block(kind=classify_note(words) or "paragraph", text=words)
            for words in (*texts, *beside_date(line))
        ]
        self.title = above + below
        self.head = [*above, line, *below]  # title and date, in page order
        self.section = titles.section_above(self.title[0])
        rest = lines[date_at + 1 + len(below) : end]
        switch = list(takewhile(is_language_switch, rest))
        self.languages = [x for x in lines[: date_at + 1] if is_language_switch(x)] + switch
        rest = rest[len(switch) :]
        self.body, self.related = self._without_boilerplate(rest)
        self._check_no_other_date(is_title_above=bool(above) and is_alone)
        self.end = lines[end]
        self._check_foot(lines[end + 1 :])

    def _check_no_other_date(self, *, is_title_above: bool) -> None:
        """Leave the date out if the page has another date, below the title or as its last line.

        `is_title_above`: the title is above the date line, and does not end in the date. Then
        several dates in the article are the days of an itinerary.
        """
        others = [line for line in self.body if self._is_other_date(line)]
        for line in self.body[:1]:
            if not is_title_above and DIGITS_LIKE_A_DATE.fullmatch(line.text):
                self.date_problem = f"{line.text!r} is no date"
        for line in others:
            is_below = line is self.body[0] and (not is_title_above or len(others) == 1)
            if is_below or line is self.body[-1]:
                self.date_problem = f"{self.date_line!r} and {line.text!r} are different days"
        if self.date_problem:
            self.published = None

    def _is_other_date(self, line: Line) -> bool:
        is_day = is_date(line.text) and not stands_in_grid(line)
        return is_day and _read_date(line.text)[0] != self.published

    def _without_boilerplate(self, rest: Sequence[Line]) -> tuple[list[Line], list[Line]]:
        """The lines of the article, and those of its related links."""
        lines = [
            line
            for line in rest
            if not (END_MARK.fullmatch(line.text) or leads_to_top(line) or has_only_buttons(line))
        ]
        if any(leads_to_index(line) for line in lines):
            raise self._misplaced("the text continues after a link back to the index")
        for place, line in enumerate(lines):
            if heads_related_links(line) and any(other.links for other in lines[place:]):
                self._check_only_links(lines[place:])
                return lines[:place], lines[place:]
        return lines, []

    def _check_only_links(self, lines: Sequence[Line]) -> None:
        for line in lines:
            words = line.text_outside_links
            is_short = line.links and len(words) <= _MOST_BESIDE_LINKS
            if not (is_short or is_bracketed(words) or heads_related_links(line)):
                raise self._misplaced(f"{words[:40]!r} among the related links")

    def _check_foot(self, lines: Sequence[Line]) -> None:
        """Raise an error if text of the article may stand below the link back to the index.

        A single sentence without a number is part of the foot of the page, and a warning.
        """
        sentences = [line.text_outside_links for line in lines if not is_foot(line)]
        if len(sentences) > 1 or any(map(_NUMBERED.match, sentences)):
            raise self._misplaced(f"{sentences[0][:40]!r} after the link back to the index")
        for text in sentences:
            self._page.warn("text_after_end", f"{text[:80]!r} after the link back to the index")

    def _misplaced(self, message: str) -> MisplacedMarkup:
        return MisplacedMarkup(message, url=self._page.url)


def _read_date(text: str) -> tuple[date | None, str]:
    """The day of a date line, or what is wrong with the date."""
    try:
        day = read_date(text)
    except ValueError as error:
        return None, f"{text!r} is no day: {error}"
    return day, "" if day else f"{text!r} is no date"


def _pairs(lines: Sequence[Line]) -> list[tuple[str, str]]:
    return [
        (str(link["href"]), name)
        for line in lines
        for link, name in zip(line.links, line.names, strict=True)
    ]


def _related_links(page: Page, lines: Sequence[Line]) -> Iterator[Link]:
    for line in lines:
        for element in line.links if not is_navigation_picture(line, page.url) else []:
            href, text = str(element["href"]), text_of_link(element)
            if link := read_link(href, text, page=page, kind="related"):
                yield link
