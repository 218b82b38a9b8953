"""The border of `#maincontents`, and whether a tag too many or too few has moved it.

A widget or a banner beside the article is no fault of the page. Text of the article outside of
`#maincontents`, or text from outside in it, is one. Both look the same in the tree, because lxml
repairs the page without a word. The tags of the source show the difference: after the article, as
many `</div>` must follow as `<div>` are open around it.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from mofa_crawler.parsers.dom import attributes, selector, text_of
from mofa_crawler.parsers.errors import MisplacedMarkup, Truncated
from mofa_crawler.parsers.text import collapse_spaces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_PAGE_PARTS = attributes("./descendant::*/@id[.='footer' or .='contents-header']")
# Parts of the page, unless the tags show that they are the article's own.
_PERHAPS_PAGE_PARTS = selector(".//footer|.//header|.//div[.index]|.//*[@id='pagetop']")
_ARTICLE_PARTS = selector("following::div[.any-area or .section-block]")
_END_OF_PAGE = selector(
    "following::footer|following::*[@id='footer']|following::div[@id='pagetop']"
    "|following::div[.index]"
)
_AROUND_NEXT_TEXT = selector(
    "(following::text()[normalize-space()][not(parent::script)][not(parent::style)]"
    "[not(ancestor::a)][not(ancestor::button)]"
    "[not(ancestor::div[.relatedlink-section])])[1]/ancestor::*"
)
_MAIN_TAG = re.compile(rb"""<div\b[^<>]*\sid=["']?maincontents\b""")
# A tag that moves the border; or a comment or an element whose content is no markup, which without
# an end swallows the rest.
_TOKEN = re.compile(
    rb"<(?:(/?)(div|article|main"
    rb"|audio|button|canvas|datalist|dialog|iframe|meter|noembed|noframes|noscript|object|progress"
    rb"|s|select|strike|svg|template|video)\b"
    rb"|!--(?:[^-]++|-(?!->))*+|(script|style|textarea|title|xmp)\b(?:[^<]++|<(?!/\3))*+)"
)
_AROUND_ARTICLE = frozenset({b"article", b"main"})
_TAG_OR_COMMENT = re.compile(rb"<!--[^<>]*-->|<[^<>]*>")
_LAST_PARTS = (b"any-area", b"relatedlink-section")
_LONGEST_GAP = 10_000  # bytes


def only_main(page: Page, mains: list[HtmlElement]) -> HtmlElement:
    """The element that holds the article, the whole article, and nothing but the article.

    `mains` are the `#maincontents` of the page. Raises `MisplacedMarkup`, and `Truncated` for a
    page whose article has no end.
    """
    if len(mains) != 1:
        raise MisplacedMarkup(f"{len(mains)} div#maincontents", url=page.url)
    main = mains[0]
    border = _border(page.utf8.lower(), main)
    parts = [value.getparent() for value in _PAGE_PARTS(main)]
    parts += filter(_is_header, main.iterancestors())
    if border.surplus or not border.is_closed:
        parts += _PERHAPS_PAGE_PARTS(main)
    if parts:
        raise MisplacedMarkup(f"{_name(parts[0])} in or around div#maincontents", url=page.url)
    if parts := _ARTICLE_PARTS(main):
        raise MisplacedMarkup(f"{_name(parts[0])} after div#maincontents", url=page.url)
    if border.unclosed and border.is_closed:
        raise MisplacedMarkup(f"<{border.unclosed}> without an end tag", url=page.url)
    # A quotation mark too few swallows the rest of the page, and the footer with it.
    is_last = all(element.getnext() is None for element in (main, *main.iterancestors()))
    if (is_last and b"<footer" in page.utf8) or (not border.is_closed and not _END_OF_PAGE(main)):
        raise Truncated("the article does not end before the page does", url=page.url)
    if border.surplus > 0 and (stray := _text_after(main)):
        raise MisplacedMarkup(f"a tag too many, and {stray[:40]!r} after the article", url=page.url)
    if border.surplus < 0 and border.gap:
        raise MisplacedMarkup(
            f"a tag too few, and {border.gap[:40]!r} in the article", url=page.url
        )
    return main


def _is_header(element: HtmlElement) -> bool:
    return element.get("id") == "contents-header"


def _name(element: HtmlElement) -> str:
    return element.get("id") or element.get("class") or str(element.tag)


def _text_after(main: HtmlElement) -> str:
    """Text between the article and the end of the page, links and their boxes left out."""
    around = _AROUND_NEXT_TEXT(main)
    if not around or set(around) & set(_END_OF_PAGE(main)):
        return ""
    return collapse_spaces(text_of(around[-1]))


class _Border(NamedTuple):
    """Where the source closes `#maincontents`."""

    is_closed: bool = False
    surplus: int = 0  # of `</div>` from the article to the end of the element around it
    # An element in the article, in which browsers do not show the rest of it, or strike it out.
    unclosed: str = ""
    gap: str = ""  # with tags too few, the text that may be in the article because of that


def _border(html: bytes, main: HtmlElement) -> _Border:
    """`html` is the page in UTF-8 and lower case."""
    begin = _MAIN_TAG.search(html)
    if begin is None:
        return _Border()
    around = [str(element.tag) for element in main.iterancestors()]
    end_tag = next((tag for tag in around if tag in {"main", "article"}), "body")
    expected = [*takewhile(lambda tag: tag != end_tag, around)].count("div")
    end = html.rfind(b"</" + end_tag.encode(), begin.end())
    end = end if end >= 0 else len(html)
    depth, closed_at = 1, None
    closers: list[tuple[int, int]] = []  # place, and the depth that remains
    opened: Counter[bytes] = Counter()
    is_ended = False  # by an end tag of an element around the article, inside of the article
    for tag in _TOKEN.finditer(html, begin.end(), end):
        place, name, is_end = tag.start(), tag[2], bool(tag[1])
        if name == b"div":
            depth += -1 if is_end else 1
            if is_end and closed_at is None:
                closers.append((place, depth))
                closed_at = place if depth == 0 else None
        elif name and closed_at is None:
            is_ended = is_ended or (is_end and name in _AROUND_ARTICLE)
            opened[name] += -1 if is_end else 1
    surplus = -depth - expected
    if is_ended:
        surplus = max(surplus, 1)
    # The `</div>` that would have closed the article, had none been missing.
    last_part = max(html.rfind(part, 0, closed_at or end) for part in _LAST_PARTS)
    close = next((at for at, depth in closers if at > last_part and depth == -surplus), None)
    gap = "" if close is None else _text_of(html[close : closed_at or end])
    unclosed = (name.decode() for name in +opened if name not in _AROUND_ARTICLE)
    return _Border(closed_at is not None, surplus, next(unclosed, ""), gap)


def _text_of(html: bytes) -> str:
    text = _TAG_OR_COMMENT.sub(b" ", html[:_LONGEST_GAP])
    return collapse_spaces(text.decode(errors="replace"))
