"""Languages and a period of days: which releases to crawl, audit, search or export."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from mofa_crawler import site

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DECEMBER = 12
_LAST = "9999-12-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Languages, the first day and the last day (`YYYY-MM-DD`; None: no limit)."""

    langs: tuple[Lang, ...] = site.LANGS
    since: str | None = None
    until: str | None = None

    @classmethod
    def parse(
        cls,
        *,
        lang: str | None = None,
        since: str | None = None,
        until: str | None = None,
        today: date | None = None,
    ) -> Period:
        """The period that a user wrote. An argument that the user did not write is None.

        `lang` is `en`, `ja` or both with a comma. `since` and `until` are a year, a month or a day
        (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`). `today` is the date in Japan, by
        default that of the clock. Raises `ValueError`, whose text is one line that says what to
        write.
        """
        today = today or datetime.now(site.JAPAN).date()
        first = _day("since", since, is_last=False) if since is not None else None
        last = _day("until", until, is_last=True) if until is not None else None
        if first and first > today.isoformat():
            raise ValueError(f"since={since} is in the future")
        if first and last and first > last:
            raise ValueError(f"since={since} is after until={until}")
        langs = _langs(lang) if lang is not None else site.LANGS
        return cls(langs=langs, since=first, until=last)

    @property
    def is_open(self) -> bool:
        """Whether the period has neither a first nor a last day."""
        return self.since is None and self.until is None

    def covers(self, day: str) -> bool:
        """Whether a day (`YYYY-MM-DD`) lies in the period."""
        return (self.since or "") <= day <= (self.until or _LAST)

    def covers_month(self, month: str) -> bool:
        """Whether the period has a day of a month (`YYYY-MM`)."""
        return (self.since or "")[:7] <= month <= (self.until or _LAST)[:7]

    def covers_whole_month(self, month: str) -> bool:
        """Whether the period has every day of a month (`YYYY-MM`)."""
        _, days = monthrange(int(month[:4]), int(month[5:]))
        return self.covers(f"{month}-01") and self.covers(f"{month}-{days}")

    def months(self, first: str, last: str) -> list[str]:
        """The months (`YYYY-MM`) of the period from `first` to `last`, both included."""
        months = []
        while first and first <= last:
            months.append(first)
            year, month = map(int, first.split("-"))
            first = f"{year + month // _DECEMBER:04}-{month % _DECEMBER + 1:02}"
        return [month for month in months if self.covers_month(month)]


def is_day(text: str) -> bool:
    """Whether a text is a day, as `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def spans(months: Iterable[str]) -> list[str]:
    """The spans of consecutive months among `months` (`YYYY-MM`, in order): `2013-01..2013-06`."""
    # For consecutive months, the number of the month minus its place is the same.
    places = enumerate(months)
    groups = groupby(places, key=lambda item: 12 * int(item[1][:4]) + int(item[1][5:]) - item[0])
    runs = [[month for _, month in group] for _, group in groups]
    return [run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs]


def _langs(text: str) -> tuple[Lang, ...]:
    names = [name.strip() for name in text.split(",")]
    if not set(names) <= set(site.LANGS):
        raise ValueError(f"lang={text}: write en, ja or en,ja")
    return tuple(lang for lang in site.LANGS if lang in names)


def _day(name: str, text: str, *, is_last: bool) -> str:
    """The day that `text` names; for a month or a year, its first day, or its last (`is_last`)."""
    hint = f"{name}={text} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(hint)
    try:
        year = int(match[1])
        month = int(match[2]) if match[2] else (_DECEMBER if is_last else 1)
        day = int(match[3]) if match[3] else (monthrange(year, month)[1] if is_last else 1)
        return date(year, month, day).isoformat()
    except ValueError:  # also calendar.IllegalMonthError
        raise ValueError(hint) from None
