"""What became of everything that the listings name, and of the listings themselves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site
from mofa_crawler.queries.read_only import reading
from mofa_crawler.site import LANGS
from mofa_crawler.store.keys import search_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from mofa_crawler.outcome import PageStatus
    from mofa_crawler.site import Lang

# The first version of the tables that tells when a listing last named a release.
_OLDEST = 1
_NOT_ACCOUNTED = {"discovered", "rejected", "failed"}

# How a month's releases came to be known. `archive`: its archive was read, when the month was over.
# `part`: of its archive, days are missing: it was read before the month's end, or kept for a period
# only. `index`: the rolling index alone. `refused`, `failed`: so ended its archive.
Cover = Literal["archive", "part", "index", "rejected", "failed", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPage:
    """A release's page. Its listed date and title are of the newest listing that names it."""

    url: str
    lang: Lang
    status: PageStatus | Literal["discovered"]  # `discovered`: never fetched
    code: str
    message: str
    listed_date: str | None  # None: no listing names it
    listed_title: str | None
    date: str | None  # of the record; None: none is held
    title: str | None
    revision: int | None

    @property
    def day(self) -> str:
        """The listed date, else the record's; empty where it has neither."""
        return self.listed_date or self.date or ""

    @property
    def is_accounted(self) -> bool:
        """Whether it was read, or there is nothing to be read."""
        return self.status not in _NOT_ACCOUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedListing:
    """A listing that was asked for. `month` is None for a rolling index."""

    url: str
    lang: Lang
    month: str | None
    status: PageStatus
    code: str
    message: str
    is_whole: bool  # read when its month was over, and kept with all its days
    named: frozenset[str]  # the months of the releases that it has named


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a record says something else than its newest listing."""

    url: str
    field: str  # `title` or `date`
    listing: str
    page: str


@dataclass(slots=True)
class MonthCounts:
    """A month of a language: pages that listings name by status, and those held that none names."""

    cover: Cover
    statuses: Counter[str] = field(default_factory=Counter)
    unlisted: int = 0


@dataclass(frozen=True, slots=True)
class Audit:
    """The pages and listings of the languages and the period that were asked for."""

    pages: list[AuditedPage]
    listings: list[AuditedListing]

    def months(self) -> dict[tuple[str, Lang], MonthCounts]:
        """By month (`YYYY-MM`) and language, sorted; without those of which nothing is known."""
        months: dict[tuple[str, Lang], MonthCounts] = {}
        for listing in self.listings:
            if listing.month:
                months[listing.month, listing.lang] = MonthCounts(_cover_of(listing))
        by_index = {
            (month, listing.lang)
            for listing in self.listings
            if not listing.month
            for month in listing.named
        }
        for page in self.pages:
            key = page.day[:7], page.lang
            if key not in months:
                months[key] = MonthCounts("index" if key in by_index else "none")
            if page.listed_date:
                months[key].statuses[page.status] += 1
            else:
                months[key].unlisted += 1
        return dict(sorted(months.items()))

    def missing(self) -> list[AuditedPage]:
        """The listed pages that are not accounted for, by date and address."""
        missing = [p for p in self.pages if p.listed_date and not p.is_accounted]
        return sorted(missing, key=_place)

    def missing_listings(self) -> list[AuditedListing]:
        """The listings that could not be got or not be read."""
        return [listing for listing in self.listings if listing.status != "parsed"]

    @property
    def is_accounted(self) -> bool:
        """Whether every listing was read, and every page that they name is accounted for."""
        return not self.missing() and not self.missing_listings()

    def listing_statuses(self) -> dict[str, int]:
        """How many listings were read, refused and failed."""
        statuses = Counter(listing.status for listing in self.listings)
        return {
            "read": statuses["parsed"],
            "rejected": statuses["rejected"],
            "failed": statuses["failed"],
        }

    def differences(self) -> list[Difference]:
        """Where records and their newest listings differ, by date and address.

        Titles are compared as they are searched: widths, case and white space make no difference.
        """
        return [
            Difference(url=page.url, field=name, listing=listed, page=printed)
            for page in sorted(self.pages, key=_place)
            for name, listed, printed in (
                ("title", page.listed_title, page.title),
                ("date", page.listed_date, page.date),
            )
            if listed and printed and search_key(listed) != search_key(printed)
        ]

    def revisions(self) -> list[int]:
        """How often each release was revised, of those that were."""
        return [p.revision - 1 for p in self.pages if p.revision and p.revision > 1]


def read_audit(
    path: Path,
    *,
    langs: Sequence[Lang] = LANGS,
    since: str | None = None,
    until: str | None = None,
) -> Audit:
    """The pages and listings of languages and a period (days; None: open). Raises `StoreError`.

    The rolling indexes are always among the listings. A page that is neither listed nor held has no
    date and is not there: nobody said that it is a release.
    """
    with reading(path, oldest=_OLDEST) as db:
        pages, listings = _pages(db), _listings(db)
    first, last = since or "", until or "9999"
    return Audit(
        [page for page in pages if page.lang in langs and first <= page.day <= last],
        [
            listing
            for listing in listings
            if listing.lang in langs
            and (not listing.month or first[:7] <= listing.month <= last[:7])
        ],
    )


def _pages(db: sqlite3.Connection) -> list[AuditedPage]:
    rows = db.execute(
        """WITH newest AS (
               SELECT url, date, title, row_number() OVER (
                   PARTITION BY url ORDER BY last_seen DESC, date DESC, listing
               ) AS place FROM listed
           )
           SELECT pages.url, pages.lang, status, code, message, newest.date AS listed_date,
                  newest.title AS listed_title, releases.date, releases.title, revision
           FROM pages LEFT JOIN newest ON newest.url = pages.url AND place = 1
           LEFT JOIN releases ON releases.url = pages.url
           WHERE role = 'release' AND (newest.url IS NOT NULL OR status = 'parsed')"""
    )
    return [AuditedPage(**row) for row in rows]


def _listings(db: sqlite3.Connection) -> list[AuditedListing]:
    rows = db.execute(
        """SELECT pages.url, lang, status, code, message, body_hash,
                  coalesce(checked_at, fetched_at) AS looked_at,
                  (SELECT group_concat(DISTINCT substr(date, 1, 7)) FROM listed
                   WHERE listing = pages.url) AS named
           FROM pages WHERE role = 'listing' ORDER BY pages.url"""
    )
    return [_listing(row) for row in rows]


def _listing(row: sqlite3.Row) -> AuditedListing:
    month = site.month_of(row["url"])
    looked_at = datetime.fromisoformat(row["looked_at"]).astimezone(site.JAPAN)
    return AuditedListing(
        url=row["url"],
        lang=row["lang"],
        month=month,
        status=row["status"],
        code=row["code"],
        message=row["message"],
        # Of a listing that was kept for a period only, the store has no hash.
        is_whole=bool(row["body_hash"]) and (month or "") < looked_at.isoformat()[:7],
        named=frozenset((row["named"] or "").split(",")) - {""},
    )


def _cover_of(archive: AuditedListing) -> Cover:
    if archive.status == "parsed":
        return "archive" if archive.is_whole else "part"
    return "rejected" if archive.status == "rejected" else "failed"


def _place(page: AuditedPage) -> tuple[str, str]:
    return page.day, page.url
