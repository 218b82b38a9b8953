"""Release pages: chooses exactly one layout and makes the record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.parsers.dates import find_weekday_contradiction, is_date
from mofa_crawler.parsers.errors import (
    AmbiguousLayout,
    InvalidDate,
    MissingDate,
    Mojibake,
    Undecodable,
    UnknownLayout,
)
from mofa_crawler.parsers.layouts.cms import layout as cms
from mofa_crawler.parsers.layouts.legacy import layout as text_landmarks
from mofa_crawler.parsers.replays import restore
from mofa_crawler.parsers.screening import (
    check_address,
    check_has_content,
    check_is_article,
    check_is_page,
    check_language,
)
from mofa_crawler.parsers.text import find_mojibake, find_private_use
from mofa_crawler.record import PressRelease, timestamp

if TYPE_CHECKING:
    from mofa_crawler.parsers.layouts import Article, Layout, Match
    from mofa_crawler.parsers.page import Page

# Add 1 with every change that makes the parser read a page differently.
PARSER_VERSION = 7
LAYOUTS: tuple[Layout, ...] = (cms, text_landmarks)

_FIRST_DAY = date(1990, 1, 1)  # the ministry's releases begin in 1995


def parse_release(page: Page, *, listed_date: str | None = None) -> PressRelease:
    """Read the page of a release.

    `listed_date` (`YYYY-MM-DD`) is the date from the listing. It is used if no date on the page can
    be read. Raises a `ParseError` (`parsers/errors.py`) if the page cannot be read exactly: no
    field is guessed. What is odd about a page that was read is added to `page.warnings`.
    """
    check_is_page(page)
    page = restore(page)
    check_is_article(page)
    layout, match = _match(page)
    article = match.read()
    day, source = _date(page, article, listed_date)
    check_has_content(page, article.body, article.links)
    release = PressRelease(
        id=site.release_id(page.url),
        url=page.url,
        lang=site.lang_of(page.url),
        section=article.section,
        title=article.title,
        date=day,
        date_source=source,
        body=article.body,
        links=article.links,
        translation=article.translation,
        layout=layout,
        parser_version=PARSER_VERSION,
        fetched_at=timestamp(page.fetched_at),
    )
    _check_characters(page, release)
    check_address(page)
    release.warnings = sorted({warning.code for warning in page.warnings})
    return release


def _match(page: Page) -> tuple[str, Match]:
    """The name of the page's layout, and the match."""
    results = {layout.NAME: layout.match(page) for layout in LAYOUTS}
    missing = {name: found for name, found in results.items() if isinstance(found, list)}
    matches = [(name, found) for name, found in results.items() if not isinstance(found, list)]
    if len(matches) > 1:
        names = ", ".join(name for name, _ in matches)
        raise AmbiguousLayout(f"the page looks like {names}", url=page.url)
    if not matches:
        lacks = "; ".join(f"{name} lacks {', '.join(found)}" for name, found in missing.items())
        raise UnknownLayout(lacks, url=page.url)
    return matches[0]


def _date(
    page: Page, article: Article, listed_date: str | None
) -> tuple[str, Literal["page", "listing"]]:
    """The day of publication, and whether the page or the listing says so."""
    problem = article.date_problem
    if article.date:
        if _FIRST_DAY <= article.date <= page.latest_day:
            if found := find_weekday_contradiction(article.date_line):
                page.warn("weekday", found)
            return article.date.isoformat(), "page"
        problem = f"{article.date} is in the future, or before {_FIRST_DAY.year}"
    if listed_date:
        if problem:
            page.warn("date_line", f"{problem}; the date is that of the listing")
        return listed_date, "listing"
    lines = (line for block in article.body for line in block.text.split("\n"))
    if not problem and (dated := next(filter(is_date, lines), None)):
        problem = f"{dated!r} is a date in the text, and no listing has the date"
    if problem:
        raise InvalidDate(problem, url=page.url)
    raise MissingDate("no date on the page, and none from a listing", url=page.url)


def _check_characters(page: Page, release: PressRelease) -> None:
    """Raise `Undecodable`, `Mojibake` or `TranslatedPage` for a text that no editor wrote.

    Characters of the private use area are a sign of a wrong encoding, unless the page is in
    Unicode. Then they are a warning.
    """
    links = [link.text for link in release.links]
    blocks = (block.text or block.as_text() for block in release.body)  # without labels
    text = "\n".join([release.title, release.section, *blocks, *links])
    private = find_private_use(text)
    check_language(page, text)
    if page.is_broken and ("\ufffd" in text or any("%EF%BF%BD" in x.url for x in release.links)):
        raise Undecodable(f"broken bytes in the article: {find_mojibake(text)!r}", url=page.url)
    if (found := find_mojibake(text)) or (private and not page.encoding.startswith("utf")):
        raise Mojibake(f"{found or private!r}, decoded as {page.encoding}", url=page.url)
    if private:
        page.warn("private_use", f"{private!r} has a character of the private use area")
