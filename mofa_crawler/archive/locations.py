"""Finds the WARC record of a location that the store keeps: file, offset, date and digest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mofa_crawler.archive.warc_records import RecordHead, head_at

if TYPE_CHECKING:
    from mofa_crawler.outcome import WarcLocation

# The ending of a file's name until the run has finished the file.
OPEN = ".open"


def record_at(folder: Path, location: WarcLocation) -> RecordHead | None:
    """The head of a location's record; None if the record is lost, cut, unreadable or another one.

    Reads only this record, which takes about a millisecond, also from the file of an unfinished
    run.
    """
    for name in (location.file, location.file + OPEN):
        try:
            with (folder / name).open("rb") as file:
                head = head_at(file, location.offset)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        if head is None or head.damage:
            return None
        is_same = (head.date, head.digest) == (location.archived_at, location.digest)
        return head if is_same else None
    return None
