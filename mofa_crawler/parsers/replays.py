"""Pages that were saved from a web archive's replay, which rewrites every address on the page.

Web archives (Wayback Machine, pywb, WARP of the National Diet Library) put their own prefix before
an address: `/web/20261119013000im_/https://…`, `/info:ndljp/pid/11300000/www.…`. They also insert
scripts and a toolbar. Such a page is restored to what the ministry published.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mofa_crawler.parsers.dom import attributes, selector
from mofa_crawler.parsers.errors import RewrittenReplay

if TYPE_CHECKING:
    from mofa_crawler.parsers.page import Page

# `/web/20261119013000/`, `/20261119013000mp_/`, `/collection/20261119013000id_/`, and WARP's older
# form, which leaves the scheme out. Proxies and browsers fold `//` after the scheme into `/`.
_PREFIX = (
    r"(?:(?:https?:)?//[^\s\"'<>/]+)?(?:"
    r"(?:/[^\s\"'<>/?]{1,80}){0,3}/\d{14}(?:[a-z]{2}_)?/(?=https?:/)"
    r"|/info:ndljp/pid/\d+/(?=[\w-]+(?:\.[\w-]+)+/))"
)
_REWRITTEN = re.compile(_PREFIX)
# An address in an attribute, in a list of addresses, in a style, or in a browser's comment.
_IN_SOURCE = re.compile(
    rb"(?P<before>[\"'=\s(,)])%b(?P<scheme>https?:/{1,2}(?=[^/]))?" % _PREFIX.encode()
)
# One expression for all of these takes ten times as long, on every page.
_TIME = re.compile(rb"/\d{14}(?:[a-z]{2}_)?/https?:/")
_OTHER_SIGNS = (b"/info:ndljp/pid/", b"wm-ipp", b"_wb_")
_SAVED_FROM = re.compile(
    rb"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)%b" % _PREFIX.encode()
)
_FROM_ROOT = re.compile(r"/|https?:", re.IGNORECASE)
_NO_ADDRESSES = ("#", "mailto:", "javascript:")
_INSERTED = [
    (b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->", b"<!-- END WAYBACK TOOLBAR INSERT -->"),
    (b"<!-- WB Insert -->", b"<!-- End WB Insert -->"),
]
_TOOLBAR = selector("//*[starts-with(@id, 'wm-ipp') or starts-with(@id, '_wb_')]")
# Addresses of the template. No editor puts the address of a web archive there.
_OF_TEMPLATE = attributes(
    "//meta[@property='og:url']/@content|//link/@href|//script/@src|//img/@src|//body/@background"
)
_LINKS = attributes("//a/@href")


def restore(page: Page) -> Page:
    """The page as the ministry published it: `page` itself, unless a replay has rewritten it.

    Raises `RewrittenReplay` if something of the replay would be left, and what `Page.tree` raises.
    """
    body = page.body
    has_time = b"/http" in body and _TIME.search(body)  # few pages have the first of these
    if not (has_time or any(sign in body for sign in _OTHER_SIGNS)) or not _is_replay(page):
        return page
    restored = replace(page, body=_IN_SOURCE.sub(_address, _without_inserted(body)))
    if _is_replay(restored):
        raise RewrittenReplay(
            "a web archive has rewritten the page; save it without the archive's toolbar "
            "(`id_` behind the time in its address)",
            url=page.url,
        )
    return restored


def _is_replay(page: Page) -> bool:
    """Whether a replay has rewritten the page: the parts of the template lead to a web archive.

    Links in an article may lead to a web archive too, so they count only together.
    """
    if _SAVED_FROM.search(page.body) or _TOOLBAR(page.tree):
        return True
    if any(map(_REWRITTEN.match, _OF_TEMPLATE(page.tree))):
        return True
    links = [link for link in _LINKS(page.tree) if not link.startswith(_NO_ADDRESSES)]
    rewritten = [link for link in links if _REWRITTEN.match(link)]
    # Without a host, such an address leads nowhere on the ministry's site.
    if any(link[:2] != "//" and link[0] == "/" for link in rewritten):
        return True
    # A replay may leave relative addresses as they are. If the page has such addresses, a single
    # link to a web archive may be an editor's.
    if len(rewritten) > 1:
        links = [link for link in links if _FROM_ROOT.match(link)]
    return bool(links) and len(rewritten) == len(links)


def _without_inserted(body: bytes) -> bytes:
    """The body without what the replay has inserted between its comments."""
    for begin, end in _INSERTED:
        before, mark, rest = body.partition(begin)
        if mark and end in rest:
            body = before + rest.partition(end)[2]
    return body


def _address(match: re.Match[bytes]) -> bytes:
    scheme = match["scheme"]
    if scheme:
        scheme = scheme.rstrip(b"/") + b"//"
    return match["before"] + (scheme or b"http://")
