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
from mofa_crawler.parsers.dom import NOT_TEXT, ancestors, classes, one_line, selector, texts
from mofa_crawler.parsers.errors import InvalidDate, MisplacedMarkup, MissingTitle, Truncated
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
# What belongs to the page around the article, or stands in the article's element itself.
_PAGE_PARTS = selector(
    ".//footer|.//header|.//*[@id='pagetop']|.//div[.index]|.//*[@id='contents-header']"
)
_ARTICLE_PARTS = selector(
    "//div[.relatedlink-section]|//div[.social-btn-top]|//div[.other-language]"
)
_AFTER = selector("following::footer|following::div[@id='pagetop']|following::div[.index]")
_FOLLOWING = selector("following::*")
_NO_CAPTION = selector(".//ol|.//ul|.//table|.//h2|.//h3|.//h4")
_FIRST_DAY = date(1990, 1, 1)  # the ministry's releases begin in 1995
_CLOCK_TOLERANCE = timedelta(days=1)


def read(page: Page) -> Article:
    """Take an article of the CMS template apart.

    Raises `Truncated`, `MisplacedMarkup`, `MissingTitle`, `InvalidDate` (a date line that is none,
    more than one, a day to come or long before the site) and what `Outline` raises.
    """
    page.check_whole()
    main = _only_main(page)
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


def _only_main(page: Page) -> HtmlElement:
    """The element that holds the article, and nothing but the article.

    A tag too many puts text of the article outside, a tag too few the footer inside; an unclosed
    comment or script swallows what follows. lxml says nothing of either.
    """
    mains = _MAIN(page.tree)
    if len(mains) != 1:
        raise MisplacedMarkup(f"{len(mains)} div#maincontents", url=page.url)
    main = mains[0]
    misplaced = _PAGE_PARTS(main) + [e for e in _ARTICLE_PARTS(main) if e.getparent() is not main]
    if misplaced:
        name = misplaced[0].get("id") or misplaced[0].get("class") or str(misplaced[0].tag)
        raise MisplacedMarkup(f"{name} in or out of div#maincontents", url=page.url)
    if not _AFTER(main):
        raise Truncated("nothing of the page's end follows the article", url=page.url)
    if stray := _stray_after(main):
        raise MisplacedMarkup(f"{stray[:40]!r} after div#maincontents", url=page.url)
    child = main
    for around in main.iterancestors():
        if around.tag in {"main", "body"}:
            break
        beside = [around.text or "", *(sibling.tail or "" for sibling in around)]
        others = [e for e in around if e is not child and e.get("id") != "contents-header"]
        if stray := fold(" ".join([*beside, *(e.text_content() for e in others)])):
            raise MisplacedMarkup(f"{stray[:40]!r} beside div#maincontents", url=page.url)
        child = around
    return main


def _stray_after(main: HtmlElement) -> str:
    """Text between the article and what follows it on every page."""
    end = _AFTER(main)[0]
    pieces = [element.tail or "" for element in (main, *main.iterancestors())]
    for element in _FOLLOWING(main):
        if element is end:
            break
        if element.tag not in NOT_TEXT:
            pieces += [element.text or "", element.tail or ""]
    return fold(" ".join(pieces))


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
        text = fold(one_line(line))
        try:
            day = read_date(text)
        except ValueError as error:
            raise InvalidDate(str(error), url=page.url) from None
        if day:
            found.append((day, line))
        elif any(character.isnumeric() for character in text):
            raise InvalidDate(f"{text!r} in div.rightalign is no date", url=page.url)
    if not found:
        return None, []
    if len(found) > 1:
        raise InvalidDate("more than one date line", url=page.url)
    day, line = found[0]
    if not _FIRST_DAY <= day <= page.fetched_day + _CLOCK_TOLERANCE:
        raise InvalidDate(f"{day} is to come, or long before the site", url=page.url)
    return day, [line]


def _translation(page: Page, blocks: list[HtmlElement]) -> str | None:
    """The address of the page in the other of the two languages, by the page's own link."""
    found = set()
    for block in blocks:
        _check_only_links(page, block, besides=())
        for link in _LINKS(block):
            url = site.canonical_url(link.get("href", ""), page.url)
            if url and site.is_on_site(url) and site.lang_of(url) != site.lang_of(page.url):
                found.add(url)
    # Several, a file, or the other side's front page: none of them is this page's translation.
    url = found.pop() if len(found) == 1 else None
    return url if url and not site.is_file(url) and not url.endswith("/index.html") else None


def _related_links(page: Page, sections: list[HtmlElement]) -> Iterator[Link]:
    for section in sections:
        _check_only_links(page, section, besides=("li", "h2", "h3"))
        for link in _LINKS(section):
            url = site.canonical_url(link.get("href", ""), page.url)
            if url and url != page.url:
                kind: Literal["attachment", "related"]
                kind = "attachment" if site.is_file(url) else "related"
                yield Link(kind=kind, text=fold(link.text_content()), url=url)


def _check_only_links(page: Page, block: HtmlElement, besides: tuple[str, ...]) -> None:
    """Refuse a list of links that holds words of another kind: they would be lost."""
    allowed = {"a", "script", "style", *besides}
    for text, element in texts(block):
        known = any(e.tag in allowed for e in ancestors(element, block))
        if not known and any(character.isalnum() for character in text):
            raise MisplacedMarkup(f"{fold(text)[:40]!r} in a list of links", url=page.url)


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
        and not _NO_CAPTION(element)
    )


def _texts(elements: list[HtmlElement]) -> Iterator[str]:
    """The texts of headings; a title on two lines is one title."""
    for element in elements:
        if text := fold(one_line(element)):
            yield text
