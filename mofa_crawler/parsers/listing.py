"""Listing pages: indexes and month pages, in both languages.

This was a listing in August and September 2026: one `dl.title-list`, in it a `dt` for each day,
without a year, and after the `dt` a `dd` with the links of the day. A table links the month pages.

If an entry or a day cannot be read, the listing has a problem, and the others are read. Releases
below such a day are entries without a date: their pages may have a date.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.outcome import EntryKind, Listing, ListingEntry, MonthLink
from mofa_crawler.parsers import dates
from mofa_crawler.parsers.body.rendering import render
from mofa_crawler.parsers.dom import (
    ancestors,
    has_class,
    one_line,
    selector,
    texts,
)
from mofa_crawler.parsers.errors import ListingDrift, TranslatedPage
from mofa_crawler.parsers.listing_parts import (
    MORE,
    NEXT,
    NEXT_ENTRY,
    check_whole_list,
    is_part,
    name_of,
)
from mofa_crawler.parsers.listing_years import Years
from mofa_crawler.parsers.replays import restore
from mofa_crawler.parsers.text import collapse_spaces, find_mojibake, for_xml, is_blank
from mofa_crawler.parsers.translation import is_translated

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

_LINKS_OF_PAGE = selector(
    "//div[@id='maincontents']//a[@href]"
    "|/html/head/link[translate(normalize-space(@rel), 'NEXT', 'next')='next']"
)
_LINKS_BESIDE_CONTENTS = selector("//main//a[@href][not(ancestor::div[@id='maincontents'])]")
_CONTAINER = selector("//div[@id='maincontents']//div[@id='pressrelease']")
# The header and the footer of the page have lists too.
_OUTER_LISTS = selector(
    "//div[@id='maincontents']//dl[.title-list][not(ancestor::dl[.title-list])]"
)
_ROWS = selector("//div[@id='maincontents']//table[.archives-wrapper]//tr[.//a]")
_HEADING = selector("//div[@id='contents-header']//h2")
_LINKS = selector(".//a[@href]")
_LIVE = site.Mirror()


def is_listing(page: Page) -> bool:
    """Whether the page has a list of releases by day."""
    return any(has_class(dl, "title-list") and _is_in_contents(dl) for dl in page.tree.iter("dl"))


def _is_in_contents(element: HtmlElement) -> bool:
    return any(outer.get("id") == "maincontents" for outer in element.iterancestors("div"))


def parse_listing(page: Page, *, month: str | None = None, had_entries: bool = False) -> Listing:
    """Read an index or a month page.

    `month` (`YYYY-MM`) is the month that a table of months gave to this address; None if no table
    did. If address or heading name a month too, all must agree. The years of an index come from the
    newest month that its table links. `had_entries`: the listing had entries before.

    An entry, a day or a link in the table of months that cannot be read is left out and described
    in `Listing.problems`.

    Raises `ListingDrift` if the page does not look like a listing: no list, an index without
    entries, entries without a day that can be read, the listing of the other language, a link to a
    release outside the list, a link to a further part of the list, or different months in address,
    heading and table. A month page without entries is an empty month, unless it had entries
    before. Also raises `Truncated`, `TranslatedPage`, `RewrittenReplay`, and what `Page.tree`
    raises.
    """
    page = restore(page)
    page.check_whole()
    if is_translated(page):
        raise TranslatedPage("a browser has translated the listing", url=page.url)
    problems: list[str] = []
    months = _month_table(page, problems)
    month = _month(page, month)
    reader = _Entries(page, Years(page.latest_day, months, month), problems)
    lists = _OUTER_LISTS(page.tree)
    for title_list in lists:
        render(title_list, page)
        reader.read(title_list)
    problems += [warned.message for warned in page.warnings if warned.code == "struck_out"]
    if not lists and len(_CONTAINER(page.tree)) != 1:
        raise ListingDrift("no dl.title-list and no div#pressrelease", url=page.url)
    check_whole_list(page)
    beside = _check_links_outside(page, reader)
    if beside and not lists:
        raise ListingDrift(f"{beside[0]}, and there is no dl.title-list", url=page.url)
    problems += beside
    # A month without releases is possible. An index without any is not.
    entries = reader.entries
    may_be_empty = month is not None and months and not had_entries
    if not any(entry.date for entry in entries) and (entries or not may_be_empty):
        found = f"none of {len(entries)} entries has a day" if entries else "no entries"
        raise ListingDrift("; ".join([found, *problems[:3]]), url=page.url)
    if {entry.kind for entry in entries} == {"other_language"}:
        raise ListingDrift("the page is a listing of the other language", url=page.url)
    return Listing(
        url=page.url,
        lang=site.lang_of(page.url),
        month=month,
        entries=entries,
        months=months,
        problems=problems,
    )


def _month(page: Page, from_table: str | None) -> str | None:
    """The month of a month page; None for an index. Address, heading and table must agree."""
    if page.url in site.INDEXES.values():
        return None
    headings = [dates.read_month(one_line(h)) for h in _HEADING(page.tree)]
    named = {m for m in [site.month_of(page.url), from_table, *headings] if m}
    if len(named) > 1:
        names = ", ".join(sorted(named))
        raise ListingDrift(
            f"address, heading and table name different months: {names}", url=page.url
        )
    if not named:
        raise ListingDrift("neither address nor heading names the month", url=page.url)
    return named.pop()


def _month_table(page: Page, problems: list[str]) -> list[MonthLink]:
    """The links of the table of months. The table names the month of a link, else its address.

    Months to come are plain text in the table, without links.
    """
    found = []
    this_month = page.fetched_day.year * 12 + page.fetched_day.month
    for row in _ROWS(page.tree):
        year_of_row = dates.read_year(one_line(row[0]))
        for link in _LINKS(row):
            url = site.canonical_url(link.get("href", ""), page.base_url)
            month_of_url = site.month_of(url or "") or ""
            year = year_of_row or int(month_of_url[:4] or 0)
            number = dates.read_month_name(one_line(link)) or int(month_of_url[5:] or 0)
            if url and not site.is_on_site(url):
                continue  # older lists are kept by the National Diet Library, not by the ministry
            month = f"{year:04}-{number:02}" if year and number else ""
            # The next month may be linked already.
            is_possible = month and int(month[:4]) * 12 + int(month[5:]) <= this_month + 1
            if url and is_possible and month_of_url in {"", month}:
                found.append(MonthLink(month=month, url=url))
            else:
                problems.append(f"the table of months links {url or '?'} as {one_line(link)!r}")
    return found


class _Entries:
    """Reads the entries of lists. The date of an entry is the day of the `dt` above it.

    `links` are the links of all entries.
    """

    def __init__(self, page: Page, years: Years, problems: list[str]) -> None:
        self._dated: list[ListingEntry] = []
        self._undated: list[ListingEntry] = []
        self.links: set[HtmlElement] = set()
        self._page = page
        self._years = years
        self._problems = problems
        self._day: date | None = None

    @property
    def entries(self) -> list[ListingEntry]:
        """The entries with a date, in page order, then those without a date of other addresses."""
        named = {entry.url for entry in self._dated}
        return self._dated + [entry for entry in self._undated if entry.url not in named]

    def read(self, element: HtmlElement) -> None:
        """Read a `dl`, or an element in it that has days. Notes between the days are no entries."""
        for child in element:
            if child.tag == "dt":
                self._read_day(child)
            elif child.tag in {"dd", "ul", "ol"} and not _contains_days(child):
                self._read_entries(child)
            else:
                self.read(child)

    def _read_day(self, heading: HtmlElement) -> None:
        self._day = None
        try:
            self._day = self._years.date_of(one_line(heading))
        except ValueError as error:
            self._problems.append(str(error))

    def _read_entries(self, cell: HtmlElement) -> None:
        _join_split_links(cell)
        links = _LINKS(cell)
        self.links.update(links)
        day = self._day.isoformat() if self._day else None
        entries = self._dated if day else self._undated
        if day is None:
            self._problems += [f"no day for {one_line(link)[:80]!r}" for link in links]
        for link in links:
            href = link.get("href", "").strip()
            address = site.resolve(href, self._page.base_url)
            url = site.canonical_url(href, self._page.base_url)
            kind = _kind(url, self._page.url)
            fetch_url = _LIVE.fetch_url(address) if address and kind == "release" else ""
            title = name_of(link)
            if damaged := find_mojibake(title):
                self._problems.append(f"the title of {url or href} is damaged: {damaged!r}")
            entries.append(
                ListingEntry(
                    url=url or href,
                    title=title,
                    date=day,
                    kind=kind,
                    fetch_url=fetch_url if fetch_url != url else "",
                )
            )
        # A line without a link may name a release too.
        for text in _unlinked(cell):
            entries.append(ListingEntry(url="", title=text, date=day, kind="unlinked"))


def _join_split_links(cell: HtmlElement) -> None:
    """Make one link of two links with the same address and nothing but white space between them."""
    for link in reversed(_LINKS(cell)):
        before = link.getprevious()
        is_same = before is not None and before.get("href") == link.get("href")
        if before is not None and is_same and is_blank(gap := before.tail or ""):
            link.tag, link.text = "span", for_xml(gap + (link.text or ""))
            del link.attrib["href"]
            before.tail, link.tail = for_xml(link.tail or ""), None
            before.append(link)


def _contains_days(element: HtmlElement) -> bool:
    return next(element.iter("dt"), None) is not None


def _check_links_outside(page: Page, reader: _Entries) -> list[str]:
    """Raise `ListingDrift` for a link to a release outside the list, or to the rest of the list.

    Returns one line for each link to a page in `div#pressrelease`, or to a release in a box below
    the list, that is no entry: it may be a lost entry.
    """
    beside = []
    listed = {entry.url for entry in reader.entries}
    in_table = {link for row in _ROWS(page.tree) for link in _LINKS(row)}
    for link in _LINKS_OF_PAGE(page.tree):
        href, text = link.get("href", ""), name_of(link)
        if link in reader.links and NEXT_ENTRY.fullmatch(text):
            raise ListingDrift(f"the list goes on at {href!r} ({text[:40]!r})", url=page.url)
        if link in reader.links or link in in_table:
            continue
        is_program = href.strip().lower().startswith("javascript:")
        is_more = (is_program or href.startswith("#")) and MORE.fullmatch(text)
        if is_more or (is_program and NEXT.fullmatch(text)):
            raise ListingDrift(f"the list goes on behind {text[:40]!r}", url=page.url)
        url = site.canonical_url(href, page.base_url)
        if url is None or not site.is_on_site(url) or url in listed:
            continue
        is_page_itself = url == page.url
        is_release = site.is_in_release_folder(url) and not is_page_itself
        if is_release and not _is_below_list(link):
            raise ListingDrift(f"{url} is linked outside the list, as {text[:40]!r}", url=page.url)
        if is_page_itself:
            goes_on = "?" in (site.resolve(href, page.base_url) or "")
        else:
            is_next = "next" in link.get("rel", "").lower().split()
            goes_on = is_next or any(words.fullmatch(text) for words in (NEXT, MORE))
        if goes_on and (is_page_itself or not site.is_index(url) or is_part(url, page)):
            raise ListingDrift(f"the list goes on at {href!r} ({text[:40]!r})", url=page.url)
        in_container = any(e.get("id") == "pressrelease" for e in link.iterancestors("div"))
        is_page = site.is_page(url) and (not site.is_index(url) or is_part(url, page))
        if (is_release or in_container) and is_page:
            beside.append(f"{url} is linked outside the list, as {text[:40]!r}")
    for link in _LINKS_BESIDE_CONTENTS(page.tree):
        href, text = link.get("href", ""), name_of(link)
        url = site.canonical_url(href, page.base_url) or ""
        is_query = url == page.url and "?" in href
        if NEXT.fullmatch(text) and (is_query or is_part(url, page)):
            raise ListingDrift(f"the list goes on at {href!r} ({text[:40]!r})", url=page.url)
    return beside


def _is_below_list(link: HtmlElement) -> bool:
    """Whether a link is in a box of related pages, which the template has below the list."""
    return any(
        has_class(div, "divisions-section") or has_class(div, "relatedlink-section")
        for div in link.iterancestors("div")
    )


def _unlinked(cell: HtmlElement) -> list[str]:
    """The texts of items (`li`) without a link, and the text outside of items.

    Text beside the link of an item is left out.
    """
    pieces: dict[HtmlElement, list[str]] = {}
    linked = {e for link in _LINKS(cell) for e in ancestors(link, cell) if e is not cell}
    for text, element in texts(cell):
        around = ancestors(element, cell)
        item = next((e for e in around if e.tag == "li"), cell)
        in_link = any(e.tag == "a" and "href" in e.attrib for e in around)
        if not in_link and item not in linked:
            pieces.setdefault(item, []).append(text)
    return [text for of_item in pieces.values() if (text := collapse_spaces("".join(of_item)))]


def _kind(url: str | None, listing_url: str) -> EntryKind:
    if not url or not site.is_on_site(url):
        return "offsite"
    if site.is_file(url):
        return "file"
    if url == listing_url:
        return "unlinked"
    return "release" if site.lang_of(url) == site.lang_of(listing_url) else "other_language"
