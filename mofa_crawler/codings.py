"""Undoes the transfer and content codings of answers: all those that crawls ask for."""

from __future__ import annotations

import io
import re
import sys
import zlib

import brotli
from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# As a value of Accept-Encoding.
ACCEPTED = "gzip, deflate, br, zstd"
DAMAGED = "damaged"  # the code where bytes were lost or changed on the way

_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]+[ \t]*(?:;[^\r\n]*)?\r\n")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_GZIP = b"\x1f\x8b"  # each of the members begins so


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
    try:
        if coding in {"gzip", "x-gzip"}:
            decoded = _inflated(body, 16 + zlib.MAX_WBITS, limit)
        elif coding == "deflate":
            is_zlib = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0
            decoded = _inflated(body, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS, limit)
        elif coding == "br":
            decoded = _unbrotlied(body, limit)
        elif coding == "zstd":
            decoded = _unzstded(body, limit)
        else:
            raise CodingError("content_coding", f"the content coding {coding!r} is not read")
    except (zlib.error, EOFError) as error:
        if _MARKUP.match(body):
            return body  # undone already
        raise CodingError(DAMAGED, f"the {coding} payload is damaged: {error}") from None
    if len(decoded) > limit:
        raise CodingError("too_large", f"more than {limit:,} bytes")
    return decoded


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    decoded = b""
    while True:
        decompressor = zlib.decompressobj(window)
        decoded += decompressor.decompress(body, limit + 1 - len(decoded))
        if len(decoded) > limit:
            return decoded
        if not decompressor.eof:
            raise EOFError("it breaks off")
        body = decompressor.unused_data
        if not body.startswith(_GZIP):
            return decoded


def _unbrotlied(body: bytes, limit: int) -> bytes:
    decompressor = brotli.Decompressor()
    try:
        decoded = bytes(decompressor.process(body, output_buffer_limit=limit + 1))
    except brotli.error as error:
        raise zlib.error(str(error)) from None
    if len(decoded) <= limit and not decompressor.is_finished():
        raise EOFError("it breaks off")
    return decoded


def _unzstded(body: bytes, limit: int) -> bytes:
    decompressor = zstd.ZstdDecompressor()
    try:
        decoded = decompressor.decompress(body, max_length=limit + 1)
    except zstd.ZstdError as error:
        raise zlib.error(str(error)) from None
    if len(decoded) <= limit and not decompressor.eof:
        raise EOFError("it breaks off")
    return decoded
