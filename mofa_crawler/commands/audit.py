"""`scrapy audit`: whether everything that the listings name is accounted for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from mofa_crawler import site
from mofa_crawler.commands.base import ReadsDatabase
from mofa_crawler.commands.period import add_period_options, bounds_of, period_of
from mofa_crawler.commands.printing import new_table, print_rows, stdout_console
from mofa_crawler.queries.audit import read_audit
from mofa_crawler.run.verdict import Exit

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from pathlib import Path

    from mofa_crawler.period import Period
    from mofa_crawler.queries.audit import Audit, AuditedListing, AuditedPage

_NOTES = {
    "none": (
        "none: no listing of these months was read; "
        "`crawl … -a since=` reads those that the archive table links"
    ),
    "part": (
        "part: read before the month was over, or for a period only; "
        "`crawl … -a since=` reads the month's archive whole"
    ),
    "index": (
        "index: named by the rolling index alone, which reaches back a month: "
        "a longer pause between runs may have left days out"
    ),
}


class Command(ReadsDatabase, ScrapyCommand):
    """Shows what became of all that is listed, month by month. Changes nothing.

    Ends with 6 where something is not accounted for, whatever it was asked to print.
    """

    def short_desc(self) -> str:
        return "Show month by month whether all that is listed is accounted for"

    def long_desc(self) -> str:
        return f"{self.short_desc()}. Ends with 0 where it is, with 6 where it is not."

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        add_period_options(parser)
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument(
            "--missing", action="store_true", help="list what is not accounted for instead"
        )
        instead.add_argument(
            "--differences",
            action="store_true",
            help="list where listing and page differ in title or date instead",
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object; of a list, one a line"
        )

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        if args:
            raise UsageError("audit takes no arguments")
        period = period_of(opts)
        audit = read_audit(database, **bounds_of(period))
        if opts.missing:
            _print_list(_missing(audit), as_json=opts.json)
        elif opts.differences:
            _print_list([asdict(one) for one in audit.differences()], as_json=opts.json)
        elif opts.json:
            _print_json(audit, _rows(audit, period))
        else:
            _print(audit, _rows(audit, period))
        if not audit.is_accounted:
            self.exitcode = Exit.INCOMPLETE


def _missing(audit: Audit) -> list[dict[str, str]]:
    """The listings, dated by their months, then the pages."""
    listings = [
        {**_status_of(listing), "date": listing.month or "", "title": ""}
        for listing in audit.missing_listings()
    ]
    pages = [
        {**_status_of(page), "date": page.day, "title": page.listed_title or ""}
        for page in audit.missing()
    ]
    return listings + pages


def _status_of(address: AuditedPage | AuditedListing) -> dict[str, str]:
    return {name: getattr(address, name) for name in ("url", "status", "code", "message")}


def _print_list(rows: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            print(msgspec.json.encode(row).decode())
    elif rows:
        print_rows(rows[0], (row.values() for row in rows))


# --- month by month -------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Row:
    """A month of a language; or the months of a gap; or a total."""

    month: str
    last_month: str
    lang: str
    listing: str = ""
    listed: int = 0
    parsed: int = 0
    rejected: int = 0
    failed: int = 0
    gone: int = 0
    never_fetched: int = 0
    placeholder: int = 0
    redirected: int = 0
    skipped: int = 0
    unlisted: int = 0


_COUNTED = (
    "listed parsed rejected failed gone never_fetched placeholder redirected skipped unlisted"
).split()
_SHOWN_ALWAYS = {"listed", "parsed", "rejected", "failed", "gone", "never_fetched"}


def _rows(audit: Audit, period: Period) -> list[_Row]:
    """The months of each language, and the gaps between them, by month."""
    rows = []
    for (month, lang), known in audit.months().items():
        statuses: dict[str, int] = dict(known.statuses)
        row = _Row(
            month=month,
            last_month=month,
            lang=lang,
            listing=known.cover,
            **{
                "listed": sum(statuses.values()),
                "never_fetched": statuses.pop("discovered", 0),
                "unlisted": known.unlisted,
                **statuses,
            },
        )
        rows.append(row)
    gaps = [gap for lang in period.langs for gap in _gaps(rows, lang, period)]
    return sorted([*rows, *gaps], key=lambda row: (row.month, row.lang))


def _gaps(rows: list[_Row], lang: str, period: Period) -> Iterator[_Row]:
    """The months of a language of which nothing is known, a row for those that follow another.

    They lie in the period that was named, or else between the language's first month and the last
    month of all.
    """
    known = {row.month for row in rows if row.lang == lang}
    first, last = min(known, default=""), max((row.month for row in rows), default="")
    if not period.is_open:
        today = datetime.now(site.JAPAN).date().isoformat()
        last = min(period.until or today, today)[:7]
    if period.since:
        first = period.since[:7]
    for is_known, months in groupby(period.months(first, last), key=known.__contains__):
        if not is_known:
            gap = list(months)
            yield _Row(month=gap[0], last_month=gap[-1], lang=lang, listing="none")


def _total(rows: list[_Row], lang: str = "") -> _Row:
    of_lang = [row for row in rows if lang in {"", row.lang}]
    counts = {name: sum(getattr(row, name) for row in of_lang) for name in _COUNTED}
    return _Row(month="total", last_month="total", lang=lang, **counts)


def _print_json(audit: Audit, rows: list[_Row]) -> None:
    totals = [_total(rows, lang) for lang in ("en", "ja", "")]
    summary: dict[str, Any] = {
        "accounted_for": audit.is_accounted,
        "months": rows,
        "total": {
            row.lang or "total": {name: getattr(row, name) for name in _COUNTED} for row in totals
        },
        "listings": audit.listing_statuses(),
        "differences": len(audit.differences()),
        "revised": len(audit.revisions()),
        "revisions": sum(audit.revisions()),
    }
    print(msgspec.json.format(msgspec.json.encode(summary), indent=1).decode())


def _print(audit: Audit, rows: list[_Row]) -> None:
    langs = sorted({row.lang for row in rows})
    totals = [_total(rows, lang) for lang in langs if len(langs) > 1] + [_total(rows)]
    names = [n for n in _COUNTED if n in _SHOWN_ALWAYS or getattr(totals[-1], n)]
    console = stdout_console()
    table = new_table(console)
    if console.is_terminal:
        table.padding = 0  # there are ten columns and more
    for name in ("month", "lang", "listing"):
        table.add_column(name, no_wrap=True)
    for name in names:
        table.add_column(name.replace("_", " "), justify="right", overflow="fold")
    for row in rows + totals:
        if row is totals[0]:
            table.add_section()
        month = row.month if row.month == row.last_month else f"{row.month}..{row.last_month}"
        counts = [str(getattr(row, name)) for name in names]
        table.add_row(month, row.lang, row.listing, *counts)
    console.print(table)
    for line in _lines(audit, rows, totals[-1].listed):
        console.print(line, soft_wrap=True)


def _lines(audit: Audit, rows: list[_Row], listed: int) -> Iterator[str]:
    """What the table does not say."""
    pages, listings = len(audit.missing()), len(audit.missing_listings())
    if audit.is_accounted:
        yield f"accounted for: all {listed} listed"
    else:
        yield (
            f"not accounted for: {pages} of {listed} listed, "
            f"{listings} of {len(audit.listings)} listings (`audit --missing`)"
        )
    statuses = ", ".join(f"{n} {status}" for status, n in audit.listing_statuses().items())
    yield f"listings: {statuses}"
    used = {row.listing for row in rows}
    yield from (note for name, note in _NOTES.items() if name in used)
    yield (
        f"differences in title or date between listing and page: {len(audit.differences())}"
        " (`audit --differences`)"
    )
    revisions = audit.revisions()
    yield f"releases revised: {len(revisions)}, revisions: {sum(revisions)} (`diff ID`)"
