"""Languages and periods as a user writes them."""

from __future__ import annotations

from datetime import date

import pytest

from mofa_crawler.period import Period, spans

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        ("2013", "2016", "2013-01-01", "2016-12-31"),
        ("2013-02", "2016-02", "2013-02-01", "2016-02-29"),
        ("2013-02-03", "2016-02-03", "2013-02-03", "2016-02-03"),
        (None, "2999", None, "2999-12-31"),
        ("2026", None, "2026-01-01", None),
    ],
)
def test_a_year_a_month_or_a_day(
    since: str | None, until: str | None, first: str | None, last: str | None
) -> None:
    period = Period.parse(since=since, until=until, today=TODAY)
    assert (period.since, period.until) == (first, last)


def test_languages_are_sorted_and_both_by_default() -> None:
    assert Period.parse(today=TODAY) == Period(langs=("en", "ja"))
    assert Period.parse(lang="ja, en", today=TODAY).langs == ("en", "ja")
    assert Period.parse(lang="ja", today=TODAY).langs == ("ja",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (name, text)
        for name in ("since", "until")
        for text in (
            "",
            "x",
            "21",
            "2021-13",
            "2021-00",
            "2021-02-30",
            "0000",
            "２０２１-01",
            "2021/01",
        )
    ],
)
def test_no_date_says_what_to_write(name: str, text: str) -> None:
    message = f"{name}={text} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"
    with pytest.raises(ValueError, match=f"^{message}$"):
        Period.parse(today=TODAY, **{name: text})


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"lang": "fr"}, "lang=fr: write en, ja or en,ja"),
        ({"lang": ""}, "lang=: write en, ja or en,ja"),
        ({"since": "2027"}, "since=2027 is in the future"),
        ({"since": "2021-02", "until": "2021-01"}, "since=2021-02 is after until=2021-01"),
    ],
)
def test_contradictions(written: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        Period.parse(today=TODAY, **written)


def test_what_a_period_covers() -> None:
    period = Period(since="2021-01-15", until="2021-02-10")
    days = ("2021-01-14", "2021-01-15", "2021-02-10", "2021-02-11")
    assert [period.covers(day) for day in days] == [False, True, True, False]
    months = ("2020-12", "2021-01", "2021-02", "2021-03")
    assert [period.covers_month(month) for month in months] == [False, True, True, False]
    assert Period().covers("0001-01-01")
    assert Period().covers_month("9999-12")
    assert (Period().is_open, period.is_open) == (True, False)


def test_months_of_a_period() -> None:
    assert Period().months("2020-11", "2021-02") == ["2020-11", "2020-12", "2021-01", "2021-02"]
    assert Period(since="2020-12-31").months("2020-11", "2021-01") == ["2020-12", "2021-01"]
    assert Period().months("2021-02", "2021-01") == []
    assert Period().months("", "2021-01") == []


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ("", []),
        ("2013-01", ["2013-01"]),
        ("2013-11 2013-12 2014-01", ["2013-11..2014-01"]),
        ("2013-01 2013-03 2013-04 2014-04", ["2013-01", "2013-03..2013-04", "2014-04"]),
    ],
)
def test_months_in_succession_are_a_span(months: str, expected: list[str]) -> None:
    assert spans(months.split()) == expected
