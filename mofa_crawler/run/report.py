"""The run report: one JSON object, always with the same keys, in `--report FILE` and in `runs`."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

import msgspec

from mofa_crawler import __version__
from mofa_crawler.atomic_files import real_path, replace_file
from mofa_crawler.printable import printable
from mofa_crawler.record import Timestamp, timestamp
from mofa_crawler.run.counters import (
    ARCHIVE,
    CODE,
    FIELD,
    LAYOUT,
    LISTING_PROBLEMS,
    MONTH,
    SKIPPED,
    WARNING,
    WEB_ARCHIVE,
    counted_under,
    counts,
    parsed_count,
    total_of,
)
from mofa_crawler.run.coverage import Coverage, coverage_of
from mofa_crawler.run.verdict import MEANINGS, Exit

# The outcomes whose releases a report names.
NAMED = ("new", "revised", "gone", "failed", "rejected")
# The reason of a run that ended because it had requested as many releases as `limit=` allows.
LIMITED = "limit"
# The reason of a run that was killed. The next run stores it.
KILLED = "killed"
_STATUS = "downloader/response_status_count/"


class WebArchive(TypedDict):
    """What the index of a web archive listed, and what became of the rows."""

    host: str
    queries: list[str]  # the addresses whose captures were listed; a prefix ends in `*`
    rows: dict[str, int]  # each row of the index once, by outcome
    # Releases outside the folders, named by listings: the outcomes of their nearest captures.
    outside_folders: dict[str, int]


class Months(TypedDict):
    """The months whose month pages a run should read."""

    due: int
    missing: int  # those that the table of months does not link
    spans: list[str]  # the missing ones: `YYYY-MM`, or `YYYY-MM..YYYY-MM`


class Report(TypedDict):
    """What became of a run. Keys may be added; none ever changes its meaning."""

    run_id: int | None  # the row in `runs`; null if the run could not start
    spider: str
    arguments: dict[str, str]  # as given
    version: str  # of mofa_crawler
    fetched_from: str | None  # the ministry's site, or a mirror; null if captures were read
    started_at: Timestamp
    finished_at: Timestamp
    seconds: float
    exit_code: int
    meaning: str  # of the exit code
    reason: str  # `finished`, or why the run was closed early, or why it could not start
    counts: dict[str, dict[str, int]]  # how many of each outcome, by language and in `total`
    releases: dict[str, list[str]]  # the ids of those with the outcomes `NAMED`
    months: dict[str, Months]  # by language; empty if the run needs no month pages
    read_by_layout: dict[str, int]
    read_by_month: dict[str, int]  # by the month (`YYYY-MM`) of their date
    coverage: Coverage
    rejected_by_code: dict[str, int]  # listings included
    warnings_by_code: dict[str, int]  # of parsed releases
    listing_problems: int  # entries and days of listings that could not be read
    skipped: dict[str, int]  # of saved pages: what was not read, by reason
    requests: dict[str, int]  # `total`, `2xx` to `5xx`, `no_response`; robots.txt included
    bytes_received: int
    archive: str | None  # the name of its file in the archive
    web_archive: WebArchive | None
    warnings_total: int
    warnings: list[str]  # lines of the log, WARNING and worse; the first 200


class ReportError(Exception):
    """The file of a report cannot be written. `str()` is one line with the file's name."""


class _Ended(msgspec.Struct):
    exit_code: int


def make_report(  # noqa: PLR0913 - a key of the report each
    *,
    run_id: int | None,
    spider: str,
    arguments: Mapping[str, str],
    started: datetime,
    finished: datetime,
    exit_code: Exit,
    reason: str,
    stats: Mapping[str, Any],
    warnings: list[str],
    warnings_total: int,
    fetched_from: str | None = None,
    releases: dict[str, list[str]] | None = None,
    months: dict[str, Months] | None = None,
) -> Report:
    """The report of a run, from Scrapy's stats (empty if the run could not start)."""
    by_lang = counts(stats)
    return Report(
        run_id=run_id,
        spider=spider,
        arguments={name: printable(value) for name, value in arguments.items()},
        version=__version__,
        fetched_from=fetched_from,
        started_at=timestamp(started),
        finished_at=timestamp(finished),
        seconds=round((finished - started).total_seconds(), 1),
        exit_code=int(exit_code),
        meaning=MEANINGS[exit_code],
        reason=printable(reason),
        counts={**by_lang, "total": total_of(by_lang)},
        releases=releases or {outcome: [] for outcome in NAMED},
        months=months or {},
        read_by_layout=counted_under(stats, LAYOUT),
        read_by_month=counted_under(stats, MONTH),
        coverage=coverage_of(parsed_count(stats), counted_under(stats, FIELD)),
        rejected_by_code=counted_under(stats, CODE),
        warnings_by_code=counted_under(stats, WARNING),
        listing_problems=stats.get(LISTING_PROBLEMS, 0),
        skipped=counted_under(stats, SKIPPED),
        requests=_requests(stats),
        bytes_received=stats.get("downloader/response_bytes", 0),
        archive=stats.get(ARCHIVE),
        web_archive=stats.get(WEB_ARCHIVE),
        warnings_total=warnings_total,
        warnings=warnings,
    )


def not_started(
    spider: str, arguments: Mapping[str, str], *, exit_code: Exit, reason: str
) -> Report:
    """The report of a run that could not start."""
    now = datetime.now(UTC)
    return make_report(
        run_id=None,
        spider=spider,
        arguments=arguments,
        started=now,
        finished=now,
        exit_code=exit_code,
        reason=reason,
        stats={},
        warnings=[],
        warnings_total=0,
    )


def _requests(stats: Mapping[str, Any]) -> dict[str, int]:
    classes: Counter[str] = Counter()
    for status, number in counted_under(stats, _STATUS).items():
        classes[f"{status[0]}xx"] += number
    total = stats.get("downloader/request_count", 0)
    return {
        "total": total,
        **dict.fromkeys(("2xx", "3xx", "4xx", "5xx"), 0),
        **classes,
        "no_response": total - classes.total(),
    }


def check_report_file(path: Path) -> None:
    """Raise `ReportError` if `path` cannot be written, or is a file that is not a report."""
    path = real_path(path)
    try:
        if path.exists() and not path.is_file():
            raise ReportError(f"cannot write {path}: it is no file; name a file with --report")
        tempfile.TemporaryFile(dir=path.parent).close()
        if content := path.read_bytes() if path.exists() else b"":
            msgspec.json.decode(content, type=_Ended)
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ReportError(
            f"{path} is not a run report, so it is not replaced; move it away, or name another"
        ) from None


def write_report(path: Path, report: Report) -> None:
    """Write a report to `path`, whole or not at all. Raises `ReportError`."""
    text = msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"
    try:
        replace_file(real_path(path), lambda file: file.write(text))
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror or error}") from error
