"""The records of a WARC file: plain or compressed record by record, torn or damaged.

warcio reads one record. This module finds where records begin, because warcio's iterator ends at
the first damage. The work is proportional to the size of the file, whatever the file contains.
"""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import BinaryIO, NamedTuple

from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

from mofa_crawler.archive.gzip_members import CHUNK, MAGIC, GzipMember
from mofa_crawler.content_encoding import ContentEncodingError, decompress, encodings_in

# warcio would log the addresses of hostile records with their control characters.
logging.getLogger("warcio.recordloader").setLevel(logging.ERROR)

# The headers of a record and of its response together. Servers send 8 KB at most.
MOST_HEADER_BYTES = 128 * 1024
# The largest payload that is decoded to check its digest. No page is larger.
_MOST_PAYLOAD_BYTES = 16 * 1024 * 1024

_WARC = b"WARC/"
_MIRROR = re.compile(rb"^mirror: (https?://[!-~]+)\r?$", re.MULTILINE)
_WEB_ARCHIVE = re.compile(rb"^web-archive: ([!-~]+)\r?$", re.MULTILINE)
# How a record begins. The first three bytes of a gzip member also occur by chance, so the pattern
# includes the values that programs write for flags, extra flags and system.
_PLAIN_BEGIN = re.compile(rb"WARC/[01]\.\d\d?\r?\n")
_GZIP_BEGIN = re.compile(rb"\x1f\x8b\x08[\0-\x1f].{4}[\0\2\4][\0-\x0d\xff]", re.DOTALL)
_BEGIN_BYTES = 12  # no match of the two patterns is longer
# The limit for work on bytes that look like a record and are none. The unit is the time to
# decompress a byte. Beyond the limit, the rest of the file is not read. Header lines are slower.
_FREE_COST = 64 * 1024 * 1024
_COST_PER_BYTE = 8
_COST_OF_BEGIN = 4 * 1024
_COST_OF_HEADER_BYTE = 16


class RecordHead(NamedTuple):
    """The headers of a whole record. A missing text is empty.

    `offset` is in bytes. `location` is the target of a redirect, as in the response. `digest` is
    the digest of the payload (`WARC-Payload-Digest`). `refers_to` is the address and the date of
    the record that a revisit refers to. `damage` says what is wrong with the body.
    """

    offset: int
    type: str
    url: str
    date: str
    status: int
    content_type: str
    location: str
    digest: str
    refers_to: tuple[str, str]
    is_memento: bool  # whether the response has the header `Memento-Datetime`
    mirror: str  # in a `warcinfo` record of ours: the mirror that the pages were fetched from
    web_archive: str  # in a `warcinfo` record of ours: the host that the captures came from
    has_followers: bool  # whether more records follow in the same gzip member
    damage: str


class Gap(NamedTuple):
    """Bytes of a file, from `start` to `end`, that are no whole record."""

    start: int
    end: int


def is_compressed(file: BinaryIO) -> bool:
    """Whether a file begins as a gzip file does. Moves the file to offset 0."""
    file.seek(0)
    begin = file.read(len(MAGIC))
    file.seek(0)
    return begin == MAGIC


def is_one_stream(file: BinaryIO) -> bool:
    """Whether the first gzip member of a file has more than one record."""
    stream = _Stream(file, 0, is_gzipped=True)
    try:
        record = _parse(stream)
        while record.raw_stream.read(CHUNK):
            pass
        return bool(stream.read(len(_WARC) + 4).strip())
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - `scan` says what is wrong with it
        return False


def scan(file: BinaryIO, start: int = 0) -> Iterator[RecordHead | Gap]:
    """The records of a file from the offset `start` on, also after damage, and the gaps between."""
    is_gzipped = is_compressed(file)
    size = file.seek(0, io.SEEK_END)
    budget = _FREE_COST + _COST_PER_BYTE * size
    offset, gap_start = start, None
    while offset < size:
        stream = _Stream(file, offset, is_gzipped=is_gzipped)
        try:
            head, end = _head(stream, offset, size)
        except OSError:
            raise
        except Exception:  # noqa: BLE001 - warcio raises anything at what is no record
            gap_start = offset if gap_start is None else gap_start
            budget -= stream.cost
            offset = _next(file, offset + 1, is_gzipped=is_gzipped) if budget > 0 else size
            continue
        if gap_start is not None:
            yield Gap(gap_start, offset)
            gap_start = None
        yield head
        offset = end
    if gap_start is not None:
        yield Gap(gap_start, size)


def head_at(file: BinaryIO, offset: int) -> RecordHead | None:
    """The head of the record at an offset; None if no whole record begins there."""
    size = file.seek(0, io.SEEK_END)
    stream = _Stream(file, offset, is_gzipped=is_compressed(file))
    try:
        return _head(stream, offset, size)[0]
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - as in `scan`
        return None


def open_record(file: BinaryIO, offset: int) -> ArcWarcRecord:
    """The record at an offset. Raises `ValueError` and errors of warcio if none begins there."""
    return _parse(_Stream(file, offset, is_gzipped=is_compressed(file)))


def http_of(record: ArcWarcRecord) -> tuple[int, dict[str, str]]:
    """HTTP status and headers of a record.

    A `resource` has the status 200 and its own content type. The status is 0 if it cannot be read.
    """
    if record.http_headers is None:
        status = HTTPStatus.OK if record.rec_type == "resource" else 0
        return status, {"Content-Type": record.rec_headers.get_header("Content-Type") or ""}
    code = record.http_headers.get_statuscode()
    return int(code) if code.isdecimal() else 0, dict(record.http_headers.headers)


class _Stream:
    """The bytes of a file from an offset on, decompressed. Header lines have a size limit."""

    def __init__(self, file: BinaryIO, offset: int, *, is_gzipped: bool) -> None:
        self.file = file
        self.member = GzipMember(file, offset) if is_gzipped else None
        self._lines_left = MOST_HEADER_BYTES
        self._offset = offset
        self._stream: BinaryIO = io.BufferedReader(self.member, CHUNK) if self.member else file
        file.seek(offset)

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)

    def readline(self, size: int = -1) -> bytes:
        """A line, or its first `size` bytes. Raises `ValueError` beyond `MOST_HEADER_BYTES`."""
        line = self._stream.readline(min(size, self._lines_left) if size >= 0 else self._lines_left)
        self._lines_left -= len(line)
        if self._lines_left <= 0:
            raise ValueError(f"more than {MOST_HEADER_BYTES:,} bytes of headers")
        return line

    @property
    def cost(self) -> int:
        """What reading has cost so far, in the unit of `_FREE_COST`."""
        size = self.member.size if self.member else self.file.tell() - self._offset
        lines = MOST_HEADER_BYTES - self._lines_left
        return _COST_OF_BEGIN + size + _COST_OF_HEADER_BYTE * lines


def _parse(stream: _Stream) -> ArcWarcRecord:
    line = stream.readline()
    if not line.startswith(_WARC):
        raise ValueError("no WARC record")
    record = ArcWarcRecordLoader(verify_http=False, arc2warc=False).parse_record_stream(
        stream, line.decode("latin-1"), "warc", check_digests=True
    )
    if not isinstance(record.raw_stream, LimitReader) or record.rec_type is None:
        raise ValueError("a record without a length or a type")
    return record


def _head(stream: _Stream, offset: int, size: int) -> tuple[RecordHead, int]:
    """The head of a record, which is read to its end, and the offset after it.

    Raises `EOFError` and others if the record is not whole.
    """
    file = stream.file
    record = _parse(stream)
    status, headers = http_of(record)
    names = {name.lower(): value for name, value in headers.items()}
    header = record.rec_headers.get_header
    info = record.raw_stream.read(CHUNK) if record.rec_type == "warcinfo" else b""
    if stream.member is None and file.tell() + record.raw_stream.limit > size:
        raise EOFError("the file ends within a record")
    while record.raw_stream.read(CHUNK):
        pass
    if record.raw_stream.limit:
        raise EOFError("the record is shorter than it says")
    has_followers = False
    if stream.member is None:
        end = _end_of_blank_lines(file, size)
    else:
        while data := stream.read(CHUNK):
            has_followers = has_followers or bool(data.strip())
        end = stream.member.end
    head = RecordHead(
        offset=offset,
        type=record.rec_type,
        url=header("WARC-Target-URI") or "",
        date=header("WARC-Date") or "",
        status=status,
        content_type=names.get("content-type", ""),
        location=names.get("location", ""),
        digest=header("WARC-Payload-Digest") or "",
        refers_to=(
            (header("WARC-Refers-To-Target-URI") or "").strip("<>"),
            header("WARC-Refers-To-Date") or "",
        ),
        is_memento="memento-datetime" in names,
        mirror=_field(info, _MIRROR),
        web_archive=_field(info, _WEB_ARCHIVE),
        has_followers=has_followers,
        damage=_check_digests(file, record, offset),
    )
    return head, end


def _end_of_blank_lines(file: BinaryIO, size: int) -> int:
    while (ends := file.read(2)) and not ends.strip():
        pass
    return min(file.tell() - len(ends), size)


def _check_digests(file: BinaryIO, record: ArcWarcRecord, offset: int) -> str:
    """What is wrong with a record that was read to its end; empty if its digests are right.

    Digests of unknown algorithms are not checked. Some programs compute the digest of a payload
    without the transfer encoding, or of the decoded page: these digests are right too.
    """
    failed = {line.split()[0] for line in record.digest_checker.problems if " failed" in line}
    if failed == {"payload"} and record.http_headers is not None:
        digest = record.rec_headers.get_header("WARC-Payload-Digest")
        if any(_has_digest(payload, digest) for payload in _payloads(file, offset)):
            return ""
    return f"the {min(failed)} digest is not that of the record's bytes" if failed else ""


def _payloads(file: BinaryIO, offset: int) -> Iterator[bytes]:
    """The payload of a record without its transfer encoding, and the page in it."""
    record = open_record(file, offset)
    body = bytes(record.raw_stream.read(_MOST_PAYLOAD_BYTES))
    transfer, content = encodings_in(record.http_headers.headers)
    for undone in ("", content):
        try:
            yield decompress(body, transfer=transfer, content=undone, limit=_MOST_PAYLOAD_BYTES)
        except ContentEncodingError:
            return


def _has_digest(data: bytes, digest: str) -> bool:
    algorithm, _, value = digest.partition(":")
    of_data = hashlib.new(algorithm, data).digest()
    return value.upper() in {base64.b32encode(of_data).decode(), of_data.hex().upper()}


def _next(file: BinaryIO, offset: int, *, is_gzipped: bool) -> int:
    """The first offset from `offset` on at which a record may begin; else the end of the file."""
    begin = _GZIP_BEGIN if is_gzipped else _PLAIN_BEGIN
    file.seek(offset)
    tail = b""
    while data := file.read(CHUNK):
        if match := begin.search(tail + data):
            return offset - len(tail) + match.start()
        offset += len(data)
        tail = (tail + data)[-_BEGIN_BYTES:]
    return offset


def _field(info: bytes, pattern: re.Pattern[bytes]) -> str:
    """A field of a `warcinfo` record; empty if the record lacks it."""
    match = pattern.search(info)
    return match[1].decode("ascii") if match else ""
