"""Captures out of WARC files: plain, compressed record by record or as a whole, torn or damaged.

warcio reads the records. Where they begin is found here: its iterator ends at the first damage, and
reads no file that is one gzip stream.
"""

from __future__ import annotations

import io
import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from mofa_crawler import site
from mofa_crawler.archive.captures import Capture, Passed, Place, Problem, UnreadableCapture
from mofa_crawler.content_encoding import CodingError, decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warcio.recordloader import ArcWarcRecord

    from mofa_crawler.archive.captures import Found

_GZIP = b"\x1f\x8b\x08"
_WARC = b"WARC/"
_CHUNK = 64 * 1024
_MALFORMED = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError, zlib.error)
_OK = 200
_TOLD = {200, 404, 410}
_HTML = ("text/html", "application/xhtml+xml")
_PAGE_ENDINGS = (".html", ".htm")
_MIRROR = re.compile(rb"^mirror: (https?://[!-~]+)\r?$", re.MULTILINE)


def find(
    path: Path, *, source: str, folder: Path, mirror: site.Mirror, name: str = ""
) -> Iterator[Found]:
    """The captures of a WARC file, in its order; `folder` is for what must be unpacked to be read.

    `mirror` is where the site was fetched from, unless the file says that itself, as ours do.
    `name` is that of the file in a `Problem`, where it is not its own. Whole records are found also
    where the file is torn or damaged: what is lost is a `Problem`. Raises `OSError`.
    """
    name = name or str(path)
    with path.open("rb") as file:
        is_gzipped = file.read(len(_GZIP)) == _GZIP
        if is_gzipped and _is_one_stream(file):
            unpacked = folder / f"{len(list(folder.iterdir()))}.warc"
            with unpacked.open("wb") as copy:
                torn = _unpack(file, copy)
            if torn:
                yield Problem(f"{name}: {torn}; what comes before is read")
            with unpacked.open("rb") as plain:
                at = _start(unpacked, source)
                yield from _find(plain, at, is_gzipped=False, name=name, mirror=mirror)
        else:
            at = _start(path, source)
            yield from _find(file, at, is_gzipped=is_gzipped, name=name, mirror=mirror)


def read(place: Place, *, limit: int) -> Capture:
    """The capture at a place, its content codings undone.

    Raises `UnreadableCapture` where it is damaged, or of more than `limit` bytes; `OSError`.
    """
    assert place.offset is not None  # noqa: S101 - a place in a WARC file has one
    with place.path.open("rb") as file:
        is_gzipped = file.read(len(_GZIP)) == _GZIP
        record = _record(_stream(file, place.offset, is_gzipped=is_gzipped))
        status, headers = _answer(record)
        try:
            body = _body(record, limit)
        except zlib.error as error:
            raise UnreadableCapture("damaged", f"the record is damaged: {error}") from None
    return Capture(
        url=place.url,
        body=body,
        headers=headers,
        fetched_at=place.fetched_at,
        status=status,
        source=place.source,
    )


# --- records ------------------------------------------------------------------------------------


class _Member(io.RawIOBase):
    """The bytes of one gzip member. Raises `zlib.error` where it is damaged, `EOFError` where the
    file ends in it."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        super().__init__()
        file.seek(offset)
        self._file = file
        self._zip = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._zip.eof:
            data = self._zip.unconsumed_tail or self._file.read(_CHUNK)
            if not data:
                raise EOFError("the file ends within a record")
            if out := self._zip.decompress(data, len(buffer)):
                buffer[: len(out)] = out
                return len(out)
        return 0

    @property
    def end(self) -> int:
        """Where the member ends in the file, once it has been read to its end."""
        return self._file.tell() - len(self._zip.unused_data)


class _Header(NamedTuple):
    """What the index needs of a record, read to its end."""

    type: str
    url: str
    date: str
    status: int
    content_type: str
    more: bool  # whether another record follows in the same gzip member
    mirror: str  # of a `warcinfo` of ours: where the site was fetched from


def _stream(file: BinaryIO, offset: int, *, is_gzipped: bool) -> BinaryIO:
    if is_gzipped:
        return io.BufferedReader(_Member(file, offset), _CHUNK)
    file.seek(offset)
    return file


def _record(stream: BinaryIO) -> ArcWarcRecord:
    """The record that begins a stream. Raises one of `_MALFORMED` where none does."""
    line = stream.readline(_CHUNK)
    if not line.startswith(_WARC):
        raise ValueError("no WARC record")
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    try:
        record = loader.parse_record_stream(stream, line.decode("latin-1"), "warc")
    except AttributeError:  # of the address that is not there
        raise ValueError("an answer without an address") from None
    if not isinstance(record.raw_stream, LimitReader) or record.rec_type is None:
        raise ValueError("a record without a length or a type")
    return record


def _answer(record: ArcWarcRecord) -> tuple[int, dict[str, str]]:
    """Status and headers; of a record that is no answer over HTTP, 200 and its content type."""
    if record.http_headers is None:
        return _OK, {"Content-Type": record.rec_headers.get_header("Content-Type") or ""}
    status = record.http_headers.get_statuscode()
    return int(status) if status.isdecimal() else 0, dict(record.http_headers.headers)


def _start(path: Path, source: str) -> Place:
    """The place that those of a file are made of."""
    return Place("", datetime.min.replace(tzinfo=UTC), path, 0, source)


def _find(
    file: BinaryIO, start: Place, *, is_gzipped: bool, name: str, mirror: site.Mirror
) -> Iterator[Found]:
    """The captures of a file record by record; beyond damage, those after it."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    offset, lost_from, pages = 0, None, 0
    while offset < size:
        try:
            header, end = _header_at(file, offset, size, is_gzipped=is_gzipped)
        except _MALFORMED:
            lost_from = offset if lost_from is None else lost_from
            offset = _next(file, offset + 1, is_gzipped=is_gzipped) or size
            continue
        if lost_from is not None:
            lost = offset - lost_from
            yield Problem(f"{name}: {lost} bytes at {lost_from} cannot be read; the rest is")
            lost_from = None
        if header.more:
            yield Problem(
                f"{name}: the gzip member at {offset} holds several records, and only the first "
                "is read; run: warcio recompress"
            )
        if header.mirror:
            mirror = site.Mirror(header.mirror)
        found = _found(header, start._replace(offset=offset), mirror)
        if isinstance(found, _Bad):
            yield Problem(f"{name}: the record at {offset} {found.why}, and is left out")
        elif found:
            pages += 1
            yield found
        offset = end
    if lost_from is not None:
        lost = size - lost_from
        yield Problem(f"{name}: the last {lost} bytes are no whole record; those before are read")
    if not pages:
        yield Problem(f"{name}: no answer of a server in it")


def _header_at(file: BinaryIO, offset: int, size: int, *, is_gzipped: bool) -> tuple[_Header, int]:
    """A record that is whole, and where the next one begins. Raises one of `_MALFORMED`."""
    stream = _stream(file, offset, is_gzipped=is_gzipped)
    record = _record(stream)
    end = 0 if is_gzipped else file.tell() + record.raw_stream.limit
    status, headers = _answer(record)
    of_record = record.rec_headers.get_header
    header = _Header(
        type=record.rec_type,
        url=of_record("WARC-Target-URI") or "",
        date=of_record("WARC-Date") or "",
        status=status,
        content_type=next((v for k, v in headers.items() if k.lower() == "content-type"), ""),
        more=False,
        mirror=_mirror(record) if record.rec_type == "warcinfo" else "",
    )
    if not is_gzipped:
        if end > size:
            raise EOFError("the file ends within a record")
        file.seek(end)
        while (ends := file.read(2)) and not ends.strip():
            pass
        return header, min(file.tell() - len(ends), size)
    while record.raw_stream.read(_CHUNK):
        pass
    more = False
    while data := stream.read(_CHUNK):
        more = more or bool(data.strip())
    return header._replace(more=more), stream.raw.end  # type: ignore[attr-defined]


def _next(file: BinaryIO, offset: int, *, is_gzipped: bool) -> int | None:
    """Where a record may begin, from an offset on; None where none does."""
    sign = _GZIP if is_gzipped else _WARC
    file.seek(offset)
    tail = b""
    while data := file.read(_CHUNK):
        at = (tail + data).find(sign)
        if at >= 0:
            return offset - len(tail) + at
        offset += len(data)
        tail = (tail + data)[-len(sign) + 1 :]
    return None


def _is_one_stream(file: BinaryIO) -> bool:
    """Whether the first gzip member of a file holds more than one record."""
    try:
        stream = _stream(file, 0, is_gzipped=True)
        record = _record(stream)
        while record.raw_stream.read(_CHUNK):
            pass
        return bool(stream.read(len(_WARC) + 4).strip())
    except _MALFORMED:
        return False


def _unpack(file: BinaryIO, copy: BinaryIO) -> str:
    """Decompress a whole file; returns what is wrong with its end, if something is."""
    offset = 0
    file.seek(0, io.SEEK_END)
    size = file.tell()
    try:
        while offset < size:
            member = _Member(file, offset)
            stream = io.BufferedReader(member, _CHUNK)
            while data := stream.read1(_CHUNK):
                copy.write(data)
            offset = member.end
    except (EOFError, zlib.error):
        return "the gzip stream is torn or damaged"
    return ""


# --- captures -----------------------------------------------------------------------------------


class _Bad(NamedTuple):
    why: str


def _mirror(info: ArcWarcRecord) -> str:
    """The address of the mirror that a `warcinfo` record of ours names; empty where it is none."""
    match = _MIRROR.search(info.raw_stream.read(_CHUNK))
    return match[1].decode("ascii") if match else ""


def _found(header: _Header, at: Place, mirror: site.Mirror) -> Found | _Bad | None:
    """What a record is for the index; None for those that are about another one."""
    if header.type == "revisit":
        return Passed("records that only say that a page was as before")
    if header.type not in {"response", "resource"}:
        return None
    url = mirror.canonical(header.url) if header.url.startswith("http") else None
    if url is None:
        return Passed("of other hosts")
    is_html = header.content_type.partition(";")[0].strip().lower() in _HTML
    # What stands for a missing file is HTML.
    if site.is_file(url) or not (is_html or url.endswith(_PAGE_ENDINGS)):
        return Passed("no pages")
    if header.status not in _TOLD:
        return Passed("answers other than 200, 404 and 410")
    try:
        time = datetime.fromisoformat(header.date)
        time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return _Bad(f"({url}) bears no date")
    return at._replace(url=url, fetched_at=time)


def _body(record: ArcWarcRecord, limit: int) -> bytes:
    """The payload, with transfer and content codings undone."""
    body = record.raw_stream.read(limit + 1)
    if len(body) > limit:
        raise UnreadableCapture("too_large", f"more than {limit:,} bytes")
    if record.http_headers is None:
        return bytes(body)
    header = record.http_headers.get_header
    try:
        return decode(
            bytes(body),
            transfer=header("Transfer-Encoding") or "",
            content=header("Content-Encoding") or "",
            limit=limit,
        )
    except CodingError as error:
        raise UnreadableCapture(error.code, str(error)) from None
