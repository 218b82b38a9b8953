"""A site of any number of releases, in the markup of the demo site.

The frames are those of pages of `fixtures/site`. The texts are put together at random, always the
same for the same page. No two releases have the same text, except one in fifty of a month: it
repeats the one before it at another address.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import TYPE_CHECKING

from benchmarks import articles
from benchmarks.frames import INDEXES, listing_frame, release_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.articles import Lang

LANGS: tuple[Lang, ...] = ("en", "ja")

# The newest month of the site. Fixed, so that the pages are the same whenever they are made.
_LAST = (2025, 12)
_MOST_MONTHS = 60  # the Japanese table of months goes back to 2021
_PAGES_A_MONTH = 240  # both languages, as many as the ministry's
_DAYS = 28
_REPEATED_EVERY = 50
_REIWA_OFFSET = 2018  # 令和元年 is 2019

_MONTHS = (
    "January February March April May June July August September October November December"
).split()


@dataclass(frozen=True)
class Release:
    """One release of the site: its address, and which texts it has."""

    lang: Lang
    year: int
    month: int
    day: int
    number: int  # within the month
    source: int  # the number of the release whose text it has: its own, or the one repeated

    @property
    def path(self) -> str:
        """The address on the site."""
        serial = f"{self.year % 100:02}{self.month:02}{self.number:05}"
        if self.lang == "en":
            return f"/press/release/pressite_{serial}.html"
        return f"/mofaj/press/release/pressit_{serial}.html"

    @property
    def is_repeated(self) -> bool:
        """Whether the text is that of another release."""
        return self.source != self.number

    def html(self) -> bytes:
        """The page as it is served."""
        rng = self._rng()
        return _release_html(self, articles.title(rng, self.lang), rng)

    def title(self) -> str:
        """The title, which the listing has too."""
        return articles.title(self._rng(), self.lang)

    def _rng(self) -> Random:
        return Random(f"{self.lang} {self.year} {self.month} {self.source}")


class Site:
    """`count` releases in both languages, with indexes, month pages and robots.txt."""

    def __init__(self, count: int) -> None:
        months = max(1, min(_MOST_MONTHS, count // _PAGES_A_MONTH))
        self.months = [_month_before(*_LAST, back) for back in range(months)]  # newest first
        self.releases: list[Release] = []
        for position, (year, month) in enumerate(self.months):
            of_month = count * (position + 1) // months - count * position // months
            for i, lang in enumerate(LANGS):
                self.releases += _releases(lang, year, month, (of_month + 1 - i) // 2)

    @property
    def since(self) -> str:
        """The oldest month, as the argument `since` of a backfill of the whole site."""
        year, month = self.months[-1]
        return f"{year}-{month:02}"

    @property
    def repeated(self) -> int:
        """How many releases repeat another."""
        return sum(release.is_repeated for release in self.releases)

    def listing_paths(self) -> list[str]:
        """The addresses of the indexes and the archives, in the order of a backfill."""
        archives = [_archive_path(lang, *month) for lang in LANGS for month in self.months]
        return [*INDEXES.values(), *archives]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every address with its bytes, in the order in which a backfill requests them."""
        yield "/robots.txt", b"User-agent: *\nDisallow: /cgi-bin/\n"
        for lang in LANGS:
            newest = [r for r in self.releases if r.lang == lang and (r.year, r.month) == _LAST]
            yield INDEXES[lang], self._listing(lang, newest, None)
        for lang in LANGS:
            for month in self.months:
                of_month = [
                    r for r in self.releases if r.lang == lang and (r.year, r.month) == month
                ]
                yield _archive_path(lang, *month), self._listing(lang, of_month, month)
        for release in self.releases:
            yield release.path, release.html()

    def _listing(self, lang: Lang, releases: list[Release], month: tuple[int, int] | None) -> bytes:
        days = "\n".join(_day(lang, list(of_day)) for _, of_day in groupby(releases, _by_day))
        before, between, after = listing_frame(lang)
        heading = _listing_heading(lang, month)
        head = before.replace("{HEADING}", heading)
        return _encode(head + days + between + self._archive_rows(lang) + after)

    def _archive_rows(self, lang: Lang) -> str:
        linked = set(self.months)
        rows = []
        for year in sorted({year for year, _ in self.months}, reverse=True):
            cells = [
                f'<a href="{_archive_path(lang, year, m)}">{_month_name(lang, m)}</a>'
                if (year, m) in linked
                else _month_name(lang, m)
                for m in range(1, 13)
            ]
            name = str(year) if lang == "en" else f"令和{year - _REIWA_OFFSET}年"
            rows.append(
                f'<tr class="archives-row">\n<td class="cell">{name}</td>\n'
                f'<td class="cell">\n{"・".join(cells)}</td>\n</tr>\n'
            )
        return "".join(rows)


def _releases(lang: Lang, year: int, month: int, count: int) -> Iterator[Release]:
    """The releases of a month, the newest day first."""
    for number in range(count):
        is_repeated = number % _REPEATED_EVERY == _REPEATED_EVERY - 1
        source = number - 1 if is_repeated else number
        day = _DAYS - source * _DAYS // count
        yield Release(lang, year, month, day, number, source)


def _by_day(release: Release) -> int:
    return release.day


def _month_before(year: int, month: int, back: int) -> tuple[int, int]:
    number = year * 12 + month - 1 - back
    return number // 12, number % 12 + 1


def _month_name(lang: Lang, month: int) -> str:
    return _MONTHS[month - 1] if lang == "en" else f"{month}月"


def _archive_path(lang: Lang, year: int, month: int) -> str:
    if lang == "en":
        return f"/press/release/{year}{month:02}_index.html"
    return f"/mofaj/press/release/{year - _REIWA_OFFSET}_{month:02}_index.html"


def _encode(html: str) -> bytes:
    """As the site writes its pages: UTF-8, CRLF."""
    return html.replace("\n", "\r\n").encode()


def _listing_heading(lang: Lang, month: tuple[int, int] | None) -> str:
    if lang == "en":
        return (
            f"Press Releases Archive {_MONTHS[month[1] - 1]} {month[0]}"
            if month
            else "Press Releases"
        )
    return f"報道発表（令和{month[0] - _REIWA_OFFSET}年{month[1]}月）" if month else "報道発表"


def _day(lang: Lang, releases: list[Release]) -> str:
    first = releases[0]
    name = (
        f"{_MONTHS[first.month - 1]} {first.day}"
        if lang == "en"
        else f"{first.month}月{first.day}日付"
    )
    items = "\n".join(
        f"""                                          <li>
                                            <a href="{release.path}">{release.title()}</a>
                                          </li>"""
        for release in releases
    )
    return f"""                                    <dt class="list-title">{name}</dt>
                                    <dd>
                                        <ul class="link-list">
{items}
                                        </ul>
                                    </dd>"""


def _release_html(release: Release, title: str, rng: Random) -> bytes:
    before, after = release_frame(release.lang)
    head = before.replace("{TITLE}", title).replace("{PATH}", release.path)
    if release.lang == "en":
        date = f"{_MONTHS[release.month - 1]} {release.day}, {release.year}"
    else:
        date = f"令和{release.year - _REIWA_OFFSET}年{release.month}月{release.day}日"
    article = articles.article(rng, release.lang)
    return _encode(
        f'{head}                        <div class="rightalign">{date}</div>\n{article}{after}'
    )
