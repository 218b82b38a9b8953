"""Ends the archive files of runs that were killed: what is whole is kept, a torn end is cut off."""

from __future__ import annotations

import os
import zlib
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator

from mofa_crawler.archive.captures import UnreadableCapture
from mofa_crawler.archive.reading import read_response
from mofa_crawler.archive.writing import OPEN
from mofa_crawler.outcome import WarcLocation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_CHUNK = 1 << 20  # bytes read at a time
_OK = "200"


@contextmanager
def finishing(
    folder: Path, name: str, start: int, *, limit: int
) -> Iterator[list[tuple[str, WarcLocation]]]:
    """Cut off the torn end of a file of ours; nothing where there is none that is open.

    `start` is an offset at which a record begins. Gives where the pages from there on lie, with the
    SHA-256 of their bodies after content decoding; what has more than `limit` bytes is left out.
    All of it is on the disk. The file gets its name at the end of the context: until the places are
    kept, it is to be found again. Raises `OSError`.
    """
    path = folder / (name + OPEN)
    if not path.is_file():
        yield []
        return
    with path.open("r+b") as file:
        file.seek(start)
        file.truncate(_end_of_whole_members(file))
        os.fsync(file.fileno())
    yield list(_locations(path, name, start, limit))
    path.rename(folder / name)


def _end_of_whole_members(file: BinaryIO) -> int:
    """The offset behind the last gzip member, from here on, that is whole."""
    end = position = file.tell()
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while chunk := file.read(_CHUNK):
        position += len(chunk)
        while chunk:
            try:
                member.decompress(chunk)
            except zlib.error:
                return end
            chunk = member.unused_data
            if member.eof:
                end = position - len(chunk)
                member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return end


def _locations(path: Path, name: str, start: int, limit: int) -> Iterator[tuple[str, WarcLocation]]:
    with path.open("rb") as file:
        file.seek(start)
        records = ArchiveIterator(file)
        for record in records:
            # The body of an error is that of no page, and the same for many.
            if record.rec_type != "response" or record.http_headers.get_statuscode() != _OK:
                continue
            headers = record.rec_headers
            location = WarcLocation(
                file=name,
                offset=records.get_record_offset(),
                archived_at=headers.get_header("WARC-Date"),
                digest=headers.get_header("WARC-Payload-Digest"),
            )
            try:
                # warcio does not know all of the content encodings that crawls accept.
                body = read_response(path, location.offset, limit=limit).body
            except UnreadableCapture:
                continue  # nor did the run read it
            yield sha256(body).hexdigest(), location
