"""The listings that were fetched, and what they say of the releases that they name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from mofa_crawler import site

if TYPE_CHECKING:
    from mofa_crawler.outcome import PageStatus
    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang

# How the releases of a month were discovered. `whole`: the month page was read after the end of the
# month. `part`: days are missing, because the month page was read earlier, or stored for a period
# only. `index`: by the index alone. `rejected`, `failed`: the status of the month page. `none`: no
# listing of the month was read.
MonthListing = Literal["whole", "part", "index", "rejected", "failed", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedListing:
    """A listing that was requested. `month` is None for an index."""

    url: str
    lang: Lang
    month: str | None
    status: PageStatus
    code: str
    message: str
    read_at: datetime
    is_whole: bool  # read after the end of its month, and stored with all its days
    named: frozenset[str]  # the months (`YYYY-MM`) of the releases that an index names


def newest_listing(condition: str = "TRUE") -> str:
    """SQL to put before a query. It defines `newest`: each release as each listing names it.

    The columns are `url`, `date`, `title` and `place`, which is 1 for the newest listing.
    `condition` chooses rows of `listed`.
    """
    return f"""
    WITH newest AS (
        SELECT url, date, title, row_number() OVER (
            PARTITION BY url ORDER BY last_seen DESC, date DESC, listing
        ) AS place FROM listed WHERE {condition}
    )"""  # noqa: S608 - a part of our own


def read_listings(db: sqlite3.Connection, period: Period) -> list[AuditedListing]:
    """The indexes, and the month pages of a period."""
    now = datetime.now(UTC)
    rows = db.execute(
        """SELECT pages.url, lang, month, status, code, message, is_partial, checked_at AS read_at,
                  CASE WHEN month IS NULL THEN (
                      SELECT group_concat(DISTINCT substr(date, 1, 7)) FROM listed
                      WHERE listing = pages.url
                  ) END AS named
           FROM pages WHERE role = 'listing' ORDER BY +pages.url -- not by scanning all pages"""
    )
    return [
        _listing(row, now)
        for row in rows
        if row["lang"] in period.langs
        and (row["month"] is None or period.covers_month(row["month"]))
    ]


def month_listings(listings: Iterable[AuditedListing]) -> dict[tuple[str, Lang], MonthListing]:
    """How the releases of each month and language were discovered, if any listing was read."""
    found: dict[tuple[str, Lang], MonthListing] = {}
    for listing in sorted(listings, key=lambda one: one.month or ""):  # the indexes first
        if listing.month:
            found[listing.month, listing.lang] = _month_listing(listing)
        else:
            found |= {(month, listing.lang): "index" for month in listing.named}
    return found


def _listing(row: sqlite3.Row, now: datetime) -> AuditedListing:
    read_at = datetime.fromisoformat(row["read_at"])
    # A time in the future is the error of a clock and proves nothing.
    has_ended = (row["month"] or "") < read_at.astimezone(site.JAPAN).isoformat()[:7]
    values = dict(row)
    values["is_whole"] = not values.pop("is_partial") and read_at <= now and has_ended
    values["named"] = frozenset((row["named"] or "").split(",")) - {""}
    return AuditedListing(**values | {"read_at": read_at})


def _month_listing(month_page: AuditedListing) -> MonthListing:
    if month_page.status == "parsed":
        return "whole" if month_page.is_whole else "part"
    return "rejected" if month_page.status == "rejected" else "failed"
