"""`scrapy runs`: the last runs as a table and for machines."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.run.report import Report
from mofa_crawler.store.schema import MIGRATIONS
from mofa_crawler.store.store import Store
from tests.cli import JANUARY_2021

if TYPE_CHECKING:
    from tests.cli import Run


@pytest.fixture
def three_runs(run: Run) -> Run:
    """A run with a page refused, one that was killed, and a complete one."""
    page = run.site.folder / "press/release/press4e_002994.html"
    whole = page.read_bytes()
    page.write_bytes(whole.replace(b'id="maincontents"', b'id="content"'))
    assert run.crawl(*JANUARY_2021).returncode == 5
    store = Store(run.database)
    store.runs.begin("press_releases", {"lang": "en,ja"})
    store.close()
    page.write_bytes(whole)
    assert run.crawl(*JANUARY_2021).returncode == 0
    return run


def test_the_last_runs_are_listed(three_runs: Run) -> None:
    before = three_runs.database.read_bytes(), sorted(three_runs.folder.iterdir())
    result = three_runs.command("runs")
    assert (result.returncode, result.stderr) == (0, "")
    header, first, killed, last = (line.split() for line in result.stdout.splitlines())
    assert header == "run started took spider arguments exit new revised refused failed".split()
    assert (first[0], first[3]) == ("1", "press_releases")
    assert first[4:] == "lang=en since=2021-01 until=2021-01 5 drift 1 0 1 0".split()
    assert killed[2:] == "press_releases lang=en,ja killed or going on 0 0 0 0".split()
    assert last[4:] == "lang=en since=2021-01 until=2021-01 0 complete 1 0 0 0".split()
    # Nothing is changed, and nothing left behind.
    assert (three_runs.database.read_bytes(), sorted(three_runs.folder.iterdir())) == before
    one = three_runs.command("runs", "-n", "1").stdout.splitlines()
    assert [line.split()[0] for line in one] == ["run", "3"]


def test_for_machines_there_is_a_report_a_line(three_runs: Run) -> None:
    result = three_runs.command("runs", "--json", "-n", "5")
    assert (result.returncode, result.stderr) == (0, "")
    first, killed, last = (json.loads(line) for line in result.stdout.splitlines())
    for report in (first, killed, last):
        assert list(report) == list(Report.__annotations__)
    assert (first["run_id"], first["rejected_by_code"]) == (1, {"unknown_layout": 1})
    assert (killed["run_id"], killed["meaning"]) == (2, "killed or going on")
    assert killed["arguments"] == {"lang": "en,ja"}
    assert (killed["exit_code"], killed["finished_at"], killed["counts"]) == (None, None, None)
    assert (last["run_id"], last["exit_code"], last["meaning"]) == (3, 0, "complete")


def test_on_a_terminal_it_is_framed(three_runs: Run) -> None:
    code, text = three_runs.on_terminal("runs", columns=200)
    assert code == 0
    assert "┃" in text
    assert "5 drift" in text


def test_they_are_listed_while_a_run_goes_on(run: Run) -> None:
    store = Store(run.database)
    store.runs.begin("press_releases", {})
    result = run.command("runs")
    store.close()
    assert (result.returncode, result.stderr) == (0, "")
    assert "killed or going on" in result.stdout


def test_a_database_that_is_not_there_is_not_made(run: Run) -> None:
    result = run.command("runs")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "mofa_crawler: error: there is no database mofa.db; name it with MOFA_DB\n"
    )
    assert not run.database.exists()


def test_what_is_no_database_of_ours_is_one_line(run: Run) -> None:
    run.database.write_text("This is a text and no database. " * 50, "utf-8")
    result = run.command("runs")
    assert result.returncode == 1
    assert result.stderr == ("mofa_crawler: error: cannot read mofa.db: file is not a database\n")


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (0, "is no database of mofa_crawler; name another with MOFA_DB"),
        (999, "was written by a newer mofa_crawler; upgrade"),
    ],
)
def test_a_database_of_another_program_or_version_is_one_line(
    run: Run, version: int, message: str
) -> None:
    db = sqlite3.connect(run.database)
    with db:
        db.execute("CREATE TABLE runs (id INTEGER)")
        db.execute(f"PRAGMA user_version = {version}")
    db.close()
    result = run.command("runs")
    assert result.returncode == 1
    assert result.stderr == f"mofa_crawler: error: mofa.db {message}\n"


def test_runs_from_before_the_reports_are_listed_too(run: Run) -> None:
    db = sqlite3.connect(run.database)
    with db:
        db.executescript(MIGRATIONS[0])
        db.execute("PRAGMA user_version = 1")
        db.execute(
            "INSERT INTO runs (started_at, finished_at, spider, arguments, version, exit_code, "
            "counts) VALUES ('2026-01-10T03:00:00Z', '2026-01-10T04:02:09Z', 'press_releases', "
            """'{}', '0', 3, '{"en": {"new": 2}, "ja": {"new": 3}}')"""
        )
    db.close()
    line = run.command("runs").stdout.splitlines()[1].split()
    expected = "1 2026-01-10T03:00:00Z 1:02:09 press_releases 3 blocked by the site 5 0 0 0"
    assert line == expected.split()
    report = json.loads(run.command("runs", "--json").stdout)
    assert (report["exit_code"], report["coverage"]) == (3, None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-n", "x"], "-n x: write a number"),
        (["-n", "-1"], "-n -1: write a number"),
        (["-n", "9" * 20], "-n 99999999999999999999: write a number"),
        (["press_releases"], "runs takes no arguments"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.command("runs", *arguments)
    assert result.returncode == 2
    assert result.stderr == f"mofa_crawler: error: {message}\n"
