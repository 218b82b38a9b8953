"""Gzip files member by member: a compressed WARC file has one member for each record."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

MAGIC = b"\x1f\x8b\x08"
CHUNK = 64 * 1024  # bytes read at a time
# Pages shrink to a tenth, and lists of similar links to a fortieth. Deflate can reach 1032. Data
# above this ratio was made to fill memory or a disk.
MOST_RATIO = 100
FREE_BYTES = 16 * 1024 * 1024  # up to this size, the ratio is not checked


class GzipMember(io.RawIOBase):
    """The decompressed bytes of the gzip member that begins at an offset of a file.

    Reading raises `zlib.error` if the member is damaged or goes beyond `MOST_RATIO`, and `EOFError`
    if the file ends within the member. `size` is the number of bytes decompressed so far.
    """

    def __init__(self, file: BinaryIO, offset: int) -> None:
        super().__init__()
        file.seek(offset)
        self._file = file
        self._offset = offset
        self._zip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._zip.eof:
            data = self._zip.unconsumed_tail or self._file.read(CHUNK)
            if not data:
                raise EOFError("the file ends within a record")
            if out := self._zip.decompress(data, len(buffer)):
                self._grow(len(out))
                buffer[: len(out)] = out
                return len(out)
        return 0

    def _grow(self, count: int) -> None:
        self.size += count
        if self.size > FREE_BYTES + MOST_RATIO * (self._file.tell() - self._offset):
            raise zlib.error(f"it expands to more than {MOST_RATIO} times its size")

    @property
    def end(self) -> int:
        """The offset after the member. It is known once the member has been read to its end."""
        return self._file.tell() - len(self._zip.unused_data)


def unpack(file: BinaryIO, copy: BinaryIO) -> bool:
    """Decompress all members of `file` into `copy`; returns False if one is torn or damaged."""
    offset = 0
    size = file.seek(0, io.SEEK_END)
    try:
        while offset < size:
            member = GzipMember(file, offset)
            stream = io.BufferedReader(member, CHUNK)
            while data := stream.read1(CHUNK):
                copy.write(data)
            offset = member.end
    except (EOFError, zlib.error):
        return False
    return True
