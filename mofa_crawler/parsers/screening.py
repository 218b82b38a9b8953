"""Pages that are no release, recognised before any layout is matched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.parsers.dom import visible_text
from mofa_crawler.parsers.errors import (
    AnotherPage,
    BlockPage,
    EmptyBody,
    ListingPage,
    MetaRefresh,
    NotFoundPage,
    NotHtml,
    Placeholder,
    TranslatedPage,
)
from mofa_crawler.parsers.listing import is_listing
from mofa_crawler.parsers.text import collapse_spaces, comparison_key
from mofa_crawler.parsers.translation import is_translated

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import Block, Link

_SIGNATURES = (
    b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0",
    b"{\\rtf", b"bplist00", b"\x1f\x8b",
)  # fmt: skip
# Akamai: "Access Denied … Reference #18.…" in some 400 bytes, or a puzzle for browsers. Cloudflare:
# its challenge scripts.
_BLOCK_TITLE = re.compile(
    rb"<title>(?:attention required! \| cloudflare|just a moment"
    rb"|\s*access denied\s*</title>.{0,2000}reference(?:\s|&#32;)*(?:#|&#35;))",
    re.DOTALL | re.IGNORECASE,
)
_CHALLENGES = (
    b"/_sec/cp_challenge/",
    b"sec-if-cpt-container",
    b"/cdn-cgi/challenge-platform/",
    b"cf-error-details",
)
_JAPANESE = re.compile("[ぁ-んァ-ヶ一-鿿]")
_LONGEST_BLOCK_PAGE = 2_000  # bytes
# The Japanese words are those of the site's own "not found" page. Its HTTP status is at times 200.
_NOT_FOUND = re.compile(
    r"(?:ページ|ファイル)[がは]見つかりません"
    r"|^(?:error ?[:-]? ?)?(?:404 ?[:-]? ?)?(?:(?:the )?(?:requested )?(?:page|file) )?"
    r"(?:(?:was|is) not|not|cannot be|could not be) found",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    # "(The full text will be posted later.)"
    r"[(\[（【]?(?:(?:the )?(?:[a-z]+ ){0,2}(?:text|statement|summary|details?|translation|version)"
    r" (?:(?:will|to) be|is being) (?:made )?"
    r"(?:coming|available|posted|published|uploaded|added|announced|prepared|translated)"
    r"(?: (?:soon|later|shortly|here|on this (?:page|site|website)|in due course))*"
    r"|(?:coming|available) soon|under construction|to be (?:announced|posted)(?: later)?|tba"
    # 本文は、現在準備中です。 後日掲載予定。
    r"|(?:(?:本文|全文|詳細|内容|概要|結果|資料|仮訳|.語版|日本語版)(?:について)?は?[、,]?)?"
    r"(?:(?:ただいま|ただ今|現在)[、,]?)?"
    r"(?:(?:掲載|公表|公開|翻訳)?(?:準備|作成|翻訳|調整|工事)中"
    r"|(?:近日中?に?|後日|追って|後ほど|準備ができ次第)[、,]?(?:掲載|公表|公開|発表|お知らせ)"
    r"(?:予定|(?:いた)?します|する)?)(?:です)?"
    r")[。.]?[)\]）】]?[。.]?",
    re.IGNORECASE,
)
# The shortest articles have some ten words; an article with a link may have fewer.
_FEWEST_LETTERS = 5
_LONGEST_PLACEHOLDER = 5  # blocks


def check_is_page(page: Page) -> None:
    """Raise `NotHtml` for a file, and `BlockPage` for a saved block page.

    The crawl's middleware stops at live block pages. Captures do not pass through it.
    """
    if page.body[:100].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(_SIGNATURES):
        raise NotHtml("the address of a page leads to a file that is not HTML", url=page.url)
    if is_block_page(page):
        raise BlockPage("the site's edge blocks this client", url=page.url)


def check_is_article(page: Page) -> None:
    """Raise an error if the page is not a release as the ministry published it.

    Raises `NotFoundPage`, `MetaRefresh`, `TranslatedPage`, `ListingPage`, and what `Page.tree`
    raises.
    """
    for text in map(collapse_spaces, page.titles):
        if _NOT_FOUND.search(text):
            raise NotFoundPage(f"the page is titled {text!r}", url=page.url)
    if any(map(_redirects, page.tree.iter("meta"))):
        raise MetaRefresh("the page only redirects to another page", url=page.url)
    if is_translated(page):
        raise TranslatedPage("a browser has translated the page", url=page.url)
    if is_listing(page):
        raise ListingPage("the page is a listing, and not a release", url=page.url)


def check_address(page: Page) -> None:
    """Raise `AnotherPage` if the page names an address as its own that is not `page.url`."""
    addresses = list(_own_addresses(page.tree))
    if page.url in addresses:
        return
    named = [url for address in addresses if (url := site.canonical_url(address, page.base_url))]
    # Indexes do not count: a template may name the front page on every page.
    named = [url for url in named if site.is_on_site(url) and not site.is_index(url)]
    if named and site.release_id(page.url) not in map(site.release_id, named):
        raise AnotherPage(f"the page says that it is {named[0]}", url=page.url)


def _own_addresses(tree: HtmlElement) -> Iterator[str]:
    """The addresses that the page says are its own."""
    for element in tree.iter("meta", "link"):
        if (name := element.get("property")) and name.lower() == "og:url":
            yield element.get("content", "")
        elif (kinds := element.get("rel")) and "canonical" in kinds.lower().split():
            yield element.get("href", "")


def _redirects(meta: HtmlElement) -> bool:
    return meta.get("http-equiv", "").lower() == "refresh" and "=" in meta.get("content", "")


def is_block_page(page: Page) -> bool:
    """Whether the page comes from the site's edge (Akamai, Cloudflare), and not from the site.

    The headers or the text show that. The HTTP status does not matter.
    """
    if page.header("cf-mitigated"):
        return True
    if "AkamaiGHost" in page.header("Server") and len(page.body) < _LONGEST_BLOCK_PAGE:
        return True
    if any(_BLOCK_TITLE.match(page.body, place) for place in _title_tags(page.body)):
        return True
    return any(sign in page.body for sign in _CHALLENGES)


def _title_tags(body: bytes) -> Iterator[int]:
    """The offset of each `<title>`. A search for `_BLOCK_TITLE` takes ten times as long."""
    for tag in (b"<title>", b"<TITLE>"):
        place = body.find(tag)
        while place >= 0:
            yield place
            place = body.find(tag, place + 1)


def check_language(page: Page, text: str) -> None:
    """Raise `TranslatedPage` if no Japanese is on a page of the Japanese side.

    `text` is the text of the record. On the Japanese side, even a release in English has links and
    a footer in Japanese.
    """
    if site.lang_of(page.url) != "ja" or _JAPANESE.search(text):
        return
    if not any(_JAPANESE.search(visible_text(body)) for body in page.tree.iter("body")):
        raise TranslatedPage("no Japanese is on a page of the Japanese side", url=page.url)


def check_has_content(page: Page, body: Sequence[Block], links: Sequence[Link]) -> None:
    """Raise `Placeholder` if the article only announces a text, `EmptyBody` if it is too short."""
    text = "\n".join(block.as_text() for block in body[:_LONGEST_PLACEHOLDER])
    if _PLACEHOLDER.fullmatch(text):
        raise Placeholder(f"the page only says {text!r}", url=page.url)
    if not text or (not links and len(comparison_key(text[:100])) < _FEWEST_LETTERS):
        raise EmptyBody(f"the article only says {text!r}", url=page.url)
