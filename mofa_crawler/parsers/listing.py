"""Listing pages: the rolling index and the monthly archives, in both languages.

The facts are those of the site in August and September 2026: one `dl.title-list`, a `dt` a day,
the `dd` after it with that day's links; the days bear no year; the archive table links the months.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.outcome import EntryKind, Listing, ListingEntry, MonthLink
from mofa_crawler.parsers import dates
from mofa_crawler.parsers.dom import ancestors, selector, texts
from mofa_crawler.parsers.errors import ListingDrift
from mofa_crawler.parsers.text import collapse_spaces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

# The header and the footer hold `dl` of their own; the list proper is inside the contents.
_CONTAINER = selector("//div[@id='maincontents']//div[@id='pressrelease']")
_LIST = selector("//div[@id='maincontents']//dl[.title-list]")
_ROWS = selector("//div[@id='maincontents']//table[.archives-wrapper]//tr[.//a]")
_HEADING = selector("//div[@id='contents-header']//h2")
_LINKS = selector(".//a[@href]")
_NESTED = selector(".//dl")

# The rolling index spans about 31 days. Its newest linked month may be the one to come, or, in the
# first days of a month, still the one before.
_MONTHS_BEFORE, _MONTHS_AFTER = 3, 1
_CLOCK_TOLERANCE = timedelta(days=1)


def is_listing(page: Page) -> bool:
    """Whether the page bears a list of releases by day."""
    return bool(_LIST(page.tree))


def parse_listing(page: Page, *, month: str | None = None) -> Listing:
    """Read a rolling index or a monthly archive.

    `month` (`YYYY-MM`) is what the archive table said of the address, if that is how it was found;
    it must agree with the address and the heading where these name a month too. The years of the
    rolling index come from the newest month linked in the archive table and are held against the
    day of the fetch in Japan.

    Raises `ListingDrift` where the page does not look as listings do, where a day cannot be read or
    its year not be told, and for a rolling index without entries; an archive without entries is an
    empty month. Decoding errors are those of `Page.tree`.
    """
    page.check_whole()
    months = list(_archive_table(page))
    month = _month(page, month)
    entries = list(_entries(page, _Years(page, months, month)))
    if not entries and not months:
        raise ListingDrift("no entry and no archive link", url=page.url)
    if not entries and month is None:
        raise ListingDrift("a rolling index without entries", url=page.url)
    return Listing(
        url=page.url, lang=site.lang_of(page.url), month=month, entries=entries, months=months
    )


def _month(page: Page, from_table: str | None) -> str | None:
    """The month of an archive, on which address, heading and table must agree; None: the index."""
    if page.url in site.INDEXES.values():
        return None
    headings = [dates.read_month(_text(h)) for h in _HEADING(page.tree)]
    named = {m for m in [site.month_of(page.url), from_table, *headings] if m}
    if len(named) > 1:
        names = ", ".join(sorted(named))
        raise ListingDrift(
            f"address, heading and table name different months: {names}", url=page.url
        )
    if not named:
        raise ListingDrift("neither address nor heading names the month", url=page.url)
    return named.pop()


def _archive_table(page: Page) -> Iterator[MonthLink]:
    """The linked months. Months to come are plain text in the table and are not links."""
    for row in _ROWS(page.tree):
        year = dates.read_year(_text(row[0]))
        for link in _LINKS(row):
            number = dates.read_month_name(_text(link))
            url = site.canonical_url(link.get("href", ""), page.url)
            if url and not site.is_on_site(url):
                continue  # older lists are kept by the National Diet Library, not by the ministry
            if not year or not number or not url:
                raise ListingDrift(
                    f"the archive table's link {_text(link)!r} is no month", url=page.url
                )
            month = f"{year:04}-{number:02}"
            if site.month_of(url) not in {None, month}:
                raise ListingDrift(f"the archive table calls {url} {month}", url=page.url)
            yield MonthLink(month=month, url=url)


def _entries(page: Page, years: _Years) -> Iterator[ListingEntry]:
    lists = _LIST(page.tree)
    if len(lists) > 1:
        raise ListingDrift("more than one dl.title-list", url=page.url)
    containers = _CONTAINER(page.tree)
    if not lists and len(containers) != 1:
        raise ListingDrift("no dl.title-list and no div#pressrelease", url=page.url)
    listed = set(_LINKS(lists[0])) if lists else set()
    if any(link not in listed for container in containers for link in _LINKS(container)):
        raise ListingDrift("a link in div#pressrelease outside of dl.title-list", url=page.url)
    if lists:
        yield from _entries_by_day(page, lists[0], years)


def _entries_by_day(page: Page, title_list: HtmlElement, years: _Years) -> Iterator[ListingEntry]:
    """The entries of the `dd`s, each under the day of the `dt` before it."""
    day: date | None = None
    awaited = False  # a dd, after a dt
    if stray := collapse_spaces(
        " ".join([title_list.text or "", *(e.tail or "" for e in title_list)])
    ):
        raise ListingDrift(f"{stray[:40]!r} between the days", url=page.url)
    for element in title_list:
        if element.tag == "dt" and not awaited and not _LINKS(element):
            day, awaited = years.date_of(_text(element)), True
        elif element.tag == "dd" and day is not None and not _NESTED(element):
            yield from _entries_of_day(page, element, day.isoformat())
            awaited = False
        else:
            raise ListingDrift(f"<{element.tag!s}> out of place in dl.title-list", url=page.url)
    if awaited:
        raise ListingDrift(f"the day {day} without a list", url=page.url)


def _entries_of_day(page: Page, cell: HtmlElement, day: str) -> Iterator[ListingEntry]:
    for link in _LINKS(cell):
        href = link.get("href", "").strip()
        url = site.canonical_url(href, page.url)
        kind = _kind(url, page.url)
        yield ListingEntry(url=url or href, title=_text(link), date=day, kind=kind)
    # A line without a link names a release all the same: it must not go unnoticed.
    for text in _unlinked(cell):
        yield ListingEntry(url="", title=text, date=day, kind="unlinked")


def _unlinked(cell: HtmlElement) -> list[str]:
    """The texts of items without a link, and what stands in no item. An item may say more than
    its link does."""
    pieces: dict[HtmlElement, list[str]] = {}
    linked = {e for link in _LINKS(cell) for e in ancestors(link, cell) if e is not cell}
    for text, element in texts(cell):
        around = ancestors(element, cell)
        item = next((e for e in around if e.tag == "li"), cell)
        in_link = any(e.tag == "a" and "href" in e.attrib for e in around)
        if not in_link and item not in linked:
            pieces.setdefault(item, []).append(text)
    return [
        text for text in (collapse_spaces("".join(of_item)) for of_item in pieces.values()) if text
    ]


def _kind(url: str | None, listing_url: str) -> EntryKind:
    if not url or not site.is_on_site(url):
        return "offsite"
    if site.is_file(url):
        return "file"
    if url == listing_url:
        return "unlinked"
    return "release" if site.lang_of(url) == site.lang_of(listing_url) else "other_language"


class _Years:
    """Tells the year of a listing's days, which bear none."""

    def __init__(self, page: Page, months: list[MonthLink], month: str | None) -> None:
        self._page = page
        if month:
            self._anchor = month
            self._before, self._after = 1, 1  # an archive may begin or end in the next month's days
        elif months:
            self._anchor = max(link.month for link in months)
            self._before, self._after = _MONTHS_BEFORE, _MONTHS_AFTER
        else:
            self._anchor = ""

    def date_of(self, heading: str) -> date:
        """The date of a day heading: the one year that puts it next to the anchor's month."""
        day = dates.read_day(heading)
        if not day:
            raise self._drift(f"{heading!r} is no day")
        if not self._anchor:
            raise self._drift("no archive link to tell the years from")
        year, anchor_month = map(int, self._anchor.split("-"))
        for candidate in (year, year - 1, year + 1):
            distance = (candidate - year) * 12 + day[0] - anchor_month
            if -self._before <= distance <= self._after:
                break
        else:
            raise self._drift(f"{heading!r} is far from the newest month {self._anchor}")
        try:
            found = date(candidate, *day)
        except ValueError:
            raise self._drift(f"{heading!r} is no day of {candidate}") from None
        if found > self._page.fetched_day + _CLOCK_TOLERANCE:
            raise self._drift(f"{found} is after the day of the fetch, {self._page.fetched_day}")
        return found

    def _drift(self, message: str) -> ListingDrift:
        return ListingDrift(message, url=self._page.url)


def _text(element: HtmlElement) -> str:
    return collapse_spaces(element.text_content())
