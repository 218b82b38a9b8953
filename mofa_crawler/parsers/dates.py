"""Dates as the site writes them. Only known formats are read, and nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from mofa_crawler import site
from mofa_crawler.parsers.text import INVISIBLE, collapse_spaces

_NAMES = "january february march april may june july august september october november december"
_MONTHS = {"sept": 9} | {
    name: number
    for number, month in enumerate(_NAMES.split(), start=1)
    for name in (month, month[:3])
}
# First and last day of each era, and what is added to its year; 元年 is year 1.
_ERAS = {
    "昭和": (date(1926, 12, 25), date(1989, 1, 7), 1925),
    "平成": (date(1989, 1, 8), date(2019, 4, 30), 1988),
    "令和": (date(2019, 5, 1), date.max, site.REIWA_OFFSET),
}

_SHORT_ERAS = {"s": "昭和", "h": "平成", "r": "令和", "昭": "昭和", "平": "平成", "令": "令和"}

_MONTH_NAME = r"(?P<month>[a-z]+)\.?"
_WEEKDAY = (
    r"(?:(?:sun|mon|tues|wednes|thurs|fri|satur)day|(?:sun|mon|tues?|wed|thur?s?|fri|sat)\.?)"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
# The place of a statement. Other words before a date are a title.
_PLACE = (
    r"(?:(?:tokyo|kyoto|osaka|nagoya|sapporo|sendai|hiroshima|nagasaki|okinawa|naha|fukuoka|yokohama"
    r"|kobe|new york|washington(?:,? d\.?c\.?)?|geneva|vienna|paris|london|brussels|beijing|seoul)"
    r"(?:, japan)?,? )?"
)
_TIME = (
    r"(?:,? (?:at )?\(?\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\.?)?"
    r"(?: \(?(?:jst|japan (?:standard )?time|gmt|utc|local time)\)?)?\)?)?"
)
# The place of a press conference, after the time.
_ROOM = (
    r"(?:,? (?:at |in )?(?:the )?[a-z' ]{0,40}\b"
    r"(?:room|hall|center|centre|office|hotel|club|ministry)(?: of foreign affairs)?)?"
)
_ENGLISH = [
    re.compile(
        rf"{_PLACE}(?:(?P<before>{_WEEKDAY}),? )?{day} ?{_YEAR}(?:,? \(?(?P<after>{_WEEKDAY})\)?)?"
        + _TIME
        + _ROOM
    )
    for day in (
        rf"(?P<month>[a-z]+)(?: |\. ?){_DAY}(?: ?,|(?=[ (]))(?: ?\(?{_WEEKDAY}\)?,?)?",
        rf"{_DAY} (?:of )?{_MONTH_NAME},?",
    )
]
_ERA = r"(?P<era>昭和|平成|令和|(?<![a-z])[shr]|[昭平令])(?:(?<=[shr])\.)?"
_ERA_YEAR = rf"{_ERA} ?(?P<era_year>元|\d{{1,2}})"
_JAPANESE_YEAR = rf"(?:{_ERA_YEAR}|(?P<year>\d{{4}})) ?年"
_JAPANESE = re.compile(
    r"(?:(?:東京|京都|大阪)(?:にて)?[、,]? ?)?"
    rf"(?:{_ERA_YEAR}|(?P<year>\d{{4}})) ?(?:\((?P<inside>[^()]+?)年?\) ?)?年"
    r"(?: ?\((?P<other>[^()]+?)年?\))?"
    r" ?(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?日(?: ?\((?P<at_end>[^()]+?\d)年\))?"
    r"(?: ?[(\[]?(?P<after>[月火水木金土日])(?:曜日?)?[)\]]?)?"
    r"(?: ?(?:午前|午後)?\d{1,2}(?:時(?:\d{1,2}分|半)?|:\d\d))?"
    r"(?:,? ?(?:於:?|場所:) ?[^()\d]{2,30})?"
    r"(?: ?(?:付け?|発表|掲載))?"
)
# 令和8.11.17, R8.11.17: an era cannot be taken for the month or the day.
_SHORT_JAPANESE = re.compile(
    rf"{_ERA_YEAR}(?P<sign>[./・、,-])"
    r" ?(?P<month>\d{1,2})(?P=sign) ?(?P<day>\d{1,2})"
    r"(?: ?\(?(?P<after>[月火水木金土日])(?:曜日?)?\)?)?(?: ?(?:付け?|発表|掲載))?"
)
_KANJI = "〇一二三四五六七八九"
_KANJI_NUMBER = re.compile(r"([〇零一二三四五六七八九十百]{1,9})(?= ?[年月日])")
_BRACKETED = re.compile(
    r"[(\[【〔](?P<inside>[^()\[\]【】〔〕]+(?:\([^()]+\)[^()\[\]【】〔〕]*)?)[)\]】〕]"
)
# Words in brackets beside a date: （仮訳）, "(Provisional translation)", "(local time)".
# They have digits only if they are about an update.
_UPDATE = r"updated|revised|corrected|更新|改訂|修正|訂正|追記"
UPDATE = re.compile(_UPDATE, re.IGNORECASE)
_OPENING, _CLOSING = frozenset("(（[［【〔"), frozenset(")）]］】〕")
_NO_BRACKET = r"[^()（）\[\]［］【】〔〕]"
_BRACKETS = (
    r"[(（\[［【〔]"
    rf"(?:(?=\D{{2,60}}[)）\]］】〕])|(?={_NO_BRACKET}*(?:(?i:{_UPDATE}))))"
    rf"{_NO_BRACKET}{{2,60}}[)）\]］】〕]"
)
_BESIDE = re.compile(rf"(?P<before>{_BRACKETS})?(?P<date>.*?)(?P<after>{_BRACKETS})?", re.DOTALL)
_AT_END = 50  # characters at the end of a title, in which its date stands
_LONGEST_DATE = 100  # characters
_FULL_STOP = ".。 "
# Each with its Japanese sign, in the order of `date.weekday`.
_WEEKDAYS = "monday月 tuesday火 wednesday水 thursday木 friday金 saturday土 sunday日".split()
_ENGLISH_DAYS = [
    re.compile(rf"(?:{_WEEKDAY},? )?{day}(?:,? {_WEEKDAY})?")
    for day in (f"{_MONTH_NAME} {_DAY}", f"{_DAY} {_MONTH_NAME}")
]
_JAPANESE_DAY = re.compile(
    r"(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?日 ?(?:[月火水木金土日]曜日?)?"
)
# What may stand after the day of a listing: "(updated)", （更新）, 付.
_AFTER_DAY = re.compile(
    r" ?(?:[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]|[:;,\-–—*]|(?<![a-z])(?:updated?|new)!?"
    r"|付け?|更新|追加|発表|掲載)$"
)
_ENGLISH_MONTH = re.compile(rf"(?<![a-z]){_MONTH_NAME},? {_YEAR}(?!\d)")
_JAPANESE_MONTH = re.compile(rf"{_JAPANESE_YEAR} ?(?P<month>\d{{1,2}}) ?月")
_IN_BRACKETS = re.compile(r" ?\([^()]*\)$")
_ENGLISH_YEAR = re.compile(r"\d{4}")


def read_date(text: str) -> date | None:
    """The date that the whole of `text` is; None if `text` is no date in a known format.

    English: "January 27, 2021", "27 January 2021", "Jan. 27 2021"; Japanese: 令和3年1月27日,
    平成元年, 令和三年一月二十七日, 2021年1月27日, 令和3.1.27, R3.1.27; full-width digits, spaces, a
    weekday, brackets around, a time of day and a room after, the name of a large city before.
    Raises ValueError if `text` has the form of a date and is impossible: no day of the calendar, a
    year outside its era, or years that contradict each other.
    """
    match = _match(text)
    return _day_of(match, text) if match else None


def find_weekday_contradiction(text: str) -> str | None:
    """What is wrong with the weekday that a date names; None if it names none or the right one.

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


def split_date_line(text: str) -> tuple[str, list[str]]:
    """The date of a date line, and the words in brackets before and after the date.

    "November 18, 2004 (Provisional translation)" has such words; "January 27, 2021 (Wednesday)"
    has none. A line without a date is returned whole.
    """
    text = text.strip()
    has_brackets = text[:1] in _OPENING or text[-1:] in _CLOSING  # few lines have any
    match = _BESIDE.fullmatch(text) if has_brackets and len(text) <= 2 * _LONGEST_DATE else None
    if match is None or is_date(text) or not is_date(match["date"]):
        return text, []
    return match["date"].strip(), [words for words in match.group("before", "after") if words]


def date_at_end(text: str) -> str | None:
    """The date that `text` ends in, after a comma or in brackets; None if there is none.

    It has the form of a date, and may be impossible: see `read_date`.
    """
    for start in re.finditer(r"[,，、(（\[［【]", text[-_AT_END:]):
        rest = text[-_AT_END:][start.start() :].lstrip(",，、 \u3000")
        if is_date(rest):
            return rest
    return None


def is_date(text: str) -> bool:
    """Whether `text` has the form of a date. The date may be impossible: see `read_date`."""
    return _match(text) is not None


def read_day(text: str) -> tuple[int | None, int, int] | None:
    """Year, month and day of a listing's day heading; None if the heading is no day.

    Most headings have no year: "September 30", 9月30日付. A weekday, and a word or brackets after
    the day ("(updated)"), are ignored.
    """
    if len(text) > _LONGEST_DATE:
        return None
    key = _key(text).rstrip(_FULL_STOP)
    while after := _AFTER_DAY.search(key):
        key = key[: after.start()]
    if match := _match(key):
        try:
            day = _day_of(match, key)
        except ValueError:
            return None
        return day.year, day.month, day.day
    if match := _JAPANESE_DAY.fullmatch(key):
        return None, int(match["month"]), int(match["day"])
    for pattern in _ENGLISH_DAYS:
        if (match := pattern.fullmatch(key)) and (month := _MONTHS.get(match["month"])):
            return None, month, int(match["day"])
    return None


def read_month(text: str) -> str | None:
    """`YYYY-MM` of the month that a month page's heading names ("… Archive October 2026").

    None if the heading names no month, or an impossible month.
    """
    key = _key(text[-_LONGEST_DATE:])
    for named in _ENGLISH_MONTH.finditer(key):
        if month := _MONTHS.get(named["month"]):
            return f"{named['year']}-{month:02}"
    if (match := _JAPANESE_MONTH.search(key)) and 1 <= int(match["month"]) <= 12:  # noqa: PLR2004
        return f"{_year(match):04}-{int(match['month']):02}"
    return None


def read_year(text: str) -> int | None:
    """The year of a row in the table of months: "2026", 令和8年, 令和8年（2026年）."""
    key = _IN_BRACKETS.sub("", _key(text))
    if _ENGLISH_YEAR.fullmatch(key):
        return int(key)
    match = re.fullmatch(_JAPANESE_YEAR, key)
    return _year(match) if match else None


def read_month_name(text: str) -> int | None:
    """The month that a link in the table of months names: "October", "Oct.", "10", 10月."""
    key = _key(text).rstrip(".")
    number = _MONTHS.get(key) or int(
        match[1] if (match := re.fullmatch(r"(\d{1,2})月?", key)) else 0
    )
    return number if 1 <= number <= 12 else None  # noqa: PLR2004


@lru_cache(maxsize=128)  # several functions read the same lines of an old page
def _match(text: str) -> re.Match[str] | None:
    if len(text) > _LONGEST_DATE:
        return None
    key = _key(text).rstrip(_FULL_STOP)
    if bracketed := _BRACKETED.fullmatch(key):
        key = bracketed["inside"].strip()
    for pattern in (*_ENGLISH, _JAPANESE, _SHORT_JAPANESE):
        match = pattern.fullmatch(key)
        if match and (pattern not in _ENGLISH or match["month"] in _MONTHS):
            return match
    return None


def _digits(kanji: str) -> str:
    """A number in kanji as digits: 二十七 and 二七 are 27."""
    if not {"十", "百"} & set(kanji):
        return "".join(str(_KANJI.index(sign)) for sign in kanji.replace("零", "〇"))
    total = 0
    for sign, unit in re.findall(rf"([{_KANJI}]?)([百十]?)", kanji):
        digit = _KANJI.index(sign) if sign else bool(unit)
        total += digit * {"百": 100, "十": 10}.get(unit, 1)
    return str(total)


def _day_of(match: re.Match[str], text: str) -> date:
    """The date that a match of `_match` names. Raises ValueError as `read_date` does."""
    if match.re in _ENGLISH:
        return date(int(match["year"]), _MONTHS[match["month"]], int(match["day"]))
    groups = match.groupdict()
    found = date(_year(match), int(match["month"]), int(match["day"]))
    if groups["era"]:
        first, last, _ = _ERAS[_era(match)]
        if not first <= found <= last:
            raise ValueError(f"{text!r} is outside its era")
    # 令和3年（2021年）, 2021（令和3）年
    for other in filter(None, map(groups.get, ("inside", "other", "at_end"))):
        named = re.fullmatch(_JAPANESE_YEAR, f"{other}年")
        if not named or _year(named) != found.year:
            raise ValueError(f"{text!r} names two years")
    return found


def _key(text: str) -> str:
    """Digits as ASCII, lower case, spaces folded, nothing invisible: for matching only."""
    if text.isascii():
        return collapse_spaces(text).lower()
    key = collapse_spaces(INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).lower()
    return _KANJI_NUMBER.sub(lambda number: _digits(number[1]), key)


def _era(match: re.Match[str]) -> str:
    return _SHORT_ERAS.get(match["era"], match["era"])


def _year(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("year"):
        return int(match["year"])
    return _ERAS[_era(match)][2] + (1 if match["era_year"] == "元" else int(match["era_year"]))
