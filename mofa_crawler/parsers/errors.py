"""Why a page was rejected, and what is odd about a page that was read.

Every error and every warning has a stable `code`, which the store keeps.
"""

from __future__ import annotations

from typing import NamedTuple


class PageWarning(NamedTuple):
    """Something odd about a page that was read all the same.

    `code` is a key of `WARNINGS`. `message` is one line: what is odd, and in which part.
    """

    code: str
    message: str


WARNINGS = {
    "date_line": "The date line cannot be read. The date is that of the listing.",
    "left_out": "The text in a control, a player or a drawing is left out.",
    "private_use": "The text has characters of the private use area. What they show is unknown.",
    "ruby": "The page prints readings beside characters. The text has the characters alone.",
    "struck_out": "The page shows text as struck out. It is left out.",
    "subtitle": "The header has a text besides section and title. It is the first heading.",
    "text_after_end": "A sentence below the link back to the index was left out.",
    "unknown_element": "The article has an element that HTML does not have. Its text is kept.",
    "unknown_list_style": "A list has an unknown style. Its items have decimal numbers.",
    "weekday": "The date line names the wrong weekday.",
}
"""What each code of a warning means."""


class ParseError(Exception):
    """A page that cannot be read exactly. `str()` of it is one line: code, what is wrong, address.

    `parse_listing` and `parse_release` raise its subclasses.
    """

    code = "parse_error"

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message)
        self.url = url

    def __str__(self) -> str:
        return f"{self.code}: {self.args[0]} ({self.url})"


class Undecodable(ParseError):
    """No encoding reads the bytes of the article without an error."""

    code = "undecodable"


class Mojibake(ParseError):
    """The text has characters that only a wrong encoding leaves behind."""

    code = "mojibake"


class EmptyPage(ParseError):
    """There is no markup to read."""

    code = "empty_page"


class Truncated(ParseError):
    """The page breaks off before its end."""

    code = "truncated"


class MisplacedMarkup(ParseError):
    """A tag too many or too few: text of the article may be outside of it, or other text inside."""

    code = "misplaced_markup"


class Unparsable(ParseError):
    """The HTML parser stopped before the end of the page."""

    code = "unparsable"


class NotHtml(ParseError):
    """The address of a page leads to a file, such as a PDF or a picture."""

    code = "not_html"


class BlockPage(ParseError):
    """The edge of the site blocks the client (Akamai, Cloudflare)."""

    code = "block_page"


class MetaRefresh(ParseError):
    """The page only redirects to another page."""

    code = "meta_refresh"


class NotFoundPage(ParseError):
    """The page says that there is no such page. The HTTP status says otherwise."""

    code = "soft_404"


class AnotherPage(ParseError):
    """The page says that its own address is another one (`og:url`, `link rel=canonical`)."""

    code = "another_page"


class TranslatedPage(ParseError):
    """A browser has translated the page before it was saved: the words are those of a machine."""

    code = "translated_page"


class RewrittenReplay(ParseError):
    """A web archive has rewritten the page, and it cannot be restored."""

    code = "rewritten_replay"


class Placeholder(ParseError):
    """The page only announces a text: the ministry has listed it early."""

    code = "placeholder"


class ListingPage(ParseError):
    """The page is a listing, and not a release."""

    code = "listing_page"


class UnknownLayout(ParseError):
    """No layout recognises the page."""

    code = "unknown_layout"


class AmbiguousLayout(ParseError):
    """More than one layout recognises the page."""

    code = "ambiguous_layout"


class UnknownMarkup(ParseError):
    """The article has an element that the outline has no rule for."""

    code = "unknown_markup"


class MissingTitle(ParseError):
    """The page has no title, or several and nothing that confirms one."""

    code = "missing_title"


class MissingDate(ParseError):
    """Neither the page nor a listing has a date."""

    code = "missing_date"


class InvalidDate(ParseError):
    """The date line is no date, or not a possible day, and no listing has the date."""

    code = "invalid_date"


class EmptyBody(ParseError):
    """The article has no text."""

    code = "empty_body"


class ListingDrift(ParseError):
    """A listing that does not look as listings do."""

    code = "listing_drift"
