"""The dataset as one JSON file: sorted, without duplicates, replaced as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import msgspec
from msgspec import Meta

from mofa_crawler.atomic_files import real_path, replace_file
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from mofa_crawler.export.columns import Records
    from mofa_crawler.store.store import Store

ENDINGS = (".jsonl", ".json")
_LONGEST_LINE = 64 * 1024 * 1024  # bytes; one record is a few thousand


_Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]  # SQLite has no larger integer


class _Identified(msgspec.Struct):
    id: Annotated[str, Meta(min_length=1)]
    revision: _Number
    parser_version: _Number = 1


_decoder = msgspec.json.Decoder(_Identified)


def write_json(store: Store, path: Path) -> bool:
    """Write all records, by date and id, to `path`; returns whether the file changed.

    `.jsonl` has a record a line, `.json` one array with a record a line. If the store has no
    record, no new file is made. Raises `StoreError`, as `check_json`, and if the file cannot be
    written; the file is then unchanged.
    """
    path = real_path(path)
    try:
        check_json(store, path)
        if not path.exists() and next(store.releases.records(), None) is None:
            return False
        write = write_array if path.suffix == ".json" else write_lines
        return replace_file(path, lambda file: write(store.releases, file))
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error


def check_json(store: Store, path: Path) -> None:
    """Raise `StoreError` if `path` must not be replaced with the store's records.

    A file must not be replaced if it is no file of records, if it has records or revisions that
    the store lacks, or if its folder cannot be written. Reads one record at a time.
    """
    if not path.parent.is_dir():
        raise StoreError(f"cannot write {path}: its folder does not exist")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise StoreError(f"cannot write {path}: its folder may not be written to")
    if path.exists() and not path.is_file():
        raise StoreError(f"cannot write {path}: it is a folder or a device; name another file")
    first, count = "", 0
    for record in _records_in(path):
        if not store.releases.has_revision(record.id, record.revision, record.parser_version):
            first, count = first or record.id, count + 1
    if count:
        raise StoreError(
            f"{path} has {count} records that are not in {store.path} ({first} …), "
            "so it is not replaced; move it away, or name another file with MOFA_JSON"
        )


def _records_in(path: Path) -> Iterator[_Identified]:
    """The records of an existing file, a line each; none if there is no file or it is empty."""
    try:
        with path.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                if path.suffix == ".json":  # an array, whose brackets are on lines of their own
                    line = line.strip(b"\r\n,")
                    if line in {b"", b"[", b"]", b"[]"}:
                        continue
                yield _decoder.decode(line)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StoreError(
            f"{path} is no file of press releases, one a line ({error}), so it is not replaced; "
            "move it away, or name another file with MOFA_JSON"
        ) from error


def write_lines(source: Records, file: BinaryIO) -> None:
    file.writelines(msgspec.json.encode(record) + b"\n" for record in source.records())


def write_array(source: Records, file: BinaryIO) -> None:
    """One JSON array with a record a line."""
    file.write(b"[")
    before = b"\n"
    for record in source.records():
        file.write(before + msgspec.json.encode(record))
        before = b",\n"
    file.write(b"\n]\n")
