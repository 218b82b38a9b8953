"""`mofa-crawler runs`: how the last runs ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mofa_crawler.commands.base import ReadsDatabase, check_no_arguments, number
from mofa_crawler.commands.printing import new_console, new_table, print_json
from mofa_crawler.printable import printable
from mofa_crawler.queries.runs import NOT_ENDED, last_runs
from mofa_crawler.run.report import Report
from mofa_crawler.run.verdict import MEANINGS, Exit

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from mofa_crawler.queries.runs import RunRow

_COUNTS = ("new", "revised", "rejected", "failed")


class Command(ReadsDatabase):
    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-n",
            dest="count",
            type=number,
            default=20,
            metavar="COUNT",
            help="how many runs (default: 20)",
        )
        parser.add_argument(
            "--json", action="store_true", help="print the reports as JSON, one for each line"
        )

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        check_no_arguments("runs", args)
        runs = last_runs(database, opts.count)
        if opts.json:
            for run in runs:
                print_json(run.report or _without_report(run))
        else:
            _print(runs)


def _without_report(run: RunRow) -> dict[str, Any]:
    """What is known of a run without a report, under the keys of a report."""
    return dict.fromkeys(Report.__annotations__) | {
        "run_id": run.id,
        "spider": run.spider,
        "arguments": run.arguments,
        "version": run.version,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "exit_code": run.exit_code,
        "meaning": NOT_ENDED if run.exit_code is None else MEANINGS[Exit(run.exit_code)],
        "reason": run.reason,
    }


def _print(runs: list[RunRow]) -> None:
    console = new_console()
    table = new_table(console)
    for name in ("run", "started (UTC)", "took", "spider", "exit", "releases"):
        table.add_column(
            name,
            justify="right" if name in {"run", "took"} else "left",
            no_wrap=name in {"run", "started (UTC)", "took"},
            overflow="fold",
        )
    for run in runs:
        arguments = (f"{name}={value}" for name, value in run.arguments.items())
        table.add_row(
            str(run.id),
            run.started_at[:16].replace("T", " "),
            "" if run.took is None else str(run.took),
            printable(" ".join([run.spider, *arguments])),
            run.ending,
            _releases(run),
        )
    console.print(table)
    now = datetime.now(UTC)
    if future := [run.id for run in runs if datetime.fromisoformat(run.started_at) > now]:
        numbers = ", ".join(map(str, future))
        console.print(f"started in the future, so a clock was wrong: run {numbers}", soft_wrap=True)


def _releases(run: RunRow) -> str:
    counts = {name: run.count(name) for name in _COUNTS}
    return ", ".join(f"{n} {name}" for name, n in counts.items() if n or name == "new")
