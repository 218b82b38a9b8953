"""Pages of the demo site with elements deleted, doubled, moved and exchanged.

Outside of the article, the record stays the same. Inside, the record is what the page now shows, or
there is a warning, or the page is rejected.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

import lxml.html
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.etree import XPath

from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.release import parse_release
from tests.factories import SITE, page_of, sample_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import PressRelease

PATHS = sorted(
    str(path.relative_to(SITE))
    for path in SITE.rglob("*.htm*")
    if b'id="maincontents"' in path.read_bytes() and not path.name.endswith("index.html")
)
# What a template may have beside an article some day.
WIDGETS = [
    "<div class='survey'><p>Was this page of use to you? Please tell us.</p></div>",
    "<section><h2>Emergency</h2><p>An earthquake was felt. Stay calm.</p></section>",
    "<span class='print'>Print</span>",
    "<form action='/s'><input name=q><p>Search the site</p></form>",
    "<aside><article><ul><li>News of today</li></ul></article></aside>",
    "<blink>New!</blink>",
    "<table><tr><td>Weather</td><td>January 1, 2020</td></tr></table>",
]
PARTS = "//*[@id='contents-header' or @id='maincontents']"
# What the article's own words do not hold.
NO_TEXT = XPath(
    "ancestor::*[self::script or self::style or self::button or self::noscript or self::iframe]"
    "|ancestor::div[contains(@class, 'social-btn') or contains(@class, 'other-language')"
    " or contains(@class, 'relatedlink-section') or contains(@class, 'rightalign')]"
    "|ancestor::*[contains(@class, 'pagetop')]"
    "|ancestor::nav|ancestor::a[.='English' or .='Japanese' or starts-with(@href, 'javascript:')"
    " or contains(@href, '/share') or contains(@href, '/intent')]"
)
MUTATIONS = ("delete", "double", "move", "exchange")


def tree_of(path: str) -> HtmlElement:
    return lxml.html.document_fromstring(
        sample_page(path).body, parser=lxml.html.HTMLParser(encoding="utf-8")
    )


def page_with(tree: HtmlElement, path: str) -> Page:
    return page_of(
        lxml.html.tostring(tree, encoding="utf-8", doctype="<!DOCTYPE html>"), f"/{path}"
    )


def read(page: Page) -> PressRelease:
    return parse_release(page, listed_date="2021-01-27")


@cache
def record_of(path: str) -> dict[str, Any]:
    """The record of an unchanged page."""
    return asdict(read(page_with(tree_of(path), path)))


def elements_outside(tree: HtmlElement) -> list[HtmlElement]:
    """All elements but the article, its header, what is around them, and the page's own names."""
    parts = tree.xpath(PARTS)
    fixed = {e for part in parts for e in (*part.iter(), *part.iterancestors())}
    fixed |= set(tree.xpath("//head|//head/title|//meta[@property='og:url']|//base"))
    return [e for e in tree.iter() if isinstance(e.tag, str) and e not in fixed]


def elements_inside(tree: HtmlElement) -> list[HtmlElement]:
    (main,) = tree.xpath("//*[@id='maincontents']")
    return [e for e in main.iterdescendants() if isinstance(e.tag, str)]


def mutate(
    tree: HtmlElement, elements: Callable[[HtmlElement], list[HtmlElement]], data: st.DataObject
) -> None:
    """Change one or two elements of a tree, without their tails."""
    found = elements(tree)
    first = data.draw(st.sampled_from(found))
    mutation = data.draw(st.sampled_from(MUTATIONS))
    parent = first.getparent()
    assert parent is not None
    if mutation == "double":
        copy = deepcopy(first)
        copy.tail = None
        parent.insert(parent.index(first), copy)
        return
    others = [e for e in found if e not in first.iter() and first not in e.iter()]
    if mutation == "delete" or not others:
        first.drop_tree()
        return
    other = data.draw(st.sampled_from(others))
    copy = deepcopy(first)
    copy.tail = None
    other.addprevious(copy)
    if mutation == "exchange":
        second = deepcopy(other)
        second.tail = None
        first.addprevious(second)
        other.drop_tree()
    first.drop_tree()


@settings(max_examples=120)
@given(st.sampled_from(PATHS), st.integers(1, 3), st.data())
def test_outside_of_the_article_elements_change_nothing(
    path: str, count: int, data: st.DataObject
) -> None:
    tree = tree_of(path)
    before = record_of(path)
    for _ in range(count):
        mutate(tree, elements_outside, data)
    page = page_with(tree, path)
    assert asdict(read(page)) == before, page.text
    assert page.warnings == []


@settings(max_examples=80)
@given(st.sampled_from(PATHS), st.sampled_from(WIDGETS), st.data())
def test_a_widget_outside_of_the_article_changes_nothing(
    path: str, widget: str, data: st.DataObject
) -> None:
    tree = tree_of(path)
    before = record_of(path)
    (main,) = tree.xpath("//*[@id='maincontents']")
    around = [main, *(e for e in main.iterancestors() if e.tag not in {"html", "body"})]
    near = [*around, *(sibling for e in around for sibling in e.itersiblings("div", "footer"))]
    element = data.draw(st.sampled_from(near))
    add = element.addnext if data.draw(st.booleans()) else element.addprevious
    add(lxml.html.fromstring(widget))
    assert asdict(read(page_with(tree, path))) == before


def without_space(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]", "", text)


def is_in_order(characters: str, text: str) -> bool:
    rest = iter(text)
    return all(character in rest for character in characters)


@settings(max_examples=200)
@given(st.sampled_from(PATHS), st.data())
def test_inside_of_the_article_the_record_is_what_the_page_shows(
    path: str, data: st.DataObject
) -> None:
    tree = tree_of(path)
    mutate(tree, elements_inside, data)
    page = page_with(tree, path)
    try:
        record = read(page)
    except ParseError:
        return
    (main,) = page.tree.xpath("//*[@id='maincontents']")
    texts = [text for text in main.xpath(".//text()") if not is_skipped(text)]
    shown = without_space("".join(map(str, texts)))
    written = without_space(
        "".join(
            block.label + block.text + "".join(cell for row in block.rows for cell in row)
            for block in record.body
        )
    )
    # A right-aligned paragraph may be the date line now.
    without_date = shown.replace(without_space(date_in(shown)), "", 1)
    assert record.warnings or is_in_order(shown, written) or is_in_order(without_date, written), (
        shown,
        written,
    )


def date_in(shown: str) -> str:
    """The first date in Japanese of a text, or nothing."""
    found = re.search("(?:令和|平成)[0-9０-９元]+年[0-9０-９]+月[0-9０-９]+日", shown)
    return found[0] if found else ""


def is_skipped(text: object) -> bool:
    element = text.getparent()  # type: ignore[attr-defined]
    around = element.getparent() if text.is_tail else element  # type: ignore[attr-defined]
    probe = lxml.html.Element("span")
    around.append(probe)
    try:
        return bool(NO_TEXT(probe))
    finally:
        around.remove(probe)
