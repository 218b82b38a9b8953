"""The CMS template: releases and topic pages from 2013 on, in both languages.

History: read in the markup of the Japanese side of 2026; the class names of the English side are
relied on by other people's scrapers of 2018-2026. `h1.title1` is the section, `h2.title2` of
`#contents-header` the title; `#maincontents` holds, in this order, the share buttons, the date, the
link to the other language, the sections of the article, a rule, and the related links.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.items import Link
from mofa_crawler.parsers.dates import read_date
from mofa_crawler.parsers.dom import ancestors, classes, one_line, selector, shown_text
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
    "div#maincontents div.main-section": selector(
        "//div[@id='maincontents']//div[.main-section]|//div[@id='maincontents']//div[.section]"
    ),
}

_SECTION = selector("//div[@id='contents-header']//h1")
_TITLE = ANCHORS["div#contents-header h2"]
_MAIN = ANCHORS["div#maincontents"]
_HEADER = selector("//div[@id='contents-header']")
_LINKS = selector(".//a[@href]")
_IMAGES = selector(".//img")
_HEADINGS = selector(".//h1|.//h2")
# Parts of the article's element that are no text of it, wherever in it they stand.
_BUTTONS = selector(".//div[.social-btn-top]|.//div[.social-btn-wrapper]|.//*[.pagetop]")
_OTHER_LANGUAGE = selector(".//div[.other-language]")
_RELATED = selector(".//div[.relatedlink-section]")
# What belongs to the page around the article.
_PAGE_PARTS = selector(
    ".//footer|.//header|.//*[@id='footer']|.//*[@id='pagetop']|.//div[.index]"
    "|.//*[@id='contents-header']"
)
_OUTSIDE = selector("//div[.relatedlink-section]|//div[.other-language]")
_AFTER = selector(
    "following::footer|following::*[@id='footer']|following::div[@id='pagetop']"
    "|following::div[.index]"
)
_AROUND_NEXT_TEXT = selector(
    "(following::text()[normalize-space()][not(parent::script)][not(parent::style)]"
    "[not(ancestor::a)][not(ancestor::button)][not(ancestor::noscript)])[1]/ancestor::*"
)
# Navigation beside the article: links, and what stands in the page's own elements for it.
_NAVIGATION = selector(
    ".//a|.//nav|.//*[@id='breadcrumb']|.//*[@id='contents-header']|.//div[.index]"
)
_ENTRIES = selector(".//a|.//li|.//h2|.//h3|.//h4|.//dt")
_NO_CAPTION = selector(".//ol|.//ul|.//table|.//h2|.//h3|.//h4")
_FIRST_DAY = date(1990, 1, 1)  # the ministry's releases begin in 1995
# A right-aligned line that speaks of a day; others ("Provisional translation", a signature) do not.
_LIKE_A_DATE = re.compile(
    r"(?:19|20|１９|２０)[0-9０-９]{2}|[0-9０-９〇一二三四五六七八九十元]\s*[年月日]"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*(?:[0-9]|[a-z]+-)",
    re.IGNORECASE,
)
_OWN_NAMES = {"en": {"japanese", "日本語"}, "ja": {"english", "英語", "英語版"}}
_MOST_BESIDE_LINKS = 30  # characters: "(PDF)", "and", "Other language:"
_CLOCK_TOLERANCE = timedelta(days=1)


def read(page: Page) -> Article:
    """Take an article of the CMS template apart.

    Raises `Truncated`, `MisplacedMarkup`, `MissingTitle`, `InvalidDate` (a date line that is none,
    more than one, a day to come or long before the site) and what `Outline` raises.
    """
    page.check_whole()
    main = _only_main(page)
    dates = [child for child in main if "rightalign" in classes(child)]
    other_language, related = _OTHER_LANGUAGE(main), _RELATED(main)
    published, dated = _date(page, dates)
    outline = Outline(
        page,
        skip=[*dated, *other_language, *related, *_BUTTONS(main)],
        is_caption=_is_caption,
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
    misplaced = _PAGE_PARTS(main) + [e for e in _OUTSIDE(page.tree) if main not in _around(e)]
    if misplaced:
        name = misplaced[0].get("id") or misplaced[0].get("class") or str(misplaced[0].tag)
        raise MisplacedMarkup(f"{name} in or out of div#maincontents", url=page.url)
    if not _AFTER(main):
        raise Truncated("nothing of the page's end follows the article", url=page.url)
    stray = _stray_beside(main) or _stray_after(main) or _stray_in_header(page)
    if stray:
        raise MisplacedMarkup(f"{stray[:40]!r} outside of the article", url=page.url)
    return main


def _around(element: HtmlElement) -> list[HtmlElement]:
    return list(element.iterancestors())


def _stray_beside(main: HtmlElement) -> str:
    """Text in the elements around the article that is no navigation."""
    inner = main
    for around in main.iterancestors():
        if around.tag in {"main", "body"} or around.get("id") in {"contents", "wrapper"}:
            break
        if stray := fold(shown_text(around, {inner, *_NAVIGATION(around)})):
            return stray
        inner = around
    return ""


def _stray_in_header(page: Page) -> str:
    """Text beside the headings in which section and title stand."""
    pieces = (shown_text(header, set(_HEADINGS(header))) for header in _HEADER(page.tree))
    return fold("".join(pieces))


def _stray_after(main: HtmlElement) -> str:
    """Text between the article and what follows it on every page; empty where there is none."""
    around = _AROUND_NEXT_TEXT(main)
    if not around or set(around) & set(_AFTER(main)):
        return ""
    return fold(around[-1].text_content())


def _title(page: Page) -> str:
    titles = list(_texts(_TITLE(page.tree)))
    if len(titles) != 1:
        raise MissingTitle(f"{len(titles)} titles in div#contents-header h2", url=page.url)
    return titles[0]


def _date(page: Page, lines: list[HtmlElement]) -> tuple[date | None, list[HtmlElement]]:
    """The date of publication and the element it stands in.

    A right-aligned line of another kind ("Provisional translation", a signature) belongs to the
    article. One that speaks of a day and is no date is refused where there is no other, for a date
    that is not understood must not be replaced by the listing's in silence.
    """
    found: list[tuple[date, HtmlElement]] = []
    doubtful = ""
    for line in lines:
        text = fold(one_line(line))
        try:
            day = read_date(text)
        except ValueError as error:
            raise InvalidDate(str(error), url=page.url) from None
        if day:
            found.append((day, line))
        elif _LIKE_A_DATE.search(text):
            doubtful = text
    if len({day for day, _ in found}) > 1:
        raise InvalidDate("date lines with different days", url=page.url)
    if not found and doubtful:
        raise InvalidDate(f"{doubtful!r} in div.rightalign is no date", url=page.url)
    if not found:
        return None, []
    day, line = found[0]
    if not _FIRST_DAY <= day <= page.fetched_day + _CLOCK_TOLERANCE:
        raise InvalidDate(f"{day} is to come, or long before the site", url=page.url)
    return day, [line]


def _translation(page: Page, blocks: list[HtmlElement]) -> str | None:
    """The address of the page in the other of the two languages, by the page's own link.

    Several, a file, or the other side's front page are none of them this page's translation; of
    several, the one that bears the name of the language is.
    """
    named: set[str] = set()
    others: set[str] = set()
    for block in blocks:
        _check_only_links(page, block)
        for link in _LINKS(block):
            url = site.canonical_url(link.get("href", ""), page.url)
            if not url or not site.is_on_site(url) or site.lang_of(url) == site.lang_of(page.url):
                continue
            own_name = fold(link.text_content()).lower() in _OWN_NAMES[site.lang_of(page.url)]
            (named if own_name else others).add(url)
    found = named or others
    url = found.pop() if len(found) == 1 else None
    return url if url and not site.is_file(url) and not url.endswith("/index.html") else None


def _related_links(page: Page, sections: list[HtmlElement]) -> Iterator[Link]:
    for section in sections:
        _check_only_links(page, section)
        for link in _LINKS(section):
            url = site.canonical_url(link.get("href", ""), page.url)
            if url and url != page.url:
                kind: Literal["attachment", "related"]
                kind = "attachment" if site.is_file(url) else "related"
                yield Link(kind=kind, text=fold(link.text_content()), url=url)


def _check_only_links(page: Page, block: HtmlElement) -> None:
    """Refuse a list of links that holds sentences of another kind: they would be lost."""
    entries = _ENTRIES(block)
    holds_link = {e for link in _LINKS(block) for e in ancestors(link, block) if e is not block}
    words = fold(shown_text(block, {*entries, *holds_link}))
    if len(words) > _MOST_BESIDE_LINKS:
        raise MisplacedMarkup(f"{words[:40]!r} in a list of links", url=page.url)


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
