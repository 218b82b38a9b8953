"""The CMS template: releases and topic pages from 2013 on, in both languages.

History: read in the markup of the Japanese side of 2026; the class names of the English side are
relied on by other people's scrapers of 2018-2026. `h1.title1` is the section, `h2.title2` of
`#contents-header` the title; `#maincontents` holds, in this order, the share buttons, the date, the
link to the other language, the sections of the article, a rule, and the related links.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.items import Link
from mofa_crawler.parsers.dates import read_date
from mofa_crawler.parsers.dom import classes, selector
from mofa_crawler.parsers.errors import InvalidDate, MissingTitle
from mofa_crawler.parsers.layouts import Article
from mofa_crawler.parsers.outline import Outline
from mofa_crawler.parsers.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.dom import Selector
    from mofa_crawler.parsers.page import Page

NAME = "cms"
ANCHORS: Mapping[str, Selector] = {
    "div#contents-header h2": selector("//div[@id='contents-header']//h2"),
    "div#maincontents": selector("//div[@id='maincontents']"),
    "div#maincontents div.section": selector("//div[@id='maincontents']//div[.section]"),
}

_SECTION = selector("//div[@id='contents-header']//h1")
_TITLE = ANCHORS["div#contents-header h2"]
_MAIN = ANCHORS["div#maincontents"]
_LINKS = selector(".//a[@href]")
_IMAGES = selector(".//img")
_CLOCK_TOLERANCE = timedelta(days=1)


def read(page: Page) -> Article:
    """Take an article of the CMS template apart.

    Raises `MissingTitle`, `InvalidDate` (a date line that is none, more than one, a day to come)
    and what `Outline` raises.
    """
    main = _MAIN(page.tree)[0]
    date_lines, other_language, related, buttons = [], [], [], []
    for child in main:
        names = classes(child)
        if "rightalign" in names and fold(child.text_content()):
            date_lines.append(child)
        elif "other-language" in names:
            other_language.append(child)
        elif "relatedlink-section" in names:
            related.append(child)
        elif any(name.startswith("social-btn") for name in names):
            buttons.append(child)
    published, dated = _date(page, date_lines)
    outline = Outline(
        page, skip=[*dated, *other_language, *related, *buttons], is_caption=_is_caption
    )
    outline.walk(main)
    return Article(
        section=" ".join(_texts(_SECTION(page.tree))),
        title=_title(page),
        date=published,
        body=outline.blocks,
        links=[*outline.links, *_related_links(page, related)],
        translation=_translation(page, other_language),
    )


def _title(page: Page) -> str:
    titles = list(_texts(_TITLE(page.tree)))
    if len(titles) != 1:
        raise MissingTitle(f"{len(titles)} titles in div#contents-header h2", url=page.url)
    return titles[0]


def _date(page: Page, lines: list[HtmlElement]) -> tuple[date | None, list[HtmlElement]]:
    """The date of publication and the element it stands in.

    A right-aligned line without a digit ("Provisional translation") belongs to the article; one
    with digits that is no date is refused, for a date that is not understood must not be replaced
    by the listing's in silence.
    """
    found = []
    for line in lines:
        text = fold(line.text_content())
        try:
            day = read_date(text)
        except ValueError as error:
            raise InvalidDate(str(error), url=page.url) from None
        if day:
            found.append((day, line))
        elif any(character.isdigit() for character in text):
            raise InvalidDate(f"{text!r} in div.rightalign is no date", url=page.url)
    if not found:
        return None, []
    if len(found) > 1:
        raise InvalidDate("more than one date line", url=page.url)
    day, line = found[0]
    if day > page.fetched_day + _CLOCK_TOLERANCE:
        raise InvalidDate(f"{day} is after the day of the fetch", url=page.url)
    return day, [line]


def _translation(page: Page, blocks: list[HtmlElement]) -> str | None:
    """The address of the page in the other of the two languages, by the page's own link."""
    for block in blocks:
        for link in _LINKS(block):
            url = site.canonical_url(link.get("href", ""), page.url)
            if url and site.is_on_site(url) and site.lang_of(url) != site.lang_of(page.url):
                return url
    return None


def _related_links(page: Page, sections: list[HtmlElement]) -> Iterator[Link]:
    for section in sections:
        for link in _LINKS(section):
            url = site.canonical_url(link.get("href", ""), page.url)
            if url and url != page.url:
                kind: Literal["attachment", "related"]
                kind = "attachment" if site.is_file(url) else "related"
                yield Link(kind=kind, text=fold(link.text_content()), url=url)


def _is_caption(element: HtmlElement) -> bool:
    """Whether the element's text belongs to a picture.

    In a section block the text stands in `div.text`; pictures and what is said of them beside it.
    """
    if "caption" in classes(element):
        return True
    parent = element.getparent()
    return (
        parent is not None
        and element.tag == "div"
        and "section-block" in classes(parent)
        and "text" not in classes(element)
        and bool(_IMAGES(element))
    )


def _texts(elements: list[HtmlElement]) -> Iterator[str]:
    for element in elements:
        for br in element.iter("br"):
            br.tail = " " + (br.tail or "")  # a title on two lines is one title
        if text := fold(element.text_content()):
            yield text
