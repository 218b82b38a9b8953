"""The records of a WARC file: plain or compressed record by record, torn or damaged.

warcio reads a record. Where records begin is found here: warcio's iterator ends at the first
damage.
"""

from __future__ import annotations

import io
import re
import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from mofa_crawler.archive.gzip_members import CHUNK, MAGIC, GzipMember

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warcio.recordloader import ArcWarcRecord

MALFORMED = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError, zlib.error)

_WARC = b"WARC/"
_OK = 200
_MIRROR = re.compile(rb"^mirror: (https?://[!-~]+)\r?$", re.MULTILINE)


class RecordHead(NamedTuple):
    """What a record that is whole says of itself, without its body."""

    offset: int
    type: str
    url: str
    date: str
    status: int
    content_type: str
    has_followers: bool  # whether more records follow in the same gzip member
    mirror: str  # in a `warcinfo` record of ours: where the site was fetched from


class Gap(NamedTuple):
    """Bytes of a file, from `start` to `end`, that are no whole record."""

    start: int
    end: int


def is_compressed(file: BinaryIO) -> bool:
    """Whether a file begins as a gzip file does. Leaves the file at its begin."""
    file.seek(0)
    begin = file.read(len(MAGIC))
    file.seek(0)
    return begin == MAGIC


def is_one_stream(file: BinaryIO) -> bool:
    """Whether the first gzip member of a file holds more than one record."""
    try:
        stream = _stream(file, 0, is_gzipped=True)
        record = _parse(stream)
        while record.raw_stream.read(CHUNK):
            pass
        return bool(stream.read(len(_WARC) + 4).strip())
    except MALFORMED:
        return False


def scan(file: BinaryIO) -> Iterator[RecordHead | Gap]:
    """The records of a file in order, also those beyond damage, and the gaps between them."""
    is_gzipped = is_compressed(file)
    size = file.seek(0, io.SEEK_END)
    offset, gap_start = 0, None
    while offset < size:
        try:
            head, end = _head(file, offset, size, is_gzipped=is_gzipped)
        except MALFORMED:
            gap_start = offset if gap_start is None else gap_start
            offset = _next(file, offset + 1, is_gzipped=is_gzipped) or size
            continue
        if gap_start is not None:
            yield Gap(gap_start, offset)
            gap_start = None
        yield head
        offset = end
    if gap_start is not None:
        yield Gap(gap_start, size)


def open_record(file: BinaryIO, offset: int) -> ArcWarcRecord:
    """The record at an offset. Raises one of `MALFORMED` if no record begins there."""
    return _parse(_stream(file, offset, is_gzipped=is_compressed(file)))


def http_of(record: ArcWarcRecord) -> tuple[int, dict[str, str]]:
    """HTTP status and headers of a record.

    A record of another protocol (a `resource`) has the status 200 and its own content type.
    """
    if record.http_headers is None:
        return _OK, {"Content-Type": record.rec_headers.get_header("Content-Type") or ""}
    status = record.http_headers.get_statuscode()
    return int(status) if status.isdecimal() else 0, dict(record.http_headers.headers)


def _stream(file: BinaryIO, offset: int, *, is_gzipped: bool) -> BinaryIO:
    if is_gzipped:
        return io.BufferedReader(GzipMember(file, offset), CHUNK)
    file.seek(offset)
    return file


def _parse(stream: BinaryIO) -> ArcWarcRecord:
    line = stream.readline(CHUNK)
    if not line.startswith(_WARC):
        raise ValueError("no WARC record")
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    try:
        record = loader.parse_record_stream(stream, line.decode("latin-1"), "warc")
    except AttributeError:  # warcio takes for granted that a response has an address
        raise ValueError("a response without an address") from None
    if not isinstance(record.raw_stream, LimitReader) or record.rec_type is None:
        raise ValueError("a record without a length or a type")
    return record


def _head(file: BinaryIO, offset: int, size: int, *, is_gzipped: bool) -> tuple[RecordHead, int]:
    """A record that is whole, and where the next one begins. Raises one of `MALFORMED`."""
    stream = _stream(file, offset, is_gzipped=is_gzipped)
    record = _parse(stream)
    end = 0 if is_gzipped else file.tell() + record.raw_stream.limit
    status, headers = http_of(record)
    header = record.rec_headers.get_header
    head = RecordHead(
        offset=offset,
        type=record.rec_type,
        url=header("WARC-Target-URI") or "",
        date=header("WARC-Date") or "",
        status=status,
        content_type=next((v for k, v in headers.items() if k.lower() == "content-type"), ""),
        has_followers=False,
        mirror=_mirror(record) if record.rec_type == "warcinfo" else "",
    )
    if not is_gzipped:
        if end > size:
            raise EOFError("the file ends within a record")
        file.seek(end)
        while (ends := file.read(2)) and not ends.strip():
            pass
        return head, min(file.tell() - len(ends), size)
    while record.raw_stream.read(CHUNK):
        pass
    has_followers = False
    while data := stream.read(CHUNK):
        has_followers = has_followers or bool(data.strip())
    end = stream.raw.end  # type: ignore[attr-defined]
    return head._replace(has_followers=has_followers), end


def _next(file: BinaryIO, offset: int, *, is_gzipped: bool) -> int | None:
    """Where a record may begin, from an offset on; None if there is no such place."""
    signature = MAGIC if is_gzipped else _WARC
    file.seek(offset)
    tail = b""
    while data := file.read(CHUNK):
        at = (tail + data).find(signature)
        if at >= 0:
            return offset - len(tail) + at
        offset += len(data)
        tail = (tail + data)[-len(signature) + 1 :]
    return None


def _mirror(info: ArcWarcRecord) -> str:
    """The address of the mirror that a `warcinfo` record of ours names; empty if it names none."""
    match = _MIRROR.search(info.raw_stream.read(CHUNK))
    return match[1].decode("ascii") if match else ""
