"""Pages of unknown markup, as a tree that can be cut anywhere.

In BeautifulSoup a text is a node of its own. So an article can be cut out of a page between any two
texts. BeautifulSoup uses the parser of lxml.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag
from lxml.html import HtmlElement, tostring

from mofa_crawler import site
from mofa_crawler.parsers.body.rendering import render
from mofa_crawler.parsers.errors import Unparsable
from mofa_crawler.parsers.layouts.legacy.wrapped_lines import break_lines, unwrap_lines
from mofa_crawler.parsers.markup import new_element
from mofa_crawler.parsers.text import collapse_spaces, for_xml

if TYPE_CHECKING:
    from mofa_crawler.parsers.layouts.legacy.lines import Line
    from mofa_crawler.parsers.page import Page

_MOST_TAGS = 50_000
_LINE_ENDS = re.compile(r"[\t\n\r]+")


def soup_of(page: Page) -> BeautifulSoup:
    """The page as a tree, without scripts, after `render`.

    Lines of a `<pre>` end in `<br>`, and hard-wrapped Japanese lines are joined. Raises what
    `Page.tree` raises, and `Unparsable` for more markup than any such page has.
    """
    if page.body.count(b"<") > _MOST_TAGS:
        raise Unparsable(f"more than {_MOST_TAGS:,} tags in a page from before 2013", url=page.url)
    render(page.tree, page)
    for link in page.tree.iter("a"):
        # Browsers drop this white space. lxml would write it as `%20` and `%0A`.
        if (href := link.get("href")) and (plain := _LINE_ENDS.sub("", href.strip())) != href:
            link.set("href", for_xml(plain))
    soup = BeautifulSoup(tostring(page.tree, encoding="unicode"), "lxml")
    for program in inside(soup, {"script", "style"}):
        program.extract()
    for pre in inside(soup, {"pre"}):
        break_lines(pre)
    if site.lang_of(page.url) == "ja":
        unwrap_lines(soup)
    return soup


def inside(element: Tag, names: Collection[str]) -> list[Tag]:
    """The elements of these names inside an element, in page order.

    BeautifulSoup's own search takes ten times as long.
    """
    return [node for node in element.descendants if isinstance(node, Tag) and node.name in names]


def nearest(element: Tag | None, names: Collection[str]) -> Tag | None:
    """The element itself or the innermost one around it that has one of these names."""
    while element is not None and element.name not in names:
        element = element.parent
    return element


def cut(soup: BeautifulSoup, lines: Collection[Line], *, after: Line, before: Line) -> HtmlElement:
    """The lines of the article as an lxml tree, with the elements around them.

    The article stands after the line `after` and before the line `before`. Elements without text
    between these two lines, such as pictures, are in the tree too.
    """
    kept = {id(node) for line in lines for node in line.nodes}
    around = {id(element) for line in lines for node in line.nodes for element in node.parents}
    first, last = after.last_node, before.first_node
    root = soup.body or soup
    article = new_element("body")
    copies: dict[int, HtmlElement | None] = {id(root): article}  # None: left out
    is_inside = False
    for node in root.descendants:
        if node is last:
            is_inside = False
        parent = copies[id(node.parent)]
        if isinstance(node, Tag):
            is_dropped = not is_inside or (node.name == "a" and collapse_spaces(node.get_text()))
            is_dropped = id(node) not in around and is_dropped
            copies[id(node)] = None if is_dropped or parent is None else _copy(node, parent)
        elif parent is not None and (id(node) in kept or not str(node).strip()):
            _add_text(parent, str(node))
        if node is first:
            is_inside = True
    return article


def _copy(tag: Tag, parent: HtmlElement) -> HtmlElement:
    element = new_element(tag.name)
    for name, value in tag.attrs.items():
        element.set(name, for_xml(" ".join(value) if isinstance(value, list) else str(value)))
    parent.append(element)
    return element


def _add_text(parent: HtmlElement, node: str) -> None:
    text = for_xml(node)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
