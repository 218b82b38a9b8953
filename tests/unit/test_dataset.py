"""`from mofa_crawler import Dataset`: the dataset from Python."""

from __future__ import annotations

import logging
import re
import sqlite3
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

import mofa_crawler
from mofa_crawler import Dataset, parse, read_archive
from mofa_crawler.dataset import Pair, ParseError, QueryError, StoreError
from mofa_crawler.record import DEFAULTS, Block
from mofa_crawler.store.schema import MIGRATIONS
from mofa_crawler.store.store import Store
from tests import sample
from tests.factories import LATER, ORIGIN, ROOT, SITE, keep, listing, not_parsed, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli import Run


@pytest.fixture
def dataset(crawled: Run) -> Iterator[Dataset]:
    with Dataset(crawled.database) as opened:
        yield opened


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """English 1 to 4 and 9, Japanese 5 to 8, with links to each other; 3 was revised."""
    path = tmp_path_factory.mktemp("dataset") / "mofa.db"
    url = {number: numbered(number).url for number in range(10)}
    store = Store(path)
    store.save(listing((url[9], "Listed")))

    def add(number: int, lang: str, links: int | None, text: str = "") -> None:
        translation = None if links is None else url[links]
        day = f"20{number:02}-01-01"
        text = text or f"Text {number}."
        keep(store, numbered(number, text, lang=lang, translation=translation, date=day))

    add(1, "en", 5)
    add(2, "en", None)
    add(3, "en", None)
    add(4, "en", 8)
    add(5, "ja", None)
    add(6, "ja", 2)
    add(7, "ja", 4)
    add(8, "ja", None)
    corrected = numbered(3, "Corrected.", date="2003-01-01", fetched_at=LATER)
    keep(store, corrected)
    keep(store, numbered(11, "Text 1.", date="2001-01-01", translation=url[5]))  # a duplicate
    store.save(not_parsed(url[9], "rejected", code="unknown_layout"))
    store.close()
    return path


def ids(records: Any) -> list[int]:
    return [int(record.id[-6:]) for record in records]


def test_releases_are_the_records_of_the_dataset(dataset: Dataset, crawled: Run) -> None:
    assert [msgspec.to_builtins(r) for r in dataset.releases()] == crawled.records()


def test_releases_of_a_language_a_period_and_a_search(small: Path) -> None:
    with Dataset(str(small)) as dataset:
        assert ids(dataset.releases()) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert ids(dataset.releases(lang="ja")) == [5, 6, 7, 8]
        assert ids(dataset.releases(since="2003", until="2005-01")) == [3, 4, 5]
        assert ids(dataset.releases(until="2002-01-01")) == [1, 2]
        assert ids(dataset.releases(search="text", lang="en")) == [1, 2, 4]
        assert ids(dataset.releases(search='"text 4"')) == [4]


def test_one_release_by_id_or_address(small: Path) -> None:
    with Dataset(small) as dataset:
        record = dataset.get(numbered(3).id)
        assert record is not None
        assert record.text == "Corrected."
        assert dataset.get(numbered(3).url.replace("https", "http")) == record
        assert dataset.get("../../etc/passwd") is None
        assert dataset.get("") is None


def test_revisions_end_with_the_current_text(small: Path) -> None:
    with Dataset(small) as dataset:
        texts = [(r.revision, r.body, r.superseded_at) for r in dataset.revisions(numbered(3).id)]
        assert texts == [
            (1, [Block(kind="paragraph", text="Text 3.")], LATER),
            (2, [Block(kind="paragraph", text="Corrected.")], None),
        ]
        assert dataset.revisions("no/such") == []


def test_pairs_are_found_from_either_side(small: Path) -> None:
    with Dataset(small) as dataset:
        pairs = list(dataset.pairs())
        # 4 links 8 and is linked by 7: its own link goes first.
        assert [(*ids([pair.en]), *ids([pair.ja])) for pair in pairs] == [(1, 5), (2, 6), (4, 8)]
        assert isinstance(pairs[0], Pair)


def test_the_catalogue_has_what_was_not_read(small: Path) -> None:
    with Dataset(small) as dataset:
        rows = {row.url: row for row in dataset.catalogue()}
        assert (rows[numbered(9).url].status, rows[numbered(9).url].text) == ("rejected", "none")
        assert len(rows) == 10
        assert ids(dataset.catalogue(lang="en", since="2007", until="2008")) == [7, 8]
        assert list(dataset.catalogue(lang="ja")) == []


def test_to_pandas_has_a_column_a_field(small: Path) -> None:
    pytest.importorskip("pandas")
    with Dataset(small) as dataset:
        frame = dataset.to_pandas(lang="en")
        assert list(frame.columns) == list(DEFAULTS)
        assert list(frame["text"]) == ["Text 1.", "Text 2.", "Corrected.", "Text 4."]
        assert frame["body"][0][0]["kind"] == "paragraph"
        assert list(dataset.to_pandas(search="nothing").columns) == list(DEFAULTS)


def test_without_pandas_the_error_names_it(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with Dataset(small) as dataset, pytest.raises(ImportError, match="pip install pandas"):
        dataset.to_pandas()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lang": "fr"}, "lang=fr: write en, ja or en,ja"),
        ({"since": "2021/01"}, "since=2021/01 is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"),
        ({"since": 2021}, 'since=2021 is not text; write it in quotes: since="2021"'),
        ({"until": date(2021, 1, 1)}, 'write it in quotes: until="2021-01-01"'),
        ({"lang": ["en"]}, r"lang=\['en'\] is not text$"),
        ({"search": 2021}, "search=2021 is not text"),
        ({"search": ' " '}, "write the words to search for"),
        ({"search": "x" * 10_001}, "the query has 10,001 characters; write at most 10,000"),
    ],
)
def test_wrong_arguments_are_named_before_anything_is_read(
    small: Path, arguments: dict[str, Any], message: str
) -> None:
    with Dataset(small) as dataset, pytest.raises(ValueError, match=message):
        dataset.releases(**arguments)
    assert issubclass(QueryError, ValueError)


@pytest.mark.parametrize("value", [None, b"x", 5, 10**100, ["x"], date(2021, 1, 1)])
def test_what_is_no_text_is_named(small: Path, value: Any) -> None:
    url = f"{ORIGIN}/press/release/x.html"
    with Dataset(small) as dataset:
        for read in (
            lambda: dataset.get(value),
            lambda: dataset.revisions(value),
            lambda: parse("", value),
            lambda: parse("", url, listed_date=value or 0),
            lambda: parse(5 if value == b"x" else value, url),
        ):
            with pytest.raises(ValueError, match=r"^(release_id|url|listed_date|html)=.* is not "):
                read()


def empty(path: Path) -> None:
    path.touch()


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE songs (id)")
    db.close()


def text(path: Path) -> None:
    path.write_text("no database " * 100)


def newer(path: Path) -> None:
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: None, "there is no database {}"),
        (lambda path: path.mkdir(), "there is no database {}"),
        (empty, "{} is not a database of mofa_crawler; name another"),
        (foreign, "{} is a database of another program; name another"),
        (newer, "{} was written by a newer mofa_crawler; upgrade, or name another database"),
        (text, "{} is not a database of mofa_crawler; name another"),
    ],
)
def test_what_is_no_database_of_ours_is_said(
    tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "mofa.db"
    make(path)
    with pytest.raises(StoreError) as raised:
        Dataset(path)
    assert str(raised.value) == message.format(path)


def test_no_name_is_too_long_to_be_no_database() -> None:
    with pytest.raises(StoreError, match="there is no database xxx"):
        Dataset("x" * 1000)


def test_an_older_database_is_said(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mofa_crawler.queries.read_only.MIGRATIONS", (*MIGRATIONS, ""))
    with pytest.raises(StoreError, match="older mofa_crawler; the next run brings it up to date"):
        Dataset(small)


def test_a_closed_dataset_reads_nothing(small: Path) -> None:
    dataset = Dataset(small)
    dataset.close()
    dataset.close()
    for read in (dataset.releases, dataset.pairs, dataset.catalogue):
        with pytest.raises(StoreError, match="closed"):
            list(read())
    with pytest.raises(StoreError, match="closed"):
        dataset.get("x")


def test_a_dataset_is_of_one_moment(tmp_path: Path) -> None:
    store = Store(tmp_path / "mofa.db")
    keep(store, numbered(1))
    with Dataset(tmp_path / "mofa.db") as dataset:
        keep(store, numbered(2, "Another."))
        assert ids(dataset.releases()) == [1]
    with Dataset(tmp_path / "mofa.db") as dataset:
        assert ids(dataset.releases()) == [1, 2]
    store.close()


# --- without a database ---------------------------------------------------------------------------

PAGE = "press/release/press1e_000170"


@pytest.mark.parametrize("read", ["read_text", "read_bytes"])
def test_parse_reads_one_page(read: str) -> None:
    html = getattr(SITE / f"{PAGE}.html", read)()
    record = msgspec.to_builtins(parse(html, f"http://www.mofa.go.jp/{PAGE}.html#x"))
    expected = sample.RECORDS[PAGE]
    assert {name: record[name] for name in expected} == expected


def test_parse_says_what_is_no_page() -> None:
    with pytest.raises(ParseError) as raised:
        parse("<html><body>Hello</body></html>", f"{ORIGIN}/press/release/x.html")
    assert raised.value.code


@pytest.mark.parametrize("url", ["https://example.org/x", "nonsense", "/press/release/x.html", ""])
def test_parse_says_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=rf"url='{url}' is not .*write it whole, such as https://"):
        parse("", url)


def test_parse_says_what_is_no_day() -> None:
    with pytest.raises(ValueError, match="listed_date='20200101' is not a day; write YYYY-MM-DD"):
        parse("", f"{ORIGIN}/press/release/x.html", listed_date="20200101")


def test_an_archive_is_read_without_a_database(
    crawled: Run, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    before = sorted(crawled.folder.iterdir())
    records = list(read_archive(crawled.folder / "archive"))
    assert {record.id for record in records} == set(sample.LISTED)
    by_id = {record.id: record for record in records}
    for record in crawled.records():
        assert by_id[record["id"]].content_hash == record["content_hash"]
        assert by_id[record["id"]].date_source == record["date_source"]
    times = [record.fetched_at for record in records]
    assert times == sorted(times)
    assert sorted(crawled.folder.iterdir()) == before


def test_what_an_archive_lacks_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FileNotFoundError, match="there is no file or folder"):
        read_archive(tmp_path / "no")
    (tmp_path / "x.warc.gz").write_bytes(b"no archive")
    (tmp_path / "press.html").write_text(
        '<html><head><meta property="og:url" content="https://www.mofa.go.jp/press/release/a.html">'
        "</head><body><p>Nothing</p></body></html>"
    )
    assert list(read_archive(tmp_path)) == []
    assert "x.warc.gz" in caplog.text
    assert "rejected" in caplog.text


def test_the_package_has_its_public_names_only() -> None:
    assert mofa_crawler.__all__ == ["Dataset", "parse", "read_archive"]
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = mofa_crawler.nothing


def test_the_documentation_has_every_method() -> None:
    rows = (ROOT / "docs" / "python.md").read_text("utf-8").partition("## Types")[0]
    documented = set(re.findall(r"^\| `(\w+)\(", rows, re.MULTILINE)) - {"Dataset"}
    assert documented == {name for name in vars(Dataset) if not name.startswith("_")}
