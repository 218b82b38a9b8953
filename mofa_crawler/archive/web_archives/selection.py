"""Which rows of an index to fetch, and what became of each row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from mofa_crawler import site
from mofa_crawler.archive.replay_addresses import time_of

if TYPE_CHECKING:
    from mofa_crawler.archive.web_archives.rows import IndexRow
    from mofa_crawler.period import Period

Captures = Literal["changes", "first", "last"]
RowOutcome = Literal[
    "kept",
    "already there",
    "same as before",
    "not chosen",  # by `captures=first` or `last`
    "outside the period",
    "of the other language",
    "not a release",
    "other status",
    "other type",
    "other host",
    "bad row",
    "not that capture",
    "no memento",
    "block page",
    "damaged",
    "forbidden",  # by the archive's robots.txt
    "failed",
    "unfinished",  # the run ended first
]
ROW_OUTCOMES: tuple[RowOutcome, ...] = get_args(RowOutcome)

_REVISIT = "warc/revisit"
_HTML = {"text/html", "application/xhtml+xml", _REVISIT, ""}
# The index lists about 31 days before its capture.
_INDEX_SPAN = timedelta(days=40)
# A page may be captured some days before its own date: the ministry published it early.
_MOST_EARLY = timedelta(days=7)


class Wanted(NamedTuple):
    """A capture to fetch: its canonical address, and its row."""

    url: str
    row: IndexRow


class Accounts:
    """What became of the rows of an index: every row has exactly one outcome."""

    def __init__(self) -> None:
        self.rows = 0
        self.outcomes: Counter[RowOutcome] = Counter()

    def close(self, outcome: RowOutcome, number: int = 1) -> None:
        """Count an outcome for a number of rows."""
        self.outcomes[outcome] += number

    def end(self) -> dict[str, int]:
        """The number of rows by outcome; rows without an outcome become `unfinished`.

        Raises `AssertionError` if a row has two outcomes.
        """
        rest = self.rows - self.outcomes.total()
        if rest < 0:
            raise AssertionError(f"{self.rows} index rows have {self.outcomes.total()} outcomes")
        self.close("unfinished", rest)
        return {name: self.outcomes[name] for name in ROW_OUTCOMES if self.outcomes[name]}


class Selection:
    """The rows that are captures of listings and of releases, by canonical address.

    All other rows get their outcome in `accounts`. A page outside the folders of releases is a
    release if a listing names the page; `releases` decides that.
    """

    def __init__(self, langs: Iterable[site.Lang], accounts: Accounts) -> None:
        self._langs = set(langs)
        self._accounts = accounts
        self._rows: defaultdict[str, list[IndexRow]] = defaultdict(list)

    def add(self, rows: Iterable[IndexRow]) -> None:
        """Add rows of an index, in any order."""
        for row in rows:
            self._accounts.rows += 1
            url, outcome = _classify(row)
            if outcome is None and site.lang_of(url) not in self._langs:
                outcome = "of the other language"
            if outcome is None:
                self._rows[url].append(row)
            else:
                self._accounts.close(outcome)

    def __contains__(self, url: str) -> bool:
        return url in self._rows

    def listings(self, period: Period, months: Mapping[str, str]) -> list[Wanted]:
        """The captures of listings that may name a release of the period, in the order of time.

        A capture with the same digest as the previous one of its page is left out. `months` gives
        the month (`YYYY-MM`) of a month page by its address. Removes the rows from the selection.
        """
        listings = [url for url in self._rows if site.is_listing(url) or url in months]
        wanted = [
            Wanted(url, row)
            for url in listings
            for row in self._changes(self._rows.pop(url))
            if self._keep(_listing_may_cover(period, site.month_of(url) or months.get(url), row))
        ]
        return sorted(wanted, key=lambda one: (one.row.timestamp, one.url))

    def releases(
        self, period: Period, captures: Captures, listed_day: Callable[[str], str | None]
    ) -> Iterator[Wanted]:
        """The captures of releases that may lie in the period, address by address.

        `listed_day` gives the day under which a listing names an address, or None. Removes the rows
        from the selection.
        """
        for url in sorted(self._rows):
            all_rows, day = self._rows.pop(url), listed_day(url)
            if not day and not site.is_in_release_folder(url):
                self._accounts.close("not a release", len(all_rows))
                continue
            rows = [
                row
                for row in self._changes(all_rows)
                if self._keep(_release_may_lie_in(period, url, row, day))
            ]
            chosen = (
                rows if captures == "changes" else rows[:1] if captures == "first" else rows[-1:]
            )
            self._accounts.close("not chosen", len(rows) - len(chosen))
            yield from (Wanted(url, row) for row in chosen)

    def _changes(self, rows: list[IndexRow]) -> list[IndexRow]:
        """Each row whose digest differs from that of the previous row. A page may change back."""
        rows.sort(key=lambda row: (row.timestamp, row.digest, row.url))
        changes: list[IndexRow] = []
        before = ""
        for row in rows:
            is_same = row.digest == before != "" or (
                changes and row.timestamp == changes[-1].timestamp != ""
            )
            if changes and is_same:
                self._accounts.close("same as before")
            else:
                changes.append(row)
            before = row.digest
        return changes

    def _keep(self, may_lie_in_period: bool) -> bool:
        """Whether to fetch a capture. If not, its row is `outside the period`."""
        if not may_lie_in_period:
            self._accounts.close("outside the period")
        return may_lie_in_period


def _classify(row: IndexRow) -> tuple[str, RowOutcome | None]:
    """The canonical address of a row, and its outcome; None if it is a capture to fetch."""
    url = (site.canonical_url(row.url) or "") if row.url.startswith("http") else ""
    # The rows of a file may lack the time, which the WARC record has.
    if time_of(row.timestamp) is None and (row.timestamp or not row.filename):
        return url, "bad row"
    if not site.is_on_site(url):
        return url, "other host"
    if site.is_file(url) or not _is_html(row):
        return url, "other type"
    # Web archives give a revisit no status, or the status of the page itself.
    if row.status not in {"200", ""} or (not row.status and row.mime not in {_REVISIT, ""}):
        return url, "other status"
    return url, None


def _is_html(row: IndexRow) -> bool:
    mime = row.mime.partition(";")[0].strip().lower()
    return mime in _HTML or site.is_page(row.url)


def _listing_may_cover(period: Period, month: str | None, row: IndexRow) -> bool:
    if month:
        return period.covers_month(month)
    captured = _day(row)
    if captured is None:
        return True
    since = date.fromisoformat(period.since) if period.since else date.min
    until = date.fromisoformat(period.until) if period.until else date.max
    return since <= captured and captured - _INDEX_SPAN <= until


def _release_may_lie_in(period: Period, url: str, row: IndexRow, listed: str | None) -> bool:
    if listed:
        return period.covers(listed)
    if (month := site.release_month(url)) and not _covers_near(period, month):
        return False
    captured = _day(row)
    return (
        not period.since or captured is None or (captured + _MOST_EARLY).isoformat() >= period.since
    )


def _covers_near(period: Period, month: str) -> bool:
    """Whether the period has a day of a month, or of the month before or after it."""
    middle = date.fromisoformat(f"{month}-15")
    days = (middle - timedelta(days=30), middle, middle + timedelta(days=30))
    return any(period.covers_month(day.isoformat()[:7]) for day in days)


def _day(row: IndexRow) -> date | None:
    time = time_of(row.timestamp)
    return time.astimezone(site.JAPAN).date() if time else None
