"""`crawl web_archive` from a real pywb: the same dataset as from the WARC file itself."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.archives import check_digests
from tests.cli import environment
from tests.factories import query
from tests.forks import Command
from tests.web_archive.public_warc import CHANGED
from tests.web_archive.runs import ArchiveRun

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory, pywb: str) -> ArchiveRun:
    """The dataset that `web_archive` makes of pywb's flat collection."""
    run = ArchiveRun(tmp_path_factory.mktemp("flat"))
    result = run.crawl("-a", f"source={pywb}/flat")
    assert result.returncode == 0, result.stderr
    return run


def outside_folders(run: ArchiveRun) -> set[str]:
    return {
        record["id"]
        for record in run.records()
        if not record["id"].startswith(("press/release/", "announce/", "mofaj/press/release/"))
    }


def test_a_flat_collection_makes_the_dataset_of_its_warc_file(
    flat: ArchiveRun, saved: ArchiveRun, pywb: str
) -> None:
    assert flat.records() == saved.records()
    assert flat.revisions() == saved.revisions()
    assert [row[0] for row in flat.revisions()] == [CHANGED.removesuffix(".html")] * 2
    assert outside_folders(flat) == outside_folders(saved) != set()
    assert flat.sources() == {f"archive:{pywb.removeprefix('http://')}"}


def test_a_zipnum_collection_makes_the_same_dataset(
    tmp_path: Path, pywb: str, saved: ArchiveRun
) -> None:
    run = ArchiveRun(tmp_path)
    result = run.crawl("-a", f"source={pywb}/zipnum")
    assert result.returncode == 0, result.stderr
    assert run.records() == saved.records()
    assert run.revisions() == saved.revisions()


def test_every_row_has_one_outcome_and_the_report_names_the_archive(
    flat: ArchiveRun, pywb: str
) -> None:
    assert set(flat.rows) == {"kept", "same as before", "block page", "other status", "other type"}
    report = flat.report["web_archive"]
    assert report["host"] == pywb.removeprefix("http://")
    assert f"{pywb}/flat/cdx www.mofa.go.jp/press/release/*" in report["queries"]
    assert f"{pywb}/flat/cdx www.mofa.go.jp/press/release/" in report["queries"]
    kept = flat.rows["kept"] + report["outside_folders"]["kept"]
    assert len(flat.captures()) == len(set(flat.captures())) == kept


def test_our_warc_files_are_sound_and_give_the_same_records_again(
    flat: ArchiveRun, tmp_path: Path
) -> None:
    check_digests((flat.folder / "archive").iterdir())
    again = ArchiveRun(tmp_path)
    again.crawl("-a", f"path={flat.folder / 'archive'}", spider="saved_pages")
    assert again.records() == flat.records()
    assert again.sources() == flat.sources()


def test_a_second_run_fetches_no_capture_again(flat: ArchiveRun, tmp_path: Path, pywb: str) -> None:
    run = ArchiveRun(tmp_path / "second")
    shutil.copytree(flat.folder, run.folder)
    result = run.crawl("-a", f"source={pywb}/flat")
    assert result.returncode == 0, result.stderr
    before = flat.rows
    assert run.rows == {
        "already there": before["kept"],
        **{name: number for name, number in before.items() if name != "kept"},
    }
    assert set(run.report["web_archive"]["outside_folders"]) == {"already there"}
    assert run.captures() == flat.captures()
    assert run.records() == flat.records()


def test_a_period_and_a_language(tmp_path: Path, pywb: str, saved: ArchiveRun) -> None:
    run = ArchiveRun(tmp_path)
    run.crawl("-a", f"source={pywb}/flat", "-a", "lang=en", "-a", "since=2021", "-a", "until=2021")
    expected = [
        record
        for record in saved.records()
        if record["date"].startswith("2021") and record["lang"] == "en"
    ]
    assert [one["id"] for one in run.records()] == [one["id"] for one in expected] != []
    assert run.rows["outside the period"] > 0
    assert run.rows["kept"] < len(saved.records()) / 2


def test_a_sample(tmp_path: Path, pywb: str) -> None:
    run = ArchiveRun(tmp_path)
    result = run.crawl("-a", f"source={pywb}/flat", "-a", "limit=2", "-a", "lang=en")
    assert result.returncode == 6, result.stderr
    assert "web_archive: incomplete: limit=2 (exit 6, " in result.stdout
    assert len(run.records()) <= 2
    assert run.rows["kept"] == len(run.captures()) <= 4  # two listings and two releases
    assert run.rows["unfinished"] > 0


def test_a_sample_counts_releases_outside_the_folders(tmp_path: Path, pywb: str) -> None:
    english = ("-a", "lang=en", "-a", "captures=last")
    run = ArchiveRun(tmp_path)
    whole = run.crawl("-a", f"source={pywb}/flat", *english)
    assert whole.returncode == 0, whole.stderr
    (outside,) = run.report["web_archive"]["outside_folders"].values()
    (tmp_path / "sample").mkdir()
    sample = ArchiveRun(tmp_path / "sample")
    limit = run.report["counts"]["en"]["listed"] - outside
    result = sample.crawl("-a", f"source={pywb}/flat", "-a", f"limit={limit}", *english)
    assert result.returncode == 6, result.stderr
    assert sample.report["web_archive"]["outside_folders"] == {}


def test_the_last_captures_before_a_day(tmp_path: Path, pywb: str) -> None:
    run = ArchiveRun(tmp_path)
    run.crawl(
        "-a", f"source={pywb}/flat", "-a", "captures=last", "-a", "captured_until=2026-02-15",
        "-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01",
    )  # fmt: skip
    (record,) = [one for one in run.records() if f"{one['id']}.html" == CHANGED]
    assert record["fetched_at"] == "2026-02-01T00:00:00Z"
    assert run.rows["not chosen"] >= 1


def test_an_empty_collection_is_incomplete(tmp_path: Path, pywb: str) -> None:
    run = ArchiveRun(tmp_path)
    result = run.crawl("-a", f"source={pywb}/empty")
    assert result.returncode == 6
    assert "lists no capture of the ministry's releases" in result.stderr
    assert run.rows == {}


def test_the_audit_shows_what_listings_name_and_the_archive_lacks(flat: ArchiveRun) -> None:
    missing = query(flat.folder / "mofa.db", "SELECT url FROM pages WHERE status = 'discovered'")
    result = Command(["audit", "--missing"], flat.folder, environment()).run(timeout=60)
    for (url,) in missing:
        assert url in result.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "source is missing"),
        (("source=waybak",), "write wayback, commoncrawl:COLLECTION"),
        (("source=wayback", "captures=all"), "captures=all: write changes, first or last"),
        (("source=wayback", "captured_since=x"), "captured_since=x is not a date"),
        (("source=wayback", "since=2005", "until=2004"), "since=2005 is after until=2004"),
        (("source=wayback", "path=x"), "unknown argument 'path'"),
    ],
)
def test_wrong_arguments(tmp_path: Path, arguments: tuple[str, ...], line: str) -> None:
    result = ArchiveRun(tmp_path).crawl(*(word for one in arguments for word in ("-a", one)))
    assert result.returncode == 2
    (said,) = result.stderr.splitlines()
    assert line in said


@pytest.mark.parametrize("name", ["MOFA_CONTACT", "MOFA_ARCHIVE"])
def test_settings_that_are_required(tmp_path: Path, name: str) -> None:
    result = ArchiveRun(tmp_path).crawl("-a", "source=wayback", "-s", f"{name}=")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert name in result.stderr
