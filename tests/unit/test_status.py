"""`mofa-crawler status`: whether all is well, for people and for monitors."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.record import timestamp
from mofa_crawler.run.report import not_started
from mofa_crawler.run.schedule import Schedule
from mofa_crawler.store.store import Store
from tests.cli import Run, Server
from tests.factories import keep, not_parsed, numbered, query

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.site import Lang


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path, Server(tmp_path))


def end_run(
    run: Run,
    *langs: Lang,
    exit_code: int = 0,
    began: timedelta = timedelta(minutes=5),
    since: str | None = None,
) -> None:
    """Note a run that began some time ago and read the listings of languages completely."""
    store = Store(run.database)
    number = store.runs.begin("press_releases", {"since": since} if since else {})
    report = not_started("press_releases", {}, exit_code=exit_code, reason="finished")
    store.runs.finish(number, report, completed=langs, newest_days={})
    store.close()
    started_at = timestamp(datetime.now(UTC) - began)
    query(run, "UPDATE runs SET started_at = ? WHERE id = ?", started_at, number)


def test_all_is_well(run: Run) -> None:
    end_run(run, "en", "ja", began=timedelta(hours=2, minutes=1))
    result = run.call("status", "--max-age", "3h")
    assert (result.returncode, result.stderr) == (0, "")
    ((began,),) = query(run, "SELECT replace(substr(started_at, 1, 16), 'T', ' ') FROM runs")
    assert result.stdout.splitlines() == [
        "database: mofa.db",
        f"en: run 1 caught up, {began} UTC, 2 h 1 min ago",
        f"ja: run 1 caught up, {began} UTC, 2 h 1 min ago",
        f"last run: 1, press_releases, {began} UTC, exit 0 complete",
        "rejected pages: 0",
        "well",
    ]


def test_a_backfill_hides_no_catch_up_that_failed(run: Run) -> None:
    end_run(run, "en", "ja", exit_code=4)
    end_run(run, since="2025-12")
    result = run.call("status")
    assert result.returncode == 1
    assert "not well: the last catch-up, run 1, ended with 4 errors\n" in result.stdout
    end_run(run, "en", "ja")
    assert run.call("status").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        (
            ["--max-age", "119m"],
            ["the last run that caught up in en began 2 h 0 min ago: more than --max-age"],
        ),
        (
            ["--max-age", "1h"],
            ["the last run that caught up in en began 2 h 0 min ago: more than --max-age"],
        ),
        (["--max-age", "1d"], []),
        (["--lang", "ja"], ["no run has caught up in ja"]),
    ],
)
def test_what_is_not_well(run: Run, arguments: list[str], problems: list[str]) -> None:
    end_run(run, "en", began=timedelta(hours=2))
    result = run.call("status", "--json", "--lang", "en", *arguments)
    status = json.loads(result.stdout)
    assert (status["problems"], status["well"]) == (problems, not problems)
    assert result.returncode == (1 if problems else 0)


def test_rejected_pages_and_silence_have_limits(run: Run) -> None:
    end_run(run, "en", "ja")
    store = Store(run.database)
    now = datetime.now(UTC)
    # What was added later may be older, a clock may have run ahead, and a date may be wrong.
    seen = {1: (2, "2021-01-03"), 2: (9, "2021-01-02"), 3: (-5, "2021-01-04"), 4: (9, "2031-01-01")}
    for number, (hours, date) in seen.items():
        record = numbered(number, f"Text {number}.", date=date)
        keep(store, record, fetched_at=timestamp(now - timedelta(hours=hours, minutes=1)))
    store.save(not_parsed(numbered(5).url, "rejected", code="empty_page", body_hash="a"))
    store.close()
    for arguments, problems in {
        ("--max-silence", "3h", "--max-rejected", "1", "--lang", "en"): [],
        ("--max-silence", "120m"): [
            "the newest release in en was first seen 2 h 1 min ago: more than --max-silence",
            "there is no release in ja",
        ],
        ("--max-rejected", "0"): ["there are more than 0 rejected pages: 1"],
    }.items():
        result = run.call("status", "--json", *arguments)
        status = json.loads(result.stdout)
        assert (status["problems"], result.returncode) == (problems, 1 if problems else 0)
        assert status["newest_first_seen"]["en"] == timestamp(now - timedelta(hours=2, minutes=1))
    lines = run.call("status").stdout.splitlines()
    assert re.fullmatch(r"en: newest release first seen .* UTC, 2 h 1 min ago", lines[3])


def test_the_last_exit_code_counts_and_the_last_complete_run_stays(run: Run) -> None:
    end_run(run, "en", "ja")
    end_run(run, exit_code=3)
    status = json.loads(run.call("status", "--json").stdout)
    assert status["problems"] == ["the last run ended with 3 blocked"]
    assert [status["caught_up"][lang]["id"] for lang in ("en", "ja")] == [1, 1]
    assert status["caught_up"]["en"]["age_seconds"] >= 300
    assert (status["last_run"]["id"], status["last_run"]["exit_code"]) == (2, 3)


def test_a_run_that_goes_on_is_named(run: Run) -> None:
    end_run(run, "en", "ja")
    store = Store(run.database)
    store.runs.begin("press_releases", {})
    store.close()
    result = run.call("status")
    assert result.returncode == 0
    assert "run 2 goes on, or was killed\n" in result.stdout


def test_an_empty_database_is_not_well(run: Run) -> None:
    Store(run.database).close()
    result = run.call("status")
    assert result.returncode == 1
    assert result.stdout.splitlines()[-2:] == [
        "not well: no run has caught up in en",
        "not well: no run has caught up in ja",
    ]


def test_a_run_of_a_clock_that_ran_ahead_is_neither_complete_nor_of_a_negative_age(
    run: Run,
) -> None:
    end_run(run, "en", "ja", began=timedelta(hours=-2))
    result = run.call("status", "--json")
    status = json.loads(result.stdout)
    assert result.returncode == 1
    assert status["caught_up"] == {"en": None, "ja": None}
    assert "-" not in run.call("status").stdout.splitlines()[1]


def test_rejected_pages_and_the_next_recheck(run: Run) -> None:
    end_run(run, "en", "ja")
    store = Store(run.database)
    now = datetime.now(UTC).replace(microsecond=0)
    keep(store, numbered(1, date=now.date().isoformat()), fetched_at=timestamp(now))
    for number in (2, 3):
        url = numbered(number).url
        store.save(not_parsed(url, "rejected", code="empty_page", body_hash="a"))
    store.pages.acknowledge(numbered(3).url)
    store.close()
    status = json.loads(run.call("status", "--json").stdout)
    assert (status["rejected"], status["well"]) == (1, True)
    due = datetime.fromisoformat(status["next_recheck"])
    assert due >= now + Schedule().least
    # The release is of today: a quarter of its age is less than these hours at any time of the day.
    later = json.loads(run.call("status", "--json", "-s", "MOFA_RECHECK_HOURS=48").stdout)
    assert later["next_recheck"] == timestamp(now + timedelta(hours=48))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--max-age", "3"], "argument --max-age: write 90m, 3h or 2d, and not 3"),
        (["--max-silence", "1w"], "argument --max-silence: write 90m, 3h or 2d, and not 1w"),
        (["--max-rejected", "-1"], "argument --max-rejected: -1 is not a number"),
        (["--lang", "fr"], "lang=fr: write en, ja or en,ja"),
        (["en"], "status has no argument en; see mofa-crawler status --help"),
        (["-s", "MOFA_RECHECK_DAYS=x"], "MOFA_RECHECK_DAYS=x: write a number from 0 to 100000"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.call("status", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mofa_crawler: error: {message}")


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5])
def test_a_page_is_due_when_its_pause_is_a_share_of_its_age(share: float) -> None:
    schedule = Schedule(share=share, least=timedelta(hours=1))
    for age, checked_after in ((1, 0), (30, 10), (300, 299)):
        since = datetime.now(UTC) - timedelta(hours=age)
        checked = since + timedelta(hours=checked_after)
        due = schedule.due_at(since=since, checked=checked)
        second = timedelta(seconds=1)
        assert schedule.is_due(since=since, checked=checked, now=due)
        assert not schedule.is_due(since=since, checked=checked, now=due - second)
        assert due - checked >= max(schedule.least, share * (due - since) - second)
