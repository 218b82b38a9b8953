"""The arguments of `scrapy crawl`, checked before anything is fetched or read."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mofa_crawler import site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mofa_crawler.site import Lang

_MOST_JOBS = 64
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


class ArgumentError(ValueError):
    """An unknown or malformed argument. `str()` is one line that says what to write instead."""


@dataclass(frozen=True)
class Arguments:
    """What to crawl: languages, first and last day (None: open), whether to fetch all anew, and
    the file that names the pages, where listings do not."""

    langs: tuple[Lang, ...] = site.LANGS
    since: date | None = None
    until: date | None = None
    refresh: bool = False
    urls: Path | None = None

    @property
    def is_backfill(self) -> bool:
        """Whether a period was named; without one, the run catches up from the rolling index."""
        return self.since is not None or self.until is not None

    def covers(self, day: str) -> bool:
        """Whether a day (`YYYY-MM-DD`) lies in the period."""
        return (not self.since or day >= self.since.isoformat()) and (
            not self.until or day <= self.until.isoformat()
        )

    def covers_month(self, month: str) -> bool:
        """Whether a day of a month (`YYYY-MM`) may lie in the period."""
        return (not self.since or month >= self.since.isoformat()[:7]) and (
            not self.until or month <= self.until.isoformat()[:7]
        )


def parse_arguments(
    given: Mapping[str, str],
    *,
    today: date,
    names: Sequence[str],
) -> Arguments:
    """The arguments as given with `-a NAME=VALUE`; `names` are those that the spider has.

    Raises `ArgumentError`.
    """
    if unknown := sorted(set(given) - set(names)):
        there = f"{', '.join(names[:-1])} and {names[-1]}"
        raise ArgumentError(f"unknown argument {unknown[0]!r}; there are {there}")
    since = _day("since", given["since"], last=False) if "since" in given else None
    until = _day("until", given["until"], last=True) if "until" in given else None
    if since and since > today:
        raise ArgumentError(f"since={given['since']} is still to come")
    if since and until and since > until:
        raise ArgumentError(f"since={given['since']} is after until={given['until']}")
    urls = Path(given["urls"]) if "urls" in given else None
    if urls and (since or until):
        raise ArgumentError("urls= names the pages: leave since and until away")
    return Arguments(
        langs=_langs(given.get("lang", "en,ja")),
        since=since,
        until=until,
        refresh=_flag("refresh", given.get("refresh", "false")),
        urls=urls,
    )


def parse_paths(text: str | None) -> list[Path]:
    """The files and folders of `-a path=`. Raises `ArgumentError` where one is not there."""
    if not text:
        raise ArgumentError("path is missing: -a path=FILE_OR_FOLDER[,…], of WARC or HTML files")
    # A name may hold a comma.
    paths = [Path(text)] if Path(text).exists() else [Path(name) for name in text.split(",")]
    for path in paths:
        if not path.exists():
            raise ArgumentError(f"path={path}: there is no such file or folder")
    return paths


def parse_mirror(text: str) -> site.Mirror:
    """Where the site is fetched from, of the setting `MOFA_BASE_URL`. Raises `ArgumentError`."""
    try:
        return site.Mirror(text)
    except ValueError as error:
        raise ArgumentError(f"MOFA_BASE_URL: {error}") from None


def parse_jobs(text: str) -> int:
    """The number of `-a jobs=`. Raises `ArgumentError`."""
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_JOBS:
        raise ArgumentError(f"jobs={text}: write a number from 1 to {_MOST_JOBS}")
    return int(text)


def months_between(first: str, last: str) -> list[str]:
    """The months (`YYYY-MM`) from one to another, both of them included."""
    months = []
    while first and first <= last:
        months.append(first)
        year, month = map(int, first.split("-"))
        first = f"{year + month // 12:04}-{month % 12 + 1:02}"
    return months


def _langs(text: str) -> tuple[Lang, ...]:
    names = [name.strip() for name in text.split(",")]
    if not set(names) <= set(site.LANGS):
        raise ArgumentError(f"lang={text}: write en, ja or en,ja")
    return tuple(lang for lang in site.LANGS if lang in names)


def _day(name: str, text: str, *, last: bool) -> date:
    """A day, or the first or last day of a month."""
    hint = f"{name}={text} is no date; write YYYY-MM or YYYY-MM-DD"
    match = _DAY.fullmatch(text)
    if not match:
        raise ArgumentError(hint)
    year, month = int(match[1]), int(match[2])
    try:
        day = int(match[3]) if match[3] else (monthrange(year, month)[1] if last else 1)
        return date(year, month, day)
    except ValueError:  # also calendar.IllegalMonthError
        raise ArgumentError(hint) from None


def _flag(name: str, text: str) -> bool:
    if text not in {"true", "false"}:
        raise ArgumentError(f"{name}={text}: write true or false")
    return text == "true"
