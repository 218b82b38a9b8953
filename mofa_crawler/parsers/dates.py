"""Dates as the site writes them: listed formats only, never filled in, never guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from mofa_crawler import site
from mofa_crawler.parsers.text import collapse_spaces

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ],
        start=1,
    )
    for name in names
}
# First and last day of each era, and what is added to its year; 元年 is year 1.
_ERAS = {
    "昭和": (date(1926, 12, 25), date(1989, 1, 7), 1925),
    "平成": (date(1989, 1, 8), date(2019, 4, 30), 1988),
    "令和": (date(2019, 5, 1), date.max, site.REIWA_OFFSET),
}

_MONTH_NAME = r"(?P<month>[a-z]+)\.?"
_WEEKDAY = (
    r"(?:(?:sun|mon|tues|wednes|thurs|fri|satur)day|(?:sun|mon|tues?|wed|thur?s?|fri|sat)\.?)"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_ENGLISH = [
    re.compile(rf"(?:(?P<before>{_WEEKDAY}),? )?{day} ?{_YEAR}(?:,? \(?(?P<after>{_WEEKDAY})\)?)?")
    for day in (f"{_MONTH_NAME} {_DAY},", f"{_DAY} {_MONTH_NAME},?")
]
_JAPANESE_YEAR = r"(?:(?P<era>昭和|平成|令和) ?(?P<era_year>元|\d{1,2})|(?P<year>\d{4})) ?年"
_JAPANESE = re.compile(
    rf"{_JAPANESE_YEAR} ?(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?日"
    r"(?: ?\(?(?P<after>[月火水木金土日])(?:曜日?)?\)?)?"
)
_BRACKETED = re.compile(r"[(\[【〔](?P<inside>[^()\[\]【】〔〕]+(?:\([^()]+\))?)[)\]】〕]")
_LONGEST_DATE = 50  # characters: "Wednesday, September 27, 2021 (Wednesday)"
# Each with its Japanese sign, in the order of `date.weekday`.
_WEEKDAYS = "monday月 tuesday火 wednesday水 thursday木 friday金 saturday土 sunday日".split()
_ENGLISH_DAY = re.compile(rf"{_MONTH_NAME} {_DAY}")
_JAPANESE_DAY = re.compile(r"(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?日(?:付け?)?")
_ENGLISH_MONTH = re.compile(rf"{_MONTH_NAME},? {_YEAR}$")
_JAPANESE_MONTH = re.compile(rf"{_JAPANESE_YEAR} ?(?P<month>\d{{1,2}}) ?月")
_ENGLISH_YEAR = re.compile(r"\d{4}")


def read_date(text: str) -> date | None:
    """The date that `text` is, wholly; None where it is no date in a listed format.

    English: "January 27, 2021", "27 January 2021", "Jan. 27, 2021"; Japanese: 令和3年1月27日,
    平成元年, 2021年1月27日; full-width digits, spaces, a weekday before or after, brackets around.
    Raises ValueError for what has the form of a date and is none: an impossible day, or an era's
    year outside the era.
    """
    match = _match(text)
    return _day_of(match, text) if match else None


def find_weekday_contradiction(text: str) -> str | None:
    """What is wrong with the weekday that a date bears; None where it bears none or the right one.

    Raises ValueError as `read_date` does.
    """
    match = _match(text)
    if not match:
        return None
    named = match.groupdict().get("before") or match["after"]
    right = _WEEKDAYS[_day_of(match, text).weekday()]
    if not named or named[:3] in right:
        return None
    return f"{collapse_spaces(text)!r} was a {right[:-1].capitalize()}"


def date_at_end(text: str) -> str | None:
    """The end of `text` that is a date, after a comma or in brackets; None where it ends in none.

    It may be no day of the calendar: `read_date` tells.
    """
    for start in re.finditer(r"[,，、(（\[［【]", text[-_LONGEST_DATE:]):
        rest = text[-_LONGEST_DATE:][start.start() :].lstrip(",，、 \u3000")
        if is_date(rest):
            return rest
    return None


def is_date(text: str) -> bool:
    """Whether `text` has the form of a date, be it a day of the calendar or not."""
    return _match(text) is not None


def read_day(text: str) -> tuple[int, int] | None:
    """Month and day of a listing's day heading ("September 30", 9月30日付), which bears no year."""
    key = _key(text)
    if match := _JAPANESE_DAY.fullmatch(key):
        return int(match["month"]), int(match["day"])
    if (match := _ENGLISH_DAY.fullmatch(key)) and (month := _MONTHS.get(match["month"])):
        return month, int(match["day"])
    return None


def read_month(text: str) -> str | None:
    """`YYYY-MM` of the month that an archive's heading names ("… Archive October 2026").

    None where it names none, or one that there is not.
    """
    key = _key(text)
    if (match := _ENGLISH_MONTH.search(key)) and (month := _MONTHS.get(match["month"])):
        return f"{match['year']}-{month:02}"
    if (match := _JAPANESE_MONTH.search(key)) and 1 <= int(match["month"]) <= 12:  # noqa: PLR2004
        return f"{_year(match):04}-{int(match['month']):02}"
    return None


def read_year(text: str) -> int | None:
    """The year of an archive table's row: "2026", 令和8年."""
    key = _key(text)
    if _ENGLISH_YEAR.fullmatch(key):
        return int(key)
    match = re.fullmatch(_JAPANESE_YEAR, key)
    return _year(match) if match else None


def read_month_name(text: str) -> int | None:
    """The month that an archive table's link names: "October", "Oct.", "10", 10月."""
    key = _key(text).rstrip(".")
    number = _MONTHS.get(key) or int(
        match[1] if (match := re.fullmatch(r"(\d{1,2})月?", key)) else 0
    )
    return number if 1 <= number <= 12 else None  # noqa: PLR2004


@lru_cache(maxsize=1)  # a page's date is read, and then held against its weekday
def _match(text: str) -> re.Match[str] | None:
    key = _key(text)
    if bracketed := _BRACKETED.fullmatch(key):
        key = bracketed["inside"].strip()
    for pattern in (*_ENGLISH, _JAPANESE):
        match = pattern.fullmatch(key)
        if match and (pattern is _JAPANESE or match["month"] in _MONTHS):
            return match
    return None


def _day_of(match: re.Match[str], text: str) -> date:
    if match.re is _JAPANESE:
        return _in_era(match, int(match["month"]), int(match["day"]), text)
    return date(int(match["year"]), _MONTHS[match["month"]], int(match["day"]))


def _key(text: str) -> str:
    """Full-width digits as ASCII, lower case, spaces folded: for matching only."""
    return collapse_spaces(unicodedata.normalize("NFKC", text)).lower()


def _year(match: re.Match[str]) -> int:
    if match["year"]:
        return int(match["year"])
    era_year = 1 if match["era_year"] == "元" else int(match["era_year"])
    return _ERAS[match["era"]][2] + era_year


def _in_era(match: re.Match[str], month: int, day: int, text: str) -> date:
    found = date(_year(match), month, day)
    if match["era"]:
        first, last, _ = _ERAS[match["era"]]
        if not first <= found <= last:
            raise ValueError(f"{text!r} is outside its era")
    return found
