"""Links of a page: where they lead, of what kind they are, and which is the translation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.parsers.text import collapse_spaces
from mofa_crawler.record import Link

if TYPE_CHECKING:
    from mofa_crawler.parsers.page import Page
    from mofa_crawler.site import Lang

# How a page names the other language's side.
_OTHER_SIDE: dict[Lang, set[str]] = {
    "en": {"japanese", "japanese version", "日本語", "日本語版", "和文"},
    "ja": {"english", "english version", "英語", "英語版", "英文"},
}
_LANGUAGES = re.compile(
    r"(?:japanese|english|chinese|korean|french|spanish|portuguese|russian|arabic|german|other"
    r" languages?)(?: version| page)?"
    r"|(?:日本|英|中国|韓国|朝鮮|仏|フランス|西|スペイン|ポルトガル|露|ロシア|アラビア|独|ドイツ)語版?"
    r"|[和英仏西露独]文"
)

# The name of a link to the top of its page.
TO_TOP = re.compile(
    r"(?:(?:back|return|go) )?(?:to )?(?:the )?(?:page )?top(?: of (?:this|the) page)?"
    r"|(?:(?:この)?ページの?)?(?:トップ|先頭|上)(?:[へに](?:戻る|もどる)?)?",
    re.IGNORECASE,
)
# The address of a button: it runs a program of the page, or sends its address to a network.
TO_SHARE = re.compile(
    r"\s*(?:javascript:|mailto:\?|(?:https?:)?//(?:[\w-]+\.)*"
    r"(?:(?:twitter|x)\.com/(?:share|intent)|facebook\.com/(?:share|dialog)|line\.me/"
    r"|hatena\.ne\.jp/|linkedin\.com/share))",
    re.IGNORECASE,
)
# Brackets and arrows around the name of a link.
_SIGNS = "[]()［］（）<>＜＞«»‹›・|｜▲△↑↓←→▼◆■●○≪≫ \u00a0\u3000"


def read_link(href: str, text: str, *, page: Page, kind: Literal["related", "text"]) -> Link | None:
    """A link out of a page, with its canonical address. A link to a file is an `attachment`.

    None if the link leads to no other page: to a part of this page, a script, a mail address.
    """
    url = site.canonical_url(href, page.base_url)
    if not url or url == page.url:
        return None
    return Link(
        kind="attachment" if site.is_file(url) else kind, text=collapse_spaces(text), url=url
    )


def bare_name(text: str) -> str:
    """The text of a link without the brackets and arrows around it."""
    return text.strip(_SIGNS)


def names_language(text: str) -> bool:
    """Whether the text of a link is nothing but the name of a language."""
    return _LANGUAGES.fullmatch(_name(text)) is not None


def find_translation(links: Iterable[tuple[str, str]], page: Page) -> str | None:
    """The address of the page in the other language; None if no link, or several, may be it.

    `links` are pairs of address and text. Links to files and indexes are ignored. If links are
    named after the other language ("Japanese"), only these count.
    """
    lang = site.lang_of(page.url)
    named: set[str] = set()
    others: set[str] = set()
    for href, text in links:
        url = site.canonical_url(href, page.base_url)
        if not url or not site.is_on_site(url) or site.lang_of(url) == lang:
            continue
        if not site.is_file(url) and not site.is_index(url):
            (named if _name(text) in _OTHER_SIDE[lang] else others).add(url)
    found = named or others
    return found.pop() if len(found) == 1 else None


def _name(text: str) -> str:
    return collapse_spaces(text).lower().strip("[]()［］（）【】 ").removesuffix("はこちら")
