"""`scrapy export`: what the database holds, in the formats that others read."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import feedparser
import pyarrow as pa
import pytest
from lxml import etree, html
from pyarrow import parquet

from mofa_crawler.__main__ import main
from mofa_crawler.items import Block, Link, PressRelease, as_json, timestamp
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.database import Store
from mofa_crawler.store.export import formats, parquet_file
from mofa_crawler.store.export.formats import ExportError, export
from mofa_crawler.store.export.meanings import MEANINGS
from mofa_crawler.store.records import Selection
from mofa_crawler.store.schema import MIGRATIONS
from mofa_crawler.store.snapshot import snapshot
from tests.conftest import COMMAND, ORIGIN, ROOT, SITE, Run, dump_of, environment, served
from tests.test_items import release
from tests.test_store import keep, numbered, page

if TYPE_CHECKING:
    from collections.abc import Iterator


Export = Callable[..., tuple[int, str, str]]
Records = list[dict[str, Any]]

# Texts that a format could trip over.
HOSTILE = [
    "=HYPERLINK(\"http://x.example\", \"click\")", "+1", "-1", "@SUM(A1)", "\ttab", "\rreturn", "\nline",
    "＝１", "'apostrophe", "''=1", "a\r\nb\rc\nd", 'say "this", or that;', "\x00nul\x01\x1f\x7f\x85",
    "\ufffe\uffff\ufdd0", "]]>&amp;<b>", "\u2028\u2029\ufeff", "👪 𠮷野家", "NA", "null", "2021-01-27", "1.0",
]  # fmt: skip


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The sample site, crawled once. Tests write into the folder, and never into the database."""
    folder = tmp_path_factory.mktemp("crawled")
    copytree(SITE, folder / "site")
    (folder / "work").mkdir()
    with served(folder / "site") as site:
        run = Run(folder / "work", site)
        crawl = run.crawl("-a", "since=2008-08", "-s", "LOG_LEVEL=ERROR")
        assert crawl.returncode == 0, crawl.stderr
        yield run


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of releases whose every text is one that a format could trip over."""
    path = tmp_path_factory.mktemp("hostile") / "mofa.db"
    store = Store(path)
    store.begin_run("press_releases", {})
    for number, text in enumerate(HOSTILE):
        keep(store, _hostile(number, text))
    store.close()
    return path


def _hostile(number: int, text: str) -> PressRelease:
    record = numbered(
        number, section=text, title=text, date=f"20{number % 3 + 20}-01-{number + 1:02}"
    )
    record.body = [
        Block(kind="paragraph", text=text),
        Block(kind="heading", text=text),
        Block(kind="point", level=1, label=text, text=text),
        Block(kind="table", rows=[[text, ""], [], [text]]),
        Block(kind="note", text=text),
        Block(kind="caption", text=text),
    ]
    record.links = [Link(kind="text", text=text, url=f"{ORIGIN}/?a=1&b=<2>")] if number % 2 else []
    record.__post_init__()
    return record


@pytest.fixture(params=["crawled", "hostile"])
def database(request: pytest.FixtureRequest, crawled: Run, hostile: Path) -> Path:
    return crawled.database if request.param == "crawled" else hostile


def records_of(database: Path) -> Records:
    """The records that the store itself gives, as JSON has them."""
    store = Store(database)
    records = [json.loads(as_json(record)) for record in store.records()]
    store.close()
    return records


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
    assert (result.returncode, result.stderr) == (0, "exported 25 releases to stdout\n")
    assert result.stdout.encode() == crawled.json_file.read_bytes()


def test_json_is_an_array_of_the_same(crawled: Run, command: Export, tmp_path: Path) -> None:
    path = tmp_path / "releases.json"
    assert command("-o", str(path)) == (0, "", f"exported 25 releases to {path}\n")
    text = path.read_text("utf-8")
    assert json.loads(text) == crawled.records()
    assert text.count("\n") == 27


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
    assert len(ids("--with-duplicates")) == 26


def test_nothing_is_a_valid_export(command: Export) -> None:
    for name, empty in {"jsonl": "", "json": "[\n]\n"}.items():
        said = "nothing matches: exported 0 releases to stdout\n"
        assert command("--format", name, "--since", "2030-01") == (0, empty, said)


@pytest.fixture
def three_runs(tmp_path: Path) -> Path:
    """1: 1, 2 and 3 are new. 2: 4 is new, 1 revised, 2 gone. 3: nothing. One is older than runs."""
    path = tmp_path / "mofa.db"
    store = Store(path)
    keep(store, numbered(0, "Older."))
    store.begin_run("press_releases", {})
    for number in (1, 2, 3):
        keep(store, numbered(number, f"{number}."))
    store.begin_run("press_releases", {})
    keep(store, numbered(4, "4."))
    keep(store, numbered(1, "1, revised."), body_hash="other")
    store.save_page(page("press/release/press1e_000002", "gone"))
    store.begin_run("press_releases", {})
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
    for number in (4, 10**30):
        arguments = ("--changed-since", str(number), "-s", f"MOFA_DB={three_runs}")
        said = f"mofa_crawler: error: there was no run {number}; the last was run 3\n"
        assert command("--format", "csv", *arguments) == (2, "", said)


@pytest.mark.parametrize("name", formats.FORMATS)
def test_the_same_database_gives_the_same_bytes(database: Path, tmp_path: Path, name: str) -> None:
    contents: list[list[tuple[Path, bytes]]] = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        export(database, Selection(), name, folder / "x")
        files = [folder / "x", *sorted((folder / "x").rglob("*"))]
        contents.append([(f.relative_to(folder), f.read_bytes()) for f in files if f.is_file()])
    assert contents[0] == contents[1] != []


# --- CSV -----------------------------------------------------------------------------------------


def read_csv(path: Path) -> Records:
    """As docs/fields.md says how to read it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            {name: cell.removeprefix("'") for name, cell in row.items()}
            for row in csv.DictReader(file)
        ]
    for row in rows:
        for name in ("points", "body", "links", "parser_version", "revision"):
            row[name] = json.loads(row[name])
        for name in ("translation", "duplicate_of", "gone_since"):
            row[name] = row[name] or None
    return rows


def test_csv_gives_the_records_back(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "releases.csv"
    export(database, Selection(), "csv", path)
    assert read_csv(path) == records_of(database)


def test_no_cell_of_a_csv_is_a_formula(hostile: Path, tmp_path: Path) -> None:
    path = tmp_path / "releases.csv"
    export(hostile, Selection(), "csv", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))] == []


def test_csv_is_as_rfc_4180_has_it(hostile: Path, tmp_path: Path) -> None:
    path = tmp_path / "releases.csv"
    export(hostile, Selection(), "csv", path)
    content = path.read_bytes()
    assert content.startswith("\ufeffid,url,".encode())
    unquoted = b"".join(content.split(b'"')[::2])
    assert (
        unquoted.count(b"\r\n")
        == unquoted.count(b"\n")
        == unquoted.count(b"\r")
        == len(HOSTILE) + 1
    )


# --- Atom ----------------------------------------------------------------------------------------


def feed_of(path: Path) -> Any:
    feed = feedparser.parse(str(path))
    assert not feed.bozo
    assert (feed.version, feed.encoding) == ("atom10", "utf-8")
    return feed


def test_a_feed_reader_reads_the_feed(crawled: Run, tmp_path: Path) -> None:
    path = tmp_path / "releases.atom"
    export(crawled.database, Selection(), "atom", path)
    feed, records = feed_of(path), crawled.records()
    newest_first = sorted(records, key=lambda record: (record["date"], record["id"]), reverse=True)
    assert [entry.id for entry in feed.entries] == [record["url"] for record in newest_first]
    assert feed.feed.updated == max(record["last_seen"] for record in records)
    assert feed.feed.author_detail.name == "Ministry of Foreign Affairs of Japan"
    assert "Public Data License" in feed.feed.rights
    for entry, record in zip(feed.entries, newest_first, strict=True):
        assert (entry.title, entry.link) == (record["title"], record["url"])
        assert entry.updated == record["last_seen"]
        assert entry.published == record["date"] + "T00:00:00+09:00"
        assert entry.get("summary", "") in {record["lead"], entry.content[0].value}
        assert entry.rights == record["attribution"]
        (content,) = entry.content
        assert (content.type, content.language) == ("application/xhtml+xml", record["lang"])
        words = html.fromstring(content.value).text_content().split()
        assert "".join(words) == "".join(record["text"].split())


def test_a_feed_holds_whatever_the_texts_do(hostile: Path, tmp_path: Path) -> None:
    path = tmp_path / "releases.atom"
    export(hostile, Selection(), "atom", path)
    titles = [etree.XML(path.read_bytes()).xpath("//*[local-name() = 'entry']/*[2]/text()")]
    feed_of(path)
    for text in HOSTILE:
        assert re.sub("[\x00\x01\x1f\ufffe\uffff]", "\ufffd", text) in titles[0]


def test_a_feed_is_of_the_newest_unless_its_bounds_are_named(tmp_path: Path) -> None:
    store = Store(tmp_path / "mofa.db")
    run = store.begin_run("press_releases", {})
    for number in range(102):
        later = f"2026-01-10T03:{number // 60:02}:{number % 60:02}Z"
        keep(store, numbered(number, str(number), fetched_at=later, date="2021-01-01"))
    store.close()
    path = tmp_path / "releases.atom"
    for selection, ids in {
        Selection(): range(101, 1, -1),
        Selection(since="2020-01-01"): range(101, -1, -1),
        Selection(changed_since=run): range(0),
    }.items():
        export(store.path, selection, "atom", path)
        feed = feed_of(path)
        assert [int(entry.id[-11:-5]) for entry in feed.entries] == list(ids)
        assert feed.feed.updated == ("2026-01-10T03:01:41Z" if ids else "1970-01-01T00:00:00Z")


# --- Parquet -------------------------------------------------------------------------------------


def as_records(rows: Records) -> Records:
    """Rows as Arrow gives them, as JSON has them."""
    for row in rows:
        row["date"] = row["date"].isoformat()
        for name in ("first_seen", "last_seen", "fetched_at", "gone_since"):
            row[name] = row[name] and timestamp(row[name])
    return rows


def test_parquet_gives_the_records_back(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "releases.parquet"
    export(database, Selection(), "parquet", path)
    table = parquet.read_table(path)
    assert as_records(table.to_pylist()) == records_of(database)
    assert table.schema.field("date").type == pa.date32()
    assert table.schema.field("first_seen").type == pa.timestamp("ms", tz="UTC")


def test_parquet_is_written_in_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "_ROW_GROUP", 2)
    path = tmp_path / "x.parquet"
    with path.open("wb") as file:
        parquet_file.write_parquet((numbered(number) for number in range(5)), file)
    assert parquet.ParquetFile(path).num_row_groups == 3
    assert [row["id"][-1] for row in parquet.read_table(path).to_pylist()] == list("01234")


def test_parquet_says_what_its_columns_mean() -> None:
    schema = parquet_file.SCHEMA
    assert schema.names == [field.name for field in fields(PressRelease)]
    assert schema.field("id").metadata == {b"description": MEANINGS[PressRelease]["id"].encode()}
    body = schema.field("body").type.value_type
    assert body.field("level").metadata == {b"description": MEANINGS[Block]["level"].encode()}


def test_the_meanings_are_those_of_the_documentation() -> None:
    text = (ROOT / "docs" / "fields.md").read_text("utf-8")
    for record, meanings in MEANINGS.items():
        assert list(meanings) == [field.name for field in fields(record)]
        table = text.partition(f"\n## {record.__name__}\n")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| `(\w+)` \|.*\| (\S.*) \|$", table, re.MULTILINE)
        assert dict(rows) == meanings


def test_without_pyarrow_it_says_how_to_get_it(
    command: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, parquet_file.__name__)
    code, out, said = command("-o", str(tmp_path / "x.parquet"))
    assert (code, out) == (1, "")
    assert said == (
        "mofa_crawler: error: this format needs pyarrow, which the extra parquet installs: "
        "pip install 'mofa-crawler[parquet]'\n"
    )
    assert list(tmp_path.iterdir()) == []


# --- beside a run, and what goes wrong -----------------------------------------------------------


def test_a_run_goes_on_beside_it_and_it_changes_nothing(run: Run) -> None:
    store = Store(run.database)
    store.lock()
    store.begin_run("press_releases", {})
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
    with snapshot(store.path, Selection()) as taken:
        for record in taken.records():
            keep(store, numbered(1, "Revised."), body_hash="other")
            keep(store, numbered(2, "Revised too."), body_hash="other")
            keep(store, numbered(3, "New."))
            texts.append(record.text)
        assert taken.last_change() == numbered(1).last_seen
    store.close()
    assert texts == ["1.", "2."]


def test_a_database_of_an_older_version_is_exported(tmp_path: Path) -> None:
    """The records' columns have all been there from the first version of the tables."""
    path = tmp_path / "old.db"
    store = Store(tmp_path / "mofa.db")
    keep(store, release())
    store.close()
    new = sqlite3.connect(tmp_path / "mofa.db")
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0])
    for table in ("pages", "releases", "blocks", "links"):
        columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({table})"))
        rows = new.execute(f"SELECT {columns} FROM {table}").fetchall()
        old.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    new.close()
    before = path.read_bytes()
    assert export(path, Selection(), "jsonl", tmp_path / "x") == 1
    with pytest.raises(
        StoreError, match="older mofa_crawler, which did not note what a run changed"
    ):
        export(path, Selection(changed_since=1), "jsonl", tmp_path / "x")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no database mofa.db; name it with MOFA_DB"),
        ("This is a text and no database. " * 50, "cannot read mofa.db: file is not a database"),
        ("", "mofa.db is no database of mofa_crawler; name another with MOFA_DB"),
    ],
)
def test_what_is_no_database_of_ours_is_one_line(
    tmp_path: Path,
    command: Export,
    monkeypatch: pytest.MonkeyPatch,
    content: str | None,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("mofa.db").write_text(content)
    said = f"mofa_crawler: error: {message}\n"
    assert command("--format", "jsonl") == (1, "", said)
    assert [file.name for file in tmp_path.iterdir()] == ([] if content is None else ["mofa.db"])


FORMATS = ", ".join(formats.FORMATS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], f"no format: write --format and one of {FORMATS}"),
        (["-o", "x.xlsx"], f"no format: write --format and one of {FORMATS}"),
        (["--format", "xml"], f"--format xml: write --format and one of {FORMATS}"),
        (["--format", "parquet"], "--format parquet: write -o and where to"),
        (["--format", "csv", "x"], "export knows no 'x'; see export --help"),
        (["--format", "csv", "--lang", "fr"], "lang=fr: write en, ja or en,ja"),
        (["--format", "csv", "--since", "2021-13"], "since=2021-13 is no date; write YYYY-MM or"),
        (["--format", "csv", "--changed-since", "-1"], "--changed-since -1: write the number of"),
    ],
)
def test_wrong_usage_is_one_line(command: Export, arguments: list[str], message: str) -> None:
    code, out, said = command(*arguments)
    assert (code, out) == (2, "")
    assert said.startswith(f"mofa_crawler: error: {message}")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("no/x.csv", "there is no folder"),
        (".", "it is no file"),
        ("/dev/null", "it is no file"),
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
    assert records_of(three_runs) != []


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
    monkeypatch.setattr("mofa_crawler.files.os.fsync", no_room)
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
