"""The CMS template: releases and topic pages from 2013 on, in both languages.

History: read in the markup of the Japanese side of 2026; the class names of the English side are
relied on by other people's scrapers of 2018-2026. `h1.title1` is the section, `h2.title2` of
`#contents-header` the title; `#maincontents` holds, in this order, the share buttons, the date, the
link to the other language, the sections of the article, a rule, and the related links.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.etree import iterwalk

from mofa_crawler.parsers.body.line_kinds import is_caption
from mofa_crawler.parsers.body.outline import Outline
from mofa_crawler.parsers.dates import read_date
from mofa_crawler.parsers.dom import (
    NOT_TEXT,
    has_class,
    lines_in,
    selector,
    text_of,
    visible_text,
)
from mofa_crawler.parsers.errors import InvalidDate, MisplacedMarkup, MissingTitle, Truncated
from mofa_crawler.parsers.layouts import Article
from mofa_crawler.parsers.links import find_translation, read_link
from mofa_crawler.parsers.text import collapse_spaces, comparison_key, is_blank, join_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import Link

NAME = "cms"

_SITE_NAME = re.compile(r"[|｜]\s*(?:Ministry of Foreign Affairs of Japan|外務省)$")
_ALL = selector("//*")  # also what a broken page has behind its root
_HEADERS = selector("//div[@id='contents-header']")
_SECTION_NAMES = selector("//div[@id='contents-header']//h1")
_TITLES = selector("//div[@id='contents-header']//h2")
_HEAD_TITLES = selector("//head/title")
_MAINS = selector("//div[@id='maincontents']")
_SECTIONS = selector(".//div[.main-section or .section]")
_OTHER_LANGUAGE = selector(".//div[.other-language]")
_RELATED = selector(".//div[.relatedlink-section]")
_BUTTONS = selector(".//div[.social-btn-top or .social-btn-wrapper]|.//*[.pagetop]")
_PAGE_PARTS = selector(
    ".//footer|.//header|.//div[.index]"
    "|.//*[@id='footer' or @id='pagetop' or @id='contents-header']"
)
_ARTICLE_PARTS = selector("//div[.relatedlink-section or .other-language]")
_LINKS = selector(".//a[@href]")
_AFTER = selector(
    "following::footer|following::*[@id='footer']|following::div[@id='pagetop']"
    "|following::div[.index]"
)
_AROUND_NEXT_TEXT = selector(
    "(following::text()[normalize-space()][not(parent::script)][not(parent::style)]"
    "[not(ancestor::a)][not(ancestor::button)][not(ancestor::noscript)])[1]/ancestor::*"
)
# Navigation beside the article: links, and what stands in the page's own elements for it.
_NAVIGATION_IDS = {"breadcrumb", "contents-header"}
_NAVIGATION = selector(
    "descendant-or-self::*[self::a or self::nav or self::div[.index] or @id='breadcrumb'"
    " or @id='contents-header']"
)
_ENTRIES = ("li", "dd", "p")
_LIST_HEADINGS = ("h2", "h3", "h4", "dt")
_NO_CAPTION = selector(
    ".//ol|.//ul|.//table|.//h2|.//h3|.//h4|self::*[.any-area]|.//div[.any-area]"
)
# A right-aligned line that speaks of a day; others ("Provisional translation", a signature) do not.
_LIKE_A_DATE = re.compile(
    r"(?:19|20|１９|２０)[0-9０-９]{2}|[0-9０-９〇一二三四五六七八九十元]\s*[年月日]"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*(?:[0-9]|[a-z]+-)",
    re.IGNORECASE,
)
_MOST_BESIDE_LINKS = 30  # characters: "(PDF)", "and", "Other language:"


def match(page: Page) -> _Match | list[str]:
    """The page with its anchors, or the anchors of the template that the page lacks."""
    titles, mains = _TITLES(page.tree), _MAINS(page.tree)
    found = {
        "div#contents-header h2": bool(titles),
        "div#maincontents": bool(mains),
        "div#maincontents div.main-section": any(map(_SECTIONS, mains)),
    }
    missing = [name for name, is_found in found.items() if not is_found]
    return missing or _Match(page, titles, mains)


@dataclass
class _Match:
    page: Page
    titles: list[HtmlElement]
    mains: list[HtmlElement]

    def read(self) -> Article:
        """Read an article of the CMS template.

        Raises `Truncated`, `MisplacedMarkup`, `MissingTitle`, `InvalidDate` (a date line that is
        none, or more than one) and what `Outline` raises.
        """
        page = self.page
        page.check_whole()
        main = _only_main(page, self.mains)
        above = itertools.takewhile(lambda child: not has_class(child, "main-section"), main)
        dates = [child for child in above if has_class(child, "rightalign")]
        other_language, related = _OTHER_LANGUAGE(main), _RELATED(main)
        published, dated, date_line = _date(page, dates)
        outline = Outline(
            page,
            skip=[*dated, *other_language, *related, *_BUTTONS(main)],
            is_caption=_is_caption,
        )
        outline.walk(main)
        section = section_of(page)
        return Article(
            section=section,
            title=_title(page, self.titles, section),
            date=published,
            date_line=date_line,
            body=outline.blocks,
            links=[*outline.links, *_related_links(page, related)],
            translation=_translation(page, other_language),
        )


def section_of(page: Page) -> str:
    """The heading above the title; empty if there is none."""
    return " ".join(text for h1 in _SECTION_NAMES(page.tree) for text in lines_in(h1))


def _only_main(page: Page, mains: list[HtmlElement]) -> HtmlElement:
    """The element that holds the article, and nothing but the article.

    A tag too many puts text of the article outside, a tag too few the footer inside; an unclosed
    comment or script swallows what follows. lxml says nothing of either.
    """
    if len(mains) != 1:
        raise MisplacedMarkup(f"{len(mains)} div#maincontents", url=page.url)
    main = mains[0]
    if misplaced := _misplaced(page, main):
        first = next(element for element in _ALL(page.tree) if element in misplaced)
        name = first.get("id") or first.get("class") or str(first.tag)
        raise MisplacedMarkup(f"{name} in or out of div#maincontents", url=page.url)
    after = _AFTER(main)
    if not after:
        raise Truncated("nothing of the page's end follows the article", url=page.url)
    stray = _stray_beside(main) or _stray_after(main, after) or _stray_in_header(page)
    if stray:
        raise MisplacedMarkup(f"{stray[:40]!r} outside of the article", url=page.url)
    return main


def _misplaced(page: Page, main: HtmlElement) -> set[HtmlElement]:
    """Parts of the page inside of the article's element, or else parts of the article outside."""
    return set(_PAGE_PARTS(main)) or {
        element for element in _ARTICLE_PARTS(page.tree) if main not in element.iterancestors()
    }


def _stray_beside(main: HtmlElement) -> str:
    """Text in the elements around the article that is no navigation."""
    inner = main
    for around in main.iterancestors():
        if around.tag in {"main", "body"} or around.get("id") in {"contents", "wrapper"}:
            break
        if len(around) > 1 or not is_blank((around.text or "") + (inner.tail or "")):
            siblings = (child for child in around if child is not inner)
            navigation = itertools.chain.from_iterable(map(_navigation_in, siblings))
            if stray := collapse_spaces(visible_text(around, {inner, *navigation})):
                return stray
        inner = around
    return ""


def _navigation_in(element: HtmlElement) -> list[HtmlElement]:
    """The outermost navigation inside an element, and perhaps some inside of it."""
    return [element] if element.get("id") in _NAVIGATION_IDS else _NAVIGATION(element)


def _stray_in_header(page: Page) -> str:
    """Text beside the headings in which section and title stand."""
    headers = _HEADERS(page.tree)
    pieces = (visible_text(header, {*header.iterdescendants("h1", "h2")}) for header in headers)
    return collapse_spaces("".join(pieces))


def _stray_after(main: HtmlElement, after: list[HtmlElement]) -> str:
    """Text between the article and `after`, what follows it on every page; empty where there is
    none."""
    around = _AROUND_NEXT_TEXT(main)
    if not around or set(around) & set(after):
        return ""
    return collapse_spaces(text_of(around[-1]))


def _title(page: Page, headings: list[HtmlElement], section: str) -> str:
    titles = [lines for element in headings if (lines := lines_in(element))]
    if len(titles) != 1:
        raise MissingTitle(f"{len(titles)} titles in div#contents-header h2", url=page.url)
    head_title = collapse_spaces(" ".join(map(text_of, _HEAD_TITLES(page.tree))))
    title = join_lines(titles[0], head_title)
    name = _SITE_NAME.sub("", head_title).rstrip()
    if (
        name != title
        and section
        and (named := comparison_key(name))
        and named == comparison_key(section) != comparison_key(title)
    ):
        raise MissingTitle(f"<title> names {section!r}, and not {title[:40]!r}", url=page.url)
    return title


def _date(page: Page, lines: list[HtmlElement]) -> tuple[date | None, list[HtmlElement], str]:
    """The date of publication, the element it stands in, and its text.

    A right-aligned line of another kind ("Provisional translation", a signature) belongs to the
    article. One that speaks of a day and is no date is refused where there is no other, for a date
    that is not understood must not be replaced by the listing's in silence.
    """
    found: list[tuple[date, HtmlElement, str]] = []
    doubtful = ""
    for line in lines:
        text = " ".join(lines_in(line))
        try:
            day = read_date(text)
        except ValueError as error:
            raise InvalidDate(str(error), url=page.url) from None
        if day:
            found.append((day, line, text))
        elif _LIKE_A_DATE.search(text):
            doubtful = text
    if len({day for day, _, _ in found}) > 1:
        raise InvalidDate("date lines with different days", url=page.url)
    if not found and doubtful:
        raise InvalidDate(f"{doubtful!r} in div.rightalign is no date", url=page.url)
    if not found:
        return None, [], ""
    day, line, text = found[0]
    return day, [line], text


def _translation(page: Page, blocks: list[HtmlElement]) -> str | None:
    links = [link for block in blocks for link in _links_alone(page, block)]
    return find_translation(((link.get("href", ""), text_of(link)) for link in links), page.url)


def _related_links(page: Page, sections: list[HtmlElement]) -> Iterator[Link]:
    for section in sections:
        for element in _links_alone(page, section):
            text = " ".join(lines_in(element))
            link = read_link(element.get("href", ""), text, page_url=page.url, kind="related")
            if link:
                yield link


def _links_alone(page: Page, block: HtmlElement) -> list[HtmlElement]:
    """The links of a list, which must hold no sentences of another kind: they would be lost."""
    links = _LINKS(block)
    for entry, text in _texts_beside(links, block).items():
        words = collapse_spaces(text)
        if len(words) > _MOST_BESIDE_LINKS or (
            words and comparison_key(words) and not _LINKS(entry)
        ):
            raise MisplacedMarkup(f"{words[:40]!r} in a list of links", url=page.url)
    return links


def _texts_beside(links: list[HtmlElement], block: HtmlElement) -> dict[HtmlElement, str]:
    """For a list of links, and each entry of it in page order, the text that is its own: neither
    in a link nor in a heading nor in an entry inside of it."""
    own: dict[HtmlElement, list[str | None]] = {block: []}
    around: list[
        list[str | None]
    ] = []  # where the text in each open element belongs, from the outermost
    for event, node in iterwalk(block, events=("start", "end")):
        if event == "end":
            around.pop()
            if around:
                around[-1].append(node.tail)
            continue
        if node is block or node.tag in _ENTRIES:
            around.append(own.setdefault(node, []))
        elif node.tag in NOT_TEXT or node.tag in _LIST_HEADINGS or node in links:
            around.append([])
        else:
            around.append(around[-1])
        around[-1].append(node.text)
    return {entry: "".join(filter(None, pieces)) for entry, pieces in own.items()}


def _is_caption(element: HtmlElement) -> bool:
    """Whether the element's text belongs to a picture.

    In a section block the text stands in `div.text`; pictures and what is said of them beside it.
    """
    if has_class(element, "caption"):
        return True
    if element.tag != "div":
        return False
    parent = element.getparent()
    return (
        parent is not None
        and has_class(parent, "section-block")
        and not has_class(element, "text")
        and next(element.iterdescendants("img"), None) is not None
        and not _NO_CAPTION(element)
        and is_caption(collapse_spaces(text_of(element)))
    )
