"""Signs that a listing goes on elsewhere: buttons, choices, counts, and the names of links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.parsers import dates
from mofa_crawler.parsers.dom import attributes, lines_in, one_line, selector
from mofa_crawler.parsers.errors import ListingDrift

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_ALTERNATIVES = attributes(".//img/@alt")
# The text of a link to the next part of a list. In the list itself, a longer text may be the title
# of a release.
NEXT = re.compile(
    r"(?:next|older|previous)\b.*|last(?: page)?\W*|continued?\W*|[次前後](?:[へのに頁ペ].*)?"
    r"|最後(?:[へのに頁ペ].*)?|続き(?:[をはへ].*)?|[»›>＞→]+"
    r"|[\[(第]?(?:(?:page|part) )?\d{1,2}(?:ページ目?|頁)?[\])]?|\d+ ?[-–~～] ?\d+件?"
    r"|(?:page )?\d+ ?(?:of|[/／]) ?\d+",
    re.IGNORECASE,
)
NEXT_ENTRY = re.compile(
    r"(?:next|older|previous)(?: page)?\W*|次(?:へ|の?ページ(?:へ)?)?\W*|[»›>＞→]+|\d{1,2}",
    re.IGNORECASE,
)
# A button that shows a further part of a list.
_BUTTONS = selector(
    "//div[@id='maincontents']//*[self::button or self::input or @role or @onclick"
    " or (self::a and not(@href))]"
)
_BUTTON_TYPES = frozenset({"submit", "button", "image"})  # of an `<input>`
_NO_ADDRESS = frozenset({"", "#"})
_SELECTS = selector("//*[self::main or @id='maincontents']//select")
# A choice of another kind than the parts of a list.
_OTHER_CHOICE = re.compile(r"year|month|day|date|lang|size|年|月|日|言語|文字", re.IGNORECASE)
# The name of the first part, of a month, or of a year. Months have names in English, too.
_FIRST_OR_DATE = re.compile(r"\D*1\D*|.*\d{4}.*|.*[年月].*")
# How a list says that it is one of several parts: "Page 1 of 3", "1-20 of 57", 全57件中1～20件.
_MAIN = selector("//div[@id='maincontents']")
_PART_OF = re.compile(
    r"page \d+ (?:of|/) (?P<pages>\d{1,6})|\d+ ?[/／] ?(?P<of>\d{1,6}) ?(?:ページ|頁|pages?)"
    r"|\d+ ?[-–~～] ?(?P<last>\d{1,6}) ?(?:件 ?[/／]|of) ?(?:全)?(?P<whole>\d{1,6})件?"
    r"|全?(?P<all>\d{1,6})件中 ?\d+件? ?[-–~～] ?(?P<to>\d{1,6})件(?:目|を表示)?",
    re.IGNORECASE,
)
MORE = re.compile(
    r"(?:(?:load|show|view|see) )?more(?: (?:press )?releases| results| entries)?\W*"
    r"|もっと(?:見る|読む)\W*|続きを(?:見る|読む)\W*",
    re.IGNORECASE,
)


def check_whole_list(page: Page) -> None:
    """Raise `ListingDrift` if the page has only a part of the list, and no link to the rest.

    A button or a choice shows the rest, or the page says how many entries or parts there are.
    """
    _check_buttons(page)
    _check_count(page)


def _check_buttons(page: Page) -> None:
    """Raise `ListingDrift` for a button, or a choice, that shows the rest of the list."""
    for button in _BUTTONS(page.tree):
        text = one_line(button) or button.get("value", "") or button.get("alt", "")
        # A day may be an anchor without an address: `<a name="4">4</a>`.
        if MORE.fullmatch(text) or (_is_button(button) and NEXT.fullmatch(text)):
            raise ListingDrift(f"the list goes on behind the button {text[:40]!r}", url=page.url)
    for choice in _SELECTS(page.tree):
        if (part := _part_in(choice, page)) is not None:
            raise ListingDrift(f"the list goes on behind the choice {part[:40]!r}", url=page.url)


def _is_button(element: HtmlElement) -> bool:
    """Whether an element is a button, or runs a program and has no address."""
    if element.tag == "input":
        return element.get("type", "").lower() in _BUTTON_TYPES
    if element.get("href", "").strip() not in _NO_ADDRESS:
        return False
    is_button = element.tag == "button" or element.get("role", "").lower() == "button"
    return is_button or "onclick" in element.attrib


def _part_in(choice: HtmlElement, page: Page) -> str | None:
    """The name of another part of the list in a `<select>`; None if it has none."""
    options = list(choice.iter("option"))
    names = [one_line(option) or option.get("label", "") for option in options]
    if _OTHER_CHOICE.search(" ".join(map(str, choice.values()))):
        return None
    for option, name in zip(options, names, strict=True):
        value = option.get("value", "")
        url = site.canonical_url(value, page.base_url) if re.search(r"[/?.]", value) else None
        is_month = not name.isdecimal() and dates.read_month_name(name) is not None
        is_whole = is_month or _FIRST_OR_DATE.fullmatch(name) is not None
        is_query = url == page.url and "?" in value and not is_whole
        if url and (is_query or is_part(url, page)):
            return name
    parts = [name for name in names if NEXT.fullmatch(name)]
    return parts[-1] if len(parts) > 1 else None


def _check_count(page: Page) -> None:
    """Raise `ListingDrift` if the page says that it has one of several parts of the list."""
    for text in (line for main in _MAIN(page.tree) for line in lines_in(main)):
        if found := _PART_OF.fullmatch(text):
            last, whole = found["last"] or found["to"] or 1, found["whole"] or found["all"]
            if int(whole or found["pages"] or found["of"]) > int(last):
                raise ListingDrift(f"the list is a part: {text!r}", url=page.url)


def name_of(link: HtmlElement) -> str:
    """The text of a link; without text, what the link says in its place."""
    name = one_line(link) or " ".join(_ALTERNATIVES(link)) or link.get("aria-label", "")
    return name.strip()


def is_part(url: str, page: Page) -> bool:
    """Whether an address below the folder of a listing may be that of another part of the list."""
    is_below = url.startswith(page.url.rpartition("/")[0] + "/")
    return is_below and url != page.url and not site.is_listing(url)
