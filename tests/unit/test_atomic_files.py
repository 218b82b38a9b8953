"""Files and folders are the old ones or the new ones, whenever the process is killed."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from mofa_crawler import atomic_files
from mofa_crawler.atomic_files import rename_new, replace_file, replace_folder, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# All that changes names on the disk.
CALLS = ("rename", "replace", "link", "unlink", "mkdir", "rmdir", "fsync", "open", "chmod")


def killed(call: int, change: Callable[[], object], *, exchanges: bool) -> bool:
    """Make the change in a process that ends at its nth call of the system; whether it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = call

    def until_then(function: Callable[..., Any]) -> Callable[..., Any]:
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(9)
            return function(*args, **kwargs)

        return stand_in

    try:
        for name in CALLS:
            setattr(os, name, until_then(getattr(os, name)))
        exchange = atomic_files._rename if exchanges else lambda *_: False
        atomic_files._rename = until_then(exchange)  # type: ignore[assignment]
        change()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a forked test must not go on
        os._exit(1)


def filling(text: str) -> Callable[[Path], None]:
    def fill(folder: Path) -> None:
        (folder / "in").mkdir()
        (folder / "in" / "a.txt").write_text(text)
        (folder / "b.txt").write_text(text)

    return fill


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def text_of(folder: Path) -> set[str]:
    return {file.read_text() for file in folder.rglob("*.txt")}


@pytest.mark.parametrize("exchanges", [True, False], ids=["exchange", "two renames"])
def test_a_folder_is_the_old_or_the_new_one_after_a_kill(tmp_path: Path, exchanges: bool) -> None:
    path = tmp_path / "package"
    for call in count():
        replace_folder(path, filling("old"))
        if not killed(call, lambda: replace_folder(path, filling("new")), exchanges=exchanges):
            break
        if exchanges:
            assert text_of(path) in ({"old"}, {"new"}), call
        with pytest.raises(ValueError, match="no"):
            replace_folder(path, fail)
        assert text_of(path) in ({"old"}, {"new"}), call
        assert names_in(tmp_path) == ["package"], call
    assert text_of(path) == {"new"}
    assert call > 10


def test_two_who_make_a_folder_at_once_make_one(tmp_path: Path) -> None:
    both_have_filled = Barrier(2)

    def fill(folder: Path) -> None:
        filling("new")(folder)
        both_have_filled.wait()

    with ThreadPoolExecutor(2) as pool:
        for name in "abcdefgh":
            path = tmp_path / name
            list(pool.map(replace_folder, [path, path], [fill, fill]))
            assert text_of(path) == {"new"}


def fail(_: object) -> None:
    raise ValueError("no")


def test_a_file_is_the_old_or_the_new_one_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    (tmp_path / ".out.jsonl.original").write_text("of a user")
    for call in count():
        replace_file(path, lambda file: file.write(b"old"))
        new = lambda: replace_file(path, lambda file: file.write(b"new"))  # noqa: E731
        if not killed(call, new, exchanges=True):
            break
        assert path.read_bytes() in {b"old", b"new"}, call
        with pytest.raises(ValueError, match="no"):
            replace_file(path, fail)
        assert names_in(tmp_path) == [".out.jsonl.original", "out.jsonl"], call
    assert path.read_bytes() == b"new"
    assert call > 3


def test_what_another_process_is_writing_stays(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"

    def write(file: BinaryIO) -> None:
        assert replace_file(path, lambda other: other.write(b"other"))
        file.write(b"mine")

    assert replace_file(path, write)
    assert path.read_bytes() == b"mine"
    assert names_in(tmp_path) == ["x.csv"]


def test_a_temporary_folder_of_a_killed_process_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def use() -> None:
        with temporary_folder("unpacked") as folder:
            (folder / "0.warc").write_text("much")
            os.rename(folder / "0.warc", folder / "1.warc")  # noqa: PTH104 - ends the child

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert killed(2, use, exchanges=True)
    assert len(names_in(tmp_path)) == 2
    use()
    assert names_in(tmp_path) == []


def test_a_new_file_is_for_whom_the_umask_says(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        replace_file(tmp_path / "x", lambda file: file.write(b"x"))
        replace_folder(tmp_path / "y", filling("y"))
    finally:
        os.umask(mask)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "xy"]
    assert modes == [0o640, 0o750]


@pytest.mark.parametrize("system", ["renameat2", "links", "neither"])
def test_a_file_never_takes_the_name_of_another(
    tmp_path: Path, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if system != "renameat2":
        monkeypatch.setattr(atomic_files, "_rename", lambda *_: False)
    if system == "neither":
        monkeypatch.setattr(os, "link", no_links)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("new")
    target.write_text("old")
    with pytest.raises(FileExistsError):
        rename_new(source, target)
    assert (source.read_text(), target.read_text()) == ("new", "old")
    target.unlink()
    rename_new(source, target)
    assert names_in(tmp_path) == ["target"]
    assert target.read_text() == "new"


def no_links(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")
