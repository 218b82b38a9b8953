"""Finishes the archive files of killed runs: keeps whole records, and cuts off a torn end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from mofa_crawler.archive.captures import UnreadableCapture
from mofa_crawler.archive.locations import OPEN
from mofa_crawler.archive.reading import read_response
from mofa_crawler.archive.warc_records import Gap, RecordHead, scan
from mofa_crawler.atomic_files import rename_new, sync_folder, try_lock
from mofa_crawler.outcome import WarcLocation


def unfinished_files(folder: Path) -> list[str]:
    """The names, without `.open`, of the archive files in a folder that are not finished.

    A run may still be writing one of them; `finishing` leaves this file alone. Raises `OSError`.
    """
    if not folder.is_dir():
        return []
    return sorted(file.name.removesuffix(OPEN) for file in folder.glob(f"*.warc.gz{OPEN}"))


@contextmanager
def finishing(
    folder: Path, name: str, start: int, *, limit: int
) -> Iterator[list[tuple[str, WarcLocation]]]:
    """Finish the archive file `name` of a run that was killed or could not close it.

    Yields the locations of the pages from the offset `start` on, where a record must begin. Each
    location has the SHA-256 of its decoded body; bodies of more than `limit` bytes are left out.
    The records are on the disk by then. If another run has finished the file, the file is only
    read. If there is no file, or a run is still writing it, there are no locations.

    The file loses the ending `.open` only at the end of the context: if the process is killed
    before the locations are stored, `unfinished_files` names the file again. A file without a
    response is removed. Raises `OSError`.
    """
    unfinished, finished = folder / (name + OPEN), folder / name
    if not unfinished.is_file():
        yield _locations(finished, name, start, limit) if finished.is_file() else []
        return
    with unfinished.open("r+b") as file:
        if not try_lock(file.fileno()):
            yield []
            return
        has_records = _cut_torn_end(file, start)
        os.fsync(file.fileno())
        yield _locations(unfinished, name, start, limit)
    if not has_records:
        unfinished.unlink()
    elif finished.exists() and finished.samefile(unfinished):
        unfinished.unlink()  # a process was killed between link and unlink in `rename_new`
    else:
        rename_new(unfinished, finished)
    sync_folder(folder)


def _cut_torn_end(file: BinaryIO, start: int) -> bool:
    """Cut off all after the last whole record; returns False if the file has only a `warcinfo`.

    Damage before the last whole record stays, because the records after it can be read.
    """
    has_records = start > 0
    for record in scan(file, start):
        if isinstance(record, Gap):
            if record.end == file.seek(0, os.SEEK_END):
                file.truncate(record.start)
        else:
            has_records = has_records or record.type != "warcinfo"
    return has_records


def _locations(path: Path, name: str, start: int, limit: int) -> list[tuple[str, WarcLocation]]:
    with path.open("rb") as file:
        heads = [
            record
            for record in scan(file, start)
            if not isinstance(record, Gap) and _has_page(record)
        ]
    locations = []
    for head in heads:
        try:
            body = read_response(path, head.offset, limit=limit).body
        except UnreadableCapture:
            continue  # the run could not read it either
        location = WarcLocation(
            file=name, offset=head.offset, archived_at=head.date, digest=head.digest
        )
        locations.append((sha256(body).hexdigest(), location))
    return locations


def _has_page(head: RecordHead) -> bool:
    """Whether a record has a page. Error responses have the same body at many addresses."""
    return head.type == "response" and head.status == HTTPStatus.OK and not head.damage
