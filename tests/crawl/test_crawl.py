"""The main job, end to end: real runs of the command against the demo site on loopback."""

from __future__ import annotations

import json
import re
import signal
import time
from typing import Any

import pytest

from tests import sample
from tests.cli import EVERYTHING, JANUARY_2021, SEED, Run, outcomes, table
from tests.factories import ORIGIN, ROOT, dump_of, query

# What the crawls of EVERYTHING find.
GOLDENS = sample.since("2013")
DUPLICATES = sample.duplicates(GOLDENS)


def test_everything_and_once_more(run: Run) -> None:
    first = run.crawl(*EVERYTHING)
    assert first.returncode == 0, first.stderr
    assert first.stderr.count("WARNING") == 2
    assert "en: the table of months does not link 2013-01..2020-12, 2021-02..2025" in first.stderr
    assert table(first) == {
        "listed": len(GOLDENS) + sample.SKIPPED,
        "new": sample.stored(GOLDENS),
        "revised": 0,
        "unchanged": 0,
        "duplicate": len(DUPLICATES),
        "rejected": 0,
        "failed": 0,
        "skipped": sample.SKIPPED,
    }

    records = run.records()
    assert {record["id"] for record in records} == set(GOLDENS) - set(DUPLICATES)
    assert [(r["date"], r["id"]) for r in records] == sorted((r["date"], r["id"]) for r in records)
    for record in records:
        assert {key: record[key] for key in GOLDENS[record["id"]]} == GOLDENS[record["id"]]
        assert record["source"] == "mirror:127.0.0.1"
        assert record["url"].startswith(ORIGIN)
    stored = query(run, "SELECT id, duplicate_of FROM releases WHERE duplicate_of IS NOT NULL")
    assert dict(stored) == DUPLICATES != {}
    ((label, text),) = query(run, "SELECT label, text FROM points WHERE text LIKE '%Senkaku%'")
    assert label == "2."
    assert text.startswith("Minister Motegi expressed")

    before = [line for line in dump_of(run.database) if '"runs"' not in line]
    json_before = run.json_file.read_bytes()
    run.site.requests.clear()
    second = run.crawl(*EVERYTHING)
    assert second.returncode == 0
    assert table(second) == table(first) | {"new": 0, "duplicate": 0, "unchanged": len(GOLDENS)}
    assert [line for line in dump_of(run.database) if '"runs"' not in line] == before
    assert run.json_file.read_bytes() == json_before
    # The listings only, and no page twice.
    assert len(run.site.requests) == len(set(run.site.requests)) == 1 + 2 + 8
    assert all(path.endswith(("robots.txt", "index.html")) for path in run.site.requests)


def test_catching_up_starts_with_the_index_alone(run: Run) -> None:
    assert run.crawl("-a", "lang=en").returncode == 0
    assert [path for path in run.site.requests if "_index" in path] == []
    assert {record["lang"] for record in run.records()} == {"en"}
    assert min(record["date"] for record in run.records()) == "2025-12-12"


@pytest.mark.usefixtures("caught_up")
def test_catching_up_reads_the_archives_since_the_last_complete_run(run: Run) -> None:
    set_back_the_last_run(run, "2025-11-15")
    run.site.requests.clear()
    assert run.crawl("-a", "lang=en").returncode == 0
    archives = [path for path in run.site.requests if "_index" in path]
    assert archives == [f"/press/release/{month}_index.html" for month in (202601, 202512, 202511)]
    assert min(record["date"] for record in run.records()) == "2025-11-20"


def test_a_backfill_keeps_to_its_period(run: Run) -> None:
    result = run.crawl("-a", "since=2025-12-20", "-a", "until=2026-01-07", "-a", "lang=ja")
    assert result.returncode == 0
    assert [path for path in run.site.requests if "_index" in path] == [
        "/mofaj/press/release/8_01_index.html",
        "/mofaj/press/release/7_12_index.html",
    ]
    expected = [r for r in GOLDENS.values() if "2025-12-20" <= r["date"] <= "2026-01-07"]
    assert [r["id"] for r in run.records()] == sorted(
        (r["id"] for r in expected if r["lang"] == "ja"),
        key=lambda id_: (GOLDENS[id_]["date"], id_),
    )


def test_a_changed_page_is_a_revision(run: Run) -> None:
    run.crawl("-a", "since=2021-01", "-a", "until=2021-01")
    before = {record["id"]: record for record in run.records()}
    run.site.edit(f"{SEED}.html", "They also resolved to revitalize the G7.", "They parted.")
    result = run.crawl("-a", "since=2021-01", "-a", "until=2021-01", "-a", "refresh=true")
    assert result.returncode == 0
    assert (table(result)["revised"], table(result)["unchanged"]) == (
        1,
        len(sample.of_month("2021-01")) - 1,
    )
    after = {record["id"]: record for record in run.records()}
    assert after[SEED]["revision"] == 2
    assert after[SEED]["points"][3]["text"].endswith("climate change. They parted.")
    assert after[SEED]["first_seen"] == before[SEED]["first_seen"]
    assert {k: v for k, v in after.items() if k != SEED} == {
        k: v for k, v in before.items() if k != SEED
    }
    ((kept,),) = query(run, "SELECT record FROM revisions")
    assert json.loads(kept) == before[SEED]


def test_refused_pages_are_kept_counted_and_named(run: Run) -> None:
    run.site.edit(f"{SEED}.html", '<div class="rightalign">January 27, 2021</div>', "")
    page = run.site.folder / "press/release/press4e_002994.html"
    page.write_bytes(page.read_bytes().replace(b'id="maincontents"', b'id="content"'))
    result = run.crawl("-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01")
    assert result.returncode == 0  # one rejected page is no drift
    assert (table(result)["rejected"], table(result)["new"]) == (1, 1)
    assert "unknown_layout" in result.stderr
    rows = query(run, "SELECT url, code FROM pages WHERE status = 'rejected'")
    assert rows == [(f"{ORIGIN}/press/release/press4e_002994.html", "unknown_layout")]
    ((date_source, date),) = query(run, "SELECT date_source, date FROM releases")
    assert (date_source, date) == ("listing", "2021-01-27")
    # Read again as soon as it can be read.
    page.write_bytes(page.read_bytes().replace(b'id="content"', b'id="maincontents"'))
    again = run.crawl("-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01")
    assert (again.returncode, table(again)["new"], table(again)["unchanged"]) == (0, 1, 1)


@pytest.mark.usefixtures("caught_up")
def test_a_listing_that_drifted_leaves_the_json_file_alone(run: Run) -> None:
    before = run.json_file.read_bytes()
    run.site.responses["/press/release/pressite_000001_02136.html"] = (
        404,
        {},
    )  # a change elsewhere
    index = run.site.folder / "mofaj/press/release/index.html"
    index.write_bytes(index.read_bytes().replace(b'class="title-list"', b'class="list"'))
    result = run.crawl("-a", "refresh=true")
    assert result.returncode == 5
    assert table(result)["listings rejected"] == 1
    assert "listing_drift" in result.stderr
    assert run.json_file.read_bytes() == before


def test_pages_that_are_gone_or_moved_are_accounted_for(run: Run) -> None:
    seed, other = f"/{SEED}.html", "/press/release/press4e_002994.html"
    run.site.responses[seed] = (404, {})
    run.site.responses[other] = (301, {"Location": "https://example.org/"})
    result = run.crawl("-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01")
    assert result.returncode == 0
    assert (table(result)["gone"], table(result)["redirected"]) == (1, 1)
    assert query(run, "SELECT code, message FROM pages WHERE status = 'redirected'") == [
        ("http_301", "HTTP status 301 https://example.org/")
    ]
    assert "redirected: http_301: HTTP status 301 https://example.org/" in result.stderr


@pytest.mark.parametrize("response", [(404, {}), (301, {"Location": "https://example.org/"})])
@pytest.mark.usefixtures("caught_up")
def test_a_site_that_is_gone_as_a_whole_is_drift(run: Run, response: Any) -> None:
    before = run.json_file.read_bytes()
    for name in GOLDENS:
        run.site.responses[f"/{name}.html"] = response
    result = run.crawl("-a", "lang=en", "-a", "since=2025-12", "-a", "refresh=true")
    assert result.returncode == 5
    assert "is not replaced: the site may have changed; see the table" in result.stderr
    assert run.json_file.read_bytes() == before


def test_releases_that_are_known_to_be_gone_are_no_drift(run: Run) -> None:
    index = (run.site.folder / "press/release/index.html").read_text()
    for name in [name for name in GOLDENS if f"{name}.html" in index][:4]:
        run.site.responses[f"/{name}.html"] = (404, {})
    for number in (4, 4):  # the second time known, and not fetched
        result = run.crawl("-a", "lang=en")
        assert (result.returncode, table(result)["gone"]) == (0, number)


@pytest.mark.parametrize("redirect", [(301, {}), (301, {"Location": "http://[::1"})])
def test_an_odd_redirect_is_a_failure(run: Run, redirect: Any) -> None:
    run.site.responses[f"/{SEED}.html"] = (304, {})
    run.site.responses["/press/release/press4e_002994.html"] = redirect
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (4, 2)


@pytest.mark.usefixtures("caught_up")
def test_a_304_to_a_request_without_validators_is_a_failure(run: Run) -> None:
    """The index may have changed since it was stored."""
    query(run, "UPDATE pages SET etag = '', last_modified = ''")
    run.site.responses["/press/release/index.html"] = (304, {})
    result = run.crawl("-a", "lang=en")
    assert (result.returncode, table(result)["listings failed"]) == (4, 1)


@pytest.mark.parametrize("to", ["/moved.html", "https://www.mofa.go.jp/moved.html"])
def test_a_redirect_within_the_site_is_followed_on_the_mirror(run: Run, to: str) -> None:
    seed = run.site.folder / f"{SEED}.html"
    seed.rename(run.site.folder / "moved.html")
    run.site.edit("moved.html", f'content="{ORIGIN}/{SEED}.html"', f'content="{ORIGIN}/moved.html"')
    run.site.responses[f"/{SEED}.html"] = (301, {"Location": to})
    result = run.crawl("-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01")
    assert result.returncode == 0, result.stderr
    pages = f"SELECT status, answered_url FROM pages WHERE url LIKE '%{SEED}.html'"
    assert query(run, pages) == [("redirected", f"{ORIGIN}/moved.html")]
    assert "moved" in {record["id"] for record in run.records()}


@pytest.mark.parametrize(
    ("listing", "target"),
    [
        ("index.html", "/mofaj/press/release/index.html"),
        ("index.html", "202512_index.html"),
        ("202512_index.html", "index.html"),
    ],
)
def test_a_listing_that_redirects_to_another_listing_is_a_failure(
    run: Run, listing: str, target: str
) -> None:
    """The days of a listing have no year: those of another month would get a wrong one."""
    path = f"/press/release/{listing}"
    run.site.responses[path] = (301, {"Location": target})
    result = run.crawl("-a", "lang=en", "-a", "since=2025-12", "-a", "until=2025-12")
    assert (result.returncode, table(result)["listings failed"]) == (4, 1)
    assert query(run, "SELECT url, code FROM pages WHERE status = 'failed'") == [
        (ORIGIN + path, "another_page")
    ]
    assert query(run, f"SELECT count(*) FROM listed WHERE listing = '{ORIGIN}{path}'") == [(0,)]


def test_redirects_in_a_circle_are_failures(run: Run) -> None:
    run.site.responses[f"/{SEED}.html"] = (302, {"Location": f"/{SEED}.html"})
    result = run.crawl("-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01")
    assert (result.returncode, table(result)["failed"], table(result)["new"]) == (4, 1, 1)
    assert run.site.requests.count(f"/{SEED}.html") == 6


def test_a_server_error_is_a_failure_and_tried_again_in_the_next_run(run: Run) -> None:
    path = "/press/release/pressite_000001_02136.html"
    run.site.responses[path] = (500, {})
    result = run.crawl("-a", "lang=en", "-s", "RETRY_TIMES=0")
    assert (result.returncode, table(result)["failed"]) == (4, 1)
    assert query(run, "SELECT code FROM pages WHERE status = 'failed'") == [("http_500",)]
    run.site.responses.clear()
    run.site.requests.clear()
    result = run.crawl("-a", "lang=en")
    assert (result.returncode, table(result)["new"]) == (0, 1)
    assert run.site.requests.count(path) == 1


def test_a_listing_that_cannot_be_got_is_an_error(run: Run) -> None:
    run.site.responses["/press/release/index.html"] = (404, {})
    result = run.crawl("-a", "lang=en")
    assert (result.returncode, table(result)["listings failed"]) == (4, 1)
    assert query(run, "SELECT completed_languages FROM runs") == [("[]",)]
    assert not run.json_file.exists()
    assert "JSON: releases.jsonl (not written)" in result.stdout


def test_a_page_cut_on_the_way_is_refused(run: Run) -> None:
    page = run.site.folder / f"{SEED}.html"
    whole = page.read_bytes()
    page.write_bytes(whole[: len(whole) // 2])
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["rejected"]) == (0, 1)
    page.write_bytes(whole)
    assert table(run.crawl(*JANUARY_2021))["new"] == 1


def test_what_was_left_over_is_read_after_it_has_left_the_index(run: Run) -> None:
    """Refused, failed, or never reached: a catch-up comes back to it."""
    page = run.site.folder / f"{SEED}.html"
    whole = page.read_bytes()
    page.write_bytes(b"<html><body>Maintenance</body></html>")
    run.site.responses["/press/release/press4e_002994.html"] = (500, {})
    result = run.crawl(*JANUARY_2021, "-s", "RETRY_TIMES=0")
    assert (table(result)["rejected"], table(result)["failed"]) == (1, 1)
    page.write_bytes(whole)
    run.site.responses.clear()
    result = run.crawl("-a", "lang=en")
    assert result.returncode == 0
    assert {record["date"][:7] for record in run.records()} == {"2021-01", "2025-12", "2026-01"}


@pytest.mark.usefixtures("caught_up")
def test_an_archive_that_cannot_be_got_leaves_the_mark_where_it_was(run: Run) -> None:
    set_back_the_last_run(run, "2025-11-15")
    run.site.responses["/press/release/202511_index.html"] = (404, {})
    assert run.crawl("-a", "lang=en").returncode == 4
    run.site.responses.clear()
    result = run.crawl("-a", "lang=en")
    assert result.returncode == 0
    assert min(record["date"] for record in run.records()) == "2025-11-20"


@pytest.mark.usefixtures("caught_up")
def test_a_gap_in_the_table_of_months_is_no_complete_run(run: Run) -> None:
    set_back_the_last_run(run, "2025-09-15")
    for _ in range(2):
        result = run.crawl("-a", "lang=en")
        assert result.returncode == 6
        assert "en: the table of months does not link 2025-09..2025-10 (2 of 5" in result.stderr
        assert "\nno listing, en: 2025-09..2025-10; a web archive" in result.stdout
    # A person who has checked the site closes it with an open-ended backfill.
    assert run.crawl("-a", "lang=en", "-a", "since=2025-09").returncode == 0
    assert run.crawl("-a", "lang=en").returncode == 0


@pytest.mark.parametrize("runs_between", [0, 1])
def test_an_index_that_was_served_stale_leaves_no_gap(run: Run, runs_between: int) -> None:
    """A cache serves the index of December, and then that of January, maybe to a limited run."""
    index = run.site.folder / "press/release/index.html"
    whole = index.read_text("utf-8")
    stale, fresh = (
        re.sub(rf"(?s)<dt[^>]*>{month} .*?</dd>", "", whole) for month in ("January", "December")
    )
    index.write_text(stale, "utf-8")
    assert run.crawl("-a", "lang=en").returncode == 0
    time.sleep(1.1)  # Last-Modified counts seconds
    index.write_text(fresh, "utf-8")
    for _ in range(runs_between):
        assert run.crawl("-a", "lang=en", "-a", "limit=1").returncode == 6
    run.site.requests.clear()
    assert run.crawl("-a", "lang=en").returncode == 0
    assert "/press/release/202512_index.html" in run.site.requests


def test_a_period_that_is_not_there_is_said(run: Run) -> None:
    result = run.crawl("-a", "lang=en", "-a", "until=2007-12")
    assert "en: the table of months links no month of the period" in result.stderr


def set_back_the_last_run(run: Run, day: str) -> None:
    query(run, "UPDATE runs SET started_at = ?", f"{day}T00:00:00Z")


def test_no_server_is_an_error(run: Run) -> None:
    run.site.address = "http://127.0.0.1:9"
    result = run.crawl("-a", "lang=en", "-s", "RETRY_TIMES=0")
    assert result.returncode == 4
    assert "Traceback" not in result.stdout + result.stderr


def test_robots_txt_is_obeyed(run: Run) -> None:
    (run.site.folder / "robots.txt").write_text("User-agent: mofa_crawler\nDisallow: /press/\n")
    result = run.crawl()
    assert result.returncode == 3
    assert not any(path.startswith("/press/") for path in run.site.requests)
    assert "forbidden by robots.txt" in result.stderr
    # The listings in English are among the pages that were not read.
    assert query(run, "SELECT completed_languages FROM runs") == [('["ja"]',)]


def test_a_forbidden_release_keeps_no_run_from_catching_up(run: Run) -> None:
    (run.site.folder / "robots.txt").write_text(f"User-agent: *\nDisallow: /{SEED}\n")
    result = run.crawl("--lang", "en", "--since", "2021-01")
    assert result.returncode == 3
    assert outcomes(result)["failed"] == 1
    assert query(run, "SELECT completed_languages FROM runs") == [('["en"]',)]


@pytest.mark.parametrize("status", [403, 500, 503, 429])
def test_no_request_if_robots_txt_cannot_be_read(run: Run, status: int) -> None:
    run.site.responses["/robots.txt"] = (status, {})
    result = run.crawl("-s", "RETRY_TIMES=0")
    assert result.returncode == 3
    assert set(run.site.requests) == {"/robots.txt"}
    assert f"no request is made: HTTP status {status}" in result.stderr


def test_a_page_in_place_of_robots_txt_is_no_permission(run: Run) -> None:
    (run.site.folder / "robots.txt").write_text("<html><title>Just a moment...</title></html>")
    assert run.crawl().returncode == 3
    assert run.site.requests == ["/robots.txt"]


def test_a_site_without_robots_txt_forbids_nothing(run: Run) -> None:
    (run.site.folder / "robots.txt").unlink()
    assert run.crawl("-a", "lang=en").returncode == 0


def test_the_crawler_says_who_it_is(run: Run) -> None:
    run.crawl("-a", "lang=en", "-s", "MOFA_CONTACT=desk@example.org")
    (agent,) = run.site.agents
    assert agent.startswith("mofa_crawler/")
    assert agent.endswith("(+desk@example.org)")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-a", "langs=en"], "unknown argument 'langs'; do you mean lang?"),
        (
            ["-a", "x=en"],
            "unknown argument 'x'; there are lang, since, until, refresh, urls and limit",
        ),
        (["-a", "limit=0"], "limit=0: write a number from 1 to 100000"),
        (["-a", "limit=some"], "limit=some: write a number from 1 to 100000"),
        (["-a", "limit=" + "9" * 5000], "limit=9999"),
        (["-a", "lang=fr"], "lang=fr: write en, ja or en,ja"),
        (["-a", "lang="], "lang=: write en, ja or en,ja"),
        (["-a", "since=21"], "since=21 is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"),
        (["-a", "until=2021-13"], "until=2021-13 is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"),
        (["-a", "since=2021-02-30"], "since=2021-02-30 is not a date"),
        (["-a", "since=2021-02", "-a", "until=2021-01"], "since=2021-02 is after until=2021-01"),
        (["-a", "refresh=yes"], "refresh=yes: write true or false"),
        (["-a", "since=2999-01"], "since=2999-01 is in the future"),
        (["-a", "since=２０２１-01"], "since=２０２１-01 is not a date"),
        (["-s", "MOFA_BASE_URL=http://127.0.0.1:99999"], "MOFA_BASE_URL: 'http://127.0.0.1:99999'"),
        (["-s", "MOFA_BASE_URL=www.mofa.go.jp"], "MOFA_BASE_URL: 'www.mofa.go.jp' is not an http"),
        (
            ["-s", "MOFA_BASE_URL=http://mirror.invalid", "-s", "MOFA_CONTACT=you@example.org"],
            "MOFA_CONTACT=you@example.org is a placeholder: write your own mail or web address",
        ),
        (["-s", "MOFA_CONTACT=a\r\nX: b"], "MOFA_CONTACT: write an e-mail or web address"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.crawl(*arguments)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mofa_crawler: error: {message}")
    assert result.stdout == ""
    assert run.site.requests == []


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("MOFA_DB=no/mofa.db", "cannot open no/mofa.db: there is no folder no"),
        ("MOFA_DB=.", "MOFA_DB is '.': name a file for the dataset"),
        ("MOFA_DB=:memory:", "MOFA_DB is ':memory:': name a file for the dataset"),
        ("MOFA_JSON=no/r.jsonl", "cannot write no/r.jsonl: its folder does not exist"),
        ("MOFA_JSON=other.json", "other.json is no file of press releases"),
        ("MOFA_JSON=more.jsonl", "more.jsonl has 1 records that are not in mofa.db"),
    ],
)
def test_what_cannot_be_written_is_one_line_before_any_request(
    run: Run, setting: str, message: str
) -> None:
    (run.folder / "other.json").write_text('{"name": "x"}', "utf-8")
    (run.folder / "more.jsonl").write_text('{"id": "a/b", "revision": 1}\n', "utf-8")
    result = run.crawl("-s", setting)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mofa_crawler: error: {message}")
    assert run.site.requests == []
    assert (run.folder / "more.jsonl").read_text("utf-8") == '{"id": "a/b", "revision": 1}\n'
    assert not (run.folder / "mofa.db-wal").exists()


FAULTS = """
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.releases import Releases

class Broken:
    def process_item(self, item):
        if item.role == "release" and item.url.endswith("press1e_000170.html"):
            {fault}
        return item
"""


def plug_in(run: Run, fault: str) -> list[str]:
    """Arguments that put a pipeline with a fault before the others."""
    (run.folder / "faults.py").write_text(FAULTS.format(fault=fault), "utf-8")
    pipelines = {
        "faults.Broken": 50,
        "mofa_crawler.pipelines.validate.ValidatePipeline": 100,
        "mofa_crawler.pipelines.store.StorePipeline": 300,
    }
    return ["-s", f"ITEM_PIPELINES={json.dumps(pipelines)}"]


def test_an_exception_in_a_pipeline_is_never_just_a_log_line(run: Run) -> None:
    arguments = plug_in(run, "raise RuntimeError('broken')")
    env = {"PYTHONPATH": f"{ROOT}:{run.folder}"}
    result = run.crawl(*JANUARY_2021, *arguments, env=env)
    assert (result.returncode, table(result)["failed"], table(result)["new"]) == (4, 1, 1)
    # It is not stored, and so it is fetched again.
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["new"]) == (0, 1)


@pytest.mark.parametrize(
    ("broken", "failed"),
    [
        ("read_page.parse_release", 2),
        ("read_page.parse_listing", 0),
        ("press_releases.PressReleasesSpider._discover_entries", 0),
    ],
)
def test_an_exception_in_parser_or_spider_is_an_error(run: Run, broken: str, failed: int) -> None:
    arguments = plug_in(run, "pass")
    faults = run.folder / "faults.py"
    faults.write_text(
        "from mofa_crawler.crawl import read_page\nfrom mofa_crawler.spiders import press_releases\n"
        "def defect(*_, **__):\n    raise RuntimeError('defect')\n"
        f"{broken} = defect\n" + faults.read_text("utf-8"),
        "utf-8",
    )
    env = {"PYTHONPATH": f"{ROOT}:{run.folder}"}
    result = run.crawl(*JANUARY_2021, *arguments, env=env)
    assert (result.returncode, table(result)["failed"]) == (4, failed)
    assert "RuntimeError: defect" in result.stderr
    # Nothing was lost by it.
    again = run.crawl(*JANUARY_2021)
    assert (again.returncode, len(run.records())) == (0, 2)


def test_a_redirect_to_an_address_that_was_seen_is_accounted_for(run: Run) -> None:
    other = "/press/release/press4e_002994.html"
    run.site.responses[f"/{SEED}.html"] = (301, {"Location": other})
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["listed"]) == (0, 2)
    assert (table(result)["new"], table(result)["redirected"]) == (1, 1)
    pages = query(run, "SELECT url, status, answered_url FROM pages WHERE role = 'release'")
    assert sorted(pages) == [
        (f"{ORIGIN}/{SEED}.html", "redirected", f"{ORIGIN}{other}"),
        (f"{ORIGIN}{other}", "parsed", f"{ORIGIN}{other}"),
    ]


def test_a_record_that_breaks_the_contract_is_refused(run: Run) -> None:
    arguments = plug_in(run, "item.release.date = 'yesterday'")
    env = {"PYTHONPATH": f"{ROOT}:{run.folder}"}
    result = run.crawl(*JANUARY_2021, *arguments, env=env)
    assert (result.returncode, table(result)["rejected"]) == (0, 1)
    assert query(run, "SELECT code FROM pages WHERE status = 'rejected'") == [("invalid_record",)]


def test_a_store_that_fails_ends_the_run(run: Run) -> None:
    """As a full disk does: nothing half-written, one line, exit 4, and the next run goes on."""
    fault = (
        "from unittest.mock import patch; "
        "patch.object(Releases, '_write', side_effect=StoreError('cannot write: full')).start()"
    )
    env = {"PYTHONPATH": f"{ROOT}:{run.folder}"}
    result = run.crawl("-a", "since=2021-01", *plug_in(run, fault), env=env)
    assert result.returncode == 4
    assert result.stderr.count("cannot write: full") == 1
    assert "Traceback" not in result.stderr
    assert query(run, "PRAGMA integrity_check") == [("ok",)]
    count = query(run, "SELECT count(*) FROM releases")
    assert count == query(
        run, "SELECT count(*) FROM pages WHERE role = 'release' AND status = 'parsed'"
    )
    assert not run.json_file.exists()
    assert run.crawl("-a", "since=2021-01").returncode == 0
    assert {record["id"] for record in run.records()} == set(GOLDENS) - set(DUPLICATES)


def test_feeds_hold_what_the_run_scraped_and_nothing_else(run: Run) -> None:
    run.crawl(*JANUARY_2021, "-O", "feed.jsonl")
    lines = (run.folder / "feed.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert sorted(records, key=lambda r: (r["date"], r["id"])) == run.records()
    run.crawl(*JANUARY_2021, "-O", "feed.jsonl")
    assert (run.folder / "feed.jsonl").read_text("utf-8") == ""
    # Nothing is new, and a folder stands where the feed would.
    (run.folder / "press_releases.jsonl").mkdir()
    result = run.crawl(*JANUARY_2021, "-O", "%(name)s.jsonl", "-s", "LOG_LEVEL=CRITICAL")
    assert (result.returncode, table(result)["new"]) == (4, 0)


def test_a_feed_on_stdout_is_not_mixed_with_the_table(run: Run) -> None:
    result = run.crawl(*JANUARY_2021, "-O", "-:jsonl")
    assert [json.loads(line)["lang"] for line in result.stdout.splitlines()] == ["en", "en"]
    assert "listed" in result.stderr


def test_settings_come_from_the_environment_too(run: Run) -> None:
    env = {"MOFA_BASE_URL": run.site.address, "MOFA_DB": "x.db", "MOFA_JSON": "x.json"}
    result = run.command(
        "crawl", "press_releases", "-a", "lang=en", "-s", "DOWNLOAD_DELAY=0", env=env
    )
    assert result.returncode == 0, result.stderr
    assert len(json.loads((run.folder / "x.json").read_text("utf-8"))) == sample.stored(
        sample.named_by("press/release/index.html")
    )
    assert (run.folder / "x.db").exists()


def test_another_projects_scrapy_cfg_has_no_say(run: Run) -> None:
    (run.folder / "scrapy.cfg").write_text("[settings]\ndefault = other.settings\n", "utf-8")
    assert run.crawl(*JANUARY_2021).returncode == 0


def test_runs_are_noted(run: Run) -> None:
    run.crawl("-a", "lang=en")
    ((spider, arguments, reason, code, counts, completed_languages),) = query(
        run, "SELECT spider, arguments, reason, exit_code, counts, completed_languages FROM runs"
    )
    assert (spider, json.loads(arguments)) == ("press_releases", {"lang": "en"})
    assert (reason, code, json.loads(completed_languages)) == ("finished", 0, ["en"])
    assert json.loads(counts)["en"]["listed"] == (
        len(sample.named_by("press/release/index.html")) + sample.SKIPPED
    )


@pytest.mark.parametrize(
    "signals",
    [
        [signal.SIGINT],
        # The system sends SIGHUP if the terminal closes, and the shell sends another.
        [signal.SIGHUP, signal.SIGHUP],
    ],
)
def test_a_run_that_is_stopped_is_incomplete_and_the_next_goes_on(
    run: Run, signals: list[signal.Signals]
) -> None:
    process = run.start("-a", "since=2021-01", "-s", "DOWNLOAD_DELAY=0.05")
    while len(run.site.requests) < 15:
        time.sleep(0.01)
    for number in signals:
        process.send_signal(number)
        time.sleep(0.02)
    output = "".join(process.communicate(timeout=60))
    assert process.returncode == 6
    assert "unfinished" in output
    assert query(run, "SELECT exit_code, completed_languages FROM runs") == [(6, "[]")]
    assert run.crawl("-a", "since=2021-01").returncode == 0
    assert {record["id"] for record in run.records()} == set(GOLDENS) - set(DUPLICATES)


@pytest.mark.slow
def test_a_run_that_is_killed_loses_nothing(run: Run) -> None:
    # A page is committed within half a second.
    process = run.start("-a", "since=2021-01", "-s", "DOWNLOAD_DELAY=0.7")
    while len(run.site.requests) < 14:
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=60)
    assert not run.json_file.exists()
    assert query(run, "PRAGMA integrity_check") == [("ok",)]
    first = run.site.requests.copy()
    run.site.requests.clear()
    # Not the same command again: what was discovered and not read is left over for any later run.
    stored = {id_ for (id_,) in query(run, "SELECT id FROM releases")}
    again = run.crawl("-a", "lang=en,ja")
    assert again.returncode == 0
    assert "run 1 was killed: `runs -v 1` lists what it stored" in again.stderr
    assert {record["id"] for record in run.records()} == set(GOLDENS) - set(DUPLICATES)
    named = run.call("runs", "-v", "1").stdout.splitlines()[2:]
    assert {line.split("\t")[2] for line in named} == stored != set()
    releases = [
        path for path in [*first, *run.site.requests] if not path.endswith(("txt", "index.html"))
    ]
    assert len(releases) - len(set(releases)) <= 1  # what was under way


def test_standard_commands_leave_no_mark(run: Run) -> None:
    url = f"{run.site.address}/{SEED}.html"
    assert "press_releases" in run.command("list").stdout
    assert b"Senkaku" in run.command("fetch", "--nolog", url).stdout.encode()
    shell = run.command("shell", "--nolog", "-c", "response.status", url)
    assert (shell.returncode, shell.stdout) == (0, "200\n")
    assert not run.database.exists()


def test_help_names_the_arguments(run: Run) -> None:
    text = " ".join(run.command("crawl", "-h").stdout.split())
    for word in ("--since", "--refresh", "MOFA_DB", "MOFA_JSON", "5 drift"):
        assert word in text


def test_a_release_from_before_2013_is_read_with_its_encoding(run: Run) -> None:
    result = run.crawl("-a", "lang=en", "-a", "since=2008-08", "-a", "until=2008-08")
    assert result.returncode == 0, result.stderr
    (record,) = run.records()
    assert (record["layout"], record["date"]) == ("text_landmarks", "2008-08-22")
    assert query(run, "SELECT encoding FROM pages WHERE role = 'release'") == [("utf-8",)]


def test_a_weekday_that_contradicts_its_date_is_noted_on_the_page(run: Run) -> None:
    run.site.edit(f"{SEED}.html", "January 27, 2021</div>", "January 27, 2021 (Monday)</div>")
    result = run.crawl("-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01")
    assert result.returncode == 0, result.stderr
    warning = "'January 27, 2021 (Monday)' was a Wednesday"
    assert warning in result.stderr
    assert query(run, "SELECT status, code, message FROM pages WHERE message <> ''") == [
        ("parsed", "", warning)
    ]
