"""The tree of a page from before 2013, as its lines need it, and the article cut out of it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from lxml.etree import strip_elements

from mofa_crawler import site
from mofa_crawler.parsers.body.rendering import render
from mofa_crawler.parsers.dom import MARKED, drop_marked, text_of
from mofa_crawler.parsers.errors import Unparsable
from mofa_crawler.parsers.layouts.legacy.places import elements_around, places_in, text_at
from mofa_crawler.parsers.layouts.legacy.wrapped_lines import break_lines, unwrap_lines
from mofa_crawler.parsers.text import collapse_spaces

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.layouts.legacy.lines import Line
    from mofa_crawler.parsers.page import Page

_MOST_TAGS = 50_000


def body_of(page: Page) -> HtmlElement:
    """The page's body without scripts, as `render` changes it, and with its lines as they are
    meant: those of `<pre>` end in `<br>`, and hard-wrapped Japanese ones are joined.

    Raises what `Page.tree` raises, and `Unparsable` for more markup than such a page ever had.
    """
    if page.body.count(b"<") > _MOST_TAGS:
        raise Unparsable(f"more than {_MOST_TAGS:,} tags in a page from before 2013", url=page.url)
    render(page.tree, page)
    body = next(page.tree.iter("body"), page.tree)
    strip_elements(body, "script", "style", with_tail=False)
    for pre in list(body.iter("pre")):
        break_lines(pre)
    if site.lang_of(page.url) == "ja":
        unwrap_lines(body)
    return body


def cut(body: HtmlElement, lines: Collection[Line], *, after: Line, before: Line) -> HtmlElement:
    """A copy of the body with the lines of the article alone, and the elements around them.

    `after` and `before` are the lines of the page above and below the article. Elements without
    text between these two, such as pictures, are in the copy too.
    """
    kept = {place for line in lines for place in line.places}
    around = {outer for place in kept for outer in elements_around(place)}
    first, last = after.last_place, before.first_place
    article = deepcopy(body)
    copies = dict(zip(body.iter(), article.iter(), strict=True))
    is_inside = False
    for place in places_in(body):
        element, what = place
        if place == last:
            is_inside = False
        if what == "tag":
            is_outside = not is_inside or (element.tag == "a" and collapse_spaces(text_of(element)))
            if is_outside and element not in around:
                copies[element].tag = MARKED
        elif place not in kept and text_at(place).strip():
            setattr(copies[element], what, None)
        if place == first:
            is_inside = True
    drop_marked(article)
    return article
