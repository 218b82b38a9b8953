"""Writes an export to its file or folder: whole, or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from mofa_crawler.atomic_files import real_path, replace_file, replace_folder
from mofa_crawler.export.formats import FORMATS, TEXTS, ExportError, FolderFormat
from mofa_crawler.period import Period
from mofa_crawler.queries.catalogue import Catalogue
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.snapshot import Snapshot
from mofa_crawler.store.connection import files_of

if TYPE_CHECKING:
    from mofa_crawler.store.records import Selection


def export(database: Path, selection: Selection | Period, name: str, target: Path | None) -> int:
    """Write records in the format `name` to a file or folder; if `target` is None, to stdout.

    Writes the releases of a `Selection`, or the catalogue's rows of a `Period`. Returns the number
    of records. Raises `StoreError`, `NoSuchRun` and `ExportError`, and `BrokenPipeError` if the
    reader of stdout has gone. After an error, `target` is unchanged.
    """
    if target is not None:
        target = real_path(target)
        if not target.parent.is_dir():
            raise ExportError(f"cannot write {target}: there is no folder {target.parent}")
    try:
        with reading(database) as db:
            table: Catalogue | Snapshot
            if isinstance(selection, Period):
                table = Catalogue(db, selection)
            else:
                table = Snapshot(db, selection)
            exporter = FORMATS[name]
            if target is None:
                with stdout() as file:
                    TEXTS[name].write(table, file)
            elif isinstance(exporter, FolderFormat):
                _check_folder(target, exporter)
                replace_folder(target, lambda folder: exporter.write(table, folder))
            else:
                _check_file(target, database)
                replace_file(target, lambda file: exporter.write(table, file))
            return table.given
    except BrokenPipeError:
        raise
    except OSError as error:
        where = target or "to stdout"
        raise ExportError(f"cannot write {where}: {error.strerror or error}") from error


def _check_file(target: Path, database: Path) -> None:
    """Raise `ExportError` if a file must not be replaced."""
    if target.exists() and not target.is_file():
        raise ExportError(f"cannot write {target}: it is no file; name a file with -o")
    if target in files_of(database):
        raise ExportError(f"cannot write {target}: it belongs to the database; name another")


def _check_folder(target: Path, exporter: FolderFormat) -> None:
    """Raise `ExportError` if a folder must not be replaced."""
    if not target.exists():
        return
    if not target.is_dir():
        raise ExportError(f"cannot write {target}: it is no folder; name a folder with -o")
    descriptor = target / exporter.descriptor
    is_ours = descriptor.is_file() and exporter.label in descriptor.read_text("utf-8", "replace")
    # This ends at the first other file, because the folder may be as large as a disk.
    for path in target.rglob("*"):
        name = path.relative_to(target).as_posix()
        is_folder = path.is_dir() and not path.is_symlink()
        if not is_folder and not (is_ours and exporter.files.fullmatch(name)):
            raise ExportError(
                f"{target} contains something else ({name}), so it is not replaced; "
                "name another folder"
            )


@contextmanager
def stdout() -> Iterator[BinaryIO]:
    """Stdout for bytes. After a failed write, `sys.stdout` would write again at exit."""
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as file:
        yield file
