"""`#contents-header`, above the article: section, title, and perhaps more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mofa_crawler.parsers.dom import attributes, lines_in, one_line, selector
from mofa_crawler.parsers.errors import MisplacedMarkup, MissingTitle
from mofa_crawler.parsers.text import collapse_spaces, comparison_key, join_lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_DIV_IDS = attributes("./descendant::div/@id")
_HEADINGS = selector(".//h1|.//h2")
_SITE_NAME = re.compile(r"[|｜]\s*(?:Ministry of Foreign Affairs of Japan|外務省)$")
_NO_TEXT = frozenset({"a", "button", "nav", "form", "h1"})
# Buttons and the like that a page may have beside its title.
_FURNITURE = re.compile(
    r"print|btn|button|share|social|sns|tool|widget|banner|breadcrumb|other-language", re.IGNORECASE
)


@dataclass
class Header:
    """`subtitles` are the lines that are neither section nor title, in page order."""

    section: str
    title: str
    subtitles: list[str] = field(default_factory=list)


def find_parts(page: Page) -> list[list[HtmlElement]]:
    """The headers and the mains of the page; a page of the template has one of each."""
    ids = _DIV_IDS(page.tree)
    names = "contents-header", "maincontents"
    return [[value.getparent() for value in ids if value == name] for name in names]


def section_of(headers: Iterable[HtmlElement]) -> str:
    """The heading above the title; empty if there is none."""
    headings = (h1 for header in headers for h1 in header.iter("h1"))
    return " ".join(text for h1 in headings for text in lines_in(h1))


def read_header(page: Page, headers: Sequence[HtmlElement]) -> Header:
    """Read the one header of a page.

    Raises `MissingTitle`, and `MisplacedMarkup` for more than one header, or a title that a tag too
    many has split.
    """
    if len(headers) != 1:
        raise MisplacedMarkup(f"{len(headers)} div#contents-header", url=page.url)
    section = section_of(headers)
    head_title = collapse_spaces(" ".join(page.titles))
    titles = [lines for h2 in headers[0].iter("h2") if (lines := lines_in(h2))]
    title = _title(page, titles, section, head_title)
    if (rest := comparison_key(headers[0].tail or "")) and rest in comparison_key(head_title):
        raise MisplacedMarkup("a part of the title below div#contents-header", url=page.url)
    in_title = {" ".join(title), *title}
    texts = [_SITE_NAME.sub("", text).rstrip() for text in _texts(headers[0])]
    texts = [text for text in texts if text not in in_title and comparison_key(text)]
    return Header(section, join_lines(title, head_title), texts)


def _title(page: Page, titles: list[list[str]], section: str, head_title: str) -> list[str]:
    """The lines of the title: of the only `h2`, or of the `h2` that `<title>` names.

    A title may stand in several `h2`, and end in the name of the site.
    """
    named = comparison_key(_SITE_NAME.sub("", head_title))
    titles = [[*lines[:-1], _SITE_NAME.sub("", lines[-1]).rstrip()] for lines in titles]
    keys = [comparison_key("".join(lines)) for lines in titles]
    if len(titles) > 1 and "".join(keys) == named:
        titles = [[line for lines in titles for line in lines]]
    elif len(titles) > 1:
        titles = [
            lines for lines, key in zip(titles, keys, strict=True) if key and named.startswith(key)
        ]
    if len(titles) != 1:
        raise MissingTitle(f"{len(keys)} titles in div#contents-header h2", url=page.url)
    if named and named == comparison_key(section) != comparison_key("".join(titles[0])):
        raise MissingTitle(
            f"<title> names {section!r}, and not {' '.join(titles[0])[:40]!r}", url=page.url
        )
    return titles[0]


def _texts(element: HtmlElement) -> Iterator[str]:
    """The texts in the header, without those of buttons and links."""
    yield collapse_spaces(element.text or "")
    for child in element:
        if child.tag == "h2":
            yield one_line(child)
        elif child.tag in _NO_TEXT or _FURNITURE.search(f"{child.get('class')} {child.get('id')}"):
            pass
        elif _HEADINGS(child):
            yield from _texts(child)
        else:
            yield " ".join(lines_in(child, [*child.iter("a", "button")]))
        yield collapse_spaces(child.tail or "")
