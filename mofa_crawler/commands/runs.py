"""`mofa-crawler runs`: how the last runs ended."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from mofa_crawler.commands.base import PlainCommand, UsageError, add_count_option, number
from mofa_crawler.commands.printing import print_entries, print_json, print_lines, print_table
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.runs import (
    NamedRelease,
    RunRow,
    read_named,
    read_run,
    read_runs,
    read_stored,
)
from mofa_crawler.run.report import Report

_COUNTS = ("new", "revised", "rejected", "failed")


class Command(PlainCommand):
    words = "[RUN]"
    description = "With the number of a run, list this run alone."

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        add_count_option(parser, "runs")
        parser.add_argument(
            "--json", action="store_true", help="print the reports as JSON, one for each line"
        )
        parser.add_argument(
            "-v",
            "--verbose",
            action="store_true",
            help="also list the releases that were new, revised, gone, failed or rejected; known "
            "rejected pages are counted, and listed only if the run fetched them",
        )

    def run(self, args: list[str], opts: Namespace) -> None:
        chosen = _number(args) if args else None
        with reading(self.database) as db:
            if chosen is None:
                runs = read_runs(db, opts.count)
            elif run := read_run(db, chosen):
                runs = [run]
            else:
                raise UsageError(
                    f"there is no run {chosen} in {self.database}; see mofa-crawler runs"
                )
            named = read_named(db, [run.report for run in runs if run.report])
            for run in runs:
                if not run.report:
                    named += read_stored(db, run.id)
            named.sort(key=lambda one: one.run)
        if opts.json:
            for run in runs:
                print_json(run.report or _without_report(run))
            return
        _print(runs)
        if opts.verbose:
            _print_named(named)


def _number(words: list[str]) -> int:
    text = " ".join(words)
    try:
        return number(text)
    except ArgumentTypeError:
        raise UsageError(f"runs has no argument {text}; write the number of one run") from None


def _without_report(run: RunRow) -> dict[str, Any]:
    """What is known of a run without a report, under the keys of a report."""
    known = {name: getattr(run, name, None) for name in Report.__annotations__}
    return known | {"run_id": run.id, "counts": None}


def _print(runs: list[RunRow]) -> None:
    print_table(
        ("run", "started (UTC)", "took", "spider", "exit", "releases"),
        [
            (
                str(run.id),
                run.started_at[:16].replace("T", " "),
                "" if run.took is None else str(run.took),
                run.what,
                run.ending,
                _releases(run),
            )
            for run in runs
        ],
        right=("run", "took"),
        folded=("spider", "exit", "releases"),
    )
    now = datetime.now(UTC)
    if future := [run.id for run in runs if datetime.fromisoformat(run.started_at) > now]:
        numbers = ", ".join(map(str, future))
        print_lines([f"started in the future, so a clock was wrong: run {numbers}"])


def _print_named(releases: list[NamedRelease]) -> None:
    rows = [{name: str(value or "") for name, value in asdict(one).items()} for one in releases]
    print_entries(rows, ("run", "outcome", "date", "lang"), ("title", "id"))


def _releases(run: RunRow) -> str:
    if run.exit_code is None:
        return ""  # the run goes on, or was killed
    counts = {name: run.count(name) for name in _COUNTS}
    return ", ".join(f"{n} {name}" for name, n in counts.items() if n or name == "new")
