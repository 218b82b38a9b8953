"""The dataset as one JSON file: whole, sorted, without duplicates, replaced at once or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, BinaryIO

import msgspec

from mofa_crawler.atomic_files import replace_file
from mofa_crawler.record import as_json
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mofa_crawler.queries.snapshot import Snapshot
    from mofa_crawler.record import PressRelease
    from mofa_crawler.store.store import Store

ENDINGS = (".jsonl", ".json")


class _Identified(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(min_length=1)]
    revision: int


def write_json(store: Store, path: Path) -> bool:
    """Write all records, by date and id, to `path`; returns whether the file changed.

    `.jsonl` holds a record a line, `.json` one array with a record a line. An existing file is
    replaced only as a whole, and only if all in it is in the store; without a record no file is
    made. Raises `StoreError`, the file untouched, where it cannot be read or written or would lose
    records.
    """
    path = path.resolve()  # what a link points to is replaced, not the link
    try:
        check_json(store, path)
        if not path.exists() and not store.revisions():
            return False
        write = _write_array if path.suffix == ".json" else _write_lines
        return replace_file(path, lambda file: write(store.records(), file))
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error


def check_json(store: Store, path: Path) -> None:
    """Raise `StoreError` where `path` cannot be a file of the store's records.

    It holds something else, or records or revisions that the store does not, or cannot be written.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise StoreError(f"cannot write {path}: it is a folder, or its folder does not exist")
    held = store.revisions()
    lost = [record.id for record in _records_in(path) if held.get(record.id, 0) < record.revision]
    if lost:
        raise StoreError(
            f"{path} holds {len(lost)} records that {store.path} does not ({lost[0]} …), "
            "so it is not replaced; move it away, or name another file with MOFA_JSON"
        )


def _records_in(path: Path) -> Iterator[_Identified]:
    """The records of an existing file; none where there is no file or it is empty."""
    try:
        content = path.read_bytes()
        if path.suffix == ".jsonl":
            records = [msgspec.json.decode(line, type=_Identified) for line in content.splitlines()]
        else:
            records = msgspec.json.decode(content or b"[]", type=list[_Identified])
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{path} is no file of press releases ({error}), so it is not replaced; "
            "move it away, or name another file with MOFA_JSON"
        ) from error
    yield from records


def write_lines(snapshot: Snapshot, file: BinaryIO) -> None:
    _write_lines(snapshot.records(), file)


def write_array(snapshot: Snapshot, file: BinaryIO) -> None:
    _write_array(snapshot.records(), file)


def _write_lines(records: Iterable[PressRelease], file: BinaryIO) -> None:
    file.writelines(as_json(record).encode() + b"\n" for record in records)


def _write_array(records: Iterable[PressRelease], file: BinaryIO) -> None:
    """One JSON array with a record a line."""
    file.write(b"[")
    before = b"\n"
    for record in records:
        file.write(before + as_json(record).encode())
        before = b",\n"
    file.write(b"\n]\n")
