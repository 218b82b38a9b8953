from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mofa_crawler.parsers.dates import (
    date_at_end,
    find_weekday_contradiction,
    read_date,
    read_day,
    read_month,
    read_month_name,
    read_year,
    split_date_line,
)

DAY = date(2021, 1, 27)


@pytest.mark.parametrize(
    "text",
    [
        "January 27, 2021",
        "january 27,2021",
        "27 January 2021",
        "Jan. 27, 2021",
        "January 27th, 2021",
        "Wednesday, January 27, 2021",
        "January 27, 2021 (Wednesday)",
        " January\u00a027, 2021\r\n",
        "令和3年1月27日",
        "令和３年１月２７日",
        "令和 3 年 1 月 27 日",
        "令和3年1月27日（水曜日）",
        "令和3年1月27日(水)",
        "令和3年1月27日 ［水］",
        "2021年1月27日",
        "January 27 2021",
        "27 of January, 2021",
        "Tokyo, January 27, 2021",
        "(Tokyo, 27 January 2021)",
        "New York, January 27, 2021",
        "January 27 (Wednesday), 2021",
        "January 27, 2021, 18:00 JST",
        "January 27, 2021 at 6:00 p.m. (Japan time)",
        "令和三年一月二十七日",
        "二〇二一年一月二十七日",
        "令和3.1.27",
        "Ｒ３．１．２７",
        "R3/1/27（水）",
        "令和3年（2021年）1月27日",
        "2021年(令和3年)1月27日",
        "令和3年1月27日（水）18時30分",
        "東京、令和3年1月27日",
        "令和3年1月27日付",
        "令和3年1月27日 発表",
        "令3.1.27",
        "令3年1月27日",
        "R3年1月27日",
        "（令和3年1月27日（水曜日）14時45分　於：本省会見室）",
        "Wednesday, January 27, 2021, 2:30 p.m., Briefing Room",
        "January 27, 2021, 10:00 a.m. at the Ministry of Foreign Affairs",
        "January 27, 2021.",
        "January 27 , 2021",
        "January 27(Wednesday), 2021",
        "Jan.27, 2021",
        "令和3（2021）年1月27日",
        "2021（令和3）年1月27日",
        "2021年1月27日（令和3年）",
        "令和3年1月27日。",
        "R.3.1.27",
        "令和3、1、27",
        "令和3.1.27付",
    ],
)
def test_listed_formats(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成20年6月18日", date(2008, 6, 18)),
        ("August 31, 1998", date(1998, 8, 31)),
        ("Sept. 5, 2014", date(2014, 9, 5)),
        ("平成30．4．1", date(2018, 4, 1)),
        ("令和8.11.17", date(2026, 11, 17)),
        ("S63.10.20", date(1988, 10, 20)),
        ("平成三十年十二月十日", date(2018, 12, 10)),
        ("昭和六十三年十月三十一日", date(1988, 10, 31)),
        ("令和元.5.1", date(2019, 5, 1)),
    ],
)
def test_eras_and_abbreviations(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "平成32年1月1日",
        "平成31年5月1日",
        "令和元年4月30日",
        "February 30, 2021",
        "令和3年2月29日",
        "H32.1.1",
        "R3.13.1",
        "令和3年（2022年）1月27日",
        "2021（令和4）年1月27日",
        "2021年1月27日（令和4年）",
        "令和三年二月三十日",
    ],
)
def test_days_that_never_were_are_errors(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "On January 27, 2021",
        "January 27",
        "January 2021",
        "27/01/2021",
        "2021-01-27",
        "1月27日",
        "令和3年1月",
        "Janvier 27, 2021",
        "January 27, 21",
        "本20日",
        "January 27, 2021 to January 28, 2021",
        "Press Conference, January 27, 2021",
        "Signed in Tokyo, January 27, 2021",
        "January 272021",
        "Q3.1.27",
        "R3.1-27",
        "令和3年（第1回）1月27日まで",
    ],
)
def test_nothing_else_is_a_date(text: str) -> None:
    assert read_date(text) is None


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)))
def test_every_day_is_read_in_every_format(day: date) -> None:
    era, first = ("令和", 2018) if day >= date(2019, 5, 1) else ("平成", 1988)
    year = "元" if day.year - first == 1 else str(day.year - first)
    weekday = "月火水木金土日"[day.weekday()]
    japanese = f"{era}{year}年{day.month}月{day.day}日"
    formats = [
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b}. {day.day}, {day.year}",
        f"{day:%A}, {day:%B} {day.day}, {day.year}",
        f"{day:%B} {day.day}, {day.year} ({day:%A})",
        f"{day.day} {day:%b} {day.year} ({day:%a})",
        japanese,
        japanese.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)}),
        f"{era} {year} 年\u3000{day.month} 月 {day.day} 日（{weekday}）",
        f"{day.year}年{day.month}月{day.day}日 {weekday}曜日",
    ]
    for text in formats:
        assert read_date(text) == day, text
        assert find_weekday_contradiction(text) is None, text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Tuesday, January 27, 2021", "Wednesday"),
        ("January 27, 2021 (Tues.)", "Wednesday"),
        ("令和3年1月27日（木曜日）", "Wednesday"),
        ("2021年1月28日(水)", "Thursday"),
    ],
)
def test_a_weekday_that_contradicts(text: str, right: str) -> None:
    assert read_date(text) is not None
    assert find_weekday_contradiction(text) == f"{text!r} was a {right}"


@pytest.mark.parametrize(
    "text", ["Wed., January 27, 2021", "27 January 2021 (Wednesday)", "令和3年1月27日（水）", "x"]
)
def test_a_weekday_that_is_right_or_not_there(text: str) -> None:
    assert find_weekday_contradiction(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Statement (January 27, 2021)", DAY),
        ("Statement, Wednesday, January 27, 2021", DAY),
        ("甲について（令和3年1月27日）", DAY),
        ("Statement of January 27, 2021", None),
        ("Talks (Tokyo, January 27)", None),
        ("(January 27, 2021) Statement", None),
    ],
)
def test_dates_at_the_end_of_a_title(text: str, day: date | None) -> None:
    found = date_at_end(text)
    assert (found and read_date(found)) == day


@pytest.mark.parametrize(
    "text", ["(January 27, 2021)", "［令和3年1月27日］", "（令和3年1月27日（水））"]
)
def test_dates_in_brackets(text: str) -> None:
    assert read_date(text) == DAY


@given(st.text())
def test_no_random_text_is_a_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("September 30", (None, 9, 30)),
        ("30 September", (None, 9, 30)),
        ("9月30日付", (None, 9, 30)),
        ("１２月３１日付", (None, 12, 31)),
        ("9月30日", (None, 9, 30)),
        ("九月三十日付", (None, 9, 30)),
        ("September\u200e 30", (None, 9, 30)),
        ("September 30 (updated)", (None, 9, 30)),
        ("Wednesday, September 30 - Updated", (None, 9, 30)),
        ("September 30 (Wed.) (updated at 15:00)", (None, 9, 30)),
        ("9月30日（水）付（更新）", (None, 9, 30)),
        ("September 30, 2026", (2026, 9, 30)),
        ("2026年9月30日付", (2026, 9, 30)),
        ("令和8年9月30日（更新）", (2026, 9, 30)),
        ("September", None),
        ("September 31, 2026", None),
        ("Updated", None),
        ("Archives", None),
    ],
)
def test_days_of_listings(text: str, expected: tuple[int | None, int, int] | None) -> None:
    assert read_day(text) == expected


def test_parts_of_dates_in_headings_and_tables() -> None:
    assert read_month("Press Releases Archive October 2026") == "2026-10"
    assert read_month("報道発表（令和8年1月）") == "2026-01"
    assert read_month("October 2026 Press Releases") == "2026-10"
    assert read_month("Archive 2026 (October 2026)") == "2026-10"
    assert read_month("Press Releases") is None
    assert read_year("2026") == 2026
    assert read_year("令和元年") == 2019
    assert read_year("平成31年（2019年）") == 2019
    assert read_year("令和八年") == 2026
    assert read_year("Archives") is None
    assert [read_month_name(t) for t in ("October", "Oct.", "10", "10月", "13", "x")] == [
        10,
        10,
        10,
        10,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("line", "date", "words"),
    [
        ("January 27, 2021 (Provisional translation)", "January 27, 2021", ["(Provisional translation)"]),
        ("[Tentative]January 27, 2021", "January 27, 2021", ["[Tentative]"]),
        ("（仮訳）令和3年（2021年）1月27日（水）（現地時間）", "令和3年（2021年）1月27日（水）",
         ["（仮訳）", "（現地時間）"]),
        ("令和3年1月27日（令和3年1月28日更新）", "令和3年1月27日", ["（令和3年1月28日更新）"]),
        ("January 27, 2021 (Updated: January 28, 2021)", "January 27, 2021",
         ["(Updated: January 28, 2021)"]),
        ("January 27, 2021 (January 28, 2021)", "January 27, 2021 (January 28, 2021)", []),
        ("(Tokyo, January 27, 2021)", "(Tokyo, January 27, 2021)", []),
        ("(Provisional translation)", "(Provisional translation)", []),
    ],
)  # fmt: skip
def test_words_in_brackets_beside_a_date(line: str, date: str, words: list[str]) -> None:
    assert split_date_line(line) == (date, words)


@pytest.mark.parametrize("text", ["9月30日NEW", "9月30日発表", "9月30日付NEW!", "9月30日 掲載"])
def test_words_after_the_day_of_a_listing(text: str) -> None:
    assert read_day(text) == (None, 9, 30)
