"""Which captures are fetched, and that every row has one outcome."""

from __future__ import annotations

from datetime import date

import pytest

from mofa_crawler.archive.web_archives.rows import IndexRow
from mofa_crawler.archive.web_archives.selection import Accounts, Captures, Selection
from mofa_crawler.period import Period

PAGE = "http://www.mofa.go.jp/press/release/press4e_000001.html"
CANONICAL = "https://www.mofa.go.jp/press/release/press4e_000001.html"


def capture(day: str, digest: str, url: str = PAGE, **values: str) -> IndexRow:
    columns = {"mime": "text/html", "status": "200", **values}
    return IndexRow(url, f"{day}000000", digest=digest, **columns)


def period(since: str | None = None, until: str | None = None) -> Period:
    return Period.parse(since=since, until=until, today=date(2026, 1, 10))


def selected(
    *rows: IndexRow, captures: Captures = "changes", of: Period | None = None, **listed: str
) -> tuple[list[str], dict[str, int]]:
    """The days of the captures that were chosen of releases, and the outcomes."""
    accounts = Accounts()
    selection = Selection(("en", "ja"), accounts)
    selection.add(rows)
    list(selection.listings(of or period(), {}))
    days = {CANONICAL: listed["listed"]} if listed else {}
    wanted = list(selection.releases(of or period(), captures, days.get))
    accounts.close("kept", len(wanted))
    return [one.row.timestamp[:8] for one in wanted], accounts.end()


CHANGED_BACK = [
    capture("20140101", "A"),
    capture("20140201", "A", PAGE.replace("http://www", "https://www")),
    capture("20140301", "B", PAGE.replace("www.mofa.go.jp", "mofa.go.jp:80")),
    capture("20140401", "A", mime="warc/revisit", status=""),
]


def test_adjacent_equal_digests_are_one_capture_and_a_change_back_is_a_change() -> None:
    days, outcomes = selected(*reversed(CHANGED_BACK))
    assert days == ["20140101", "20140301", "20140401"]
    assert outcomes == {"kept": 3, "same as before": 1}


@pytest.mark.parametrize(("captures", "day"), [("first", "20140101"), ("last", "20140401")])
def test_the_first_or_the_last_capture_alone(captures: Captures, day: str) -> None:
    days, outcomes = selected(*CHANGED_BACK, captures=captures)
    assert days == [day]
    assert outcomes == {"kept": 1, "same as before": 1, "not chosen": 2}


def test_captures_without_a_digest_are_never_the_same() -> None:
    assert selected(capture("20140101", ""), capture("20140201", ""))[0] == ["20140101", "20140201"]


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (capture("20140101", "A", status="404"), "other status"),
        (capture("20140101", "A", status="301"), "other status"),
        (capture("20140101", "A", status=""), "other status"),
        (capture("20140101", "A", "http://www.mofa.go.jp/press/release/a.pdf"), "other type"),
        (capture("20140101", "A", "http://www.mofa.go.jp/press/release/a", mime="image/png"), "other type"),
        (capture("20140101", "A", "http://www.example.org/press/release/a.html"), "other host"),
        (capture("20140101", "A", "not an address"), "other host"),
        (capture("20140101", "A", "http://www.mofa.go.jp/announce/announce/"), "not a release"),
        (capture("20141301", "A"), "bad row"),
        (capture("", "A"), "bad row"),
    ],
)  # fmt: skip
def test_rows_that_are_no_captures_of_releases(row: IndexRow, outcome: str) -> None:
    assert selected(row) == ([], {outcome: 1})


def test_a_page_outside_the_folders_is_a_release_if_a_listing_names_it() -> None:
    url = "https://www.mofa.go.jp/erp/we/page6e_000319.html"
    accounts = Accounts()
    selection = Selection(("en",), accounts)
    selection.add(
        [capture("20140101", "A", url), capture("20140101", "A", url.replace("319", "320"))]
    )
    wanted = list(selection.releases(period(), "changes", {url: "2014-01-01"}.get))
    assert [one.url for one in wanted] == [url]
    assert accounts.end() == {"not a release": 1, "unfinished": 1}


def test_rows_of_the_other_language() -> None:
    accounts = Accounts()
    Selection(("ja",), accounts).add([capture("20140101", "A")])
    assert accounts.end() == {"of the other language": 1}


def test_a_release_is_fetched_if_its_listed_day_lies_in_the_period() -> None:
    row = capture("20200101", "A")
    of = period("2014-02", "2014-02")
    assert selected(row, of=of, listed="2014-02-28")[0] == ["20200101"]
    assert selected(row, of=of, listed="2014-03-01") == ([], {"outside the period": 1})


def test_a_release_that_is_listed_nowhere_is_judged_by_its_address_and_its_captures() -> None:
    old = "http://www.mofa.go.jp/announce/announce/2005/10/1002.html"
    heisei = "http://www.mofa.go.jp/mofaj/press/release/h17/10/a.html"
    rows = [capture("20200101", "A", old), capture("20200101", "A", heisei)]
    assert len(selected(*rows, of=period("2005-11", "2005-12"))[0]) == 2
    assert selected(*rows, of=period("2006"))[0] == []
    assert selected(capture("20140101", "A"), of=period("2014-02"))[0] == []
    assert selected(capture("20140301", "A"), of=period("2014-02"))[0] == ["20140301"]


def test_listings_are_chosen_by_what_they_may_name() -> None:
    index, month = (
        "http://www.mofa.go.jp/press/release/",
        "http://www.mofa.go.jp/press/release/201402_index.html",
    )
    rows = [
        capture("20140210", "A", index),
        capture("20140310", "B", index),
        capture("20160310", "C", index),
        capture("20160310", "D", month),
    ]
    accounts = Accounts()
    selection = Selection(("en",), accounts)
    selection.add(rows)
    wanted = list(selection.listings(period("2014-02", "2014-02"), {}))
    assert [one.row.digest for one in wanted] == ["A", "B", "D"]
    assert accounts.outcomes == {"outside the period": 1}


def test_the_sum_of_outcomes_is_checked() -> None:
    accounts = Accounts()
    Selection(("en",), accounts).add([capture("20140101", "A")])
    assert accounts.end() == {"unfinished": 1}
    accounts.close("kept")
    with pytest.raises(AssertionError, match="1 index rows have 2 outcomes"):
        accounts.end()
