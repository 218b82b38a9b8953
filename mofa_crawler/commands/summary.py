"""What a crawl prints at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mofa_crawler.commands.months import advice
from mofa_crawler.commands.printing import new_table, print_lines, print_message
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.runs import read_named
from mofa_crawler.run.counters import LISTED, OUTCOMES
from mofa_crawler.run.report import LIMITED, Report
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


_MOST_NAMED = 20
# Rows that are printed also if they are zero.
_ALWAYS = {LISTED, "new", "revised", "unchanged", "duplicate", "rejected", "failed"}
_LISTINGS = {"listings_failed": "listings failed", "listings_rejected": "listings rejected"}


def print_summary(
    console: Console, report: Report, json_state: str, settings: Mapping[str, Any]
) -> None:
    """Print how a run ended, the table of its counts, and which files it wrote.

    `json_state` is what became of the JSON file.
    """
    print_lines(_head(report), console)
    console.print(_table(report["counts"], new_table(console)))
    print_lines(_files(report, json_state, settings), console)


def print_details(console: Console, report: Report, database: Path) -> None:
    """Print which months are missing, and which releases are new, changed, lost or rejected."""
    try:
        print_lines(_details(report, database), console)
    except StoreError as error:
        print_message(str(error), "warning")


def _details(report: Report, database: Path) -> Iterator[str]:
    for lang, months in report["months"].items():
        yield from advice(lang, months["spans"])

    with reading(database) as db:
        releases = read_named(db, [report])
    for release in releases[:_MOST_NAMED]:
        day, title = release.date or "", release.title or release.id
        yield f"{release.outcome}: {day} {release.lang} {title}"
    if (more := len(releases) - _MOST_NAMED) > 0:
        yield f"and {more} more: mofa-crawler runs -v {report['run_id']}"


def _files(report: Report, json_state: str, settings: Mapping[str, Any]) -> Iterator[str]:
    if report["skipped"]:
        yield f"skipped: {_counts(report['skipped'])}"
    if web_archive := report["web_archive"]:
        yield f"captures at {web_archive['host']}: {_counts(web_archive['rows']) or 'no rows'}"
        if outside := web_archive["outside_folders"]:
            yield f"releases outside the folders: {_counts(outside)}"
    yield f"database: {settings['MOFA_DB']}"
    if json_file := settings["MOFA_JSON"]:
        yield f"JSON: {json_file} ({json_state or 'not written'})"
    if file := report["archive"]:
        yield f"archive: {Path(settings['MOFA_ARCHIVE']) / file}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {what}" for what, n in counts.items())


def _head(report: Report) -> Iterator[str]:
    ending = f"{_ending(report)} (exit {report['exit_code']}, {report['seconds']:.0f} s)"
    yield f"{report['spider']}: {ending}"
    if _has_unlisted_months(report):
        counts = ", ".join(
            f"{months['due'] - months['missing']} of {months['due']} ({lang})"
            for lang, months in report["months"].items()
        )
        yield f"months that the site lists: {counts}"


def _ending(report: Report) -> str:
    """What the exit code means for this run."""
    if report["reason"] == LIMITED:
        return f"incomplete: limit={report['arguments']['limit']}"
    if report["exit_code"] == Exit.COMPLETE and _has_unlisted_months(report):
        return "complete for the months that the site lists"
    return report["meaning"]


def _has_unlisted_months(report: Report) -> bool:
    return any(months["missing"] for months in report["months"].values())


def _table(counts: dict[str, dict[str, int]], table: Table) -> Table:
    langs = [lang for lang in counts if lang != "total"]
    langs = [lang for lang in langs if any(counts[lang].values())] or langs
    table.add_column("releases")
    for name in [*langs, "total"]:
        table.add_column(name, justify="right")
    shown = [counts[name] for name in [*langs, "total"]]
    rows = {what: [column[what] for column in shown] for what in (LISTED, *OUTCOMES)}
    rows["unfinished"] = [
        column[LISTED] - sum(column[outcome] for outcome in OUTCOMES) for column in shown
    ]
    rows |= {name: [column[what] for column in shown] for what, name in _LISTINGS.items()}
    for name, row in rows.items():
        if any(row) or name in _ALWAYS:
            table.add_row(name, *map(str, row))
    return table
