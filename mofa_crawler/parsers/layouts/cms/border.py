"""The border of `#maincontents`, and whether a tag too many or too few has moved it.

A widget or a banner beside the article is no fault of the page. Text of the article outside of
`#maincontents`, or other text inside, is a fault. Both look the same in the tree, because lxml
repairs the page without an error. The tags of the source show the difference: after the article, as
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
# A tag that may move the border. Or a comment, or an element whose content is no markup: without an
# end, it swallows the rest of the page.
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
    """The `#maincontents` of a page, which must have the whole article and no other text.

    `mains` are the `div`s with this id. Raises `MisplacedMarkup`, and `Truncated` if the article
    does not end before the page.
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
    # A missing quotation mark swallows the rest of the page, and the footer with it.
    is_last = all(element.getnext() is None for element in (main, *main.iterancestors()))
    if (is_last and b"<footer" in page.utf8) or (not border.is_closed and not _END_OF_PAGE(main)):
        raise Truncated("the article does not end before the page does", url=page.url)
    if border.surplus > 0 and (stray := _text_after(main)):
        raise MisplacedMarkup(f"a tag too many, and {stray[:40]!r} after the article", url=page.url)
    if border.surplus < 0 and border.gap:
        raise MisplacedMarkup(
            f"a tag too few, and {border.gap[:40]!r} perhaps in the article", url=page.url
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
    # How many `</div>` are too many, up to the end of the element around. Negative: too few.
    surplus: int = 0
    # An open element in the article: browsers hide the rest of the article, or strike it out.
    unclosed: str = ""
    gap: str = ""  # if a tag is missing: text after the article that may be inside because of that


def _border(html: bytes, main: HtmlElement) -> _Border:
    """Read the border from `html`, the page in UTF-8 and lower case."""
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
    is_ended = False  # whether `</main>` or `</article>` is inside of the article
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
    # The `</div>` that closes the article if another is missing.
    last_part = max(html.rfind(part, 0, closed_at or end) for part in _LAST_PARTS)
    close = next((at for at, depth in closers if at > last_part and depth == -surplus), None)
    gap = "" if close is None else _text_of(html[close : closed_at or end])
    unclosed = (name.decode() for name in +opened if name not in _AROUND_ARTICLE)
    return _Border(closed_at is not None, surplus, next(unclosed, ""), gap)


def _text_of(html: bytes) -> str:
    text = _TAG_OR_COMMENT.sub(b" ", html[:_LONGEST_GAP])
    return collapse_spaces(text.decode(errors="replace"))
