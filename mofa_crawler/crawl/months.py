"""Which month pages a run fetches beside an index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mofa_crawler.outcome import Listing, MonthLink
    from mofa_crawler.period import Period

_ADDED_LATER = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPlan:
    """The month pages that are due, newest first, and what is still missing after them.

    `months` (`YYYY-MM`) should be read. `missing` are those of `months` that the table of months
    does not link. `is_empty`: the table links no month of the period. `reaches_today`: with these
    pages, the run reads all days from the last run that caught up to today. `has_gap`: a catch-up
    cannot do that, because months are missing.
    """

    due: list[MonthLink]
    months: list[str]
    missing: list[str]
    is_empty: bool
    reaches_today: bool
    has_gap: bool


def plan_months(index: Listing, period: Period, mark: str | None) -> MonthPlan:
    """The plan for an index.

    `mark` is the day until which earlier runs read listings without a gap; None: there is none.

    A backfill fetches the months of its period. A catch-up fetches the months since the mark, if
    the index does not reach back to it. The ministry adds entries later, with earlier days: so two
    weeks before the mark are fetched too.
    """
    linked = {link.month for link in index.months}
    is_behind = bool(mark and mark < index.reaches_back_to)
    if not period.is_open:
        due = [link for link in index.months if period.covers_month(link.month)]
        months = _months(index, period, first=period.since)
        reaches_today = bool(
            period.since and (not mark or period.since <= mark) and not period.until
        )
    else:
        begin = str(date.fromisoformat(mark) - _ADDED_LATER)[:7] if mark else ""
        due = [link for link in index.months if is_behind and link.month >= begin]
        months = _months(index, period, first=mark) if is_behind else []
        reaches_today = linked >= set(months)
    missing = [month for month in months if month not in linked]
    return MonthPlan(
        due=sorted(due, key=lambda link: link.month, reverse=True),
        months=months,
        missing=missing,
        is_empty=not period.is_open
        and not any(period.covers_month(link.month) for link in index.months),
        reaches_today=reaches_today,
        has_gap=period.is_open and bool(missing),
    )


def _months(index: Listing, period: Period, *, first: str | None) -> list[str]:
    """The months from the day `first` (None: from the first linked month) to the last linked.

    If the index does not reach back to the last linked month, they end where the index begins.
    """
    linked = {link.month for link in index.months}
    begin = first[:7] if first else min(linked, default="")
    end = max(linked | {index.reaches_back_to[:7]})
    return replace(period, since=None).months(begin, end)
