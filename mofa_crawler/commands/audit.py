"""`mofa-crawler audit`: whether every listed release is accounted for."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mofa_crawler.commands.base import PlainCommand, add_period_options, period_of
from mofa_crawler.commands.months import advice
from mofa_crawler.commands.printing import (
    new_console,
    print_json,
    print_lines,
    print_list,
    print_table,
)
from mofa_crawler.period import spans
from mofa_crawler.queries.archive_files import LostFile, read_lost_files
from mofa_crawler.queries.audit import COUNTED, Audit, AuditedPage, Row, fold, read_audit, total
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.rejected import RejectedPage, read_rejected
from mofa_crawler.run.verdict import Exit

if TYPE_CHECKING:
    from mofa_crawler.queries.listings import AuditedListing

_PLACE = ("month", "last_month", "lang", "listing")
_COLUMNS = ("listed", "parsed", "rejected", "failed", "discovered")
# Nothing is left to do about these pages. The table has no room for a column of each.
_OTHER = ("gone", "placeholder", "redirected", "skipped", "unlisted")
_NOTES = {
    "part": (
        "part: the month page was read before the end of the month, or for a period only; "
        "`crawl press_releases --since` reads the whole month page"
    ),
    "index": (
        "index: only the index names these releases, and it reaches back a month; "
        "a longer pause between runs may have lost days"
    ),
}


class Command(PlainCommand):
    description = (
        "The exit code is 6 if a listed release is missing, or a listing is rejected or failed."
    )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        add_period_options(parser)
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument(
            "--missing", action="store_true", help="list what is not accounted for"
        )
        instead.add_argument(
            "--differences",
            action="store_true",
            help="list the releases whose title or date differs from the listing's",
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object, or one for each line"
        )

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        period, archive = period_of(opts), self.settings["MOFA_ARCHIVE"]
        with reading(self.database) as db:
            audit, rejected = read_audit(db, period), read_rejected(db, period)
            lost = read_lost_files(db, Path(archive)) if archive else []
        if opts.missing:
            print_list(
                _missing(audit),
                ("date", "status"),
                ("title", "code", "message", "url"),
                as_json=opts.json,
                nothing=_nothing(audit, rejected),
            )
        elif opts.differences:
            print_list(
                [asdict(one) for one in audit.differences()],
                ("field",),
                ("url", "listing", "page"),
                as_json=opts.json,
                nothing="no differences",
            )
        elif opts.json:
            _print_json(audit, lost)
        else:
            _print(audit)
            print_lines(_lost_lines(archive, lost))
        if not audit.is_accounted:
            self.exitcode = Exit.INCOMPLETE


def _nothing(audit: Audit, rejected: list[RejectedPage]) -> str:
    """The note that nothing is missing, with what is not known."""
    note = "nothing that is listed is missing"
    months = audit.months_without_listing()
    if counts := ", ".join(f"{len(of)} ({lang})" for lang, of in months.items() if of):
        note += f"; months without a listing: {counts} (`audit`)"
    if unlisted := sum(not page.date for page in rejected):
        note += f"; rejected pages that no listing names: {unlisted} (`rejected`)"
    return note


def _missing(audit: Audit) -> list[dict[str, str]]:
    """The missing listings, dated by their months, and then the missing pages."""
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


def _print_json(audit: Audit, lost: list[LostFile] | None) -> None:
    rows = audit.rows()
    summary = {
        "accounted_for": audit.is_accounted,
        "months": [
            {**{name: getattr(row, name) for name in _PLACE}, **_counted(row)} for row in rows
        ],
        "total": {lang or "total": _counted(total(rows, lang)) for lang in ("en", "ja", "")},
        "listings": audit.listing_statuses(),
        "differences": len(audit.differences()),
        "revised": len(audit.revisions()),
        "revisions": sum(audit.revisions()),
        "lost_archive_files": lost,
    }
    print_json(summary, indent=1)


def _counted(row: Row) -> dict[str, int]:
    return {name: row.counts[name] for name in COUNTED}


def _print(audit: Audit) -> None:
    rows = audit.rows()
    langs = sorted({row.lang for row in rows})
    totals = [total(rows, lang) for lang in langs if len(langs) > 1] + [total(rows)]
    shown = fold(rows) if new_console().is_terminal else rows
    print_table(
        ("month", "lang", "listing", *_COLUMNS, "other"),
        [[*_place(row), *map(str, _counts(row))] for row in shown + totals],
        right=(*_COLUMNS, "other"),
    )
    print_lines(_lines(audit, rows, totals[-1].counts))


def _lost_lines(archive: str, lost: list[LostFile] | None) -> Iterator[str]:
    if lost is None:
        yield (
            f"archive: the folder {archive} has none of the archive files of this database; "
            "name their folder with -s MOFA_ARCHIVE=FOLDER"
        )
    for file in lost or []:
        yield (
            f"archive: {file.file} is lost or cut; it had the responses of {file.pages} pages. "
            "The next run that fetches them archives them again"
        )


def _place(row: Row) -> tuple[str, str, str]:
    month = row.month if row.month == row.last_month else f"{row.month}..{row.last_month}"
    return month, row.lang, row.listing


def _counts(row: Row) -> Iterator[int]:
    yield from (row.counts[name] for name in _COLUMNS)
    yield sum(row.counts[name] for name in _OTHER)


def _lines(audit: Audit, rows: list[Row], counts: Counter[str]) -> Iterator[str]:
    """The lines below the table."""
    listed, pages, listings = counts["listed"], len(audit.missing()), len(audit.missing_listings())
    if audit.is_accounted:
        yield f"accounted for: all {listed} listed"
    else:
        yield (
            f"not accounted for: {pages} of {listed} listed, "
            f"{listings} of {len(audit.listings)} listings (`audit --missing`)"
        )
    for lang, months in audit.months_without_listing().items():
        to_request = [month for month in months if (lang, month) not in audit.unlinked]
        yield from advice(lang, spans(months), to_request)
    statuses = ", ".join(f"{n} {status}" for status, n in audit.listing_statuses().items())
    yield f"listings: {statuses}"
    if others := ", ".join(f"{n} {name}" for name in _OTHER if (n := counts[name])):
        yield f"other: {others}"
    if counts["unlisted"]:
        yield "unlisted: stored, and named by no listing"
    used = {row.listing for row in rows}
    yield from (note for name, note in _NOTES.items() if name in used)
    if audit.has_future:
        yield "a listing was read at a time in the future: a clock was wrong; this time is not used"
    yield (
        f"differences in title or date between listing and page: {len(audit.differences())}"
        " (`audit --differences`)"
    )
    revisions = audit.revisions()
    yield f"releases revised: {len(revisions)}, revisions: {sum(revisions)} (`diff ID`)"
