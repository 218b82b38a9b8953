"""`--report FILE`: what a run came to, for machines, however it ended; and drift of fields."""

from __future__ import annotations

import json
import logging
import re
import signal
import time
from contextlib import chdir
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler import __version__
from mofa_crawler.run.log import LogLines
from mofa_crawler.run.report import Report, ReportError, not_started, write_report
from mofa_crawler.store.store import Store
from tests import sample
from tests.cli import EVERYTHING, JANUARY_2021, SEED, table
from tests.factories import query

if TYPE_CHECKING:
    from tests.cli import Run


# How many releases EVERYTHING reads.
COUNT = len(sample.since("2013"))
TO_FILE = ("--report", "report.json")
NOTHING_READ: dict[str, Any] = {
    "read_by_layout": {},
    "read_by_month": {},
    "coverage": {
        "n": 0,
        "points": None,
        "page_date": None,
        "translation": None,
        "links": None,
        "section": None,
    },
}
NO_REQUESTS = {"total": 0, "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0, "no_response": 0}


def written(run: Run) -> dict[str, Any]:
    """The report file; its keys are those of every report, in order."""
    report: dict[str, Any] = json.loads((run.folder / "report.json").read_text("utf-8"))
    assert list(report) == list(Report.__annotations__)
    assert not list(run.folder.glob(".report*"))
    return report


def test_a_complete_run_and_once_more(run: Run) -> None:
    result = run.crawl(*EVERYTHING, *TO_FILE)
    assert result.returncode == 0, result.stderr
    report = written(run)
    assert (report["run_id"], report["spider"]) == (1, "press_releases")
    assert report["arguments"] == {"lang": "en,ja", "since": "2013-01"}
    assert report["version"] == __version__
    assert report["started_at"] <= report["finished_at"]
    assert 0 < report["seconds"] < 120
    assert (report["exit_code"], report["meaning"]) == (0, "complete")
    assert report["reason"] == "finished"
    shown = table(result)
    assert {k: v for k, v in report["counts"]["total"].items() if v or k in shown} == shown
    assert list(report["counts"]) == ["en", "ja", "total"]
    records = run.records()
    assert report["read_by_layout"] == {"cms": COUNT}
    assert sum(report["read_by_month"].values()) == COUNT
    assert set(report["read_by_month"]) == {record["date"][:7] for record in records}
    assert report["coverage"]["n"] == COUNT
    have = {
        "points": "SELECT count(DISTINCT release_id) FROM points",
        "page_date": "SELECT count(*) FROM releases WHERE date_source = 'page'",
        "translation": "SELECT count(translation) FROM releases",
        "links": "SELECT count(DISTINCT release_id) FROM links",
        "section": "SELECT count(*) FROM releases WHERE section != ''",
    }
    for name, sql in have.items():
        assert report["coverage"][name] == round(query(run, sql)[0][0] / COUNT, 4), name
    requests = len(run.site.requests)
    assert report["requests"] == NO_REQUESTS | {"total": requests, "2xx": requests}
    sizes = [(run.site.folder / path[1:]).stat().st_size for path in run.site.requests]
    assert sum(sizes) < report["bytes_received"] < sum(sizes) + 1000 * requests
    assert report["warnings_total"] == len(report["warnings"]) == 2
    assert report["warnings"][0] == (
        "WARNING: en: the table of months does not link 2013-01..2020-12, 2021-02..2025-10 "
        "(153 of 157 months)"
    )
    assert report["months"]["en"] == {
        "due": 157,
        "missing": 153,
        "spans": ["2013-01..2020-12", "2021-02..2025-10"],
    }
    first, second, *_ = result.stdout.splitlines()
    assert first.startswith("press_releases: complete for the months that the site lists (exit 0, ")
    assert second == "months that the site lists: 4 of 157 (en), 4 of 157 (ja)"
    assert (
        "  mofa-crawler crawl web_archive --source wayback --lang en "
        "--since 2013-01 --until 2025-10\n"
    ) in result.stdout
    new = [record["id"] for record in records]
    assert sorted(report["releases"]["new"]) == sorted(new)
    assert result.stdout.count("\nnew: ") == 20
    assert f"\nand {len(new) - 20} more: mofa-crawler runs -v 1\n" in result.stdout
    # The row in `runs` says the same.
    ((finished, counts, kept),) = query(run, "SELECT finished_at, counts, report FROM runs")
    assert json.loads(kept) == report
    assert finished == report["finished_at"]
    assert json.loads(counts) == {k: v for k, v in report["counts"].items() if k != "total"}

    assert run.crawl(*EVERYTHING, *TO_FILE).returncode == 0
    again = written(run)
    assert (again["run_id"], again["counts"]["total"]["unchanged"]) == (2, COUNT)
    assert {key: again[key] for key in NOTHING_READ} == NOTHING_READ


def test_what_was_refused_is_counted_by_its_code(run: Run) -> None:
    page = run.site.folder / "press/release/press4e_002994.html"
    page.write_bytes(page.read_bytes().replace(b'id="maincontents"', b'id="content"'))
    result = run.crawl(*JANUARY_2021, *TO_FILE)
    report = written(run)
    assert result.stdout.splitlines()[-2:] == [
        "rejected: 2021-01-29 en Japan-Uruguay Working-Level Consultations on Fisheries (Online)",
        "new: 2021-01-27 en Japan-U.S. Foreign Ministers’ Telephone Talk",
    ]
    assert result.returncode == report["exit_code"] == 0
    assert report["rejected_by_code"] == {"unknown_layout": 1}
    assert report["counts"]["en"]["rejected"] == report["counts"]["total"]["rejected"] == 1
    assert any(line.startswith("WARNING: rejected: unknown_layout") for line in report["warnings"])


def test_answers_are_counted_by_their_class(run: Run) -> None:
    run.site.responses[f"/{SEED}.html"] = (503, {})
    run.site.responses["/press/release/press4e_002994.html"] = (302, {"Location": "/no.html"})
    result = run.crawl(*JANUARY_2021, *TO_FILE, "-s", "RETRY_TIMES=1")
    report = written(run)
    assert result.returncode == report["exit_code"] == 4
    requests = NO_REQUESTS | {"total": 7, "2xx": 3, "3xx": 1, "4xx": 1, "5xx": 2}
    assert report["requests"] == requests


def test_no_server(run: Run) -> None:
    run.site.address = "http://127.0.0.1:9"
    assert run.crawl(*TO_FILE, "-s", "RETRY_TIMES=0").returncode == 4
    report = written(run)
    assert report["requests"] == NO_REQUESTS | {"total": 1, "no_response": 1}
    assert report["bytes_received"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "meaning", "reason"),
    [
        (["-s", "MOFA_DB=no/mofa.db"], 1, "could not start", "cannot open no/mofa.db"),
        (["-s", "MOFA_JSON=no/r.jsonl"], 1, "could not start", "cannot write"),
        (["-a", "lang=fr"], 2, "wrong usage", "lang=fr: write en, ja or en,ja"),
        (["-s", "MOFA_JSON=r.csv"], 2, "wrong usage", "MOFA_JSON=r.csv: end the name"),
    ],
)
def test_a_run_that_could_not_start(
    run: Run, arguments: list[str], code: int, meaning: str, reason: str
) -> None:
    result = run.crawl(*arguments, *TO_FILE)
    report = written(run)
    assert result.returncode == report["exit_code"] == code
    head = (report["run_id"], report["spider"], report["meaning"])
    assert head == (None, "press_releases", meaning)
    assert report["reason"].startswith(reason)
    assert set(report["counts"]["total"].values()) == {0}
    assert report["requests"] == NO_REQUESTS
    assert {key: report[key] for key in NOTHING_READ} == NOTHING_READ
    assert run.site.requests == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no/report.json", "/no/report.json: No such file or directory"),
        (".", "it is no file; name a file with --report"),
        ("/dev/null", "cannot write /dev/null: it is no file; name a file with --report"),
        ("notes.txt", "notes.txt is not a run report, so it is not replaced; move it away"),
        ("mofa.db", "mofa.db is named for two things that a run writes; name another file"),
        ("releases.jsonl", "releases.jsonl is named for two things that a run writes"),
    ],
)
def test_a_file_that_cannot_be_written_is_said_before_any_request(
    run: Run, name: str, message: str
) -> None:
    Store(run.database).close()
    run.json_file.write_text('{"id": "a/b", "revision": 1}\n', "utf-8")
    (run.folder / "notes.txt").write_text("my own")
    before = run.database.read_bytes(), run.json_file.read_bytes()
    result = run.call("crawl", "press_releases", *run.settings(), "--report", name)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("mofa_crawler: error: ")
    assert message in line
    assert run.site.requests == []
    assert (run.database.read_bytes(), run.json_file.read_bytes()) == before


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        ("notes.txt/new.jsonl", "Not a directory"),
        (".:jsonl", "Is a directory"),
        ("/proc/new.jsonl", "No such file or directory"),
    ],
)
def test_a_feed_that_cannot_be_written_is_said_before_any_request(
    run: Run, feed: str, message: str
) -> None:
    (run.folder / "notes.txt").write_text("my own")
    result = run.call("crawl", "press_releases", *run.settings(), "-O", feed, *TO_FILE)
    assert result.returncode == written(run)["exit_code"] == 1
    (line,) = result.stderr.splitlines()
    assert line == f"mofa_crawler: error: cannot write {feed.removesuffix(':jsonl')}: {message}"
    assert run.site.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--report", "new.db", "-s", "MOFA_DB=new.db"),
        ("--report", "new.jsonl", "-s", "MOFA_JSON=./new.jsonl"),
        ("-O", "new.db:json", "-s", "MOFA_DB=new.db"),
        ("-O", "new.jsonl", "-s", "MOFA_JSON=new.jsonl"),
        ("-s", "MOFA_DB=new.jsonl", "-s", "MOFA_JSON=new.jsonl"),
    ],
)
def test_nothing_is_written_in_the_place_of_another(run: Run, arguments: tuple[str, ...]) -> None:
    result = run.call("crawl", "press_releases", *run.settings(), *arguments)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "is named for two things that a run writes" in line
    assert list(run.folder.iterdir()) == []
    assert run.site.requests == []


def test_a_report_that_could_not_be_written_in_the_end(tmp_path: Path) -> None:
    report = not_started("press_releases", {}, exit_code=2, reason="x")
    with pytest.raises(ReportError, match="cannot write .*no/report.json: No such file"):
        write_report(tmp_path / "no" / "report.json", report)
    working = tmp_path / "working"
    working.mkdir()
    with chdir(working):
        working.rmdir()
        with pytest.raises(ReportError, match="cannot write report.json: No such file"):
            write_report(Path("report.json"), report)


@pytest.mark.parametrize(("times", "reason"), [(1, "shutdown"), (2, "stopped at once")])
def test_a_run_that_was_stopped(run: Run, times: int, reason: str) -> None:
    # The second signal finds the run waiting for the request that is due next.
    delay = {1: "0.2", 2: "30"}[times]
    process = run.start("-a", "since=2021-01", *TO_FILE, "-s", f"DOWNLOAD_DELAY={delay}")
    while len(run.site.requests) < {1: 10, 2: 1}[times]:
        time.sleep(0.02)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    process.communicate(timeout=60)
    report = written(run)
    assert process.returncode == report["exit_code"] == 6
    assert (report["run_id"], report["reason"]) == (1, reason)
    assert report["requests"]["total"] >= 1


def test_the_first_two_hundred_lines_are_kept() -> None:
    lines, log = LogLines(), logging.getLogger("test_log_lines")
    log.propagate = False
    log.addHandler(lines)
    log.info("not this")
    log.error("a traceback\n  has lines")
    for number in range(250):
        log.warning("%d", number)
    assert lines.total == 251
    assert lines.lines[:2] == ["ERROR: a traceback has lines", "WARNING: 0"]
    assert len(lines.lines) == 200


def test_a_field_that_is_gone_from_most_releases_is_drift_of_the_whole_site(
    run: Run, crawled: Run
) -> None:
    copytree(crawled.folder, run.folder, dirs_exist_ok=True)
    ((had,),) = query(run, "SELECT json_extract(report, '$.coverage.page_date') FROM runs")
    was = round(100 * had)
    before = run.json_file.read_bytes()
    # The date line moves: each page is still read, with the listing's date, and valid.
    for page in run.site.folder.rglob("*.html"):
        body = page.read_bytes()
        page.write_bytes(re.sub(rb'<div class="rightalign">[^<]*</div>', b"", body))
    result = run.crawl(*EVERYTHING, "-a", "refresh=true", *TO_FILE)
    assert result.returncode == 5, result.stderr
    report = written(run)
    assert (report["coverage"]["n"], report["exit_code"]) == (COUNT, 5)
    (line,) = [line for line in report["warnings"] if "drift" in line]
    share = round(100 * report["coverage"]["page_date"])
    assert share < was / 2
    assert line == (
        f"WARNING: drift: {share}% of the {COUNT} releases read have page_date; "
        f"in earlier runs {was}% had"
    )
    assert table(result)["rejected"] == 0
    assert "is not replaced: the site may have changed; see the table" in result.stderr
    assert run.json_file.read_bytes() == before


def test_pages_that_a_304_confirms_are_no_drift(run: Run, crawled: Run) -> None:
    copytree(crawled.folder, run.folder, dirs_exist_ok=True)
    result = run.crawl(*EVERYTHING, "-a", "refresh=true", *TO_FILE)
    assert result.returncode == 0, result.stderr
    assert written(run)["counts"]["total"]["unchanged"] == COUNT
    assert written(run)["coverage"]["n"] == 0
