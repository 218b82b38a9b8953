"""Pages that are no release, recognised before any layout is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mofa_crawler.parsers.dom import selector
from mofa_crawler.parsers.errors import (
    BlockPage,
    ListingPage,
    MetaRefresh,
    NotFoundPage,
    NotHtml,
    Placeholder,
)
from mofa_crawler.parsers.listing import is_listing
from mofa_crawler.parsers.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mofa_crawler.items import Block
    from mofa_crawler.parsers.page import Page

_SIGNATURES = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Akamai: "Access Denied … Reference #18.…" in some 400 bytes; Cloudflare: its challenge scripts.
_BLOCKS = (
    re.compile(
        rb"<title>\s*Access Denied\s*</title>.{0,2000}Reference(?:\s|&#32;)*(?:#|&#35;)",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rb"/cdn-cgi/challenge-platform/|<title>Attention Required! \| Cloudflare", re.IGNORECASE
    ),
)
# The Japanese words are those of the site's own page; it comes with a status of 200 at times.
_NOT_FOUND = re.compile(
    "ご利用のページが見つかりません|^(?:404 )?(?:Page |File )?Not Found", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"(?:The )?text will be (?:coming soon|available soon|posted later)\.?", re.IGNORECASE
)
_TITLE = selector("//title")
_REFRESH = selector(
    "//meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh'][contains(@content, '=')]"
)


def check_is_article(page: Page) -> None:
    """Raise the error of what stands in the place of a release, if something does.

    `NotHtml`, `BlockPage`, `NotFoundPage`, `MetaRefresh`, `ListingPage`; decoding errors are those
    of `Page.tree`.
    """
    if page.body.startswith(_SIGNATURES):
        raise NotHtml("a file stands under the name of a page", url=page.url)
    if any(block.search(page.body) for block in _BLOCKS):
        raise BlockPage("the site's edge refuses this client", url=page.url)
    for title in _TITLE(page.tree):
        text = fold(title.text_content())
        if _NOT_FOUND.search(text):
            raise NotFoundPage(f"the page is titled {text!r}", url=page.url)
    if _REFRESH(page.tree):
        raise MetaRefresh("the page only sends its reader elsewhere", url=page.url)
    if is_listing(page):
        raise ListingPage("a listing stands where a release was expected", url=page.url)


def check_is_filled_in(page: Page, body: Sequence[Block]) -> None:
    """Raise `Placeholder` where the article is nothing but the promise of one."""
    if len(body) == 1 and _PLACEHOLDER.fullmatch(body[0].text):
        raise Placeholder(f"the page only says {body[0].text!r}", url=page.url)
