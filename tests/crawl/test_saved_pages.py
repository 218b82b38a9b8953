"""`crawl saved_pages`: real runs on archives and saved pages, with the network taken away."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.crawl.arguments import ArgumentError, parse_paths
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.site import is_in_release_folder
from tests import sample
from tests.archives import DAY, Record, of_sample, sample_site, write_warc
from tests.cli import SEED, Run, Server, environment, outcomes, served
from tests.factories import ORIGIN, ROOT, SITE, dump_of, query
from tests.forks import Command

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

SENTENCE = "They also resolved to revitalize the G7."
LISTING = "press/release/202101_index.html"
BLOCKED = b"<html><title>Access Denied</title>You don't have permission. Reference #18.2d3e</html>"
NO_NETWORK = """
import pathlib, socket
def forbidden(self, address, *_):
    pathlib.Path("requested.txt").write_text(repr(address))
    raise OSError("the network was used")
socket.socket.connect = socket.socket.connect_ex = forbidden
socket.getaddrinfo = lambda *a, **_: forbidden(None, a)
"""


@pytest.fixture
def offline(tmp_path: Path) -> Run:
    folder = tmp_path / "work"
    folder.mkdir()
    return without_network(folder)


def without_network(folder: Path) -> Run:
    (folder / "sitecustomize.py").write_text(NO_NETWORK)
    return Run(folder, Server(folder))


def env_of(run: Run) -> dict[str, str]:
    return {"PYTHONPATH": f"{ROOT}:{run.folder}"}


def read(run: Run, path: str, *arguments: str) -> CompletedProcess[str]:
    """Read saved pages into the folder of a run, without the network."""
    command = [
        "crawl",
        "saved_pages",
        "-a",
        f"path={path}",
        "-s",
        f"MOFA_JSON={run.json_file.name}",
    ]
    result = run.command(*command, *arguments, env=env_of(run))
    assert not (run.folder / "requested.txt").exists()
    return result


def test_the_network_is_taken_away(offline: Run) -> None:
    program = "import socket; socket.create_connection(('127.0.0.1', 9))"
    environ = {**environment(), **env_of(offline)}
    subprocess.run(
        [sys.executable, "-c", program], cwd=offline.folder, env=environ, check=False, stderr=-3
    )
    assert (offline.folder / "requested.txt").exists()


def without_runs(dump: list[str]) -> list[str]:
    return [line for line in dump if '"runs"' not in line]


def records(run: Run) -> dict[str, dict[str, Any]]:
    return {record["id"]: record for record in run.records()}


# --- the same as live -----------------------------------------------------------------------------

OF_THE_FETCH = {"first_seen", "last_seen", "fetched_at", "attribution", "source"}


@pytest.fixture(scope="module")
def live(crawled: Run) -> dict[str, dict[str, Any]]:
    """The records of a crawl of the demo site over HTTP, by id."""
    return contents(crawled)


def contents(run: Run) -> dict[str, dict[str, Any]]:
    """The records, but for when and from where they were fetched."""
    return {
        id_: {key: value for key, value in record.items() if key not in OF_THE_FETCH}
        for id_, record in records(run).items()
    }


def test_an_archive_gives_the_records_of_the_site(
    offline: Run, live: dict[str, dict[str, Any]]
) -> None:
    write_warc(offline.folder / "site.warc.gz", sample_site())
    result = read(offline, "site.warc.gz", "--report", "report.json")
    # Without its folder or a listing, a page is not known to be a release. Without a date on the
    # page or in a listing, a release is rejected.
    known = {
        id_: record
        for id_, record in sample.RECORDS.items()
        if id_ in sample.LISTED or is_in_release_folder(record["url"])
    }
    undated = {
        id_ for id_ in set(known) - set(sample.LISTED) if known[id_]["date_source"] != "page"
    }
    duplicates = sample.duplicates(known)
    assert result.returncode == 0, result.stderr
    assert outcomes(result) == {
        "listed": len(known),
        "new": len(known) - len(undated) - len(duplicates),
        "duplicate": len(duplicates),
        "rejected": len(undated),
    }
    others = len(sample.RECORDS) - len(known)
    assert f"skipped: {others} not a press release\n" in result.stdout
    report = json.loads((offline.folder / "report.json").read_text("utf-8"))
    assert report["skipped"] == {"not a press release": others}
    assert report["requests"]["total"] == 0
    assert report["rejected_by_code"] == {"missing_date": len(undated)}
    found = contents(offline)
    assert {id_: found.get(id_) for id_ in live} == live
    assert {record["source"] for record in records(offline).values()} == {"warc:site.warc.gz"}
    assert {record["fetched_at"] for record in records(offline).values()} == {DAY}
    assert query(offline, "SELECT DISTINCT completed_languages FROM runs") == [("[]",)]

    before = dump_of(offline.database)
    json_before = offline.json_file.read_bytes()
    again = read(offline, "site.warc.gz")  # by one process: the same
    assert outcomes(again) == {
        "listed": len(known),
        "unchanged": len(known) - len(undated),
        "rejected": len(undated),
    }
    assert without_runs(dump_of(offline.database)) == without_runs(before)
    assert offline.json_file.read_bytes() == json_before


def test_a_page_below_a_day_that_a_listing_misspells_is_a_release(offline: Run) -> None:
    listing, page = "press/release/202512_index.html", "region/asia-paci/page5e_000777.html"
    misspelt = of_sample(listing, old=">December 24<", new=">Decembre 24<")
    write_warc(offline.folder / "a.warc", [misspelt, of_sample(page)])
    result = read(offline, "a.warc")
    assert (result.returncode, outcomes(result)) == (0, {"listed": 1, "new": 1})
    assert list(records(offline)) == [page.removesuffix(".html")]


def test_month_pages_that_only_other_month_pages_link_are_read(offline: Run) -> None:
    """Their names say no month, and their captures are older than those of the pages with links."""
    pages = {
        "index": ("index", {"202512_index": "late", "202511_index": "lost"}),
        "202512_index": ("late", {"202511_index": "early"}),
        "202511_index": ("early", {}),
    }
    captures = []
    for hour, (old, (new, links)) in zip((3, 2, 1), pages.items(), strict=True):
        page = of_sample(f"press/release/{old}.html", f"2026-01-10T0{hour}:00:00Z")
        for linked, odd in links.items():
            page.body = page.body.replace(linked.encode(), odd.encode())
        captures.append(replace(page, path=f"press/release/{new}.html"))
    write_warc(offline.folder / "a.warc", captures)
    read(offline, "a.warc")
    months = query(offline, "SELECT url, month FROM pages WHERE month IS NOT NULL ORDER BY month")
    folder = f"{ORIGIN}/press/release"
    assert months == [(f"{folder}/early.html", "2025-11"), (f"{folder}/late.html", "2025-12")]


@pytest.fixture(scope="module")
def by_wget(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `wget -r` has saved the ministry's site, which a proxy played."""
    if not (wget := shutil.which("wget")):
        pytest.skip("wget is not installed")
    folder = tmp_path_factory.mktemp("wget")
    with served(SITE) as proxy:
        proxy.strip = "http://www.mofa.go.jp"
        subprocess.run(
            [wget, "-q", "-r", "-l", "2", "--warc-file=site", "-e", f"http_proxy={proxy.address}",
             "--no-use-server-timestamps", "--adjust-extension", "--convert-links",
             "http://www.mofa.go.jp/press/release/index.html",
             "http://www.mofa.go.jp/mofaj/press/release/index.html"],
            cwd=folder, env={"PATH": "/usr/bin:/bin"}, timeout=60, check=False,
        )  # fmt: skip
    return folder


@pytest.mark.parametrize(
    ("path", "source"), [("site.warc.gz", "warc:site.warc.gz"), ("www.mofa.go.jp", "file:")]
)
def test_what_wget_has_saved(
    offline: Run, by_wget: Path, live: dict[str, dict[str, Any]], path: str, source: str
) -> None:
    result = read(offline, str(by_wget / path))
    assert result.returncode == 0, result.stderr
    found = contents(offline)
    assert found
    assert {id_: live[id_] for id_ in found} == found
    assert set(live) == set(found)
    assert all(r["source"].startswith(source) for r in records(offline).values())


# --- history --------------------------------------------------------------------------------------


def seed(date: str, new: str = SENTENCE) -> Record:
    return of_sample(f"{SEED}.html", date, old=SENTENCE, new=new)


def at(year: int) -> str:
    return f"{year}-05-01T00:00:00Z"


def test_captures_of_a_page_are_its_history(offline: Run) -> None:
    path = f"{SEED}.html"
    history = [
        Record(path, BLOCKED, at(2020)),  # this is no status of the page
        seed(at(2023), "Third."),
        seed(at(2021)),
        seed(at(2022), "Second."),
        Record(path, b"gone", at(2024), status="404 Not Found"),
        seed(at(2025), "Third."),
        Record(path, b"x", at(2021).replace("05", "04"), status="503 Busy"),
    ]
    write_warc(offline.folder / "a.warc.gz", history[:4])
    result = read(offline, "a.warc.gz", "-O", "feed.jsonl")
    assert (result.returncode, result.stderr) == (0, "")
    assert outcomes(result) == {"listed": 3, "new": 1, "revised": 2}
    assert "skipped: 1 unreadable beside another capture of the page" in result.stdout
    record = records(offline)[SEED]
    assert (record["revision"], record["first_seen"], record["last_seen"]) == (
        3,
        at(2021),
        at(2023),
    )
    assert "Third." in record["text"]
    superseded = query(offline, "SELECT revision, superseded_at FROM revisions")
    assert superseded == [(1, at(2022)), (2, at(2023))]
    feed = (offline.folder / "feed.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["revision"] for line in feed] == [1, 2, 3]

    # Older ones take their place in the history, in whatever run they are read.
    older = [
        seed(at(2022).replace("05", "06"), "Between."),
        Record(path, b"gone", at(2022).replace("05", "08"), status="404 Not Found"),
        Record(path, BLOCKED, at(2024)),
        Record(path, b"<html><title>404 Not Found</title></html>", at(2022).replace("05", "07")),
    ]
    write_warc(offline.folder / "b.warc.gz", older)
    again = read(offline, "a.warc.gz,b.warc.gz")
    assert (again.returncode, outcomes(again)) == (0, {"listed": 6, "outdated": 5, "unchanged": 1})
    assert "skipped: 2 unreadable beside another capture of the page" in again.stdout
    superseded = query(offline, "SELECT revision, superseded_at FROM revisions")
    between = older[0].date
    assert superseded == [(1, at(2022)), (2, between), (3, at(2023))]
    before = dump_of(offline.database)
    assert outcomes(read(offline, "a.warc.gz,b.warc.gz"))["outdated"] == 5
    assert without_runs(dump_of(offline.database)) == without_runs(before)

    # Newer ones count as what the site says now does.
    write_warc(offline.folder / "c.warc.gz", history[4:])
    again = read(offline, "c.warc.gz")
    assert (again.returncode, outcomes(again)) == (0, {"listed": 2, "gone": 1, "unchanged": 1})
    assert "skipped: 1 responses other than 200, 404 and 410" in again.stdout
    record = records(offline)[SEED]
    assert (record["revision"], record["gone_since"]) == (4, None)


def test_two_archives_give_one_dataset_in_either_order(offline: Run) -> None:
    """Each has captures from before and after the other's. A page that is gone has a duplicate."""
    copy = "press/release/press1e_000171.html"
    archives = {
        "a.warc": [
            of_sample(LISTING, at(2023)),
            seed(at(2022)),
            Record(f"{SEED}.html", b"gone", at(2025), status="404 Not Found"),
            copied(seed(at(2024), "Third."), copy),
        ],
        "b.warc": [seed(at(2021)), seed(at(2023), "Second."), seed(at(2024), "Third.")],
    }
    for name, captures in archives.items():
        write_warc(offline.folder / name, captures)
    found = []
    for order in ("a.warc", "b.warc"), ("b.warc", "a.warc"), ("a.warc,b.warc",):
        offline.database.unlink(missing_ok=True)
        offline.json_file.unlink(missing_ok=True)
        for path in order:
            result = read(offline, path)
            assert result.returncode == 0, result.stderr
        releases = query(
            offline,
            """SELECT id, content_hash, revision, duplicate_of, first_seen, fetched_at, gone_since,
                      source FROM releases ORDER BY id""",
        )
        revisions = query(offline, "SELECT * FROM revisions ORDER BY release_id, revision")
        found.append((releases, revisions, offline.json_file.read_bytes()))
    assert found[0] == found[1] == found[2]
    releases, revisions, _ = found[0]
    assert [row[2:7] for row in releases] == [
        (3, copy.removesuffix(".html"), at(2021), at(2024), at(2025)),
        (1, None, at(2024), at(2024), None),
    ]
    assert [row[1] for row in revisions] == [1, 2]


def copied(page: Record, path: str) -> Record:
    """A capture of the same page at another address."""
    return replace(page, path=path, body=page.body.replace(SEED.encode(), path[:-5].encode()))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_names_that_are_no_utf8_are_names(offline: Run) -> None:
    name = os.fsdecode("頁".encode("cp932"))
    folder = offline.folder / name
    (folder / "www.mofa.go.jp" / "press" / "release").mkdir(parents=True)
    shutil.copy(SITE / f"{SEED}.html", folder / "www.mofa.go.jp" / "press" / "release")
    (folder / f"{name}.html").write_text("<html>not of the site</html>")
    write_warc(folder / "a.warc", [of_sample(LISTING)]).rename(folder / f"{name}.warc")
    saved = (SITE / "press/release/press4e_002994.html").read_text("utf-8")
    comment = f"<!-- saved from url=(0062){ORIGIN}/press/release/press4e_002994.html -->"
    (folder / f"{name}2.html").write_text(comment + saved, "utf-8")
    result = read(offline, name, "--report", "report.json")
    assert (result.returncode, outcomes(result)) == (6, {"listed": 2, "new": 2})
    (line,) = [line for line in result.stderr.splitlines() if "own address" in line]
    shown = r"\udc95\udcc5"
    assert shown in line
    assert records(offline)["press/release/press4e_002994"]["source"] == f"file:{shown}2.html"
    report = json.loads((offline.folder / "report.json").read_text("utf-8"))
    assert report["arguments"] == {"path": shown}
    assert query(offline, "SELECT exit_code FROM runs") == [(6,)]
    result = read(offline, f"{name}0", "--report", "report.json")
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)


def test_a_listed_file_that_is_missing_stays_a_file(offline: Run) -> None:
    listing, file = of_sample("press/release/202512_index.html"), "files/100999001.pdf"
    missing = Record(file, b"<html><title>404</title></html>", at(2026), status="404 Not Found")
    write_warc(offline.folder / "a.warc", [listing, missing])
    result = read(offline, "a.warc")
    assert outcomes(result) == {}
    assert "skipped: 1 not pages\n" in result.stdout
    statuses = query(offline, f"SELECT status, code FROM pages WHERE url = '{ORIGIN}/{file}'")
    assert statuses == [("skipped", "file")]


def test_a_page_that_is_gone_is_recovered(offline: Run) -> None:
    path = f"{SEED}.html"
    gone = [Record(path, b"x", at(2024), status="410 Gone"), of_sample(LISTING)]
    never = Record("press/release/typo.html", b"x", at(2024), status="404 Not Found")
    write_warc(offline.folder / "gone.warc", [*gone, never])
    result = read(offline, "gone.warc")
    assert outcomes(result) == {"listed": 1, "gone": 1}
    assert "skipped: 1 missing pages that no listing names\n" in result.stdout
    write_warc(offline.folder / "b.warc", [seed(at(2022))])
    result = read(offline, "b.warc")
    assert (result.returncode, outcomes(result)) == (0, {"listed": 1, "new": 1})
    assert records(offline)[SEED]["gone_since"] == at(2024)
    (page,) = query(offline, "SELECT url, fetched_at FROM pages WHERE status = 'gone'")
    assert page == (f"{ORIGIN}/{path}", at(2024))
    write_warc(offline.folder / "c.warc", [seed(at(2021), "Before."), seed(at(2023), "After.")])
    again = read(offline, "b.warc,c.warc")
    assert outcomes(again) == {"listed": 3, "outdated": 1, "unchanged": 1, "revised": 1}
    record = records(offline)[SEED]
    assert (record["revision"], record["gone_since"]) == (3, at(2024))


def test_a_live_crawl_goes_on_from_saved_pages(run: Run) -> None:
    """And what is saved does not change what the site says now."""
    without_network(run.folder)
    old = [seed(at(2022), "Before."), of_sample(LISTING, at(2022))]
    write_warc(run.folder / "old.warc", old)
    assert outcomes(read(run, "old.warc")) == {"listed": 1, "new": 1}
    (run.folder / "sitecustomize.py").unlink()
    result = run.crawl("-a", "since=2021-01", "-a", "until=2021-01", "-a", "refresh=true")
    count = len(sample.of_month("2021-01"))
    assert result.returncode == 0
    assert outcomes(result) == {"listed": count, "new": count - 1, "revised": 1}
    record = records(run)[SEED]
    assert (record["source"], record["revision"], record["first_seen"]) == (
        "mirror:127.0.0.1",
        2,
        at(2022),
    )
    without_network(run.folder)
    write_warc(run.folder / "same.warc", [of_sample(f"{SEED}.html", at(2021)), *old])
    assert outcomes(read(run, "same.warc")) == {"listed": 2, "outdated": 2}
    later = records(run)[SEED]
    earlier = {"revision": 3, "first_seen": at(2021)}
    assert later == {**record, **earlier}
    before = dump_of(run.database)
    assert outcomes(read(run, "same.warc")) == {"listed": 2, "outdated": 2}
    assert without_runs(dump_of(run.database)) == without_runs(before)


def dataset(run: Run) -> list[list[Any]]:
    """What depends on the captures alone: all but the sources."""
    return [
        query(
            run,
            """SELECT id, url, content_hash, revision, duplicate_of, first_seen, last_seen,
                      fetched_at, gone_since FROM releases ORDER BY id""",
        ),
        query(
            run,
            """SELECT release_id, revision, content_hash, superseded_at,
                      json_remove(record, '$.source') FROM revisions ORDER BY 1, 2""",
        ),
    ]


def test_a_re_parse_gives_the_dataset_of_the_crawls(run: Run) -> None:
    """A text changes and changes back, a page is gone, and the others are unchanged."""
    again = ("-a", "since=2021-01", "-a", "until=2021-01", "-a", "refresh=true")
    run.crawl(*again)
    gone = next(path for path in sample.of_month("2021-01") if path != SEED)
    wait_for_next_second()
    run.site.edit(f"{SEED}.html", SENTENCE, "They parted.")
    (run.site.folder / f"{gone}.html").unlink()
    run.crawl(*again)
    wait_for_next_second()
    run.site.edit(f"{SEED}.html", "They parted.", SENTENCE)
    run.crawl(*again)
    crawled = dataset(run)
    assert [revision for _, revision, *_ in crawled[1]] == [1, 2]
    assert [row[0] for row in crawled[0] if row[-1]] == [gone]

    without_network(run.folder)
    before = run.json_file.read_bytes()
    read(run, "archive")  # into the same database
    assert dataset(run) == crawled
    assert run.json_file.read_bytes() == before
    forget(run)
    files = (run.folder / "archive").iterdir()
    first, second, third = sorted(files, key=lambda file: file.stat().st_mtime_ns)
    for file in first, third, second:  # into a new one, in another order
        read(run, f"archive/{file.name}")
    assert dataset(run) == crawled


def wait_for_next_second() -> None:
    """Last-Modified and the times of captures have seconds."""
    time.sleep(1 - time.time() % 1)


def forget(run: Run) -> None:
    """Leave only the archive."""
    for file in [*run.folder.glob("mofa.db*"), run.json_file]:
        file.unlink()


def test_a_re_parse_knows_a_release_that_moved_by_its_new_address(run: Run) -> None:
    """Only the listing of its old address shows that it is a release. Another leads to a notice."""
    moved, other, *_ = sample.of_month("2021-01")
    notice, *_ = sample.of_month("2025-12")
    for path, to in (moved, "moved"), (notice, "notice"):
        page = (run.site.folder / f"{path}.html").read_bytes()
        (run.site.folder / f"{to}.html").write_bytes(page.replace(path.encode(), to.encode()))
    run.site.responses[f"/{moved}.html"] = (301, {"Location": "/step.html"})
    run.site.responses["/step.html"] = (301, {"Location": f"{ORIGIN}/moved.html"})
    run.site.responses[f"/{other}.html"] = (301, {"Location": "/notice.html"})
    period = ("-a", "since=2021-01", "-a", "until=2021-01")
    run.crawl(*period)
    statuses = "SELECT url, status, code, message FROM pages WHERE role = 'release' ORDER BY url"
    crawled = dataset(run), query(run, statuses)
    assert {"moved", "notice", moved, other} & {row[0] for row in crawled[0][0]} == {"moved"}
    without_network(run.folder)
    read(run, "archive", *period)
    assert (dataset(run), query(run, statuses)) == crawled
    forget(run)
    read(run, "archive", *period)
    assert (dataset(run), query(run, statuses)) == crawled


def test_a_re_parse_knows_the_releases_that_redirect_to_no_release(run: Run) -> None:
    (run.site.folder / "index.html").write_text("<html><title>Home</title><p>Home</p></html>")
    period = ("-a", "lang=en", "-a", "since=2025-12")
    run.crawl(*period)
    targets = ("https://example.org/", "/index.html", "/press/release/index.html")
    gone = list(sample.since("2025-12", lang="en"))[:3]
    run.site.responses |= {
        f"/{path}.html": (301, {"Location": to}) for path, to in zip(gone, targets, strict=True)
    }
    time.sleep(1)  # observations have a second each
    run.crawl(*period, "-a", "refresh=true")
    query_of_gone = "SELECT id, gone_since FROM releases WHERE gone_since > '' ORDER BY id"
    crawled, gone_since = dataset(run), dict(query(run, query_of_gone))
    assert len(gone_since) == 3
    without_network(run.folder)
    forget(run)
    read(run, "archive", *period)
    # The crawl notes when the last response of a redirect came, and the archive when the first did.
    again = dict(query(run, query_of_gone))
    assert again.keys() == gone_since.keys()
    for id_, time_ in again.items():
        later = datetime.fromisoformat(gone_since[id_]) - datetime.fromisoformat(time_)
        assert timedelta() <= later <= timedelta(seconds=2)
    assert without_last_column(dataset(run)) == without_last_column(crawled)


def without_last_column(rows: list[list[Any]]) -> list[list[Any]]:
    releases, revisions = rows
    return [[row[:-1] for row in releases], revisions]


def test_a_better_parser_reads_again_in_place(offline: Run) -> None:
    write_warc(offline.folder / "a.warc.gz", sample_site()[:20])
    read(offline, "a.warc.gz")
    good = records(offline)
    db = sqlite3.connect(offline.database)
    with db:
        db.execute("UPDATE pages SET parser_version = 1")
        db.execute("UPDATE releases SET parser_version = 1, title = 'Misread', content_hash = 'x'")
        db.execute("UPDATE observations SET parser_version = 1")
    db.close()
    # The same bytes, captured at another time.
    write_warc(
        offline.folder / "b.warc", [replace(page, date=at(2022)) for page in sample_site()[:20]]
    )
    result = read(offline, "b.warc")
    assert set(outcomes(result)) <= {"listed", "unchanged", "rejected"}
    assert {record["first_seen"] for record in records(offline).values()} == {at(2022)}
    assert contents(offline) == {
        id_: {key: value for key, value in record.items() if key not in OF_THE_FETCH}
        for id_, record in good.items()
    }
    assert query(offline, "SELECT DISTINCT parser_version FROM pages") == [(PARSER_VERSION,)]
    assert query(offline, "SELECT count(*) FROM revisions") == [(0,)]


# --- what is read, and what is not ----------------------------------------------------------------


def test_a_folder_of_pages_saved_by_hand(offline: Run) -> None:
    saved = offline.folder / "saved"
    saved.mkdir()
    topic, release = "erp/we/ie/page6e_000319.html", "press/release/pressite_000001_02088.html"
    index = "press/release/index.html"
    for path in (topic, release):
        shutil.copy(SITE / path, saved)
    result = read(offline, "saved")
    # The one is not known to be a release, and the other has no date.
    assert (result.returncode, outcomes(result)) == (0, {"listed": 1, "rejected": 1})
    assert "missing_date" in result.stderr
    assert f"not read: no listing names {ORIGIN}/{topic} (file:page6e_000319.html); if it is a" in (
        result.stderr
    )
    assert query(offline, "SELECT url FROM pages") == [(f"{ORIGIN}/{release}",)]
    # With the listing that names them, both are read, whenever it was saved.
    html = (SITE / index).read_text("utf-8")
    comment = f"<!-- saved from url=(0047){ORIGIN}/{index} -->"
    (saved / "zz.html").write_text(comment + re.sub(r'<meta property="og:url"[^>]*>', "", html))
    listings = [index, "press/release/202601_index.html", "press/release/202512_index.html"]
    for path in listings[1:]:
        shutil.copy(SITE / path, saved)
    result = read(offline, "saved", "-a", "lang=en")
    assert (result.returncode, outcomes(result)) == (0, {"listed": 2, "new": 2})
    stored = records(offline)
    assert {record["source"] for record in stored.values()} == {
        "file:page6e_000319.html",
        "file:pressite_000001_02088.html",
    }
    assert stored["press/release/pressite_000001_02088"]["date_source"] == "listing"
    assert re.search(r"WARNING: listed releases that were never read: \d+; ", result.stderr)
    assert query(offline, "SELECT DISTINCT completed_languages FROM runs") == [("[]",)]


def test_a_period_and_a_language(offline: Run) -> None:
    write_warc(offline.folder / "a.warc.gz", sample_site())
    result = read(offline, "a.warc.gz", "-a", "lang=ja", "-a", "since=2025-12-20")
    # A page without a date may be of the period.
    assert (result.returncode, outcomes(result)["rejected"]) == (0, 1)
    assert {record["lang"] for record in records(offline).values()} == {"ja"}
    assert min(record["date"] for record in records(offline).values()) >= "2025-12-20"
    assert "of the other language" in result.stdout
    assert "outside the period" in result.stdout
    assert query(offline, "SELECT min(date) >= '2025-12-20' FROM listed") == [(1,)]


def test_what_is_lost_is_reported(offline: Run) -> None:
    drifted = of_sample(LISTING, at(2022), old='dl class="title-list"', new='dl class="x"')
    large = Record("press/release/large.html", b" " * 17 * 1024 * 1024)
    future = of_sample(f"{SEED}.html", "2099-01-01T00:00:00Z")
    write_warc(offline.folder / "a.warc.gz", [drifted, large, future])
    torn = write_warc(offline.folder / "torn.warc.gz.open", [seed(at(2021)), seed(at(2022), "x")])
    torn.write_bytes(torn.read_bytes()[:-9])
    write_warc(offline.folder / "none.warc", [])
    result = read(offline, "a.warc.gz,torn.warc.gz.open,none.warc")
    assert (result.returncode, outcomes(result)) == (6, {"listed": 2, "new": 1, "rejected": 1})
    lines = [line.partition("WARNING: ")[2] for line in result.stderr.splitlines()]
    assert (
        f"warc:a.warc.gz: {ORIGIN}/{SEED}.html is of 2099-01-01 00:00:00+00:00, which is in the future"
        in lines
    )
    assert f"no capture of the listing {ORIGIN}/{LISTING} could be read" in lines
    assert (
        f"rejected: too_large: more than 16,777,216 bytes ({ORIGIN}/press/release/large.html)"
        in lines
    )
    assert "none.warc: no response of a server in it" in lines
    assert any(
        re.match(r"torn.warc.gz.open: the last \d+ bytes are no whole record", x) for x in lines
    )
    assert any(line.startswith("rejected: listing_drift") for line in lines)
    # A listing that cannot be read is no reason to leave the JSON file as it was.
    assert list(records(offline)) == [SEED]


def test_a_file_that_is_too_large_is_named(offline: Run) -> None:
    file = offline.folder / "large.html"
    file.write_bytes(b" " * (16 * 1024 * 1024 + 1))
    result = read(offline, "large.html")
    assert (result.returncode, outcomes(result)) == (6, {})
    assert f"{file.name}: more than 16,777,216 bytes" in result.stderr


def test_wrong_usage_is_one_line(offline: Run) -> None:
    result = offline.command("crawl", "saved_pages", env=env_of(offline))
    message = "path is missing: write --path FILE_OR_FOLDER[,…] with WARC or HTML files"
    assert (result.returncode, result.stderr) == (2, f"mofa_crawler: error: {message}\n")
    assert not offline.database.exists()
    with pytest.raises(ArgumentError, match="path=none.warc: there is no such file or folder"):
        parse_paths(f"{offline.folder},none.warc")
    name = offline.folder / "a,b.warc"
    name.touch()
    assert parse_paths(str(name)) == [name]


def has_releases(run: Run) -> bool:
    try:
        return bool(query(run, "SELECT 1 FROM releases LIMIT 1"))
    except sqlite3.OperationalError:  # not made yet
        return False


def test_an_interrupted_run_is_incomplete(offline: Run) -> None:
    seed, own = of_sample(f"{SEED}.html"), b"release/press1e_000170.html"
    pages = [
        replace(
            seed,
            path=f"press/release/x{i}.html",
            body=seed.body.replace(own, b"release/x%d.html" % i),
        )
        for i in range(3000)
    ]
    write_warc(offline.folder / "a.warc", pages)
    process = Command(
        ["crawl", "saved_pages", "-a", "path=a.warc"],
        offline.folder,
        {**environment(), **env_of(offline)},
        prepare=os.setsid,
    ).start()
    while not has_releases(offline):
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (6, False), err
    assert 0 < query(offline, "SELECT count(*) FROM releases")[0][0] < 3000
