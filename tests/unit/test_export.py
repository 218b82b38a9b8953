"""`mofa-crawler export`: what the database holds, in the formats that others read."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mofa_crawler.__main__ import main
from mofa_crawler.export import formats
from mofa_crawler.export.formats import ExportError
from mofa_crawler.export.writing import export
from mofa_crawler.period import Period
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.snapshot import Snapshot
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.records import Selection
from mofa_crawler.store.schema import MIGRATIONS
from mofa_crawler.store.store import Store
from tests import sample
from tests.cli import COMMAND, Run, environment
from tests.factories import dump_of, keep, not_parsed, numbered, release

Export = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    crawled: Run, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Export:
    """Runs `mofa-crawler export` in this process; returns the exit code, stdout and stderr."""
    monkeypatch.chdir(crawled.folder)
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "")  # which the command sets

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["mofa-crawler", "export", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capfd.readouterr())

    return run


# --- what is exported ----------------------------------------------------------------------------


def test_jsonl_is_what_the_crawl_wrote(crawled: Run) -> None:
    result = crawled.command("export", "--format", "jsonl")
    assert (result.returncode, result.stderr) == (
        0,
        f"exported {sample.stored()} releases to stdout\n",
    )
    assert result.stdout.encode() == crawled.json_file.read_bytes()


def test_a_search_is_exported_as_it_finds(crawled: Run, tmp_path: Path) -> None:
    def exported(*arguments: str) -> list[str]:
        result = crawled.call("export", "-o", str(tmp_path / "x.jsonl"), *arguments)
        assert result.returncode == 0, result.stderr
        return [
            json.loads(line)["id"]
            for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()
        ]

    found = [r["id"] for r in crawled.records() if "日" in r["title"] + r["text"]]
    assert exported("--search", "日") == found != []
    assert exported("--search", "日 外相電話") == [
        r["id"]
        for r in crawled.records()
        if r["id"] in found and "外相電話" in r["title"] + r["text"]
    ]
    assert exported("--search", "日", "--lang", "en", "--since", "2020") == []
    assert exported("--search", "日", "--changed-since", "1") == []
    assert exported("--search", "日", "--changed-since", "0") == found


def test_a_search_has_the_duplicates_of_what_it_does_not_find(tmp_path: Path) -> None:
    """As the command `search`: the Japanese side may have the duplicate of an English release."""
    store = Store(tmp_path / "mofa.db")
    keep(store, numbered(1, "The same."))
    keep(store, numbered(2, "The same.", lang="ja"))
    keep(store, numbered(3, "Another."))
    store.close()

    def exported(**values: Any) -> list[str]:
        with reading(tmp_path / "mofa.db") as db:
            found = Snapshot(db, Selection(search="same", **values))
            return [record.id[-1] for record in found.records()]

    assert exported() == ["1"]
    assert exported(with_duplicates=True) == ["1", "2"]
    assert exported(period=Period(langs=("ja",))) == ["2"]


def test_what_is_made_of_a_search_says_so(crawled: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    selection = Selection(search="Senkaku")
    assert export(crawled.database, selection, "huggingface", tmp_path / "dataset") == 1
    card = (tmp_path / "dataset" / "README.md").read_text("utf-8")
    assert "Only releases in which these words occur: `Senkaku`." in card
    assert export(crawled.database, selection, "atom", tmp_path / "x.atom") == 1
    assert "Senkaku" in (tmp_path / "x.atom").read_text("utf-8").partition("<entry")[0]


def test_json_is_an_array_of_the_same(crawled: Run, command: Export, tmp_path: Path) -> None:
    path = tmp_path / "releases.json"
    assert command("-o", str(path)) == (0, "", f"exported {sample.stored()} releases to {path}\n")
    text = path.read_text("utf-8")
    assert json.loads(text) == crawled.records()
    assert text.count("\n") == sample.stored() + len("[]")


def test_a_part_is_exported(crawled: Run, command: Export) -> None:
    def ids(*arguments: str) -> list[str]:
        code, out, _ = command("--format", "jsonl", *arguments)
        assert code == 0
        return [json.loads(line)["id"] for line in out.splitlines()]

    of_all = crawled.records()
    assert ids("--lang", "ja") == [r["id"] for r in of_all if r["lang"] == "ja"]
    assert ids("--since", "2021-01-28", "--until", "2025-11", "--lang", "en") == [
        r["id"] for r in of_all if "2021-01-28" <= r["date"] <= "2025-11-30" and r["lang"] == "en"
    ]
    assert (
        ids("--since", "2021-01-27", "--until", "2021-01-27")
        == [r["id"] for r in of_all if r["date"] == "2021-01-27"]
        != []
    )
    assert len(ids("--with-duplicates")) == len(sample.LISTED)


@pytest.mark.parametrize("output", [[], ["-o", "-"], ["-o", "/dev/stdout"]], ids=" ".join)
def test_nothing_is_a_valid_export(command: Export, output: list[str]) -> None:
    for name, empty in {"jsonl": "", "json": "[\n]\n"}.items():
        said = "nothing matches: exported 0 releases to stdout\n"
        assert command("--format", name, "--until", "1990-01", *output) == (0, empty, said)


@pytest.fixture
def three_runs(tmp_path: Path) -> Path:
    """1: 1, 2 and 3 are new. 2: 4 is new, 1 revised, 2 gone. 3: nothing. One is older than runs."""
    path = tmp_path / "mofa.db"
    store = Store(path)
    keep(store, numbered(0, "Older."))
    store.runs.begin("press_releases", {})
    for number in (1, 2, 3):
        keep(store, numbered(number, f"{number}."))
    store.runs.begin("press_releases", {})
    keep(store, numbered(4, "4."))
    keep(store, numbered(1, "1, revised."), body_hash="other")
    store.save(not_parsed("press/release/press1e_000002.html", "gone"))
    store.runs.begin("press_releases", {})
    store.close()
    return path


def test_what_changed_since_a_run(three_runs: Path, tmp_path: Path) -> None:
    def changed(since: int) -> list[str]:
        export(three_runs, Selection(changed_since=since), "jsonl", tmp_path / "x.jsonl")
        lines = (tmp_path / "x.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line)["id"][-1] for line in lines]

    assert changed(1) == ["1", "2", "4"]
    assert changed(2) == changed(3) == []


def test_the_run_named_must_be_there(three_runs: Path, command: Export) -> None:
    for number in (4, 999_999_999):
        arguments = ("--changed-since", str(number), "-s", f"MOFA_DB={three_runs}")
        said = f"mofa_crawler: error: there is no run {number}; the last is run 3\n"
        assert command("--format", "csv", *arguments) == (2, "", said)


# --- beside a run, and what goes wrong -----------------------------------------------------------


def test_a_run_goes_on_beside_it_and_it_changes_nothing(run: Run) -> None:
    store = Store(run.database)
    store.lock()
    store.runs.begin("press_releases", {})
    keep(store, release())
    before = dump_of(run.database)
    result = run.command("export", "--format", "jsonl")
    assert (result.returncode, result.stderr) == (0, "exported 1 release to stdout\n")
    assert dump_of(run.database) == before
    store.close()
    before = run.database.read_bytes()
    files = sorted(run.folder.iterdir())
    assert run.command("export", "--format", "jsonl").stdout == result.stdout
    assert (run.database.read_bytes(), sorted(run.folder.iterdir())) == (before, files)


def test_what_is_written_meanwhile_is_not_in_it(tmp_path: Path) -> None:
    """A snapshot is of one moment, however long the writing takes."""
    store = Store(tmp_path / "mofa.db")
    keep(store, numbered(1, "1."))
    keep(store, numbered(2, "2."))
    texts = []
    with reading(store.path) as db:
        taken = Snapshot(db, Selection())
        for record in taken.records():
            keep(store, numbered(1, "Revised."), body_hash="other")
            keep(store, numbered(2, "Revised too."), body_hash="other")
            keep(store, numbered(3, "New."))
            texts.append(record.text)
        assert next(taken.records()).text == "1."
    store.close()
    assert texts == ["1.", "2."]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no database mofa.db in {}; name it with -s MOFA_DB=FILE"),
        (
            b"This is a text and no database. " * 50,
            "mofa.db is not a database of mofa_crawler; name another with MOFA_DB",
        ),
        (b"", "mofa.db is not a database of mofa_crawler; name another with MOFA_DB"),
        (
            "newer",
            "mofa.db was written by a newer mofa_crawler; upgrade, or name another database with MOFA_DB",
        ),
    ],
)
def test_what_is_no_database_of_ours_is_one_line(
    tmp_path: Path,
    command: Export,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | str | None,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("mofa.db")
    if content == "newer":
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version = 99")
        db.close()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    said = f"mofa_crawler: error: {message.format(tmp_path)}\n"
    assert command("--format", "jsonl") == (1, "", said)
    assert [file.name for file in tmp_path.iterdir()] == ([] if content is None else ["mofa.db"])


def test_a_database_of_older_tables_is_one_line(
    three_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column that a later version has is not read from a database without it."""
    monkeypatch.setattr("mofa_crawler.queries.read_only.MIGRATIONS", (*MIGRATIONS, ""))
    with pytest.raises(StoreError, match="older mofa_crawler; the next run brings it up to date"):
        export(three_runs, Selection(), "jsonl", tmp_path / "x")


def test_the_catalogue_has_rows(command: Export, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    code, _, said = command("--table", "catalogue", "-o", str(path))
    assert code == 0
    assert re.fullmatch(rf"exported [1-9]\d+ rows to {re.escape(str(path))}\n", said)


FORMATS = ", ".join(formats.FORMATS)
TEXTS = ", ".join(formats.TEXTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], f"write -o FILE.csv, or --format and one of {TEXTS}"),
        (["--table", "catalogue"], "write -o FILE.csv, or --format and one of jsonl, json, csv"),
        (["-o", "x.xlsx"], f"-o x.xlsx: write --format and one of {FORMATS}"),
        (["x.csv"], "export has no argument x.csv; write -o x.csv"),
        (["-o", "a.csv", "x"], "export has no argument x; see mofa-crawler export --help"),
        (["-o", "a.csv", "--search", '"'], "write the words to search for"),
        (
            ["-o", "a.csv", "--search", "x", "--with-drafts"],
            "--search: leave out --with-drafts; drafts are not searched",
        ),
        (
            ["-o", "a.csv", "--search", "x", "--table", "catalogue"],
            "--table catalogue: leave out --search; it searches texts",
        ),
        (["--format", "xml"], f"--format xml: write --format and one of {FORMATS}"),
        (["--format", "parquet"], "--format parquet: write -o PATH"),
        (["--format", "csv", "--lang", "fr"], "lang=fr: write en, ja or en,ja"),
        (
            ["--format", "csv", "--since", "2021-13"],
            "since=2021-13 is not a date; write YYYY, YYYY-MM or",
        ),
        (
            ["--format", "csv", "--changed-since", "-1"],
            "argument --changed-since: -1 is not a number",
        ),
        (["--format", "atom", "--table", "catalogue"], "--table catalogue: write --format and one"),
        (
            ["--format", "csv", "--table", "catalogue", "--with-duplicates"],
            "--table catalogue: leave",
        ),
    ],
)
def test_wrong_usage_is_one_line(command: Export, arguments: list[str], message: str) -> None:
    code, out, said = command(*arguments)
    assert (code, out) == (2, "")
    assert said.startswith(f"mofa_crawler: error: {message}")
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["csv", "datapackage"])
def test_a_link_in_a_circle_is_replaced(three_runs: Path, tmp_path: Path, name: str) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    assert export(three_runs, Selection(), name, link) == 5
    assert link.exists()


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("no/x.csv", "there is no folder"),
        ("no/such/folder/x.csv", "there is no folder"),
        (".", "it is no file; name a file with -o"),
        ("/dev/null", "it is no file; name a file with -o"),
        ("mofa.db", "it belongs to the database"),
        ("mofa.db-wal", "it belongs to the database"),
    ],
)
def test_what_must_not_be_replaced_is_not(
    three_runs: Path, monkeypatch: pytest.MonkeyPatch, target: str, message: str
) -> None:
    monkeypatch.chdir(three_runs.parent)
    with pytest.raises(ExportError, match=f"cannot write .*: {message}"):
        export(Path("mofa.db"), Selection(), "csv", Path(target))
    assert export(three_runs, Selection(), "csv", three_runs.parent / "x.csv") == 5


def test_a_full_disk_is_one_line(
    crawled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*COMMAND, "export", "--format", "jsonl"],
            cwd=crawled.folder, env=environment(), stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert result.returncode == 1
    assert (
        result.stderr == b"mofa_crawler: error: cannot write to stdout: No space left on device\n"
    )

    def no_room(_: int) -> None:
        raise OSError(28, os.strerror(28))

    path = tmp_path / "x.jsonl"
    path.write_text("as it was")
    monkeypatch.setattr("mofa_crawler.atomic_files.os.fsync", no_room)
    with pytest.raises(ExportError, match=r"cannot write .*x.jsonl: No space left on device"):
        export(crawled.database, Selection(), "jsonl", path)
    assert path.read_text() == "as it was"
    assert [file.name for file in tmp_path.iterdir()] == ["x.jsonl"]


def test_a_reader_that_has_seen_enough_is_no_error(crawled: Run) -> None:
    process = subprocess.Popen(
        [*COMMAND, "export", "--format", "jsonl"],
        cwd=crawled.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(timeout=60)


def test_without_pyarrow_it_says_how_to_get_it(
    command: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "mofa_crawler.export.parquet_file", raising=False)
    code, out, said = command("-o", str(tmp_path / "x.parquet"))
    assert (code, out) == (1, "")
    assert said == (
        "mofa_crawler: error: this format needs pyarrow: install mofa_crawler with its extra parquet "
        "(pip install '.[parquet]'), or pyarrow itself\n"
    )
    assert list(tmp_path.iterdir()) == []
