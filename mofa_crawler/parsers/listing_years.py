"""The years of a listing's days. The page prints days without a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from mofa_crawler.parsers.dates import read_day

if TYPE_CHECKING:
    from mofa_crawler.outcome import MonthLink

# An index spans about 31 days. The newest month that it links may be the next month, or, in the
# first days of a month, the month before.
_MONTHS_BEFORE, _MONTHS_AFTER = 3, 1


class Years:
    """Finds the year of each day of a listing.

    `last` is the last day that the listing can name: later days are errors. `month` (`YYYY-MM`) is
    the month of a month page, and None for an index. The years of an index come from the newest of
    `months`, the months that its table links.
    """

    def __init__(self, last: date, months: Sequence[MonthLink], month: str | None) -> None:
        self._last = last
        self._newest = month or max((link.month for link in months), default="")
        # A month page may have days of the months before and after.
        self._before, self._after = (1, 1) if month else (_MONTHS_BEFORE, _MONTHS_AFTER)

    def date_of(self, heading: str) -> date:
        """The date of a day's heading. Without a year in it, a date near the newest month.

        Raises ValueError, with a message, if the heading is no day or its year is not certain.
        """
        found = read_day(heading)
        if not found:
            raise ValueError(f"{heading[:80]!r} is no day")
        year, month, day = found
        year = year or self._year(month, heading)
        try:
            dated = date(year, month, day)
        except ValueError:
            raise ValueError(f"{heading!r} is no day of {year}") from None
        if dated > self._last:
            raise ValueError(f"{dated} is after the day of the fetch")
        return dated

    def _year(self, month: int, heading: str) -> int:
        if not self._newest:
            raise ValueError(f"no month page is linked that shows the year of {heading!r}")
        newest_year, newest_month = map(int, self._newest.split("-"))
        for year in (newest_year, newest_year - 1, newest_year + 1):
            distance = (year - newest_year) * 12 + month - newest_month
            if -self._before <= distance <= self._after:
                return year
        raise ValueError(f"{heading!r} is far from the newest month, {self._newest}")
