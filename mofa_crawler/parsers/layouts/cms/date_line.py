"""The line with the day of publication, above the article or in the header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from mofa_crawler.parsers.dates import UPDATE, is_date, read_date, split_date_line
from mofa_crawler.parsers.dom import lines_in, one_line, visible_text
from mofa_crawler.parsers.text import collapse_spaces, is_blank

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# A line that looks like a date. "Provisional translation" and signatures do not.
_LIKE_A_DATE = re.compile(
    r"(?:19|20|１９|２０)[0-9０-９]{2}|[0-9０-９〇一二三四五六七八九十元]\s*[年月日]"
    r"|(?:昭和|平成|令和)\s*[0-9０-９元]"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,7}\.?\s*(?:[0-9]|[a-z]{3,7}-)"
    # 17 November
    r"|[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may"
    r"|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
    # 8.11.17; a telephone number has other signs, or more digits
    r"|(?<![0-9０-９])[0-9０-９]{1,2}([./．／・])[0-9０-９]{1,2}\1[0-9０-９]{1,2}(?![0-9０-９])",
    re.IGNORECASE,
)
_ARTICLE_PARTS = frozenset({"main-section", "section", "any-area"})


@dataclass
class DateLine:
    """The line with the date.

    `date` is None if no line is a date. If a line only looks like a date, `problem` says what is
    wrong. `elements` are the elements of the line, and `others` their texts besides the date.
    """

    date: date | None = None
    text: str = ""
    problem: str = ""
    elements: list[HtmlElement] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def find_date_line(main: HtmlElement, subtitles: Sequence[str]) -> DateLine:
    """The date line, among the lines above the first section and the `subtitles` of the header.

    Other right-aligned lines ("Provisional translation", a signature) are part of the article.
    """
    lines = [*map(_read, _lines_above(main)), *(_read_text(text) for text in subtitles)]
    dated = [line for line in lines if line.date]
    if len({line.date for line in dated}) > 1:
        texts = " and ".join(repr(line.text) for line in dated)
        elements = [element for line in dated for element in line.elements]
        return DateLine(problem=f"{texts} are different days", elements=elements)
    return next(iter(dated), None) or next((x for x in lines if x.problem), DateLine())


def _lines_above(main: HtmlElement) -> list[HtmlElement]:
    """The right-aligned lines, and the lines that are a date, above the first section.

    After such a line, the first paragraph of the article ends the search: a right-aligned date
    below this paragraph is part of a signature. A paragraph that has only links does not end the
    search.
    """
    found: list[HtmlElement] = []
    for element in main.iterdescendants():
        classes = element.get("class", "").split()
        if not _ARTICLE_PARTS.isdisjoint(classes):
            break
        if found and found[-1] in element.iterancestors():
            continue
        if "rightalign" in classes or (
            element.getparent() is main and is_date(split_date_line(one_line(element))[0])
        ):
            found.append(element)
        elif (
            found
            and element.tag == "p"
            and not is_blank(visible_text(element, [*element.iter("a")]))
        ):
            break
    return found


def _read(element: HtmlElement) -> DateLine:
    lines = [part for line in lines_in(element) for part in _parts(line)]
    if links := [*element.iter("a")]:  # to the other language
        beside = collapse_spaces(visible_text(element, links)).strip("[]()［］（）|｜/／ ")
        lines = [beside] if is_date(beside) else lines
    dates = [line for line in lines if is_date(line)]
    others = [line for line in lines if not is_date(line)]
    rivals = [line for line in others if _LIKE_A_DATE.search(line) and not UPDATE.search(line)]
    if len(dates) == 1 and not rivals:
        found = _read_text(dates[0])
        found.others = others
    else:
        found = _read_text(" ".join(lines))
    found.elements = [element]
    return found


def _parts(line: str) -> list[str]:
    """A line, or its date and the words in brackets beside the date, in page order."""
    text, beside = split_date_line(line)
    return sorted([text, *beside], key=line.find)


def _read_text(text: str) -> DateLine:
    try:
        day = read_date(text)
    except ValueError as error:
        return DateLine(text=text, problem=f"{text!r} is no day: {error}")
    if day:
        return DateLine(day, text)
    return DateLine(text=text, problem=f"{text!r} is no date" if _LIKE_A_DATE.search(text) else "")
