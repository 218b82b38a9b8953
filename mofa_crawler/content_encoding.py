"""Undoes the transfer and content codings of answers: all those that crawls ask for."""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from typing import TYPE_CHECKING

import brotli
from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

# As a value of Accept-Encoding.
ACCEPTED = "gzip, deflate, br, zstd"
DAMAGED = "damaged"  # the code where bytes were lost or changed on the way

_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]+[ \t]*(?:;[^\r\n]*)?\r\n")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_PIECE = 64 * 1024


class CodingError(Exception):
    """The page in a body cannot be had. `code` is stable, `str()` one line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def decode(body: bytes, *, transfer: str = "", content: str, limit: int) -> bytes:
    """A body as the page that it is, by the values of Transfer-Encoding and Content-Encoding.

    Some archives keep the headers of what they have undone already: such a body is as it is.
    Raises `CodingError` where it is damaged (also where only its checksum says so), of more than
    `limit` bytes, or in a coding that is not read.
    """
    if transfer.lower() == "chunked" and _CHUNK_SIZE.match(body):
        try:
            body = bytes(ChunkedDataReader(io.BytesIO(body), raise_exceptions=True).read())
        except ChunkedDataException:
            raise CodingError(DAMAGED, "the answer breaks off") from None
    for coding in reversed([name.strip().lower() for name in content.split(",")]):
        body = _decoded(body, coding, limit)
    return body


def _decoded(body: bytes, coding: str, limit: int) -> bytes:
    if coding in {"", "identity"} or not body:
        return body
    undo = _UNDO.get(coding)
    if undo is None and not _MARKUP.match(body):
        raise CodingError("content_coding", f"the content coding {coding!r} is not read")
    try:
        decoded = undo(body, limit) if undo else body
    except (zlib.error, OSError, EOFError, brotli.error, zstd.ZstdError) as error:
        if _MARKUP.match(body):
            return body  # undone already
        raise CodingError(DAMAGED, f"the {coding} payload is damaged: {error}") from None
    if len(decoded) > limit:
        raise CodingError("too_large", f"more than {limit:,} bytes")
    return decoded


def _gunzipped(body: bytes, limit: int) -> bytes:
    return _read(gzip.GzipFile(fileobj=io.BytesIO(body)), limit)


def _inflated(body: bytes, limit: int) -> bytes:
    is_zlib = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0
    decompressor = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
    decoded = decompressor.decompress(body, limit + 1)
    if not decompressor.eof and len(decoded) <= limit:
        raise EOFError("it breaks off")
    return decoded


def _unbrotlied(body: bytes, limit: int) -> bytes:
    decompressor = brotli.Decompressor()
    decoded = bytes(decompressor.process(body, output_buffer_limit=limit + 1))
    if len(decoded) <= limit and not decompressor.is_finished():
        raise EOFError("it breaks off")
    return decoded


def _unzstded(body: bytes, limit: int) -> bytes:
    return _read(zstd.ZstdFile(io.BytesIO(body)), limit)


def _read(file: gzip.GzipFile | zstd.ZstdFile, limit: int) -> bytes:
    """What a file holds, to its end; of more than the limit, one byte more than that."""
    pieces, left = [], limit + 1
    with file:
        while left and (piece := file.read1(min(left, _PIECE))):
            pieces.append(piece)
            left -= len(piece)
    return b"".join(pieces)


_UNDO: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
    "zstd": _unzstded,
}
