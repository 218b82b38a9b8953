"""Ends the archive files of runs that were killed: what is whole is kept, a torn end is cut off."""

from __future__ import annotations

import zlib
from hashlib import sha256
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator

from mofa_crawler.archive.writer import OPEN
from mofa_crawler.items import ArchivePlace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_CHUNK = 1 << 20  # bytes read at a time


def finish(folder: Path, name: str, start: int) -> list[tuple[str, ArchivePlace]]:
    """Cut off the torn end of a file of ours and give it its name; nothing where it has it.

    `start` is an offset at which a record begins. Returns where the answers from there on lie,
    with the SHA-256 of their bodies after content decoding. Raises `OSError`.
    """
    path = folder / (name + OPEN)
    if not path.is_file():
        return []
    with path.open("r+b") as file:
        file.seek(start)
        file.truncate(_end_of_whole_members(file))
        file.seek(start)
        places = list(_places(file, name))
    path.rename(folder / name)
    return places


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


def _places(file: BinaryIO, name: str) -> Iterator[tuple[str, ArchivePlace]]:
    records = ArchiveIterator(file)
    for record in records:
        if record.rec_type != "response":
            continue
        body_hash = sha256(record.content_stream().read()).hexdigest()
        headers = record.rec_headers
        yield (
            body_hash,
            ArchivePlace(
                file=name,
                offset=records.get_record_offset(),
                archived_at=headers.get_header("WARC-Date"),
                digest=headers.get_header("WARC-Payload-Digest"),
            ),
        )
