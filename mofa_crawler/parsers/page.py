"""A page as it was fetched, and its bytes as text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING

import lxml.etree
import lxml.html

from mofa_crawler.parsers.errors import EmptyPage, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_JAPAN = timezone(timedelta(hours=9), "JST")  # no daylight saving since 1951
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
# Pages that declare Shift_JIS bear the vendor characters of Windows (①, 髙), as browsers expect.
_CODECS = {"shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932"}


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

    @cached_property
    def encoding(self) -> str:
        """The name of the codec that reads the body; raises `Undecodable` where none does.

        In this order: byte order mark, ISO-2022-JP by its escape sequences (which would also pass
        as ASCII), strict UTF-8, what the page declares, what the header declares, and the two
        other encodings of Japanese pages.
        """
        for bom, codec in _BOMS.items():
            if self.body.startswith(bom):
                return codec
        for codec in self._candidates():
            try:
                self.body.decode(codec)
            except (UnicodeDecodeError, LookupError):
                continue
            return codec
        raise Undecodable("the bytes are text in none of the encodings tried", url=self.url)

    def _candidates(self) -> Iterator[str]:
        if b"\x1b$" in self.body:
            yield "iso2022_jp"
        yield "utf-8"
        if match := _META_CHARSET.search(self.body, 0, 4096):
            yield _codec(match[1].decode("ascii", "replace"))
        content_type = {k.lower(): v for k, v in self.headers.items()}.get("content-type", "")
        if header := _HEADER_CHARSET.search(content_type):
            yield _codec(header[1])
        yield from ("cp932", "euc_jp")

    @cached_property
    def tree(self) -> lxml.html.HtmlElement:
        """The page's root element, comments left out.

        Raises `Undecodable` for the bytes, `EmptyPage` where there is no markup at all.
        """
        body = self.body
        if self.encoding != "utf-8":
            body = body.decode(self.encoding).encode()
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        try:
            tree = lxml.html.document_fromstring(body, parser=parser)
        except lxml.etree.ParserError:
            raise EmptyPage("there is nothing in the page", url=self.url) from None
        return tree

    @property
    def fetched_day(self) -> date:
        """The day in Japan on which the page was fetched."""
        return self.fetched_at.astimezone(_JAPAN).date()


def _codec(name: str) -> str:
    return _CODECS.get(name.lower(), name)
