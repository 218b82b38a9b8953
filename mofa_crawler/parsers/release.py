"""Release pages: chooses exactly one layout and makes the record."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.parsers.dates import find_weekday_contradiction, is_date
from mofa_crawler.parsers.errors import (
    AmbiguousLayout,
    InvalidDate,
    MissingDate,
    Mojibake,
    ParseError,
    UnknownLayout,
)
from mofa_crawler.parsers.excerpt import excerpt_of
from mofa_crawler.parsers.layouts import cms
from mofa_crawler.parsers.layouts.legacy import layout as text_landmarks
from mofa_crawler.parsers.screening import check_is_article, check_is_filled_in, check_is_page
from mofa_crawler.parsers.text import find_mojibake
from mofa_crawler.record import PressRelease, timestamp

if TYPE_CHECKING:
    from mofa_crawler.parsers.layouts import Article, Layout
    from mofa_crawler.parsers.page import Page

# Raised with every change that makes the parser read a page differently.
PARSER_VERSION = 2
LAYOUTS: tuple[Layout, ...] = (cms, text_landmarks)

_FIRST_DAY = date(1990, 1, 1)  # the ministry's releases begin in 1995
_CLOCK_TOLERANCE = timedelta(days=1)


def parse_release(page: Page, *, listed_date: str | None = None) -> PressRelease:
    """Read a release's page into a record.

    `listed_date` (`YYYY-MM-DD`) is the listing's date, which stands in where the page bears none.
    Raises a `ParseError` (`parsers/errors.py`) where the page cannot be read exactly; no field is
    ever filled in. What is odd and no error (a weekday that contradicts its date) goes to
    `page.warnings`.
    """
    with suppress(ParseError):  # of which the whole page tells the reason
        if excerpt := excerpt_of(page):
            release = _read(excerpt, listed_date)
            page.warnings[:] = excerpt.warnings
            return release
    check_is_page(page)
    return _read(page, listed_date)


def _read(page: Page, listed_date: str | None) -> PressRelease:
    check_is_article(page)
    layout = _layout(page)
    article = layout.read(page)
    day, source = _date(page, article, listed_date)
    check_is_filled_in(page, article.body, article.links)
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
        layout=layout.NAME,
        parser_version=PARSER_VERSION,
        fetched_at=timestamp(page.fetched_at),
    )
    _check_characters(page, release)
    return release


def missing_anchors(page: Page) -> dict[str, list[str]]:
    """For each layout by name, the anchors that the page lacks; none where the page is its own."""
    return {layout.NAME: layout.missing_anchors(page) for layout in LAYOUTS}


def _layout(page: Page) -> Layout:
    missing = missing_anchors(page)
    matching = [layout for layout in LAYOUTS if not missing[layout.NAME]]
    if not matching:
        lacks = "; ".join(f"{name} lacks {', '.join(anchors)}" for name, anchors in missing.items())
        raise UnknownLayout(lacks, url=page.url)
    if len(matching) > 1:
        names = ", ".join(layout.NAME for layout in matching)
        raise AmbiguousLayout(f"the page looks like {names}", url=page.url)
    return matching[0]


def _date(
    page: Page, article: Article, listed_date: str | None
) -> tuple[str, Literal["page", "listing"]]:
    if article.date:
        if not _FIRST_DAY <= article.date <= page.fetched_day + _CLOCK_TOLERANCE:
            raise InvalidDate(f"{article.date} is to come, or long before the site", url=page.url)
        if found := find_weekday_contradiction(article.date_line):
            page.warn("weekday", found)
        return article.date.isoformat(), "page"
    for line in (line for block in article.body for line in block.text.split("\n")):
        if is_date(line):
            raise InvalidDate(f"{line!r} is a date, and no date line of the layout", url=page.url)
    if listed_date:
        return listed_date, "listing"
    raise MissingDate("no date on the page, and none from a listing", url=page.url)


def _check_characters(page: Page, release: PressRelease) -> None:
    links = [link.text for link in release.links]
    if not find_mojibake("\n".join([release.title, release.section, release.text, *links])):
        return
    blocks = (block.as_text() for block in release.body)
    for text in chain([release.title, release.section], blocks, links):
        if found := find_mojibake(text):
            raise Mojibake(f"{found!r}, decoded as {page.encoding}", url=page.url)
