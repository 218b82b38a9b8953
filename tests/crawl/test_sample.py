"""`limit=`: a limited run, which never counts as caught up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.store.store import Store
from tests import sample
from tests.archives import sample_site, write_warc
from tests.cli import JANUARY_2021, outcomes
from tests.factories import query

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from tests.cli import Run

TO_FILE = ("--report", "report.json")


def report_of(run: Run) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((run.folder / "report.json").read_text("utf-8"))
    return report


def check_sample(run: Run, result: CompletedProcess[str], limit: int) -> None:
    """The run names its limit, and no later run takes it for more."""
    assert result.returncode == 6, result.stderr
    spider = report_of(run)["spider"]
    first = result.stdout.splitlines()[0]
    assert first.startswith(f"{spider}: incomplete: limit={limit} (exit 6, ")
    report = report_of(run)
    assert (report["exit_code"], report["reason"]) == (6, "limit")
    assert query(run, "SELECT completed_languages FROM runs") == [("[]",)]
    store = Store(run.database)
    assert store.runs.listed_until("en") is None
    assert store.runs.last_catch_up("en") is None
    store.close()


def releases(run: Run) -> list[str]:
    """The addresses of releases that were requested."""
    return [path for path in run.site.requests if "index" not in path and "robots" not in path]


def test_a_sample_of_a_catch_up_is_the_newest_releases(run: Run) -> None:
    result = run.crawl("--limit", "3", "--lang", "en", *TO_FILE)
    check_sample(run, result, 3)
    named = len(sample.named_by("press/release/index.html"))
    assert outcomes(result) == {
        "listed": named + sample.SKIPPED,
        "new": 3,
        "skipped": sample.SKIPPED,
        "unfinished": named - 3,
    }
    assert len(releases(run)) == 3
    assert len(run.records()) == 3
    # The next run goes on.
    rest = run.crawl("--lang", "en")
    assert rest.returncode == 0, rest.stderr
    assert outcomes(rest)["unchanged"] == 3
    assert len(releases(run)) == named


def test_a_sample_of_a_backfill_needs_few_month_pages(run: Run) -> None:
    result = run.crawl("-a", "since=2021", "-a", "limit=1", "-a", "lang=en", *TO_FILE)
    check_sample(run, result, 1)
    assert len(releases(run)) == 1
    assert not [path for path in run.site.requests if "202101_index" in path]


@pytest.mark.parametrize("period", [[], ["--since", "2025-11", "--until", "2025-11-28"]])
def test_a_sample_is_the_newest_releases_of_both_languages(run: Run, period: list[str]) -> None:
    assert run.crawl(*period, "--limit", "2").returncode == 6
    requested = len([path for path in run.site.requests if "index" in path])
    listed = query(
        run,
        """SELECT status, pages.lang, max(date) FROM listed JOIN pages USING (url)
           WHERE status IN ('discovered', 'parsed') GROUP BY url""",
    )
    dates = sorted((day for *_, day in listed), reverse=True)
    taken = sorted((day for status, _, day in listed if status == "parsed"), reverse=True)
    assert taken == dates[:2]
    assert {lang for status, lang, _ in listed if status == "parsed"} == {"en", "ja"}
    assert requested == (4 if period else 2)  # the month pages of November alone


@pytest.mark.parametrize("limit", [2, 100])
def test_a_limit_that_leaves_nothing_out_is_not_named(run: Run, limit: int) -> None:
    result = run.crawl(*JANUARY_2021, "--limit", str(limit), *TO_FILE)
    assert result.returncode == 0, result.stderr
    assert "limit" not in result.stdout
    assert outcomes(result) == {"listed": 2, "new": 2}


def test_a_sample_of_saved_pages(run: Run) -> None:
    write_warc(run.folder / "site.warc.gz", sample_site())
    result = run.command(
        *("crawl", "saved_pages", "--path", "site.warc.gz", "--limit", "4", "--lang", "en"),
        *TO_FILE,
    )
    check_sample(run, result, 4)
    assert outcomes(result) == {"listed": 4, "new": 4}
