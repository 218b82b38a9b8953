"""The source of a page as a tree, like the one that browsers build.

libxml2, the parser of lxml, does not repair broken markup as browsers do: it drops end tags
that browsers obey, and obeys end tags that browsers ignore. Words would run together or vanish.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from mofa_crawler.parsers.errors import EmptyPage, Unparsable

# One class for all elements. By default lxml chooses a class by the name of the tag, in Python, for
# every element that the parsers read.
_ELEMENTS = lxml.etree.ElementDefaultClassLookup(element=HtmlElement)
# Browsers show what follows such a tag as if the tag were not there. libxml2 ends the page.
_END_OF_PAGE = re.compile(rb"</(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])\b[^>]*>")
_STRAY = "Unexpected end tag : "
_PARAGRAPH_TAG = re.compile(rb"</?p\b[^>]*>", re.IGNORECASE)
_FORMATTED = re.compile(
    rb"(?P<tag><(?P<name>b|s|strike|u)(?=[\s>])[^>]*>)"
    rb"(?P<inside>(?:[^<]++|<(?!/?(?P=name)[\s>]))*+)(?P<end></(?P=name)\s*>)",
    re.IGNORECASE,
)
_BLOCK_END = re.compile(rb"</(?:address|center|dd|dl|dt|p|pre)\s*>", re.IGNORECASE)
_END_OF_BREAK = re.compile(rb"</br\b[^>]*>", re.IGNORECASE)
_HEADING_TAG = re.compile(rb"<(?P<end>/?)h(?P<rank>[1-6])\b[^>]*>", re.IGNORECASE)


class _Parsers(threading.local):
    """One parser for each thread, because the error log of a parser is that of its last page."""

    def __init__(self) -> None:
        self.html = lxml.html.HTMLParser(
            encoding="utf-8",
            remove_comments=True,
            remove_pis=True,
            # Without it, libxml2 drops in silence what is nested deeper than 256 elements.
            huge_tree=True,
            collect_ids=False,  # for `getElementById`, which nobody calls
        )
        self.html.set_element_class_lookup(_ELEMENTS)


_PARSERS = _Parsers()


def parse_html(utf8: bytes, *, url: str) -> HtmlElement:
    """The root element of a page in UTF-8, without comments.

    Raises `EmptyPage` and `Unparsable`, which name `url`.
    """
    utf8 = _END_OF_PAGE.sub(b"", utf8)
    tree = _parse(utf8, url)
    messages = [error.message for error in _PARSERS.html.error_log]
    strays = {text.removeprefix(_STRAY) for text in messages if text.startswith(_STRAY)}
    mends = [mend for tags, mend in _MENDS if not strays.isdisjoint(tags)]
    for mend in mends:
        utf8 = mend(utf8)
    return _parse(utf8, url) if mends else tree


def new_element(tag: str) -> HtmlElement:
    """An element without a parent, of the class that trees are made of."""
    return _PARSERS.html.makeelement(tag)


def _parse(utf8: bytes, url: str) -> HtmlElement:
    parser = _PARSERS.html
    try:
        tree = lxml.html.document_fromstring(utf8, parser=parser)
    except lxml.etree.ParserError:
        raise EmptyPage("there is nothing in the page", url=url) from None
    if fatal := [e for e in parser.error_log if e.level == lxml.etree.ErrorLevels.FATAL]:
        raise Unparsable(fatal[0].message, url=url)
    return tree


def _repeat_formats(html: bytes) -> bytes:
    """Close a format (`<b>`) before each `<p>` tag, and open the format again after the tag.

    Without that, libxml2 ends the format at the `<p>`.
    """

    def repeat(match: re.Match[bytes]) -> bytes:
        tag, end = match["tag"], match["end"]
        return tag + _PARAGRAPH_TAG.sub(lambda p: end + p[0] + tag, match["inside"]) + end

    return _FORMATTED.sub(repeat, html)


def _end_headings(html: bytes) -> bytes:
    """End the open heading at an end tag of any rank, as browsers do."""
    ranks: list[bytes] = []

    def end(match: re.Match[bytes]) -> bytes:
        if not match["end"]:
            ranks.append(match["rank"])
            return match[0]
        return b"</h%b><p></p>" % ranks.pop() if ranks else b""

    return _HEADING_TAG.sub(end, html)


def _end_blocks(html: bytes) -> bytes:
    """Part the texts around the end tag of a block, also if libxml2 has ended the block earlier."""
    return _BLOCK_END.sub(rb"\g<0><p></p>", html)


def _break_lines(html: bytes) -> bytes:
    return _END_OF_BREAK.sub(b"<br>", html)


# How to mend a page in which libxml2 has ignored the end tags of these elements.
_MENDS: list[tuple[set[str], Callable[[bytes], bytes]]] = [
    ({"b", "s", "strike", "u"}, _repeat_formats),
    ({"h1", "h2", "h3", "h4", "h5", "h6"}, _end_headings),
    ({"address", "center", "dd", "dl", "dt", "p", "pre"}, _end_blocks),
    ({"br"}, _break_lines),
]
