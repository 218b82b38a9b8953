"""Kills runs at random moments, and compares what the next run makes with an undisturbed run.

    python -m tests.kills [--count N] [--seed N]

Prints a table with a row a scenario; ends with 1 if a killed run led to anything else. A site of
the sample is served on loopback. One of its pages changes between two crawls (a revision), and two
of its pages are equal (a duplicate).
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from tests.archives import check_digests, sample_site, write_warc
from tests.cli import SEED, Run, served
from tests.factories import SITE, query

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.forks import Started

OF_THE_TIME = {"first_seen", "last_seen", "fetched_at", "attribution", "source"}
SENTENCE = ("They also resolved to revitalize the G7.", "They parted.")


@dataclass
class Scenario:
    """What is killed: `prepare` makes the folder ready, `begin` starts the run."""

    name: str
    arguments: Callable[[Run], list[str]]
    prepare: Callable[[Run], object] = Run.settings  # nothing to do
    closing: float = 0.0  # if not 0: the kills come in this many last seconds of a run

    def finish(self, run: Run) -> None:
        """Run what was killed to its end."""
        result = run.command(*self.arguments(run))
        if result.returncode:
            raise Different(f"exit code {result.returncode}: {result.stderr[-200:]}")


class Different(Exception):
    """What a killed run led to is not what an undisturbed run makes."""


def crawl(run: Run, *arguments: str) -> list[str]:
    return ["crawl", "press_releases", *run.settings(), "-a", "since=2021", *arguments]


def revise(run: Run) -> None:
    """Store the site, and change a page and what a recheck sees."""
    if run.command(*crawl(run)).returncode:
        raise Different("the first crawl failed")
    run.site.edit(f"{SEED}.html", *SENTENCE)


def save(run: Run) -> None:
    write_warc(run.folder / "site.warc.gz", sample_site())


def reparse(run: Run) -> list[str]:
    settings = ["-s", f"MOFA_JSON={run.json_file.name}"]
    return ["crawl", "saved_pages", "-a", "path=site.warc.gz", *settings]


def store(run: Run) -> None:
    run.command(*crawl(run))


SCENARIOS = [
    Scenario("a first crawl", lambda run: crawl(run, "-s", "DOWNLOAD_DELAY=0.03")),
    Scenario(
        "a recheck that finds a revision", lambda run: crawl(run, "-a", "refresh=true"), revise
    ),
    Scenario("the end of a crawl", crawl, closing=0.4),
    Scenario("saved pages", reparse, save),
    Scenario("a JSON export", lambda _: ["export", "-o", "out.json"], store),
    Scenario("a CSV export", lambda _: ["export", "--format", "csv", "-o", "csv"], store),
]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="how many runs to kill")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other moments")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - moments, no secrets
    undisturbed(SCENARIOS[0])  # imports everything, which would count as time of the run
    expected = {scenario.name: undisturbed(scenario) for scenario in SCENARIOS}
    killed, ended, different = Counter[str](), Counter[str](), dict[str, list[str]]()
    for number in range(options.count):
        scenario = SCENARIOS[number % len(SCENARIOS)]
        try:
            was_killed = try_once(scenario, chance, *expected[scenario.name])
            (killed if was_killed else ended)[scenario.name] += 1
        except Different as error:
            killed[scenario.name] += 1
            different.setdefault(scenario.name, []).append(str(error))
    table = Table("what was killed", "kills", "ended before", "same dataset", "different")
    for scenario in SCENARIOS:
        name = scenario.name
        wrong = len(different.get(name, []))
        same = killed[name] + ended[name] - wrong
        table.add_row(name, str(killed[name]), str(ended[name]), str(same), str(wrong))
    Console(width=100).print(table)
    for name, reasons in different.items():
        for reason in reasons:
            print(f"{name}: {reason}")  # noqa: T201
    sys.exit(bool(different))


def undisturbed(scenario: Scenario) -> tuple[dict[str, Any], float]:
    """What a run that nothing kills makes, and in how many seconds."""
    with tempfile.TemporaryDirectory() as folder, prepared(scenario, Path(folder)) as run:
        begin = time.monotonic()
        scenario.finish(run)
        seconds = time.monotonic() - begin
        return dataset(run), seconds


def try_once(
    scenario: Scenario, chance: random.Random, expected: dict[str, Any], seconds: float
) -> bool:
    """Kill a run and let another finish; returns whether the kill came before the end.

    `expected` is what an undisturbed run made, in `seconds`.
    """
    with tempfile.TemporaryDirectory() as folder, prepared(scenario, Path(folder)) as run:
        started = run.begin(*scenario.arguments(run))
        earliest = seconds - scenario.closing if scenario.closing else 0.02
        time.sleep(chance.uniform(earliest, seconds))
        was_killed = kill(started)
        scenario.finish(run)
        found = dataset(run)
        for name, value in expected.items():
            if found[name] != value:
                raise Different(f"{name} differ: {difference(found[name], value)}")
        check_archive(run)
        return was_killed


class prepared:  # noqa: N801 - a context manager, named as one is used
    """A folder with the site served beside it."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario, self.folder = scenario, folder

    def __enter__(self) -> Run:
        work = self.folder / "work"
        work.mkdir()
        self.served = served(SITE, copy_to=self.folder / "site")
        run = Run(work, self.served.__enter__())
        self.scenario.prepare(run)
        return run

    def __exit__(self, *_: object) -> None:
        self.served.__exit__(None, None, None)


def kill(started: Started) -> bool:
    started.kill()
    started.communicate(timeout=60)
    return started.returncode < 0


def dataset(run: Run) -> dict[str, Any]:
    """All that must not depend on a kill: records without times, and what the database links."""
    with closing(sqlite3.connect(run.database)) as db:
        if (check := db.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
            raise Different(f"integrity_check: {check}")
    releases = query(
        run, "SELECT id, content_hash, revision, duplicate_of FROM releases ORDER BY id"
    )
    revisions = query(run, "SELECT release_id, revision, content_hash FROM revisions ORDER BY 1, 2")
    records = [
        {key: value for key, value in record.items() if key not in OF_THE_TIME}
        for record in (run.records() if run.json_file.exists() else [])
    ]
    exports = sorted(
        str(path.relative_to(run.folder))
        for name in ("out.json", "csv")
        for path in exported(run, name)
    )
    return {"releases": releases, "revisions": revisions, "records": records, "exports": exports}


def exported(run: Run, name: str) -> list[Path]:
    """The files of an export, and what a killed export may have left beside it."""
    return [
        path
        for top in run.folder.glob(f"*{name}*")
        for path in ([top] if top.is_file() else top.rglob("*"))
    ]


def check_archive(run: Run) -> None:
    """Every pointer leads to a record, and warcio finds no fault in any file."""
    folder = run.folder / "archive"
    if not folder.exists():
        return
    for file in folder.iterdir():
        try:
            check_digests([file])
        except AssertionError as error:
            raise Different(f"warcio check {file.name}: {str(error)[-200:]}") from error
    for url, name in query(run, "SELECT url, archive_file FROM pages WHERE archive_file != ''"):
        if not (folder / name).exists():
            raise Different(f"{url} points to {name}, which is not there")


def difference(found: Any, expected: Any) -> str:
    """The first things that one of two lists lacks, as text."""
    one, other = (set(map(json.dumps, side)) for side in (found, expected))
    return f"more {sorted(one - other)[:2]}, fewer {sorted(other - one)[:2]}"[:300]


if __name__ == "__main__":
    main()
