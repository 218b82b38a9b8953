"""Reads a page of the CMS template.

`#contents-header` has the section and the title. `#maincontents` has, in this order, the share
buttons, the date, the link to the other language, the sections of the article, a rule, and the
related links. Everything else on the page is ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.parsers.body.line_kinds import classify_note, is_caption
from mofa_crawler.parsers.body.outline import Outline
from mofa_crawler.parsers.body.rendering import render
from mofa_crawler.parsers.dates import is_date
from mofa_crawler.parsers.dom import (
    INLINE,
    ancestors,
    attributes,
    divs_of_class,
    has_class,
    one_line,
    selector,
    text_of,
    visible_text,
)
from mofa_crawler.parsers.errors import MisplacedMarkup
from mofa_crawler.parsers.layouts import Article
from mofa_crawler.parsers.layouts.cms.border import only_main
from mofa_crawler.parsers.layouts.cms.date_line import find_date_line
from mofa_crawler.parsers.layouts.cms.header import find_parts, read_header
from mofa_crawler.parsers.links import (
    TO_SHARE,
    TO_TOP,
    bare_name,
    find_translation,
    names_language,
    read_link,
)
from mofa_crawler.parsers.text import collapse_spaces, comparison_key
from mofa_crawler.record import Block, Link

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

NAME = "cms"

_SECTIONS = frozenset({"main-section", "section"})
_TEXT_PARTS = _SECTIONS | {"section-block", "any-area"}
_LINK_BOXES = frozenset({"other-language", "relatedlink-section"})
_NO_SWITCHES = _TEXT_PARTS | {"relatedlink-section"}
_BUTTONS = frozenset(
    {"social-btn", "social-btn-top", "social-btn-bottom", "social-btn-wrapper", "index"}
)
_TO_TOP = attributes(
    "./descendant::*/@id[.='pagetop']|./descendant::*/@class[contains(., 'pagetop')]"
)
_MOST_BESIDE_LINKS = 30  # characters: "(PDF)", "and"
_NAVIGATION = selector(".//nav[not(ancestor::div[.any-area])]|.//div[.breadcrumb]")
_LINKS = selector(".//a[@href]")
_NO_CAPTION = selector(
    ".//ol|.//ul|.//table|.//h2|.//h3|.//h4|self::*[.any-area]|.//div[.any-area]"
)


def match(page: Page) -> _Match | list[str]:
    """The page with its anchors, or the anchors of the template that the page lacks."""
    headers, mains = find_parts(page)
    sections = (div for main in mains for div in divs_of_class(main, _SECTIONS))
    found = {
        "div#contents-header h2": any(True for header in headers for _ in header.iter("h2")),
        "div#maincontents": bool(mains),
        "div#maincontents div.main-section": next(sections, None) is not None,
    }
    missing = [name for name, is_found in found.items() if not is_found]
    return missing or _Match(page, headers, mains)


@dataclass
class _Match:
    page: Page
    headers: list[HtmlElement]
    mains: list[HtmlElement]

    def read(self) -> Article:
        """Read the article.

        Raises `Truncated`, `MisplacedMarkup`, `MissingTitle` and what `Outline` raises.
        """
        page = self.page
        page.check_whole()
        main = only_main(page, self.mains)
        for part in (*self.headers, main):
            render(part, page)
        header = read_header(page, self.headers)
        line = find_date_line(main, header.subtitles)
        boxes = list(divs_of_class(page.tree, _LINK_BOXES))
        related = [box for box in boxes if has_class(box, "relatedlink-section")]
        switches = [each for part in (*self.headers, main) for each in _switches_and_buttons(part)]
        other_language = [*(box for box in boxes if box not in related), *switches]
        buttons = divs_of_class(main, _BUTTONS)
        to_top = [value.getparent() for value in _TO_TOP(main) if "pagetop" in value.split()]
        skip = {*line.elements, *boxes, *switches, *buttons, *to_top}
        skip |= {*_links_to_top(main), *_NAVIGATION(main)}
        _check_boxes(page, main, boxes, skip)
        outline = Outline(page, skip=skip, is_caption=_is_caption)
        outline.walk(main)
        subtitles = [text for text in header.subtitles if text != line.text and not is_date(text)]
        for text in subtitles:
            page.warn("subtitle", f"{text[:80]!r} below or above the title")
        above = [Block(kind="heading", text=text) for text in subtitles]
        above += [Block(kind=classify_note(text) or "paragraph", text=text) for text in line.others]
        return Article(
            section=header.section,
            title=header.title,
            date=line.date,
            date_line=line.text,
            date_problem=line.problem,
            body=[*above, *outline.blocks],
            links=[*outline.links, *_related_links(page, related)],
            translation=_translation(page, [*other_language, *line.elements]),
        )


def _links_to_top(main: HtmlElement) -> Iterator[HtmlElement]:
    """The paragraphs that are nothing but a link to the top of the page."""
    for link in main.iter("a"):
        name = bare_name(collapse_spaces(text_of(link)))
        if link.get("href", "").startswith("#") and TO_TOP.fullmatch(name):
            around = link.getparent()
            if around is not None and bare_name(collapse_spaces(visible_text(around))) == name:
                yield around if around.tag in {"p", "span"} else link


def _switches_and_buttons(part: HtmlElement) -> Iterator[HtmlElement]:
    """The elements outside of the sections with only links to other languages, or share buttons."""
    for link in filter(_is_switch_or_button, part.iter("a")):
        around = ancestors(link, part)
        block = next((e for e in around if e.tag not in INLINE and e is not part), around[-2])
        links = [*block.iter("a")]
        if (
            all(map(_is_switch_or_button, links))
            and not comparison_key(visible_text(block, links))
            and not any(_NO_SWITCHES & {*e.get("class", "").split()} for e in around)
        ):
            yield block


def _is_switch_or_button(link: HtmlElement) -> bool:
    href = link.get("href", "")
    return TO_SHARE.match(href) is not None or (
        names_language(text_of(link)) and not site.is_file(href)
    )


def _check_boxes(
    page: Page, main: HtmlElement, boxes: Iterable[HtmlElement], skip: Collection[HtmlElement]
) -> None:
    """Raise `MisplacedMarkup` if a part that is left out may have text of the article.

    Sentences in a box of links are no part of the article, unless the box is inside its text.
    """
    parts = (part for left_out in skip for part in divs_of_class(left_out, _TEXT_PARTS))
    if any(main in part.iterancestors() for part in parts):
        raise MisplacedMarkup("a section of the article in another part", url=page.url)
    for box in boxes:
        if any(has_class(outer, "any-area") for outer in box.iterancestors("div")):
            text = collapse_spaces(visible_text(box, [*box.iter("a", "h2", "h3", "h4")]))
            if len(text) > _MOST_BESIDE_LINKS:
                raise MisplacedMarkup(f"{text[:40]!r} in a box of links", url=page.url)


def _translation(page: Page, boxes: Iterable[HtmlElement]) -> str | None:
    links = [link for box in boxes for link in _LINKS(box)]
    return find_translation(((link.get("href", ""), text_of(link)) for link in links), page)


def _related_links(page: Page, boxes: Iterable[HtmlElement]) -> Iterator[Link]:
    for element in (link for box in boxes for link in _LINKS(box)):
        href, text = element.get("href", ""), one_line(element)
        if link := read_link(href, text, page=page, kind="related"):
            yield link


def _is_caption(element: HtmlElement) -> bool:
    """Whether the element's text is the caption of a picture.

    In a section block, the text is in `div.text`. Pictures and their captions are beside it.
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
