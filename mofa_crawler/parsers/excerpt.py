"""The part of a CMS page that the article stands in, as a short page of its own.

Four fifths of a page are the template's: menus, footer, scripts. An excerpt is the title, and all
from the breadcrumb to the end of `main`. It is read in the place of its page only where that comes
to the same, and this is seen on the page itself:

- The parser goes over a page once. What it makes of a piece depends on the elements that are open
  where the piece begins; what it makes of the rest, on those that are open where the piece ends.
- A mark in the place of the piece, with the rest of the page around it, tells what is open there:
  `div#wrapper` in the body, as it must be. A mark behind the piece, in the excerpt, tells what is
  open there: again no more and no less. A tag too many or too few, a comment or a script without an
  end puts the mark elsewhere, or swallows it.
- The rest must hold nothing that is looked for on a page (`cms.is_plain_around`), and the head
  nothing but a title, and scripts, styles, links and metas in their plainest forms.

In any doubt there is no excerpt, and the whole page is read; also where an excerpt is refused, for
only the whole page tells why.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.parsers.dom import drop_hidden
from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.layouts import cms
from mofa_crawler.parsers.page import Page, parse_html
from mofa_crawler.parsers.screening import is_like_a_block_page, says_blocked

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What has matched is not looked at again (the second plus). A set of all but one character takes a
# quarter of the time of others: that there is no NUL is seen apart.
_SPACE = r"[ \t\r\n]*+"
_ATTRIBUTES = rf'(?:[ \t\r\n]++(?!http-equiv)[a-z][a-z:-]*+(?:="[^"]*+")?+)*+{_SPACE}'
# Each ends where it seems to: no quotation mark is left open, and no tag stands in a script.
_OF_HEAD = (
    rf"(?:(?:<(?:meta|link){_ATTRIBUTES}/?>"
    r"|<!--[^-<>]*+(?:-[^-<>]++)*+-->"
    rf"|<script{_ATTRIBUTES}>[^<]*+(?:<(?![!/sS])[^<]*+)*+</script>"
    rf"|<style{_ATTRIBUTES}>[^<]*+</style>){_SPACE})*+"
)
_HEAD = re.compile(
    rf"<!DOCTYPE html>{_SPACE}<html{_ATTRIBUTES}>{_SPACE}<head>{_SPACE}{_OF_HEAD}"
    rf"(?P<title><title>[^<]*+</title>){_SPACE}{_OF_HEAD}</head>{_SPACE}(?=<body)".encode()
)
_BEGIN, _END = b'<div id="breadcrumb">', b"</main>"
_NAME_OF_MARK = "end-of-excerpt"
# As the footer does on a page, the mark follows the article.
_MARK = f'<{_NAME_OF_MARK} id="footer"></{_NAME_OF_MARK}>'.encode()
# A mark of the page's own; and tags that the parser takes for those of the page, for each of which
# it passes over an end tag later. In markup in lower case.
_FORBIDDEN = re.compile(rf"<(?:{_NAME_OF_MARK}|html[\s/>]|head[\s/>]|body[\s/>])".encode())
# The pages of a folder share theirs, of some 16 KB; so many are remembered, and no longer ones.
_SURROUNDINGS = 64
_LONGEST_SURROUNDINGS = 100_000  # bytes


class _Excerpt(Page):
    """A part of a page in UTF-8, whose size has been checked."""

    @property
    def encoding(self) -> str:
        return "utf-8"

    def check_size(self) -> None:
        pass


def excerpt_of(page: Page) -> Page | None:
    """A short page that, if it can be read, reads as `page` does; None where that is in doubt.

    Of a page that is none (`check_is_page`) there is no excerpt.
    Raises `Unparsable` and `Undecodable` where `Page.tree` would.
    """
    body = page.body
    head = _HEAD.match(body)
    begin = body.find(_BEGIN)
    end = body.find(_END, begin) + len(_END)
    if not head or b"\0" in head[0] or not head.end() < begin < end or says_blocked(page):
        return None
    page.check_size()
    piece = body[begin:end]
    if len(body) - len(piece) > _LONGEST_SURROUNDINGS:
        return None
    if page.encoding != "utf-8":
        return None
    lower = (head[0] + piece).lower()
    if _FORBIDDEN.search(lower, len(head[0])) or is_like_a_block_page(lower):
        return None
    if not _are_plain(body[head.end() : begin], body[end:]):
        return None
    html = _around(head["title"], b'<body><div id="wrapper">' + piece, b"</div></body></html>")
    excerpt = _Excerpt(page.url, html, page.fetched_at, page.headers, warnings=[*page.warnings])
    mark = _place_of_mark(excerpt.tree)
    # The first element of the body is the one that was open where the piece begins.
    return excerpt if mark is not None and mark.getparent() is excerpt.tree[1][0] else None


def _around(head: bytes, before: bytes, after: bytes) -> bytes:
    """A page with the mark at a place of its body."""
    return b"<!DOCTYPE html><html><head>%b</head>%b%b%b" % (head, before, _MARK, after)


@lru_cache(maxsize=_SURROUNDINGS)
def _are_plain(before: bytes, after: bytes) -> bool:
    """Whether what is around the piece on a page leaves nothing open at it, and says nothing."""
    lower = (before + after).lower()
    if _FORBIDDEN.search(lower, 1) or is_like_a_block_page(lower):
        return False
    try:
        tree = parse_html(_around(b"", before, after), url=site.ORIGIN)
    except ParseError:
        return False
    mark = _place_of_mark(tree)
    drop_hidden(tree)
    return mark is not None and after.rstrip().endswith(b"</html>") and cms.is_plain_around(mark)


def _place_of_mark(tree: HtmlElement) -> HtmlElement | None:
    """The mark, if nothing but `div#wrapper` and the body are open at it."""
    mark = next(tree.iter(_NAME_OF_MARK), None)
    wrapper = None if mark is None else mark.getparent()
    if wrapper is None or wrapper.tag != "div" or wrapper.items() != [("id", "wrapper")]:
        return None
    body = wrapper.getparent()
    is_body = body is not None and body.tag == "body" and body.getparent() is tree
    return mark if is_body else None
