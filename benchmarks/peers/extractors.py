"""What we and our peers make of a page, in one form, so that they can be compared.

A peer that is not installed is not among `PEERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec

import lxml.html
from bs4 import BeautifulSoup

from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.release import parse_release

# Later than every page that is read here.
FETCHED_AT = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Extract:
    """What was got out of a page: title, date (`YYYY-MM-DD`, or as printed), lines of text."""

    title: str
    date: str
    lines: list[str]


def ours(url: str, body: bytes, listed_date: str | None = None) -> Extract:
    """The project's parser."""
    page = Page(url=url, body=body, fetched_at=FETCHED_AT)
    release = parse_release(page, listed_date=listed_date)
    return Extract(release.title, release.date, release.text.split("\n"))


def lxml_tree(_url: str, body: bytes, _listed_date: str | None = None) -> Extract:
    """No extractor: the time that it takes to make a tree of the page at all."""
    lxml.html.fromstring(body)
    return Extract("", "", [])


def bs4(_url: str, body: bytes, _listed_date: str | None = None) -> Extract:
    """BeautifulSoup and plain selects, as the usual spider has them."""
    soup = BeautifulSoup(body, "lxml")
    title = soup.select_one("#contents-header h2")
    date = soup.select_one("#maincontents .rightalign")
    article = soup.select("#maincontents .any-area p, #maincontents .any-area li")
    return Extract(
        title.get_text(strip=True) if title else "",
        _day(date.get_text(strip=True)) if date else "",
        [element.get_text(" ", strip=True) for element in article],
    )


def _day(text: str) -> str:
    """A date as its spider reads it: in English, else as printed."""
    try:
        return f"{datetime.strptime(text, '%B %d, %Y').replace(tzinfo=UTC):%Y-%m-%d}"
    except ValueError:
        return text


def trafilatura(url: str, body: bytes, _listed_date: str | None = None) -> Extract:
    """trafilatura, with metadata."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - may not be there

    found = bare_extraction(body, url=url, with_metadata=True, as_dict=True)
    if not isinstance(found, dict):
        return Extract("", "", [])
    return Extract(found["title"] or "", found["date"] or "", (found["text"] or "").split("\n"))


def newspaper4k(url: str, body: bytes, _listed_date: str | None = None) -> Extract:
    """newspaper4k, with the language as its argument."""
    from newspaper import Article  # type: ignore[import-untyped]  # noqa: PLC0415

    language = "ja" if "/mofaj/" in url else "en"
    article = Article(
        url, language=language, fetch_images=False
    )  # or it requests them from the site
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
    date = article.publish_date
    return Extract(
        article.title or "", f"{date:%Y-%m-%d}" if date else "", (article.text or "").split("\n")
    )


# The address, the body, and the date that the listing gave, where there is one.
Extractor = Callable[[str, bytes, str | None], Extract]
_ALL: dict[str, tuple[str, Extractor]] = {  # name: the module that it needs, and itself
    "bs4": ("bs4", bs4),
    "trafilatura": ("trafilatura", trafilatura),
    "newspaper4k": ("newspaper", newspaper4k),
}
PEERS = {name: extract for name, (module, extract) in _ALL.items() if find_spec(module)}
