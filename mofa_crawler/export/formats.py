"""The formats of `scrapy export`, and how each is put in its place: whole, or not at all."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from mofa_crawler.atomic_files import replace_file, replace_folder
from mofa_crawler.export import data_package
from mofa_crawler.export.atom_feed import write_atom
from mofa_crawler.export.csv_file import write_csv
from mofa_crawler.export.data_package import write_data_package
from mofa_crawler.export.json_file import write_records
from mofa_crawler.queries.snapshot import Snapshot, snapshot
from mofa_crawler.store.connection import files_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from mofa_crawler.store.records import Selection


class ExportError(Exception):
    """The export cannot be written. `str()` is one line that says why, and what to do."""


def _json(taken: Snapshot, file: BinaryIO) -> None:
    write_records(taken.records(), file, array=True)


def _jsonl(taken: Snapshot, file: BinaryIO) -> None:
    write_records(taken.records(), file, array=False)


def _csv(taken: Snapshot, file: BinaryIO) -> None:
    write_csv(taken.records(), file)


# What needs pyarrow is imported where it is asked for: it is an extra, and takes a while to load.
def _parquet(taken: Snapshot, file: BinaryIO) -> None:
    _import("parquet_file").write_parquet(taken.records(), file)


def _hugging_face(taken: Snapshot, folder: Path) -> None:
    _import("hugging_face").write_hugging_face(taken, folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A format that is a folder.

    One of ours holds `files` (names below the folder) and nothing else, and its `descriptor` bears
    the `mark`.
    """

    write: Callable[[Snapshot, Path], None]
    files: re.Pattern[str]
    descriptor: str
    mark: str


Write = Callable[[Snapshot, BinaryIO], None]

# What is text may go to stdout.
TEXTS: dict[str, Write] = {"jsonl": _jsonl, "json": _json, "csv": _csv, "atom": write_atom}
FILES: dict[str, Write] = {**TEXTS, "parquet": _parquet}
FOLDERS: dict[str, Folder] = {
    "datapackage": Folder(
        write=write_data_package,
        files=re.compile("|".join(map(re.escape, data_package.FILES))),
        descriptor=data_package.DESCRIPTOR,
        mark=data_package.NAME,
    ),
    "huggingface": Folder(
        write=_hugging_face,
        files=re.compile(r"README\.md|data/(?:empty|[a-z]{2}/\d{4})\.parquet"),
        descriptor="README.md",
        mark="\n- mofa_crawler\n",
    ),
}
FORMATS = [*FILES, *FOLDERS]


def _import(module: str) -> ModuleType:
    try:
        return import_module(f"mofa_crawler.export.{module}")
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] == "pyarrow":
            raise ExportError(
                "this format needs pyarrow: install mofa_crawler with its extra parquet "
                "(pip install '.[parquet]'), or pyarrow itself"
            ) from error
        raise


def export(database: Path, selection: Selection, name: str, target: Path | None) -> int:
    """Write a selection in the format `name` to a file or folder, None: to stdout.

    Returns how many releases there were. Raises `StoreError`, `NoSuchRun`, and `ExportError`, what
    was there before untouched; BrokenPipeError where the reader of stdout has gone.
    """
    if target is not None:
        target = target.resolve()  # what a link points to is replaced, not the link
        if not target.parent.is_dir():
            raise ExportError(f"cannot write {target}: there is no folder {target.parent}")
    try:
        with snapshot(database, selection) as taken:
            if target is None:
                _to_stdout(TEXTS[name], taken)
            elif name in FOLDERS:
                folder = FOLDERS[name]
                _check_folder(target, folder)
                replace_folder(target, lambda new: folder.write(taken, new))
            else:
                write = FILES[name]
                _check_file(target, database)
                replace_file(target, lambda file: write(taken, file))
            return taken.given
    except BrokenPipeError:
        raise
    except OSError as error:
        where = target or "to stdout"
        raise ExportError(f"cannot write {where}: {error.strerror or error}") from error


def _check_file(target: Path, database: Path) -> None:
    """Raise `ExportError` where a file must not be replaced."""
    if target.exists() and not target.is_file():
        raise ExportError(f"cannot write {target}: it is no file")
    if target in files_of(database):
        raise ExportError(f"cannot write {target}: it belongs to the database")


def _check_folder(target: Path, folder: Folder) -> None:
    """Raise `ExportError` where a folder must not be replaced."""
    if not target.exists():
        return
    if not target.is_dir():
        raise ExportError(f"cannot write {target}: it is no folder")
    names = [path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()]
    if not names:
        return
    descriptor = target / folder.descriptor
    is_ours = descriptor.is_file() and folder.mark in descriptor.read_text("utf-8", "replace")
    others = [name for name in names if not folder.files.fullmatch(name)]
    if others or not is_ours:
        raise ExportError(
            f"{target} holds something else ({min(others or names)}), so it is not replaced; "
            "name another folder"
        )


def _to_stdout(write: Callable[[Snapshot, BinaryIO], None], taken: Snapshot) -> None:
    # Not sys.stdout, which would try again, at exit, to write what cannot be written.
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as file:
        write(taken, file)
