"""`mofa-crawler status`: whether the crawler is well, for people and for monitors."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mofa_crawler.commands.base import PlainCommand, add_lang_option, number, period_of
from mofa_crawler.commands.printing import print_json, print_lines
from mofa_crawler.crawl.arguments import parse_schedule
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.status import Status, read_status

if TYPE_CHECKING:
    from mofa_crawler.queries.runs import RunRow

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_NOT_WELL = 1
_RUN = ("id", "spider", "started_at", "finished_at", "exit_code")


class Command(PlainCommand):
    description = (
        "The exit code is 0 if all is well. It is 1 if the last run or the last catch-up did not "
        "end with 0, if no run has caught up in a language, or if a limit (--max-…) is exceeded. "
        "A run has caught up if it read every listing since the last run that caught up."
    )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        add_lang_option(parser)
        parser.add_argument(
            "--max-age",
            type=_duration,
            metavar="AGE",
            help="the most time since the last run that caught up: 90m, 3h or 2d (default: any)",
        )
        parser.add_argument(
            "--max-rejected",
            type=number,
            metavar="N",
            help="the most rejected pages that nobody has acknowledged (default: any number)",
        )
        parser.add_argument(
            "--max-silence",
            type=_duration,
            metavar="AGE",
            help="the most time since the newest release of a language was first seen: 90m, 3h or "
            "2d (default: any)",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        now = datetime.now(UTC)
        schedule = parse_schedule(self.settings)
        period = period_of(opts)
        with reading(self.database) as db:
            status = read_status(db, period, schedule=schedule, now=now)
        problems = [*_problems(status, now, opts)]
        if opts.json:
            print_json(_as_json(status, problems, now), indent=1)
        else:
            print_lines([f"database: {self.database}", *_lines(status, problems, now)])
        if problems:
            self.exitcode = _NOT_WELL


def _problems(status: Status, now: datetime, opts: Namespace) -> Iterator[str]:
    """Why not all is well, a line each."""
    if status.last and status.last.exit_code:
        yield f"the last run ended with {status.last.ending}"
    # A backfill after a failed catch-up says nothing about what is new.
    catch_up = status.last_catch_up
    if catch_up and catch_up.exit_code and catch_up != status.last:
        yield f"the last catch-up, run {catch_up.id}, ended with {catch_up.ending}"
    for lang, run in status.complete.items():
        if run is None:
            yield f"no run has caught up in {lang}"
        elif opts.max_age is not None and _age(run.started_at, now) > opts.max_age:
            began = _ago(run.started_at, now)
            yield f"the last run that caught up in {lang} began {began}: more than --max-age"
    if opts.max_rejected is not None and status.rejected > opts.max_rejected:
        yield f"there are more than {opts.max_rejected} rejected pages: {status.rejected}"
    for lang, seen in status.newest.items() if opts.max_silence is not None else ():
        if seen is None:
            yield f"there is no release in {lang}"
        elif _age(seen, now) > opts.max_silence:
            first = _ago(seen, now)
            yield f"the newest release in {lang} was first seen {first}: more than --max-silence"


def _lines(status: Status, problems: list[str], now: datetime) -> Iterator[str]:
    for lang, run in status.complete.items():
        yield f"{lang}: " + (
            f"run {run.id} caught up, {_when(run.started_at, now)}"
            if run
            else "no run has caught up"
        )
    for lang, seen in status.newest.items():
        if seen:
            yield f"{lang}: newest release first seen {_when(seen, now)}"
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
        "caught_up": {
            lang: run
            and {**_run(run), "age_seconds": int(_age(run.started_at, now).total_seconds())}
            for lang, run in status.complete.items()
        },
        "newest_first_seen": status.newest,
        "last_run": status.last and _run(status.last),
        "unfinished_run": status.unfinished,
        "rejected": status.rejected,
        "next_recheck": status.next_recheck,
    }


def _run(run: RunRow) -> dict[str, object]:
    return {name: getattr(run, name) for name in _RUN}


def _age(time: str, now: datetime) -> timedelta:
    """How long ago a time was, never negative: a clock may have been set back."""
    return max(timedelta(), now - datetime.fromisoformat(time))


def _when(time: str, now: datetime) -> str:
    return f"{_minute(time)}, {_ago(time, now)}"


def _minute(time: str) -> str:
    return f"{time[:16].replace('T', ' ')} UTC"


def _ago(time: str, now: datetime) -> str:
    minutes = int(_age(time, now).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h ago" if days else f"{hours} h {minutes % 60} min ago"


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,5})([mhd])", text)
    if not match:
        raise ArgumentTypeError(f"write 90m, 3h or 2d, and not {text}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
