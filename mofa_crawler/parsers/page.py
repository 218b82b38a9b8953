"""A page as it was fetched, and its bytes as text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import lxml.etree
import lxml.html

from mofa_crawler.parsers.errors import EmptyPage, Truncated, Undecodable, Unparsable
from mofa_crawler.site import JAPAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_END = re.compile(rb"</html", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
# The encodings of Japanese pages by the names they go under. What declares another one lies, or is
# no page of this site. Pages in Shift_JIS bear the vendor characters of Windows (①, 髙).
_CODECS = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
}


@dataclass
class Page:
    """A fetched page: what the parsers read.

    `url` is the canonical address, `body` the bytes after content decoding, `headers` the
    response's headers, `fetched_at` an aware time. Everything else is derived from them.
    """

    url: str
    body: bytes
    fetched_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """A header's value, whatever the case of its name; empty where there is none."""
        return next((v for k, v in self.headers.items() if k.lower() == name.lower()), "")

    @cached_property
    def encoding(self) -> str:
        """The name of the codec that reads the body; raises `Undecodable` where none does.

        In this order: byte order mark, ISO-2022-JP by its escape sequences (which would also pass
        as ASCII), strict UTF-8, what the page declares, what the header declares, and the two
        other encodings of Japanese pages.
        """
        for codec in self._candidates():
            try:
                self.body.decode(codec)
            except UnicodeError:
                continue
            return codec
        raise Undecodable("the bytes are text in none of the encodings tried", url=self.url)

    def _candidates(self) -> Iterator[str]:
        for bom, codec in _BOMS.items():
            if self.body.startswith(bom):
                yield codec
        if b"\x1b$" in self.body:
            yield "iso2022_jp"
        yield "utf-8"
        declared = _META_CHARSET.search(self.body, 0, 4096)
        names = [declared[1].decode("ascii", "replace")] if declared else []
        if header := _HEADER_CHARSET.search(self.header("Content-Type")):
            names.append(header[1])
        yield from (_CODECS[name.lower()] for name in names if name.lower() in _CODECS)
        yield from ("cp932", "euc_jp")

    @cached_property
    def tree(self) -> lxml.html.HtmlElement:
        """The page's root element, comments left out.

        Raises `Undecodable` for the bytes, `EmptyPage` where there is no markup at all.
        """
        # Without huge_tree, libxml2 drops in silence what is nested deeper than 256 elements.
        parser = lxml.html.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
        )
        try:
            tree = lxml.html.document_fromstring(self._utf8, parser=parser)
        except lxml.etree.ParserError:
            raise EmptyPage("there is nothing in the page", url=self.url) from None
        if fatal := [e for e in parser.error_log if e.level == lxml.etree.ErrorLevels.FATAL]:
            raise Unparsable(fatal[0].message, url=self.url)
        return tree

    @cached_property
    def _utf8(self) -> bytes:
        if self.encoding == "utf-8":
            return self.body
        return self.body.decode(self.encoding).encode()

    def check_whole(self) -> None:
        """Raise `Truncated` where the page breaks off: lxml would close what is open in silence."""
        if not _END.search(self._utf8):
            raise Truncated("the page ends without </html>", url=self.url)

    @property
    def fetched_day(self) -> date:
        """The day in Japan on which the page was fetched."""
        return self.fetched_at.astimezone(JAPAN).date()
