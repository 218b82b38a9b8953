"""Which month pages are due beside an index, and which are missing."""

from __future__ import annotations

from datetime import date, timedelta

from mofa_crawler.crawl.months import MonthPlan, plan_months
from mofa_crawler.outcome import Listing, ListingEntry, MonthLink
from mofa_crawler.period import Period
from tests.factories import ORIGIN


def plan(
    mark: str, *, linked: list[str], reaches_back_to: str, period: Period | None = None
) -> MonthPlan:
    """The plan for an index of two weeks."""
    first = date.fromisoformat(reaches_back_to)
    entries = [
        ListingEntry(
            url=f"{ORIGIN}/press/release/{number}.html",
            title="Talks",
            date=str(first + timedelta(days=number)),
            kind="release",
        )
        for number in range(14)
    ]
    links = [MonthLink(month=m, url=f"{ORIGIN}/press/release/{m}_index.html") for m in linked]
    index = Listing(
        url=f"{ORIGIN}/press/release/index.html",
        lang="en",
        month=None,
        entries=entries,
        months=links,
    )
    return plan_months(index, period or Period(), mark)


def test_an_index_that_reaches_back_needs_no_month_page() -> None:
    found = plan("2026-11-12", linked=["2026-10"], reaches_back_to="2026-11-12")
    assert (found.due, found.missing, found.reaches_today) == ([], [], True)


def test_days_between_the_last_linked_month_and_the_index_are_a_gap() -> None:
    found = plan("2026-10-20", linked=["2026-09", "2026-10"], reaches_back_to="2026-11-12")
    assert [link.month for link in found.due] == ["2026-10"]
    assert (found.missing, found.has_gap, found.reaches_today) == (["2026-11"], True, False)
    found = plan("2026-11-02", linked=["2026-09", "2026-10"], reaches_back_to="2026-11-12")
    assert (found.missing, found.has_gap) == (["2026-11"], True)


def test_a_catch_up_after_a_long_pause_finds_entries_that_were_added_to_the_month_before() -> None:
    linked = ["2026-08", "2026-09", "2026-10", "2026-11"]
    for mark, first in (("2026-10-14", "2026-09"), ("2026-10-15", "2026-10")):
        found = plan(mark, linked=linked, reaches_back_to="2026-11-12")
        assert [link.month for link in found.due][-1] == first
    # No month before the mark is a gap.
    found = plan("2026-11-01", linked=["2026-11"], reaches_back_to="2026-11-12")
    assert ([link.month for link in found.due], found.has_gap) == (["2026-11"], False)


def test_a_backfill_names_such_days_too() -> None:
    since = Period(since="2026-10-01")
    found = plan("", linked=["2026-10"], reaches_back_to="2026-11-12", period=since)
    assert (found.missing, found.has_gap) == (["2026-11"], False)
    until = Period(since="2026-10-01", until="2026-10-31")
    found = plan("", linked=["2026-10"], reaches_back_to="2026-11-12", period=until)
    assert found.missing == []
