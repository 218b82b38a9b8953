"""The formats of `scrapy export`, and how each is put in its place: whole, or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from mofa_crawler.files import replace_file
from mofa_crawler.store.export.atom_feed import write_atom
from mofa_crawler.store.export.csv_file import write_csv
from mofa_crawler.store.json_file import write_records
from mofa_crawler.store.snapshot import Snapshot, snapshot

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


def _parquet(taken: Snapshot, file: BinaryIO) -> None:
    # Imported where it is asked for: it needs an extra, and a while to load.
    module = _import("parquet_file")
    module.write_parquet(taken.records(), file)


Write = Callable[[Snapshot, BinaryIO], None]

# What is text may go to stdout.
TEXTS: dict[str, Write] = {"jsonl": _jsonl, "json": _json, "csv": _csv, "atom": write_atom}
FILES: dict[str, Write] = {**TEXTS, "parquet": _parquet}
FORMATS = [*FILES]


def _import(module: str) -> ModuleType:
    try:
        return import_module(f"mofa_crawler.store.export.{module}")
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] == "pyarrow":
            raise ExportError(
                "this format needs pyarrow, which the extra parquet installs: "
                "pip install 'mofa-crawler[parquet]'"
            ) from error
        raise


def export(database: Path, selection: Selection, name: str, target: Path | None) -> int:
    """Write a selection in the format `name` to a file or folder, None: to stdout.

    Returns how many releases there were. Raises `StoreError`, `NoSuchRun`, and `ExportError`, what
    was there before untouched; BrokenPipeError where the reader of stdout has gone.
    """
    if target is not None:
        target = target.resolve()  # what a link points to is replaced, not the link
    try:
        with snapshot(database, selection) as taken:
            write = FILES[name]
            if target is None:
                _to_stdout(write, taken)
            else:
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
    if not target.parent.is_dir():
        raise ExportError(f"cannot write {target}: there is no folder {target.parent}")
    if target.exists() and not target.is_file():
        raise ExportError(f"cannot write {target}: it is no file")
    if target.name.startswith(database.name) and target.parent == database.resolve().parent:
        raise ExportError(f"cannot write {target}: it belongs to the database")


def _to_stdout(write: Callable[[Snapshot, BinaryIO], None], taken: Snapshot) -> None:
    # Not sys.stdout, which would try again, at exit, to write what cannot be written.
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as file:
        write(taken, file)
