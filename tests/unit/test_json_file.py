"""The JSON file: whole, sorted, without duplicates, replaced at once or not at all."""

from __future__ import annotations

import json
import os
import resource
import tracemalloc
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from mofa_crawler.export import json_file
from mofa_crawler.export.json_file import check_json, write_json
from mofa_crawler.store.connection import StoreError
from tests.factories import keep, numbered

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.store.store import Store


@pytest.fixture
def filled(store: Store) -> Store:
    keep(store, numbered(2, "B", date="2021-02-01"))
    keep(store, numbered(3, "C", date="2021-01-01"))
    keep(store, numbered(1, "A", date="2021-02-01"))
    keep(store, numbered(4, "A", date="2021-02-01"))
    return store


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_all_records_by_date_and_id(filled: Store, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"releases.{ending}"
    assert write_json(filled, path)
    text = path.read_text("utf-8")
    records = json.loads(text) if ending == "json" else [json.loads(x) for x in text.splitlines()]
    assert [record["id"][-1] for record in records] == ["3", "1", "2"]
    assert len({tuple(record) for record in records}) == 1
    assert [line for line in text.splitlines() if '"id":' in line] != []


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_the_same_dataset_leaves_the_file_alone(filled: Store, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"releases.{ending}"
    write_json(filled, path)
    before = path.stat()
    assert not write_json(filled, path)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_an_empty_dataset_makes_no_file(store: Store, tmp_path: Path) -> None:
    assert not write_json(store, tmp_path / "a.jsonl")
    assert not (tmp_path / "a.jsonl").exists()


def test_a_shorter_file_is_made_whole(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "releases.jsonl"
    write_json(filled, path)
    whole = path.read_bytes()
    path.write_bytes(whole.splitlines(keepends=True)[0])
    assert write_json(filled, path)
    assert path.read_bytes() == whole


def test_a_file_is_replaced_at_once(filled: Store, tmp_path: Path) -> None:
    """Who has the old file open goes on reading it, whole; a failure on the way leaves it."""
    path = tmp_path / "releases.jsonl"
    write_json(filled, path)
    old = path.read_bytes()
    keep(filled, numbered(9, "New.", date="2021-03-01"))
    with path.open("rb") as reader:
        with patch("mofa_crawler.atomic_files.os.fsync", side_effect=OSError(28, "No space")):
            with pytest.raises(StoreError, match="No space"):
                write_json(filled, path)
            assert path.read_bytes() == old
        write_json(filled, path)
        assert reader.read() == old
    assert len(path.read_bytes().splitlines()) == 4
    assert [file.name for file in tmp_path.glob("*releases*")] == ["releases.jsonl"]


def test_what_a_link_points_to_is_replaced(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    link = tmp_path / "releases.jsonl"
    link.symlink_to(tmp_path / "data" / "real.jsonl")
    assert write_json(filled, link)
    assert link.is_symlink()
    assert (tmp_path / "data" / "real.jsonl").stat().st_size > 0


def test_a_link_in_a_circle_is_named(filled: Store, tmp_path: Path) -> None:
    link = tmp_path / "releases.jsonl"
    link.symlink_to(link)
    with pytest.raises(StoreError, match=r"releases\.jsonl: Too many levels of symbolic links"):
        write_json(filled, link)


NOT_OURS = "is no file of press releases"


@pytest.mark.parametrize(
    ("ending", "content", "message"),
    [
        (
            "jsonl",
            '{"id": "press/release/other", "revision": 1}\n',
            "has 1 records that are not in",
        ),
        ("jsonl", '{"id": "press/release/press1e_000001", "revision": 2}\n', "has 1 records that"),
        ("json", '[\n{"id": "press/release/other", "revision": 1}\n]\n', "has 1 records that"),
        ("json", '[{"id": "press/release/other", "revision": 1}]', NOT_OURS),
        ("jsonl", "not json\n", NOT_OURS),
        ("json", "not json\n", NOT_OURS),
        ("jsonl", '{"name": "x"}\n', NOT_OURS),
        ("jsonl", '{"id": "\udcff"}\n', NOT_OURS),
        ("jsonl", '{"id": "x", "revision": 99999999999999999999}\n', NOT_OURS),
        ("jsonl", f'{{"id": "x", "a": {"[" * 5000}', NOT_OURS),
    ],
)
def test_a_file_with_other_content_is_never_replaced(
    filled: Store, tmp_path: Path, ending: str, content: str, message: str
) -> None:
    path = tmp_path / f"releases.{ending}"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(StoreError, match=message) as caught:
        write_json(filled, path)
    assert "MOFA_JSON" in str(caught.value)
    assert path.read_bytes() == content.encode("utf-8", "surrogateescape")
    assert {file.name for file in tmp_path.iterdir() if "releases" in file.name} == {path.name}


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_a_line_too_long_for_a_record_is_not_read_whole(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(json_file, "_LONGEST_LINE", 100)
    path = tmp_path / f"releases.{ending}"
    path.write_text('{"id": "%s"' % ("x" * 200))
    with pytest.raises(StoreError, match=NOT_OURS):
        check_json(filled, path)


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_the_check_does_not_load_the_file(filled: Store, tmp_path: Path, ending: str) -> None:
    """A file of 40 MB is checked in a few megabytes."""
    path = tmp_path / f"releases.{ending}"
    line = json.dumps({"id": "press/release/press1e_000001", "revision": 1, "text": "x" * 4000})
    with path.open("w") as file:
        file.writelines(f"{line}\n" for _ in range(10_000))
    tracemalloc.start()
    try:
        check_json(filled, path)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_what_cannot_be_written_is_found_by_the_check(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "fifo.jsonl")
    for path, message in {
        tmp_path: "it is a folder or a device",
        tmp_path / "fifo.jsonl": "it is a folder or a device",
        tmp_path / "no" / "releases.jsonl": "its folder does not exist",
    }.items():
        with pytest.raises(StoreError, match=f"cannot write {path}: {message}"):
            check_json(filled, path)
    # For root, every folder may be written to.
    monkeypatch.setattr("mofa_crawler.export.json_file.os.access", lambda *_: False)
    with pytest.raises(StoreError, match="its folder may not be written to"):
        check_json(filled, tmp_path / "releases.jsonl")


def test_a_full_disk_leaves_the_old_file(filled: Store, tmp_path: Path) -> None:
    """A limit on the size of files, which the system keeps as it would the size of a disk."""
    path = tmp_path / "releases.jsonl"
    path.write_bytes(b"")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(StoreError, match=f"cannot write {path}: File too large"):
            write_json(filled, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == b""
    assert [file.name for file in tmp_path.iterdir() if "releases" in file.name] == [path.name]
