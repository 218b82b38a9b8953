"""Pages that are no release, recognised before any layout is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mofa_crawler.parsers.dom import text_of
from mofa_crawler.parsers.errors import (
    BlockPage,
    EmptyBody,
    ListingPage,
    MetaRefresh,
    NotFoundPage,
    NotHtml,
    Placeholder,
)
from mofa_crawler.parsers.listing import is_listing
from mofa_crawler.parsers.text import collapse_spaces, comparison_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import Block, Link

_SIGNATURES = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Akamai: "Access Denied … Reference #18.…" in some 400 bytes; Cloudflare: its challenge scripts.
_BLOCK_TITLE = re.compile(
    rb"<title>(?:attention required! \| cloudflare|just a moment"
    rb"|\s*access denied\s*</title>.{0,2000}reference(?:\s|&#32;)*(?:#|&#35;))",
    re.DOTALL,
)
_CLOUDFLARE = (b"/cdn-cgi/challenge-platform/", b"cf-error-details")
_LIKE_A_BLOCK_TITLE = re.compile(
    rb"attention required! \| cloudflare|just a moment|\s*access denied"
)
_LONGEST_BLOCK_PAGE = 2_000  # bytes
# The Japanese words are those of the site's own page; it comes with a status of 200 at times.
_NOT_FOUND = re.compile(
    "ご利用のページが見つかりません|^(?:404 )?(?:Page |File )?Not Found", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"(?:The )?text will be (?:coming soon|available soon|posted later)\.?|Coming soon\.?"
    r"|[(（]?(?:ただいま|現在)?[、,]?(?:掲載)?準備中(?:です)?[)）]?[。.]?|(?:近日|後日)掲載(?:予定)?(?:です)?[。.]?",
    re.IGNORECASE,
)
_FEWEST_LETTERS = 5  # of an article without a link; the shortest are of some ten words


def check_is_page(page: Page) -> None:
    """Raise `NotHtml` or `BlockPage` where the bytes are those of something else."""
    if page.body.startswith(_SIGNATURES):
        raise NotHtml("a file stands under the name of a page", url=page.url)
    if is_block_page(page):
        raise BlockPage("the site's edge refuses this client", url=page.url)


def check_is_article(page: Page) -> None:
    """Raise the error of what stands in the place of a release, if something does.

    `NotFoundPage`, `MetaRefresh`, `ListingPage`; decoding errors are those of `Page.tree`.
    """
    for title in page.named["title"]:
        text = collapse_spaces(text_of(title))
        if _NOT_FOUND.search(text):
            raise NotFoundPage(f"the page is titled {text!r}", url=page.url)
    if any(map(_sends_elsewhere, page.named["meta"])):
        raise MetaRefresh("the page only sends its reader elsewhere", url=page.url)
    if is_listing(page):
        raise ListingPage("a listing stands where a release was expected", url=page.url)


def _sends_elsewhere(meta: HtmlElement) -> bool:
    return meta.get("http-equiv", "").lower() == "refresh" and "=" in meta.get("content", "")


def is_block_page(page: Page) -> bool:
    """Whether the site's edge (Akamai, Cloudflare) has answered in the place of the site.

    It says so in a header, and in the text of its page; with any status.
    """
    if says_blocked(page):
        return True
    body = page.body.lower()
    return any(sign in body for sign in _CLOUDFLARE) or bool(_BLOCK_TITLE.search(body))


def says_blocked(page: Page) -> bool:
    """Whether the answer's headers are those of a block page."""
    if page.header("cf-mitigated"):
        return True
    return "AkamaiGHost" in page.header("Server") and len(page.body) < _LONGEST_BLOCK_PAGE


def is_like_a_block_page(markup: bytes) -> bool:
    """Whether a part of a page, in lower case, bears a sign that a block page may have there.

    No sign goes over a `<` but for the first of it: parts that begin with one may be looked at
    apart. A page without any is no block page by its text.
    """
    titles = markup.split(b"<title>")[1:]
    return any(sign in markup for sign in _CLOUDFLARE) or any(
        map(_LIKE_A_BLOCK_TITLE.match, titles)
    )


def check_is_filled_in(page: Page, body: Sequence[Block], links: Sequence[Link]) -> None:
    """Raise `Placeholder` where the article is nothing but the promise of one, `EmptyBody` where
    it holds no text, or next to none."""
    text = "\n".join(block.as_text() for block in body[:_FEWEST_LETTERS])
    if _PLACEHOLDER.fullmatch(text):
        raise Placeholder(f"the page only says {text!r}", url=page.url)
    if not text or (not links and len(comparison_key(text[:100])) < _FEWEST_LETTERS):
        raise EmptyBody(f"the article only says {text!r}", url=page.url)
