"""Listing pages: the rolling index and the monthly archives, in both languages.

The facts are those of the site in August and September 2026: one `dl.title-list`, a `dt` a day,
the `dd` after it with that day's links; the days bear no year; the archive table links the months.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.items import EntryKind, Listing, ListingEntry, MonthLink
from mofa_crawler.parsers import dates
from mofa_crawler.parsers.dom import selector
from mofa_crawler.parsers.errors import ListingDrift
from mofa_crawler.parsers.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

# The header and the footer hold `dl` of their own; the list proper is inside the contents.
_CONTAINER = selector("//div[@id='maincontents']//div[@id='pressrelease']")
_LIST = selector("//div[@id='maincontents']//dl[.title-list]")
_ROWS = selector("//div[@id='maincontents']//table[.archives-wrapper]//tr[td]")
_HEADING = selector("//div[@id='contents-header']//h2")
_LINKS = selector(".//a[@href]")

# The rolling index spans about 31 days. Its newest linked month may be the one to come, or, in the
# first days of a month, still the one before.
_MONTHS_BEFORE, _MONTHS_AFTER = 2, 1
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
    headings = [dates.read_month(_text(h)) for h in _HEADING(page.tree)]
    named = {m for m in [site.month_of(page.url), from_table, *headings] if m}
    if len(named) > 1:
        names = ", ".join(sorted(named))
        raise ListingDrift(
            f"address, heading and table name different months: {names}", url=page.url
        )
    if not named and page.url not in site.INDEXES.values():
        raise ListingDrift("neither address nor heading names the month", url=page.url)
    return named.pop() if named else None


def _archive_table(page: Page) -> Iterator[MonthLink]:
    """The linked months. Months to come are plain text in the table and are not links."""
    for row in _ROWS(page.tree):
        cells = [cell for cell in row if cell.tag == "td"]
        year = dates.read_year(_text(cells[0]))
        for link in (link for cell in cells[1:] for link in _LINKS(cell)):
            number = dates.read_month_name(_text(link))
            url = site.canonical_url(link.get("href", ""), page.url)
            if not year or not number or not url:
                raise ListingDrift(
                    f"no month in the archive table's link {_text(link)!r}", url=page.url
                )
            if not site.is_on_site(url):
                continue  # older lists are kept by the National Diet Library, not by the ministry
            month = f"{year:04}-{number:02}"
            if site.month_of(url) not in {None, month}:
                raise ListingDrift(f"the archive table calls {url} {month}", url=page.url)
            yield MonthLink(month=month, url=url)


def _entries(page: Page, years: _Years) -> Iterator[ListingEntry]:
    lists = _LIST(page.tree)
    if len(lists) > 1:
        raise ListingDrift("more than one dl.title-list", url=page.url)
    if not lists:
        containers = _CONTAINER(page.tree)
        if len(containers) != 1 or _LINKS(containers[0]):
            raise ListingDrift("no dl.title-list in div#pressrelease", url=page.url)
        return
    day: date | None = None
    for element in lists[0]:
        if element.tag == "dt":
            day = years.date_of(_text(element))
        elif day is None:
            raise ListingDrift(f"<{element.tag!s}> before the first day", url=page.url)
        else:
            yield from _entries_of_day(page, element, day.isoformat())


def _entries_of_day(page: Page, cell: HtmlElement, day: str) -> Iterator[ListingEntry]:
    for link in _LINKS(cell):
        href = link.get("href") or ""
        url = site.canonical_url(href, page.url) or href
        yield ListingEntry(url=url, title=_text(link), date=day, kind=_kind(url, page.url))
    for item in cell.iter("li"):
        if _text(item) and not _LINKS(item):
            yield ListingEntry(url="", title=_text(item), date=day, kind="unlinked")


def _kind(url: str, listing_url: str) -> EntryKind:
    if not site.is_on_site(url):
        return "offsite"
    if site.is_file(url):
        return "file"
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
    return fold(element.text_content())
