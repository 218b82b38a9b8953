"""A page as it was fetched, and its bytes as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.parsers.decoding import decode, decode_broken
from mofa_crawler.parsers.dom import drop_hidden, selector, text_of
from mofa_crawler.parsers.errors import PageWarning, Truncated, Undecodable, Unparsable
from mofa_crawler.parsers.markup import parse_html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# No page is of the future, but clocks differ.
CLOCK_TOLERANCE = timedelta(days=1)

_END = re.compile(rb"</html", re.IGNORECASE)
_SINGLE_FILE = re.compile(rb"<!--\s*Page saved with SingleFile")
_FOOTER = re.compile(rb"<footer\b", re.IGNORECASE)
_TITLES = selector("//head/title")
_TAIL = 100  # bytes at the end of a page, which mostly have `</html>`
# Pages of the site have a few thousand tags, with a few attributes each.
_MOST_TAGS = 300_000
_LONG = 4_000  # bytes of a tag
_LONG_TAG = re.compile(rb"<[a-zA-Z][^>]{%d,}" % _LONG)
_VALUE = re.compile(rb"\"[^\"]*\"|'[^']*'")
_MOST_ATTRIBUTES = 2_000


@dataclass
class Page:
    """A fetched page: what the parsers read.

    `url` is the canonical address, `answered_url` the address of the response after redirects.
    `body` has the bytes after content decoding. `fetched_at` is an aware time. `source` is as in
    the record. Parsers add to `warnings`.
    """

    url: str
    body: bytes
    fetched_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    source: str = "live"
    answered_url: str = ""
    warnings: list[PageWarning] = field(default_factory=list)

    def warn(self, code: str, message: str) -> None:
        """Add a warning, once; `code` is a key of `errors.WARNINGS`."""
        warning = PageWarning(code, message)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def header(self, name: str) -> str:
        """A header's value, in any case of its name; empty if there is none."""
        return next((v for k, v in self.headers.items() if k.lower() == name.lower()), "")

    @property
    def text(self) -> str:
        """The body as text; raises `Undecodable` if no encoding reads it."""
        return self._decoded[0]

    @property
    def is_broken(self) -> bool:
        """Whether some bytes cannot be decoded. `text` then has U+FFFD in their place.

        Raises `Undecodable`.
        """
        return self._decoded[2]

    @property
    def encoding(self) -> str:
        """The name of the codec that reads the body; raises `Undecodable` if none does."""
        return self._decoded[1]

    @cached_property
    def _decoded(self) -> tuple[str, str, bool]:
        given = self.body, self.header("Content-Type"), site.lang_of(self.url)
        if decoded := decode(*given):
            return *decoded, False
        if decoded := decode_broken(*given):
            return *decoded, True
        raise Undecodable("the bytes are text in none of the encodings tried", url=self.url)

    @cached_property
    def tree(self) -> HtmlElement:
        """The root element of the page, without comments and elements that browsers do not show.

        Raises `Undecodable`, `EmptyPage` if there is no markup, and `Unparsable` for markup that
        lxml cannot read, or that could take too long to read.
        """
        self._check_size()
        tree = parse_html(self.utf8, url=self.url)
        drop_hidden(tree)
        return tree

    @cached_property
    def titles(self) -> list[str]:
        """The text of each `<title>` in the head; a page has one."""
        return [text_of(title) for title in _TITLES(self.tree)]

    @cached_property
    def base_url(self) -> str:
        """The address from which relative links start: that of `<base href>`, else the page's."""
        bases = (base for base in self.tree.iter("base") if "href" in base.attrib)
        for base in bases:
            return site.resolve(base.get("href", ""), self.url) or self.url
        return self.url

    def _check_size(self) -> None:
        """Raise `Unparsable` if parsing the page could take much longer than its size suggests."""
        if len(self.body) > _MOST_TAGS and self.body.count(b"<") > _MOST_TAGS:
            raise Unparsable(f"more than {_MOST_TAGS:,} tags", url=self.url)
        # The time of libxml2 grows with the square of the number of attributes of a tag.
        for tag in _LONG_TAG.finditer(self.body) if self._may_have_long_tag() else ():
            names = _VALUE.sub(b"", tag[0]).replace(b"/", b" ").split()
            if len(names) > _MOST_ATTRIBUTES:
                raise Unparsable(f"a tag of more than {_MOST_ATTRIBUTES:,} words", url=self.url)

    def _may_have_long_tag(self) -> bool:
        """Whether `_LONG` bytes follow one another without the end of a tag."""
        begin = 0
        while begin + _LONG <= len(self.body):
            end = self.body.rfind(b">", begin, begin + _LONG)
            if end < 0:
                return True
            begin = end + 1
        return False

    @cached_property
    def utf8(self) -> bytes:
        """The body in UTF-8; raises `Undecodable`."""
        is_utf8 = self.encoding == "utf-8" and not self.is_broken
        return self.body if is_utf8 else self.text.encode()

    def check_whole(self) -> None:
        """Raise `Truncated` if the page breaks off: lxml closes the open elements without an error.

        SingleFile leaves `</html>` out. In its files, a footer shows that the article is whole.
        """
        if b"</html" in self.utf8[-_TAIL:] or _END.search(self.utf8):
            return
        if not (_SINGLE_FILE.search(self.utf8) and _FOOTER.search(self.utf8)):
            raise Truncated("the page ends without </html>", url=self.url)

    @property
    def fetched_day(self) -> date:
        """The day in Japan on which the page was fetched."""
        return self.fetched_at.astimezone(site.JAPAN).date()

    @property
    def latest_day(self) -> date:
        """The last day that the page can name."""
        return self.fetched_day + CLOCK_TOLERANCE
