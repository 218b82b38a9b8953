"""`mofa-crawler status`: whether the crawler is well, for people and for monitors."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mofa_crawler.commands.base import ReadsDatabase, UsageError, check_no_arguments
from mofa_crawler.commands.printing import print_json
from mofa_crawler.crawl.arguments import ArgumentError, parse_period, parse_schedule
from mofa_crawler.queries.status import read_status

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from pathlib import Path

    from mofa_crawler.queries.runs import RunRow
    from mofa_crawler.queries.status import Status

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_NOT_WELL = 1
_RUN = ("id", "spider", "started_at", "finished_at", "exit_code")


class Command(ReadsDatabase):
    def long_desc(self) -> str:
        return (
            "The exit code is 0 if all is well. It is 1 if the last run did not end with 0, if a "
            "language has no complete run, or if its last complete run is older than --max-age."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--lang", default="en,ja", help="en, ja or en,ja (the default)")
        parser.add_argument(
            "--max-age",
            type=_duration,
            metavar="AGE",
            help="the most time since the last complete run began: 90m, 3h or 2d (default: any)",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        check_no_arguments("status", args)
        now = datetime.now(UTC)
        try:
            langs = parse_period({"lang": opts.lang}).langs
            schedule = parse_schedule(self.settings)
        except ArgumentError as error:
            raise UsageError(str(error)) from None
        status = read_status(database, langs, schedule=schedule, now=now)
        problems = [*_problems(status, now, opts.max_age)]
        if opts.json:
            print_json(_as_json(status, problems, now), indent=1)
        else:
            print("\n".join([f"database: {database}", *_lines(status, problems, now)]))
        if problems:
            self.exitcode = _NOT_WELL


def _problems(status: Status, now: datetime, max_age: timedelta | None) -> Iterator[str]:
    """Why not all is well, a line each."""
    if status.last and status.last.exit_code:
        yield f"the last run ended with {status.last.ending}"
    for lang, run in status.complete.items():
        if run is None:
            yield f"there is no complete run of {lang}"
        elif max_age is not None and _age(run, now) > max_age:
            yield f"the last complete run of {lang} began {_ago(run, now)}"


def _lines(status: Status, problems: list[str], now: datetime) -> Iterator[str]:
    for lang, run in status.complete.items():
        yield f"{lang}: " + (
            f"last complete run {run.id}, {_minute(run.started_at)}, {_ago(run, now)}"
            if run
            else "no complete run"
        )
    if last := status.last:
        yield (
            f"last run: {last.id}, {last.spider}, {_minute(last.started_at)}, exit {last.ending}"
        )
    if status.unfinished:
        yield f"run {status.unfinished} goes on, or was killed"
    yield f"rejected pages: {status.rejected}" + (" (`rejected`)" if status.rejected else "")
    if status.next_recheck:
        yield f"next recheck: {_minute(status.next_recheck)}"
    yield from (f"not well: {problem}" for problem in problems)
    if not problems:
        yield "well"


def _as_json(status: Status, problems: list[str], now: datetime) -> dict[str, object]:
    return {
        "well": not problems,
        "problems": problems,
        "complete": {
            lang: run and {**_run(run), "age_seconds": int(_age(run, now).total_seconds())}
            for lang, run in status.complete.items()
        },
        "last_run": status.last and _run(status.last),
        "unfinished_run": status.unfinished,
        "rejected": status.rejected,
        "next_recheck": status.next_recheck,
    }


def _run(run: RunRow) -> dict[str, object]:
    return {name: getattr(run, name) for name in _RUN}


def _age(run: RunRow, now: datetime) -> timedelta:
    """The time since a run began, never negative: a clock may have been set back."""
    return max(timedelta(), now - datetime.fromisoformat(run.started_at))


def _minute(time: str) -> str:
    return f"{time[:16].replace('T', ' ')} UTC"


def _ago(run: RunRow, now: datetime) -> str:
    minutes = int(_age(run, now).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h ago" if days else f"{hours} h {minutes % 60} min ago"


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,5})([mhd])", text)
    if not match:
        raise ArgumentTypeError(f"write 90m, 3h or 2d, and not {text}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
