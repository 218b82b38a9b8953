"""The formats of `scrapy export`, each read back by the libraries that others read it with."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, fields, replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import feedparser
import pyarrow as pa
import pytest
import yaml
from lxml import etree, html
from pyarrow import parquet

from mofa_crawler import __version__
from mofa_crawler.export import formats, parquet_file
from mofa_crawler.export.field_tables import RECORDS
from mofa_crawler.export.formats import ExportError
from mofa_crawler.export.writing import export
from mofa_crawler.period import Period
from mofa_crawler.queries.catalogue import Catalogue
from mofa_crawler.queries.read_only import reading
from mofa_crawler.record import Block, Link, PressRelease, as_json, properties_of
from mofa_crawler.store.records import Selection
from mofa_crawler.store.store import Store
from tests import sample
from tests.cli import environment
from tests.factories import LATER, ORIGIN, keep, not_parsed, numbered, query, release

if TYPE_CHECKING:
    from pathlib import Path

from tests.cli import Run

Records = list[dict[str, Any]]
FOLDERS = [name for name, f in formats.FORMATS.items() if isinstance(f, formats.FolderFormat)]

# Texts that a format could trip over.
HOSTILE = [
    "=HYPERLINK(\"http://x.example\", \"click\")", "+1", "-1", "@SUM(A1)", "\ttab", "\rreturn", "\nline",
    "＝１", "'apostrophe", "''=1", "a\r\nb\rc\nd", 'say "this", or that;', "\x00nul\x01\x1f\x7f\x85",
    "\ufffe\uffff\ufdd0", "]]>&amp;<b>", "\u2028\u2029\ufeff", "👪 𠮷野家", "NA", "null", "2021-01-27", "1.0",
]  # fmt: skip


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of releases whose every text is one that a format could trip over."""
    path = tmp_path_factory.mktemp("hostile") / "mofa.db"
    store = Store(path)
    store.runs.begin("press_releases", {})
    for number, text in enumerate(HOSTILE):
        keep(store, _hostile(number, text))
    store.close()
    return path


def _hostile(number: int, text: str) -> PressRelease:
    name = f"press/release/press1e_{number:06}"
    return release(
        id=name,
        url=f"{ORIGIN}/{name}.html",
        section=text,
        title=text,
        warnings=[text] if number % 3 else [],
        date=f"20{number % 3 + 20}-01-{number + 1:02}",
        body=[
            Block(kind="paragraph", text=text),
            Block(kind="heading", text=text),
            Block(kind="point", level=1, label=text, text=text),
            Block(kind="table", rows=[[text, ""], [], [text]]),
            Block(kind="note", text=text),
            Block(kind="caption", text=text),
        ],
        links=[Link(kind="text", text=text, url=f"{ORIGIN}/?a=1&b=<2>")] if number % 2 else [],
    )


@pytest.fixture(params=["crawled", "hostile"])
def database(request: pytest.FixtureRequest, crawled: Run, hostile: Path) -> Path:
    return crawled.database if request.param == "crawled" else hostile


def records_of(database: Path) -> Records:
    """The records that the store itself gives, as JSON has them."""
    store = Store(database)
    records = [json.loads(as_json(record)) for record in store.releases.records()]
    store.close()
    return records


@pytest.mark.parametrize("name", formats.FORMATS)
def test_the_same_database_gives_the_same_bytes(database: Path, tmp_path: Path, name: str) -> None:
    contents: list[list[tuple[Path, bytes]]] = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        export(database, Selection(), name, folder / "x")
        files = [folder / "x", *sorted((folder / "x").rglob("*"))]
        contents.append([(f.relative_to(folder), f.read_bytes()) for f in files if f.is_file()])
    assert contents[0] == contents[1] != []


@pytest.mark.parametrize("name", formats.FORMATS)
def test_the_order_of_arrival_changes_no_byte(tmp_path: Path, name: str) -> None:
    """Three releases of two days, two of them equal, stored in every order."""
    records = [
        numbered(1, "Equal.", date="2021-01-28"),
        numbered(2, "Equal.", date="2021-01-28"),
        numbered(3, "Other.", date="2021-01-27"),
    ]
    contents = []
    for number, order in enumerate(permutations(records)):
        store = Store(tmp_path / f"{number}.db")
        for record in order:
            keep(store, replace(record))
        store.close()
        target = tmp_path / "x"
        assert export(store.path, Selection(), name, target) == 2
        files = [target, *sorted(target.rglob("*"))]
        contents.append([file.read_bytes() for file in files if file.is_file()])
    assert all(content == contents[0] for content in contents)


# --- CSV -----------------------------------------------------------------------------------------


def read_csv(path: Path) -> Records:
    """As `write_csv` says how to read it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            {name: cell.removeprefix("'") for name, cell in row.items()}
            for row in csv.DictReader(file)
        ]
    for row in rows:
        for name in ("points", "body", "links", "parser_version", "warnings", "revision"):
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
        assert entry.rights.startswith(record["attribution"])
        (content,) = entry.content
        assert (content.type, content.language) == ("application/xhtml+xml", record["lang"])
        words = html.fromstring(content.value).text_content().split()
        assert "".join(words).endswith("".join(record["text"].split()))


def test_a_feed_holds_whatever_the_texts_do(hostile: Path, tmp_path: Path) -> None:
    path = tmp_path / "releases.atom"
    export(hostile, Selection(), "atom", path)
    titles = [etree.XML(path.read_bytes()).xpath("//*[local-name() = 'entry']/*[2]/text()")]
    feed_of(path)
    for text in HOSTILE:
        assert re.sub("[\x00\x01\x1f\ufffe\uffff]", "\ufffd", text) in titles[0]


def test_a_feed_says_which_page_is_gone_and_which_text_is_of_a_mirror(store: Store) -> None:
    keep(store, numbered(1, "One.", date="2021-01-01", source="mirror:example.org"))
    keep(store, numbered(2, "Two.", lang="ja"))
    store.save(not_parsed(numbered(2).url, "gone", fetched_at=LATER))
    path = store.path.with_name("releases.atom")
    export(store.path, Selection(), "atom", path)
    feed = feed_of(path)
    gone, mirrored = feed.entries
    assert gone.title == f"Gone: {numbered(2).title}"
    assert feed.feed.updated == gone.updated == LATER
    assert "The ministry removed or moved this page" in gone.content[0].value
    assert mirrored.title == numbered(1).title
    assert "from a mirror (example.org)" in mirrored.content[0].value
    assert mirrored.rights.endswith("from a mirror (example.org), not from the ministry's site.")
    assert "mirror" not in gone.content[0].value + gone.rights


def test_a_feed_is_of_the_newest_unless_its_bounds_are_named(tmp_path: Path) -> None:
    store = Store(tmp_path / "mofa.db")
    run = store.runs.begin("press_releases", {})
    for number in range(102):
        later = f"2026-01-10T03:{number // 60:02}:{number % 60:02}Z"
        keep(store, numbered(number, str(number), fetched_at=later, date="2021-01-01"))
    store.close()
    path = tmp_path / "releases.atom"
    for selection, ids in {
        Selection(): range(101, 1, -1),
        Selection(period=Period(since="2020-01-01")): range(101, -1, -1),
        Selection(changed_since=run): range(0),
    }.items():
        export(store.path, selection, "atom", path)
        feed = feed_of(path)
        assert [int(entry.id[-11:-5]) for entry in feed.entries] == list(ids)
        ((began,),) = query(store, "SELECT started_at FROM runs")
        assert feed.feed.updated == ("2026-01-10T03:01:41Z" if ids else began)


# --- Parquet -------------------------------------------------------------------------------------


def as_records(rows: Records) -> Records:
    """Rows with days and times as such, as JSON has them."""

    def words(time: Any) -> str:
        return str(time.isoformat()).replace("+00:00", "Z")

    return [json.loads(json.dumps(row, default=words)) for row in rows]


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
    with path.open("wb") as file, parquet_file.ParquetRows(file, PressRelease) as rows:
        for number in range(5):
            rows.add(numbered(number))
    assert parquet.ParquetFile(path).num_row_groups == 3
    assert [row["id"][-1] for row in parquet.read_table(path).to_pylist()] == list("01234")


def test_parquet_describes_its_columns() -> None:
    def description(record: type, name: str) -> dict[bytes, bytes]:
        return {b"description": properties_of(record)[name]["description"].encode()}

    schema = parquet_file.schema_of(PressRelease)
    assert schema.names == [field.name for field in fields(PressRelease)]
    assert schema.field("id").metadata == description(PressRelease, "id")
    body = schema.field("body").type.value_type
    assert body.field("level").metadata == description(Block, "level")


# --- the catalogue -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", formats.TABULAR)
def test_the_catalogue_comes_back_from_every_table(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / "mofa.db")
    keep(store, numbered(1, title="=1, 外相"))
    store.save(not_parsed("press/release/press1e_000002.html", "rejected", code="no_title"))
    store.close()
    with reading(store.path) as db:
        expected = [asdict(row) for row in Catalogue(db, Period()).records()]
    assert [row["text"] for row in expected] == ["none", "exact"]
    path = tmp_path / "catalogue"
    assert export(store.path, Period(), name, path) == len(expected)
    content = path.read_text("utf-8-sig") if name in formats.TEXTS else ""
    if name == "csv":
        found: Records = list(csv.DictReader(io.StringIO(content)))
        for row in found:
            row |= {key: row[key].removeprefix("'") or None for key in ("date", "title")}
    elif name == "parquet":
        found = as_records(parquet.read_table(path).to_pylist())
    else:
        found = json.loads(content) if name == "json" else [*map(json.loads, content.splitlines())]
    assert found == expected


# --- pandas --------------------------------------------------------------------------------------


def test_pandas_reads_the_lines(database: Path, tmp_path: Path) -> None:
    import pandas as pd

    path = tmp_path / "releases.jsonl"
    export(database, Selection(), "jsonl", path)
    frame = pd.read_json(path, lines=True, dtype=False)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    assert rows == records_of(database)


# --- a data package ------------------------------------------------------------------------------


def report_of(folder: Path) -> Any:
    """What frictionless finds in a data package."""
    import frictionless

    return frictionless.validate(folder / "datapackage.json")


def records_of_package(folder: Path) -> Records:
    """The records, put together from the tables as frictionless reads them."""
    import frictionless

    package = frictionless.Package(folder / "datapackage.json")
    tables = {
        name: [row.to_dict() for row in package.get_resource(name).read_rows()]
        for name in ("releases", "blocks", "links")
    }
    parts: dict[tuple[str, str], Records] = {}
    for name in ("blocks", "links"):
        for row in tables[name]:
            of = parts.setdefault((name, row.pop("release_id")), [])
            assert row.pop("position") == len(of)
            of.append(row)
    records = as_records(tables["releases"])
    for row in records:
        row["body"] = parts[("blocks", row["id"])]
        row["points"] = [
            {name: block[name] for name in ("level", "label", "text")}
            for block in row["body"]
            if block["kind"] == "point"
        ]
        row["links"] = parts.get(("links", row["id"]), [])
    return records


def test_a_data_package_gives_the_records_back(database: Path, tmp_path: Path) -> None:
    export(database, Selection(), "datapackage", tmp_path / "package")
    report = report_of(tmp_path / "package")
    assert report.flatten(["rowNumber", "fieldName", "type", "message"]) == []
    assert report.valid
    assert records_of_package(tmp_path / "package") == records_of(database)


def test_a_data_package_says_what_it_holds(crawled: Run, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    export(crawled.database, Selection(), "datapackage", folder)
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["licenses"][0]["name"] == "PDL-1.0"
    for resource in package["resources"]:
        assert resource["bytes"] == (folder / resource["path"]).stat().st_size
        assert all(field["description"] for field in resource["schema"]["fields"])
    # A table that does not fit is found.
    links = folder / "links.csv"
    links.write_bytes(links.read_bytes().replace(b"press/release/", b"press/releases/", 1))
    report = report_of(folder)
    assert "foreign-key" in [error for (error,) in report.flatten(["type"])]


# --- Hugging Face --------------------------------------------------------------------------------


def table_of(folder: Path) -> pa.Table:
    """The records of a folder for the Hub."""
    from pyarrow import dataset  # imports pandas

    return dataset.dataset(folder / "data", format="parquet").to_table()


LOAD = """
import json, sys
from datasets import load_dataset
for number in range(1, len(sys.argv), 2):
    folder, config = sys.argv[number : number + 2]
    for row in load_dataset(folder, config, split="train"):
        row = json.dumps(row, default=lambda time: time.isoformat().replace("+00:00", "Z"))
        print(number // 2, row)
"""


def loaded(tmp_path: Path, *sources: tuple[Path, str]) -> list[Records]:
    """The rows that the `datasets` library loads of folders and configurations, without a network."""
    own = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    arguments = [str(word) for source in sources for word in source]
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOAD, *arguments],
        env={**environment(), **own}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    rows: list[Records] = [[] for _ in sources]
    for line in result.stdout.splitlines():
        number, _, row = line.partition(" ")
        rows[int(number)].append(json.loads(row))
    return rows


def by_id(records: Records) -> Records:
    return sorted(records, key=lambda record: str(record["id"]))


@pytest.mark.slow
def test_datasets_loads_the_records(crawled: Run, hostile: Path, tmp_path: Path) -> None:
    expected: dict[tuple[Path, str], Records] = {}
    for name, database in (("crawled", crawled.database), ("hostile", hostile)):
        folder = tmp_path / name
        export(database, Selection(), "huggingface", folder)
        records = records_of(database)
        expected[folder, "default"] = by_id(records)
        for lang in {record["lang"] for record in records}:
            expected[folder, lang] = [record for record in records if record["lang"] == lang]
    for (source, records), rows in zip(expected.items(), loaded(tmp_path, *expected), strict=True):
        assert (by_id(rows) if source[1] == "default" else rows) == records
    assert len(expected) == 5


def test_every_file_has_the_same_columns(crawled: Run, tmp_path: Path) -> None:
    folder = tmp_path / "dataset"
    export(crawled.database, Selection(), "huggingface", folder)
    files = sorted((folder / "data").rglob("*.parquet"))
    found = {(file.parent.name, file.stem) for file in files}
    assert found == {(record["lang"], record["date"][:4]) for record in crawled.records()}
    schemas = [parquet.read_schema(file) for file in files]
    assert all(schema.equals(schemas[0], check_metadata=True) for schema in schemas)
    assert schemas[0].equals(parquet_file.schema_of(PressRelease))
    assert schemas[0].metadata == parquet_file.schema_of(PressRelease).metadata
    assert table_of(folder).num_rows == sample.stored()


def test_a_year_that_is_no_longer_in_it_leaves_no_file(crawled: Run, tmp_path: Path) -> None:
    folder = tmp_path / "dataset"
    export(crawled.database, Selection(), "huggingface", folder)
    selection = Selection(period=Period(langs=("en",), since="2021-01-01", until="2021-12-31"))
    export(crawled.database, selection, "huggingface", folder)
    files = [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]
    assert sorted(files) == ["README.md", "data/en/2021.parquet"]
    assert [file.name for file in tmp_path.iterdir()] == ["dataset"]


def test_the_card_says_what_the_folder_holds(crawled: Run, tmp_path: Path) -> None:
    folder = tmp_path / "dataset"
    export(crawled.database, Selection(), "huggingface", folder)
    _, front, body = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    matter = yaml.safe_load(front)
    assert (matter["language"], matter["license"], matter["license_name"]) == (
        ["en", "ja"], "other", "pdl-1.0",
    )  # fmt: skip
    assert matter["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in matter["configs"]] == ["default", "en", "ja"]
    records = crawled.records()
    of = [(record["lang"], record["date"][:4]) for record in records]
    for year in {year for _, year in of}:
        assert f"| {year} | {of.count(('en', year))} | {of.count(('ja', year))} |" in body
    points = sum(bool(record["points"]) for record in records) / len(records)
    assert f"| has points | {points:.1%} |" in body
    for record in RECORDS:
        assert f"### {record.__name__}\n" in body
        assert all(schema["description"] in body for schema in properties_of(record).values())
    assert "This dataset is not the ministry's" in body


def test_the_card_names_a_mirror(crawled: Run, tmp_path: Path) -> None:
    export(crawled.database, Selection(), "huggingface", tmp_path / "mirror")
    card = (tmp_path / "mirror" / "README.md").read_text("utf-8")
    assert "\nSome pages were fetched from a mirror: `127.0.0.1`. The field" in card
    store = Store(tmp_path / "mofa.db")
    keep(store, numbered(1, source="live"))
    store.close()
    export(tmp_path / "mofa.db", Selection(), "huggingface", tmp_path / "live")
    assert "fetched from a mirror" not in (tmp_path / "live" / "README.md").read_text("utf-8")


def test_the_card_says_whether_drafts_are_included(crawled: Run, tmp_path: Path) -> None:
    for with_drafts in (False, True):
        selection = Selection(with_drafts=with_drafts)
        export(crawled.database, selection, "huggingface", tmp_path / "dataset")
        card = (tmp_path / "dataset" / "README.md").read_text("utf-8")
        assert ("are drafts" in card) == with_drafts
        assert f"mofa_crawler {__version__} reads" in card


# --- folders -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOLDERS)
def test_nothing_is_a_valid_folder(crawled: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    assert export(crawled.database, Selection(period=Period(since="2030-01-01")), name, folder) == 0
    if name == "datapackage":
        assert report_of(folder).valid
    else:
        assert table_of(folder).num_rows == 0
        assert table_of(folder).schema == parquet_file.schema_of(PressRelease)


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("other", ["notes.txt", ".git/HEAD", "README.md", "datapackage.json"])
def test_a_folder_that_holds_something_else_is_not_replaced(
    crawled: Run, tmp_path: Path, name: str, other: str
) -> None:
    folder = tmp_path / "folder"
    if other not in {"README.md", "datapackage.json"}:
        export(crawled.database, Selection(), name, folder)
    (folder / other).parent.mkdir(parents=True, exist_ok=True)
    (folder / other).write_text("Mine.")
    with pytest.raises(
        ExportError, match=rf"folder contains something else \({other}\), so it is not"
    ):
        export(crawled.database, Selection(), name, folder)
    assert (folder / other).read_text() == "Mine."


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_with_a_link_to_another_folder_is_not_replaced(
    crawled: Run, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "folder"
    export(crawled.database, Selection(), name, folder)
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(ExportError, match=r"contains something else \(link\)"):
        export(crawled.database, Selection(), name, folder)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_replaced_as_a_whole(
    crawled: Run, hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(0o750)
    export(crawled.database, Selection(), name, folder)

    def contents() -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    def no_room(*_: Any) -> None:
        raise OSError(28, os.strerror(28))

    def rename(path: Path, to: Path) -> None:
        """The old folder makes room, and the new one cannot take its place."""
        if path.name == "new":
            no_room()
        really_rename(path, to)

    really_rename = type(folder).rename
    before = contents()
    for function, stand_in in {"os.fsync": no_room, "pathlib.Path.rename": rename}.items():
        with monkeypatch.context() as patch:
            patch.setattr("mofa_crawler.atomic_files._rename", lambda *_: False)
            patch.setattr(function, stand_in)
            with pytest.raises(ExportError, match="cannot write .*folder: No space left on device"):
                export(hostile, Selection(), name, folder)
        assert contents() == before
    export(hostile, Selection(), name, folder)
    assert contents() != before
    assert folder.stat().st_mode & 0o777 == 0o750
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]
