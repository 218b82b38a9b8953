"""Undoes the transfer and content encodings of responses: all those that crawls accept."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:

    class _Decompressor(Protocol):
        @property
        def eof(self) -> bool: ...
        @property
        def unused_data(self) -> bytes: ...
        def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


# As a value of Accept-Encoding.
ACCEPTED = "gzip, deflate, br, zstd"
DAMAGED = "damaged"  # the code if bytes were lost or changed on the way

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")
_CHUNK_END = b"\r\n"
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_LINE_ENDS = b" \t\r\n\0"
_LONGEST_END = 100  # bytes of a compressed page that look like line ends
# Servers that compress piece by piece send some dozens. Each costs a copy of the bytes after it.
_MOST_FRAMES = 1_000


class ContentEncodingError(Exception):
    """The content encoding of a body cannot be undone. `code` is stable, `str()` is one line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def encodings_in(headers: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The values of Transfer-Encoding and Content-Encoding in all header lines of a response."""
    transfer, content = (
        ",".join(value for name, value in headers if name.lower() == wanted)
        for wanted in ("transfer-encoding", "content-encoding")
    )
    return transfer, content


def decompress(body: bytes, *, transfer: str = "", content: str, limit: int) -> bytes:
    """The page in a body, by the values of Transfer-Encoding and Content-Encoding.

    Some archives keep the headers of encodings that they have undone: such a body is returned
    unchanged. Raises `ContentEncodingError` if the body is damaged (also if only its checksum says
    so), if the page has more than `limit` bytes, and if an encoding is unknown.
    """
    for encoding in reversed([name.strip().lower() for name in f"{content},{transfer}".split(",")]):
        if encoding != "chunked":
            body = _undo(body, encoding, limit)
        elif _CHUNK_SIZE.match(body):
            body = b"".join(_chunks(body))
    return body


def _chunks(body: bytes) -> Iterator[bytes]:
    """The chunks of a body. Header lines may follow the last one."""
    begin = 0
    while size := _CHUNK_SIZE.match(body, begin):
        length, begin = int(size[1], 16), size.end()
        if not length:
            return
        yield body[begin : begin + length]
        begin += length + len(_CHUNK_END)
        if body[begin - len(_CHUNK_END) : begin] != _CHUNK_END:
            break
    raise ContentEncodingError(DAMAGED, "the response breaks off")


def _undo(body: bytes, encoding: str, limit: int) -> bytes:
    if encoding in {"", "identity"} or not body:
        return body
    decompressor = _DECOMPRESSORS.get(encoding)
    if decompressor is None and not _MARKUP.match(body):
        raise ContentEncodingError(
            "content_encoding", f"the content encoding {encoding!r} is not read"
        )
    try:
        page = decompressor(body, limit) if decompressor else body
    except (zlib.error, OSError, EOFError, brotli.error, zstd.ZstdError) as error:
        if _MARKUP.match(body):
            return body  # undone already
        raise ContentEncodingError(DAMAGED, f"the {encoding} payload is damaged: {error}") from None
    if len(page) > limit:
        raise ContentEncodingError("too_large", f"more than {limit:,} bytes")
    return page


def _gunzip(body: bytes, limit: int) -> bytes:
    return _join_frames(body, limit, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), b"\x1f")


def _inflate(body: bytes, limit: int) -> bytes:
    is_zlib = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0
    decompressor = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
    page = decompressor.decompress(body, limit + 1)
    if not decompressor.eof and len(page) <= limit:
        raise EOFError("it breaks off")
    return page


def _unbrotli(body: bytes, limit: int) -> bytes:
    try:
        return _brotli_stream(body, limit)
    except brotli.error:
        # For the library, bytes after the stream are damage.
        if (stream := body.rstrip(_LINE_ENDS)) == body:
            raise
        return _brotli_stream(stream, limit, body[len(stream) :][:_LONGEST_END])


def _brotli_stream(body: bytes, limit: int, after: bytes = b"") -> bytes:
    """The page in a stream. The first bytes of `after` may be the last ones of the stream."""
    decompressor = brotli.Decompressor()
    page = bytes(decompressor.process(body, output_buffer_limit=limit + 1))
    for byte in after:
        if decompressor.is_finished() or len(page) > limit:
            break
        page += decompressor.process(bytes([byte]), output_buffer_limit=limit + 1 - len(page))
    if len(page) <= limit and not decompressor.is_finished():
        raise EOFError("it breaks off")
    return page


def _unzstd(body: bytes, limit: int) -> bytes:
    return _join_frames(body, limit, zstd.ZstdDecompressor, b"\x28\xb5\x2f\xfd")


def _join_frames(
    body: bytes, limit: int, new: Callable[[], _Decompressor], signature: bytes
) -> bytes:
    """The pages in all frames of a body, joined. A page over the limit is cut to `limit + 1` bytes.

    Bytes after a frame that do not begin another frame are ignored, as browsers do: some templates
    print line ends after the compressed page.
    """
    page = b""
    for _ in range(_MOST_FRAMES):
        frame = new()
        page += frame.decompress(body, limit + 1 - len(page))
        if len(page) > limit:
            return page
        if not frame.eof:
            raise EOFError("it breaks off")
        body = frame.unused_data
        if not body.startswith(signature):
            return page
    raise EOFError(f"it has more than {_MOST_FRAMES} parts")


_DECOMPRESSORS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
