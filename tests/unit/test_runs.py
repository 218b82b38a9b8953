"""`mofa-crawler runs`: the last runs as a table and for machines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.run.report import Report
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.store import Store
from tests.cli import JANUARY_2021, SEED
from tests.factories import keep, numbered, query

if TYPE_CHECKING:
    from tests.cli import Run


@pytest.fixture
def three_runs(run: Run) -> Run:
    """A run with a rejected page, one that was killed, and a complete one."""
    page = run.site.folder / "press/release/press4e_002994.html"
    whole = page.read_bytes()
    page.write_bytes(whole.replace(b'id="maincontents"', b'id="content"'))
    assert run.crawl(*JANUARY_2021).returncode == 0
    store = Store(run.database)
    store.runs.begin("press_releases", {"lang": "en,ja"})
    store.close()
    page.write_bytes(whole)
    assert run.crawl(*JANUARY_2021).returncode == 0
    return run


def test_the_last_runs_are_listed(three_runs: Run) -> None:
    result = three_runs.call("runs")
    assert (result.returncode, result.stderr) == (0, "")
    header, first, killed, last = (line.split("\t") for line in result.stdout.splitlines())
    assert header == ["run", "started (UTC)", "took", "spider", "exit", "releases"]
    january = (
        f"press_releases lang=en since=2021-01 until=2021-01 from {three_runs.site.address[7:]}"
    )
    assert (first[0], *first[3:]) == ("1", january, "0 complete", "1 new, 1 rejected")
    assert killed[2:] == ["", "press_releases lang=en,ja", "killed", ""]
    assert last[3:] == [january, "0 complete", "1 new"]
    for count, numbers in (("1", ["3"]), ("0", ["1", "2", "3"])):
        listed = three_runs.call("runs", "-n", count).stdout.splitlines()
        assert [line.split()[0] for line in listed] == ["run", *numbers]


def test_for_machines_there_is_a_report_a_line(three_runs: Run) -> None:
    result = three_runs.call("runs", "--json", "-n", "5")
    assert (result.returncode, result.stderr) == (0, "")
    first, killed, last = (json.loads(line) for line in result.stdout.splitlines())
    for report in (first, killed, last):
        assert list(report) == list(Report.__annotations__)
    assert (first["run_id"], first["rejected_by_code"]) == (1, {"unknown_layout": 1})
    assert (killed["run_id"], killed["meaning"], killed["reason"]) == (2, "killed", "killed")
    assert killed["arguments"] == {"lang": "en,ja"}
    assert (killed["exit_code"], killed["finished_at"], killed["counts"]) == (None, None, None)
    assert (last["run_id"], last["exit_code"], last["meaning"]) == (3, 0, "complete")


@pytest.mark.parametrize("arguments", [["1", "-v"], ["-v", "1"]])
def test_a_run_names_its_releases(three_runs: Run, arguments: list[str]) -> None:
    result = three_runs.call("runs", *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    _, run, rejected, new = (line.split("\t") for line in result.stdout.splitlines())
    assert run[0] == "1"
    page = "press/release/press4e_002994"
    assert rejected[:3] == ["1", "rejected", page]
    assert new[:4] == ["1", "new", SEED, "2021-01-27"]
    assert new[5] == "Japan-U.S. Foreign Ministers’ Telephone Talk"
    report = json.loads(three_runs.call("runs", "1", "--json").stdout)
    assert report["releases"] == {
        "new": [SEED],
        "revised": [],
        "gone": [],
        "failed": [],
        "rejected": [page],
    }
    assert report["fetched_from"] == three_runs.site.address
    all_runs = three_runs.call("runs", "-v").stdout.splitlines()
    assert [line.split("\t")[:2] for line in all_runs[4:]] == [
        ["1", "rejected"],
        ["1", "new"],
        ["3", "new"],
    ]


def test_a_killed_run_names_what_it_stored_in_its_place(run: Run) -> None:
    store = Store(run.database)
    store.runs.begin("press_releases", {})
    keep(store, numbered(1))
    store.close()
    assert run.crawl(*JANUARY_2021).returncode == 0
    lines = [line.split("\t")[:3] for line in run.call("runs", "-v").stdout.splitlines()[3:]]
    assert lines[0] == ["1", "new", numbered(1).id]
    assert [run_id for run_id, *_ in lines] == ["1", "2", "2"]


def test_a_run_that_does_not_exist(three_runs: Run) -> None:
    result = three_runs.call("runs", "4")
    assert result.returncode == 2
    assert result.stderr == (
        "mofa_crawler: error: there is no run 4 in mofa.db; see mofa-crawler runs\n"
    )


def test_on_a_terminal_it_is_framed(three_runs: Run) -> None:
    text = three_runs.call("runs", columns=200).stdout
    assert "┃" in text
    assert "0 complete" in text
    text = three_runs.call("runs", columns=80).stdout
    assert "…" not in text
    assert text.count(" press_releases ") == 3
    assert re.search(r"1 20\d\d-\d\d-\d\d \d\d:\d\d 0:00:\d\d ", text)


def test_they_are_listed_while_a_run_goes_on(run: Run) -> None:
    store = Store(run.database)
    store.runs.begin("press_releases", {})
    result = run.call("runs")
    store.close()
    assert (result.returncode, result.stderr) == (0, "")
    assert "running or killed" in result.stdout


def test_a_run_that_was_killed_does_not_use_the_database(run: Run) -> None:
    killed, now = Store(run.database), Store(run.database)
    killed.runs.begin("press_releases", {})
    killed.close()
    now.lock()
    now.runs.note_killed()
    with pytest.raises(StoreError, match="in use by another run, which has just begun"):
        Store(run.database).lock()
    now.close()


def test_wrong_clocks_are_named_and_make_no_negative_time(run: Run) -> None:
    store = Store(run.database)
    for _ in range(2):
        store.runs.begin("press_releases", {})
    store.close()
    for number, started, finished in (
        (1, "2026-01-10T03:00:00Z", "2026-01-10T02:00:00Z"),
        (2, "2999-01-10T03:00:00Z", "2999-01-10T04:02:09Z"),
    ):
        query(
            run,
            "UPDATE runs SET started_at = ?, finished_at = ?, exit_code = 3 WHERE id = ?",
            *(started, finished, number),
        )
    lines = [line.split() for line in run.call("runs").stdout.splitlines()]
    assert lines[1:] == [
        "1 2026-01-10 03:00 press_releases 3 blocked 0 new".split(),
        "2 2999-01-10 03:00 1:02:09 press_releases 3 blocked 0 new".split(),
        "started in the future, so a clock was wrong: run 2".split(),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-n", "x"], "argument -n: x is not a number"),
        (["-n", "-1"], "argument -n: -1 is not a number"),
        (["-n", "9" * 20], "argument -n: 99999999999999999999 is too large"),
        (["x"], "runs has no argument x; write the number of one run"),
        (["1", "2"], "runs has no argument 1 2; write the number of one run"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.call("runs", *arguments)
    assert result.returncode == 2
    assert result.stderr == f"mofa_crawler: error: {message}\n"
