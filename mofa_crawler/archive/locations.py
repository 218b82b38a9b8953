"""Records of our archive, as the store keeps them: a file, an offset, a date and a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.archive.warc_records import RecordHead, head_at

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.outcome import WarcLocation

# What an unfinished file is named until its run has ended.
OPEN = ".open"


def check_location(folder: Path, location: WarcLocation) -> bool:
    """Whether the record of a location is in the archive, whole and with the bytes it had.

    Reads that record and nothing else: a millisecond for a page.
    """
    return record_at(folder, location) is not None


def record_at(folder: Path, location: WarcLocation) -> RecordHead | None:
    """The head of the record of a location; None if it is lost, cut, unreadable or another one.

    A file that its run has not finished is read too.
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
        is_it = (head.date, head.digest) == (location.archived_at, location.digest)
        return head if is_it else None
    return None
