"""`scrapy runs`: what the last runs came to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from mofa_crawler.commands import count_of
from mofa_crawler.commands.base import ReadsDatabase
from mofa_crawler.commands.printing import new_table, stdout_console
from mofa_crawler.queries.runs import last_runs
from mofa_crawler.run.report import Report
from mofa_crawler.run.verdict import MEANINGS, Exit

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from mofa_crawler.queries.runs import RunRow

_COUNTS = ("new", "revised", "rejected", "failed")
_NOT_ENDED = "killed or going on"


class Command(ReadsDatabase, ScrapyCommand):
    """Lists the runs noted in the database, the latest at the end. Changes nothing."""

    def short_desc(self) -> str:
        return "List the last runs and what they came to"

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", dest="count", default="20", metavar="COUNT", help="how many")
        parser.add_argument(
            "--json", action="store_true", help="print the reports, as JSON, one a line"
        )

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        if args:
            raise UsageError("runs takes no arguments")
        runs = last_runs(database, count_of(opts.count))
        if opts.json:
            for run in runs:
                print(msgspec.json.encode(run.report or _known(run)).decode())
        else:
            _print(runs)


def _known(run: RunRow) -> dict[str, Any]:
    """What is known of a run without a report, under the keys of one."""
    return dict.fromkeys(Report.__annotations__) | {
        "run_id": run.id,
        "spider": run.spider,
        "arguments": run.arguments,
        "version": run.version,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "exit_code": run.exit_code,
        "meaning": _NOT_ENDED if run.exit_code is None else MEANINGS[Exit(run.exit_code)],
        "reason": run.reason,
    }


def _print(runs: list[RunRow]) -> None:
    console = stdout_console()
    table = new_table(console)
    for name in ("run", "started", "took", "spider", "arguments", "exit"):
        table.add_column(name, justify="right" if name in {"run", "took"} else "left")
    for name in _COUNTS:
        table.add_column(name, justify="right")
    for run in runs:
        table.add_row(
            str(run.id),
            run.started_at,
            _took(run),
            run.spider,
            " ".join(f"{name}={value}" for name, value in run.arguments.items()),
            _ending(run.exit_code),
            *(str(sum(of.get(name, 0) for of in run.counts.values())) for name in _COUNTS),
        )
    console.print(table)


def _took(run: RunRow) -> str:
    if run.finished_at is None:
        return ""
    took = datetime.fromisoformat(run.finished_at) - datetime.fromisoformat(run.started_at)
    return str(timedelta(seconds=max(0, took.total_seconds())))


def _ending(code: int | None) -> str:
    """An exit code with its meaning in short."""
    if code is None:
        return _NOT_ENDED
    meaning = MEANINGS[Exit(code)]
    return f"{code} {meaning.partition(':')[0].partition(',')[0]}"
