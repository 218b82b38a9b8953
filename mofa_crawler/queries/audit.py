"""What became of every listed release, and of the listings themselves."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.queries.coverage import LACKING
from mofa_crawler.queries.listings import (
    AuditedListing,
    MonthListing,
    month_listings,
    newest_listing,
    read_listings,
)
from mofa_crawler.queries.runs import read_unlinked_months
from mofa_crawler.store.keys import search_key

if TYPE_CHECKING:
    from mofa_crawler.outcome import PageStatus
    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPage:
    """The page of a release. Listed date and title are those of the newest listing."""

    url: str
    lang: Lang
    status: PageStatus
    code: str
    message: str
    listed_date: str | None
    listed_title: str | None
    date: str | None  # of the record; None: no record is stored
    title: str | None
    revision: int | None

    @property
    def day(self) -> str:
        """The listed date, else the record's; empty if there is neither."""
        return self.listed_date or self.date or ""

    @property
    def is_listed(self) -> bool:
        """Whether a listing names the release."""
        return self.listed_title is not None

    @property
    def is_accounted(self) -> bool:
        """Whether the page was parsed, or there is nothing to parse."""
        return self.status not in LACKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field in which a record differs from the newest listing."""

    url: str
    field: str  # `title` or `date`
    listing: str
    page: str


@dataclass(slots=True, kw_only=True)
class Row:
    """A month of a language; or a gap, from `month` to `last_month`; or a total.

    `counts` are of `COUNTED`: listed releases, all and by page status, and stored releases that no
    listing names.
    """

    month: str
    last_month: str
    lang: str  # empty for the total of both
    listing: MonthListing | Literal[""] = ""
    counts: Counter[str] = field(default_factory=Counter)


COUNTED = (
    "listed parsed rejected failed discovered gone placeholder redirected skipped unlisted"
).split()


@dataclass(frozen=True, slots=True)
class Audit:
    """The pages and listings of a period."""

    period: Period
    pages: list[AuditedPage]
    listings: list[AuditedListing]
    unlinked: Set[tuple[Lang, str]]  # the months that the site did not link when a run needed them
    has_future: bool  # a listing has a time in the future: a clock was wrong

    def rows(self) -> list[Row]:
        """The months of each language, and the gaps between them, by language and month."""
        rows = self._months()
        gaps = [gap for lang in self.period.langs for gap in _gaps(rows, lang, self.period)]
        return sorted([*rows, *gaps], key=lambda row: (row.lang, row.month))

    def _months(self) -> list[Row]:
        """The months with a listing or a release."""
        months: dict[tuple[str, Lang], Row] = {}
        read_as = month_listings(self.listings)

        def row_of(month: str, lang: Lang) -> Row:
            listing = read_as.get((month, lang), "none")
            row = Row(month=month, last_month=month, lang=lang, listing=listing)
            return months.setdefault((month, lang), row)

        for listing in self.listings:
            if listing.month:
                row_of(listing.month, listing.lang)
        for page in self.pages:
            if not page.day:
                continue
            row = row_of(page.day[:7], page.lang)
            if page.is_listed:
                row.counts.update(["listed", page.status])
            else:
                row.counts["unlisted"] += 1
        return list(months.values())

    def months_without_listing(self) -> dict[Lang, list[str]]:
        """The months (`YYYY-MM`) without a listing that was read, in order, by language."""
        rows = [row for row in self.rows() if row.listing == "none"]
        return {
            lang: [
                month
                for row in rows
                if row.lang == lang
                for month in self.period.months(row.month, row.last_month)
            ]
            for lang in self.period.langs
        }

    def missing(self) -> list[AuditedPage]:
        """The listed pages that are not accounted for, by date and address."""
        missing = [p for p in self.pages if p.is_listed and not p.is_accounted]
        return sorted(missing, key=_by_day)

    def missing_listings(self) -> list[AuditedListing]:
        """The listings that were not fetched or not read."""
        return [listing for listing in self.listings if listing.status != "parsed"]

    @property
    def is_accounted(self) -> bool:
        """Whether every listing was read, and every page that they name is accounted for."""
        return not self.missing() and not self.missing_listings()

    def listing_statuses(self) -> dict[str, int]:
        """How many listings have each status."""
        statuses = Counter(listing.status for listing in self.listings)
        return {name: statuses[name] for name in ("parsed", "rejected", "failed")}

    def differences(self) -> list[Difference]:
        """The differences between records and their newest listings, by date and address.

        Titles are compared by their search keys, so that width, case and white space make no
        difference.
        """
        return [
            Difference(url=page.url, field=name, listing=listed, page=printed)
            for page in sorted(self.pages, key=_by_day)
            for name, listed, printed in (
                ("title", page.listed_title, page.title),
                ("date", page.listed_date, page.date),
            )
            if listed and printed and search_key(listed) != search_key(printed)
        ]

    def revisions(self) -> list[int]:
        """For each revised release, how often it was revised."""
        return [p.revision - 1 for p in self.pages if p.revision and p.revision > 1]


def total(rows: Iterable[Row], lang: str = "") -> Row:
    """The sum of rows of a language (empty: of all)."""
    summed = Row(month="total", last_month="total", lang=lang)
    for row in rows:
        if lang in {"", row.lang}:
            summed.counts += row.counts
    return summed


def fold(rows: Iterable[Row]) -> list[Row]:
    """The rows, with consecutive complete months of a year as one row.

    A month is complete if its month page was read whole, and no release is missing.
    """
    folded: list[Row] = []
    for key, group in groupby(rows, lambda row: _is_complete(row) and (row.lang, row.month[:4])):
        months = list(group)
        if key:
            year = total(months)
            year.month, year.last_month = months[0].month, months[-1].last_month
            year.lang, year.listing = months[0].lang, "whole"
            months = [year]
        folded += months
    return folded


def _is_complete(row: Row) -> bool:
    return row.listing == "whole" and not any(row.counts[status] for status in LACKING)


def read_audit(db: sqlite3.Connection, period: Period) -> Audit:
    """The pages and listings of a period.

    The indexes are always among the listings. A page that is neither listed nor stored has no date
    and is left out: nothing says that it is a release.
    """
    now = datetime.now(UTC)
    listings = read_listings(db, period)
    return Audit(
        period=period,
        pages=[p for p in _pages(db) if p.lang in period.langs and period.covers(p.day)],
        listings=listings,
        unlinked=read_unlinked_months(db),
        has_future=any(listing.read_at > now for listing in listings),
    )


def _pages(db: sqlite3.Connection) -> Iterator[AuditedPage]:
    rows = db.execute(
        f"""{newest_listing()}
           SELECT pages.url, pages.lang, status, code, message, newest.date AS listed_date,
                  newest.title AS listed_title, releases.date, releases.title, revision
           FROM pages LEFT JOIN newest ON newest.url = pages.url AND place = 1
           LEFT JOIN releases ON releases.url = pages.url
           WHERE role = 'release' AND (newest.url IS NOT NULL OR status = 'parsed')"""  # noqa: S608 - a part of our own
    )
    return (AuditedPage(**row) for row in rows)


def _gaps(rows: list[Row], lang: str, period: Period) -> Iterator[Row]:
    """The months of a language without a row, one gap for consecutive months.

    They lie in the period. Without `since`, they begin after the first month of the language. In an
    open period, they end before the last month of all languages.
    """
    known = {row.month for row in rows if row.lang == lang}
    first, last = min(known, default=""), max((row.month for row in rows), default="")
    if not period.is_open:
        today = datetime.now(site.JAPAN).date().isoformat()
        last = min(period.until or today, today)[:7]
    if period.since:
        first = period.since[:7]
    for is_known, months in groupby(period.months(first, last), key=known.__contains__):
        if not is_known:
            gap = list(months)
            yield Row(month=gap[0], last_month=gap[-1], lang=lang, listing="none")


def _by_day(page: AuditedPage) -> tuple[str, str]:
    return page.day, page.url
