"""Runs after runs: what a run that finds nothing new costs, what it looks at again, what ends it."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.record import timestamp
from tests import sample
from tests.cli import JANUARY_2021, SEED, outcomes, table
from tests.factories import ORIGIN, dump_of, query

if TYPE_CHECKING:
    from tests.cli import Run

NEWEST = "press/release/pressite_000001_02136"


def test_a_run_that_finds_nothing_new_requests_robots_txt_and_the_indexes_alone(run: Run) -> None:
    assert run.crawl().returncode == 0
    before, json_before = dump_of(run.database), run.json_file.read_bytes()
    run.site.requests.clear()
    run.site.statuses.clear()
    result = run.crawl()
    assert result.returncode == 0
    assert run.site.requests == [
        "/robots.txt",
        "/press/release/index.html",
        "/mofaj/press/release/index.html",
    ]
    assert run.site.statuses[1:] == [304, 304]
    assert [line for line in dump_of(run.database) if '"runs"' not in line] == [
        line for line in before if '"runs"' not in line
    ]
    assert run.json_file.read_bytes() == json_before
    indexes = ("press/release/index.html", "mofaj/press/release/index.html")
    assert table(result)["unchanged"] == sum(len(sample.named_by(path)) for path in indexes)


def test_archives_that_are_as_they_were_are_not_sent_again(run: Run) -> None:
    period = ("-a", "lang=en", "-a", "since=2025-11", "-a", "until=2025-12")
    assert run.crawl(*period).returncode == 0
    run.site.statuses.clear()
    assert run.crawl(*period).returncode == 0
    # robots.txt; the index, whole because it links the archives; two archives.
    assert run.site.statuses == [200, 200, 304, 304]


@pytest.mark.parametrize(
    ("response", "code"), [((500, {}), 4), ((200, {}, "<html><p>New</p></html>"), 5)]
)
def test_a_month_page_that_was_not_read_is_requested_by_the_next_catch_up(
    run: Run, response: Any, code: int
) -> None:
    december = "/press/release/202512_index.html"
    assert run.crawl("-a", "lang=en", "-a", "since=2025-12", "-a", "until=2025-12").returncode == 0
    run.site.responses[december] = response
    for _ in range(2):
        assert run.crawl("-a", "lang=en", "-s", "RETRY_TIMES=0").returncode == code
    del run.site.responses[december]
    run.site.requests.clear()
    for _ in range(2):
        assert run.crawl("-a", "lang=en").returncode == 0
    assert run.site.requests.count(december) == 1


def test_a_month_page_with_days_of_another_month_is_stored_whole(run: Run) -> None:
    """The page of January lists December 31, too."""
    assert run.crawl("-a", "lang=en", "-a", "since=2026-01", "-a", "until=2026-01").returncode == 0
    pages = query(run, "SELECT is_partial FROM pages WHERE url LIKE '%202601_index%'")
    assert pages == [(0,)]


def test_a_backfill_of_some_days_leaves_a_month_page_to_catch_ups(run: Run) -> None:
    page = "press/release/202512_index.html"
    month = ("-a", "lang=en", "-a", "since=2025-12")
    assert run.crawl(*month, "-a", "until=2025-12").returncode == 0
    run.site.edit(page, "December 24", "December 23")
    assert run.crawl(*month, "-a", "until=2025-12-20").returncode == 0
    run.site.requests.clear()
    assert run.crawl("-a", "lang=en").returncode == 0
    assert f"/{page}" in run.site.requests


def test_a_month_page_that_failed_in_a_backfill_of_some_days_is_requested_again(run: Run) -> None:
    page = "/press/release/202512_index.html"
    for days, response, code in (("20", None, 0), ("19", (500, {}), 4)):
        if response:
            run.site.responses[page] = response
        period = ("-a", "lang=en", "-a", f"since=2025-12-{days}", "-a", "until=2025-12-31")
        assert run.crawl(*period, "-s", "RETRY_TIMES=0").returncode == code
    del run.site.responses[page]
    run.site.requests.clear()
    assert run.crawl("-a", "lang=en").returncode == 0
    assert page in run.site.requests


def test_a_period_inside_of_a_month_does_not_hide_the_rest_of_it(run: Run) -> None:
    days = ("-a", "lang=en", "-a", "since=2025-12-20", "-a", "until=2025-12-31")
    month = ("-a", "lang=en", "-a", "since=2025-12", "-a", "until=2025-12")
    assert run.crawl(*days).returncode == 0
    few = len(run.records())
    assert run.crawl(*month).returncode == 0
    assert len(run.records()) > few
    assert min(record["date"] for record in run.records()) < "2025-12-20"


def test_what_is_new_in_a_listing_that_has_changed(run: Run) -> None:
    index = run.site.folder / "press/release/index.html"
    whole = index.read_bytes()
    entry = f'<a href="/{NEWEST}.html">'.encode()
    start = whole.rindex(b"<li>", 0, whole.index(entry))
    end = whole.index(b"</li>", start) + len(b"</li>")
    index.write_bytes(whole[:start] + whole[end:])
    assert run.crawl("-a", "lang=en").returncode == 0
    assert NEWEST not in {record["id"] for record in run.records()}
    time.sleep(1.1)  # Last-Modified counts seconds
    index.write_bytes(whole)
    assert run.crawl("-a", "lang=en").returncode == 0
    assert NEWEST in {record["id"] for record in run.records()}


def make_due(run: Run, release: str) -> None:
    """Let a release be of yesterday, and not rechecked since."""
    yesterday = timestamp(datetime.now(UTC) - timedelta(days=1))
    query(run, "UPDATE releases SET date = ? WHERE id = ?", yesterday[:10], release)
    query(run, "UPDATE pages SET checked_at = ? WHERE url LIKE ?", yesterday, f"%/{release}.html")


@pytest.mark.usefixtures("caught_up")
def test_what_is_due_is_rechecked(run: Run) -> None:
    make_due(run, NEWEST)
    before = dump_of(run.database)
    run.site.requests.clear()
    run.site.statuses.clear()
    assert run.crawl("-a", "lang=en").returncode == 0
    assert run.site.requests[2:] == [f"/{NEWEST}.html"]
    assert run.site.statuses[1:] == [304, 304]
    assert [line for line in dump_of(run.database) if '"runs"' not in line] == [
        line for line in before if '"runs"' not in line
    ]
    # And not at once again.
    run.site.requests.clear()
    assert run.crawl("-a", "lang=en").returncode == 0
    assert f"/{NEWEST}.html" not in run.site.requests


@pytest.mark.usefixtures("caught_up")
def test_a_page_that_has_changed_is_a_revision_only_if_its_text_has(run: Run) -> None:
    for old, new, revision in (
        ("<hr>", "<hr><!-- new -->", 1),
        ("decided that the embassies", "decided that all embassies", 2),
    ):
        run.site.edit(f"{NEWEST}.html", old, new)
        query(run, "UPDATE releases SET date = '2026-01-09' WHERE id = ?", NEWEST)
        result = run.crawl("-a", "lang=en", "-a", "since=2026-01", "-a", "refresh=true")
        assert result.returncode == 0
        assert query(run, "SELECT revision FROM releases WHERE id = ?", NEWEST) == [(revision,)]


@pytest.mark.usefixtures("caught_up")
def test_a_better_parser_requests_the_page_itself(run: Run) -> None:
    """Bytes are needed to read them better: no conditional request for what an older one read."""
    query(run, "UPDATE pages SET parser_version = 1")
    run.site.statuses.clear()
    assert run.crawl("-a", "lang=en", "-a", "refresh=true").returncode == 0
    assert set(run.site.statuses) == {200}
    run.site.statuses.clear()
    assert run.crawl("-a", "lang=en", "-a", "refresh=true").returncode == 0
    assert set(run.site.statuses[1:]) == {304}


def test_a_second_run_on_one_database_ends_at_once_and_names_the_first(run: Run) -> None:
    first = run.start("-a", "lang=en", "-s", "DOWNLOAD_DELAY=0.5")
    while len(run.site.requests) < 3:
        time.sleep(0.05)
    before = len(run.site.requests)
    second = run.crawl("-a", "lang=ja")
    assert second.returncode == 1
    assert f"mofa.db is in use by run 1 (process {first.pid}, since 20" in second.stderr
    assert "Traceback" not in second.stderr
    assert not any(path.startswith("/mofaj/") for path in run.site.requests[before:])
    first.kill()
    first.communicate(timeout=60)
    assert run.crawl("-a", "lang=ja").returncode == 0  # the killed run keeps nothing
    assert query(run, "SELECT reason, finished_at IS NULL, exit_code FROM runs") == [
        ("killed", 1, None),
        ("finished", 0, 0),
    ]


@pytest.fixture(scope="module")
def undisturbed(crawled: Run) -> list[dict[str, Any]]:
    """What a run that nothing disturbs makes of the demo site, from 2021 on."""
    return [record for record in essence(crawled) if record["date"] >= "2021"]


def essence(run: Run) -> list[dict[str, Any]]:
    """What is to be the same however often a run was killed: all but the times."""
    times = {"first_seen", "last_seen", "fetched_at", "attribution"}
    return [{k: v for k, v in record.items() if k not in times} for record in run.records()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_runs_killed_at_any_moment_end_with_the_same_dataset(
    run: Run, undisturbed: list[dict[str, Any]], seed: int
) -> None:
    moments = random.Random(seed)  # noqa: S311
    kills = 0
    for _ in range(6):
        process = run.start("-a", "since=2021-01", "-s", "DOWNLOAD_DELAY=0.05")
        before = len(run.site.requests)
        enough = moments.randint(1, 18)  # before and after the first commit
        while process.poll() is None and len(run.site.requests) < before + enough:
            time.sleep(0.005)
        time.sleep(moments.random() * 0.1)
        process.kill()
        process.communicate(timeout=60)
        kills += process.returncode < 0
        if run.database.exists():
            assert query(run, "PRAGMA integrity_check") == [("ok",)]
        if run.json_file.exists():
            assert all(record["id"] for record in run.records())
    assert kills >= 4
    result = run.crawl("-a", "since=2021-01")
    assert result.returncode == 0, result.stderr
    assert essence(run) == undisturbed
    assert query(run, "SELECT count(*) FROM revisions") == [(0,)]
    assert not list(run.folder.glob("*.tmp*"))


def test_a_full_disk_ends_the_run_and_leaves_the_database_whole(run: Run) -> None:
    """A limit on the size of files, which the system holds as it would the size of a disk."""
    assert run.crawl("-a", "lang=ja").returncode == 0
    size = run.database.stat().st_size // 1024 + 40
    result = run.crawl("-a", "since=2021-01", largest_file=size)
    assert result.returncode == 4, result.stderr
    assert "Traceback" not in result.stderr
    assert query(run, "PRAGMA integrity_check") == [("ok",)]
    assert run.crawl("-a", "since=2021-01").returncode == 0
    assert len(run.records()) == sample.stored(sample.since("2021"))


def move_seed(run: Run) -> str:
    """Move a release to a new address, which the listing names; returns its new id."""
    moved = SEED.replace("press1e", "press9e")
    for path in (f"{SEED}.html", "press/release/202101_index.html"):
        file = run.site.folder / path
        file.write_text(file.read_text("utf-8").replace(SEED, moved), "utf-8")
    (run.site.folder / f"{SEED}.html").rename(run.site.folder / f"{moved}.html")
    return moved


def test_a_release_that_was_moved_without_a_redirect_is_exported_with_its_new_address(
    run: Run,
) -> None:
    assert run.crawl(*JANUARY_2021).returncode == 0
    moved = move_seed(run)
    found = run.crawl(*JANUARY_2021)
    assert (found.returncode, outcomes(found)["duplicate"]) == (0, 1)
    assert moved not in {record["id"] for record in run.records()}
    # The old address is due again, though the release is years old.
    rechecked = run.crawl("-a", "lang=en", "-s", "MOFA_RECHECK_HOURS=0")
    assert (rechecked.returncode, outcomes(rechecked)["gone"]) == (0, 1)
    assert {moved, SEED} & {record["id"] for record in run.records()} == {moved}


@pytest.mark.parametrize("target", ["/press/release/index.html", "/index.html"])
def test_a_moved_release_gives_way_if_its_old_address_redirects_to_no_release(
    run: Run, target: str
) -> None:
    """Some sites redirect dead addresses to a listing or to the home page."""
    (run.site.folder / "index.html").write_text("<html><title>Home</title><p>Home</p></html>")
    assert run.crawl(*JANUARY_2021).returncode == 0
    moved = move_seed(run)
    run.site.responses[f"/{SEED}.html"] = (301, {"Location": target})
    assert run.crawl(*JANUARY_2021).returncode == 0
    found = run.crawl("-a", "lang=en", "-s", "MOFA_RECHECK_HOURS=0")
    assert (found.returncode, outcomes(found)["redirected"]) == (0, 1)
    assert {moved, SEED} & {record["id"] for record in run.records()} == {moved}


def test_a_release_is_fetched_under_the_spelling_that_the_listing_has_now(run: Run) -> None:
    listing, broken = "press/release/202101_index.html", f"/{SEED.replace('/', '//')}.html"
    run.site.edit(listing, f'"/{SEED}.html"', f'"{broken}"')
    run.site.responses[broken] = (404, {})
    assert outcomes(run.crawl(*JANUARY_2021))["gone"] == 1
    run.site.edit(listing, f'"{broken}"', f'"/{SEED}.html"')
    (run.folder / "urls").write_text(f"{ORIGIN}/{listing}")
    assert run.crawl("-a", "urls=urls").returncode == 0  # the page is discovered again
    assert outcomes(run.crawl("-a", "urls=urls"))["new"] == 1
    stored = f"SELECT fetch_url, status FROM pages WHERE url = '{ORIGIN}/{SEED}.html'"
    assert query(run, stored) == [("", "parsed")]
