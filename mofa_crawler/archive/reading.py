"""Captures in WARC files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import urljoin

from mofa_crawler import site
from mofa_crawler.archive.captures import (
    PERMANENT,
    Capture,
    CapturedRedirect,
    Damage,
    Found,
    Revisit,
    Skipped,
    UnreadableCapture,
    can_be_true,
)
from mofa_crawler.archive.gzip_members import MOST_RATIO, unpack
from mofa_crawler.archive.regular_files import open_regular
from mofa_crawler.archive.replay_addresses import original_of
from mofa_crawler.archive.warc_records import (
    Gap,
    RecordHead,
    http_of,
    is_compressed,
    is_one_stream,
    open_record,
    scan,
)
from mofa_crawler.content_encoding import ContentEncodingError, decompress, encodings_in
from mofa_crawler.parsers.page import Page

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord


_KNOWN_STATUSES = {HTTPStatus.OK, 404, 410}
_HTML = ("text/html", "application/xhtml+xml")


class _WarcFile(NamedTuple):
    path: Path
    source: str
    name: str  # in messages


def find(
    path: Path, *, source: str, folder: Path, mirror: site.Mirror, name: str = ""
) -> Iterator[Found | Revisit]:
    """Yield the captures and revisits of a WARC file, in the order of the file.

    If the whole file is one gzip stream, it is unpacked into `folder`. `mirror` is the mirror from
    which the pages were fetched; our own files name their mirror themselves. `name` is the file's
    name in messages (default: `path`). A `Damage` says what is lost, and records after the damage
    are found too. Raises `OSError`.
    """
    warc = _WarcFile(path, source, name or str(path))
    with open_regular(path) as file:
        if not (is_compressed(file) and is_one_stream(file)):
            yield from _find(file, warc, mirror)
            return
        handle, unpacked = new_file(folder)
        with os.fdopen(handle, "wb") as copy:
            is_whole = unpack(file, copy)
    if not is_whole:
        yield Damage(
            f"{warc.name}: the gzip stream is torn or damaged, or expands to more than "
            f"{MOST_RATIO} times its size; what comes before that is read"
        )
    with unpacked.open("rb") as file:
        yield from _find(file, warc._replace(path=unpacked), mirror)


def captures_from(host: str, folder: Path) -> Iterator[Capture]:
    """The captures from a web archive in our WARC files, those of killed runs included.

    `host` is the web archive's. Raises `OSError`.
    """
    for path in sorted(folder.glob("*.warc.gz*")):
        if _web_archive_of(path) == host:
            found = find(path, source="", folder=folder, mirror=site.Mirror())
            yield from (one for one in found if isinstance(one, Capture))


def new_file(folder: Path) -> tuple[int, Path]:
    """The handle of a new file in a folder of unpacked files, and its path. Raises `OSError`."""
    handle, name = tempfile.mkstemp(suffix=".warc", dir=folder)
    return handle, Path(name)


def read(capture: Capture, *, limit: int) -> Page:
    """The page of a capture, its content encodings undone.

    Raises `UnreadableCapture` if the record is damaged or has more than `limit` bytes; `OSError`.
    """
    assert capture.offset is not None  # noqa: S101 - a capture in a WARC file has one
    response = read_response(capture.path, capture.offset, limit=limit)
    return Page(
        url=capture.url,
        body=response.body,
        fetched_at=capture.fetched_at,
        headers=response.headers,
        status=response.status,
        source=capture.source,
        answered_url=capture.url,
    )


class StoredResponse(NamedTuple):
    """A response of a WARC file; `body` has its transfer and content encodings undone."""

    status: int
    headers: dict[str, str]
    body: bytes


def read_response(path: Path, offset: int, *, limit: int) -> StoredResponse:
    """The response whose record begins at `offset` (bytes) of a file. Raises as `read` does."""
    with open_regular(path) as file:
        return response_at(file, offset, limit=limit)


def response_at(file: BinaryIO, offset: int, *, limit: int) -> StoredResponse:
    """The response whose record begins at `offset` (bytes) of an open file, as `read_response`."""
    try:
        record = open_record(file, offset)
        return StoredResponse(*http_of(record), _body(record, limit))
    except (OSError, UnreadableCapture):
        raise
    except Exception as error:  # noqa: BLE001 - warcio raises anything at damage
        raise UnreadableCapture("damaged", f"the record is damaged: {error}") from None


def _find(file: BinaryIO, warc: _WarcFile, mirror: site.Mirror) -> Iterator[Found | Revisit]:
    size, responses = warc.path.stat().st_size, 0
    for record in scan(file):
        if isinstance(record, Gap):
            yield Damage(f"{warc.name}: {_describe(record, size)}")
            continue
        if record.has_followers:
            yield Damage(
                f"{warc.name}: the gzip member at {record.offset} has several records, and only "
                "the first is read; run: warcio recompress"
            )
        if record.mirror:
            try:
                mirror = site.Mirror(record.mirror)
            except ValueError as error:
                yield Damage(f"{warc.name}: the mirror it was fetched from cannot be used: {error}")
        if record.web_archive:
            warc = warc._replace(source=f"archive:{record.web_archive}")
        if record.type in {"response", "resource", "revisit"}:
            responses += 1
            try:
                yield _found(record, warc, mirror)
            except Exception as error:  # noqa: BLE001 - whatever a record says, the next is read
                yield Damage(f"{warc.name}: the record at {record.offset} cannot be read: {error}")
    if not responses:
        yield Damage(f"{warc.name}: no response of a server in it")


def _web_archive_of(path: Path) -> str:
    """The host that the captures of a file came from; empty if they came from the site."""
    with path.open("rb") as file:
        first = next(scan(file), None)
    return first.web_archive if isinstance(first, RecordHead) else ""


def _describe(gap: Gap, size: int) -> str:
    count = gap.end - gap.start
    if gap.end == size:
        return f"the last {count} bytes are no whole record; the records before are read"
    return f"{count} bytes at {gap.start} cannot be read; the rest is read"


def _found(head: RecordHead, warc: _WarcFile, mirror: site.Mirror) -> Found | Revisit:
    """What a record of the type response, resource or revisit is."""
    url, time = _address_and_time(head, mirror)
    if url is None:
        return Skipped("of other hosts")
    is_html = head.content_type.partition(";")[0].strip().lower() in _HTML
    # For a missing file (a PDF), the site sends an error page in HTML.
    if site.is_file(url) or not (is_html or site.is_page(url)):
        return Skipped("not pages")
    if time and can_be_true(time) and head.status in PERMANENT:
        target = _target(head, mirror)
        if target and target != url:  # not only from http to https
            return CapturedRedirect(url, target, head.status, time, warc.source)
    where = f"{warc.name}: the record at {head.offset} ({url})"
    if head.type != "revisit":
        if head.status not in _KNOWN_STATUSES:
            return Skipped("responses other than 200, 404 and 410")
        if head.damage:
            return Damage(f"{where} is damaged: {head.damage}")
    if time is None or not can_be_true(time):
        return Damage(f"{where} has no date that can be true ({head.date[:40]!r}), and is not read")
    if head.type == "revisit":
        original_url, original_date = head.refers_to
        original = mirror.canonical(original_url) if original_url else url
        return Revisit(url, time, head.digest, original, parse_date(original_date))
    return Capture(url, time, warc.path, head.offset, warc.source, head.digest)


def _target(head: RecordHead, mirror: site.Mirror) -> str | None:
    """The canonical address to which a page redirects; None if the response names none."""
    if not head.location:
        return None
    address = urljoin(head.url, head.location)
    original = original_of(address)
    return mirror.canonical(address) or site.canonical_url(original.url if original else address)


def _address_and_time(head: RecordHead, mirror: site.Mirror) -> tuple[str | None, datetime | None]:
    """The canonical address of a record on the site, or None, and the time of the capture.

    If the record is a replay of a web archive, address and time are those that the address of the
    replay contains. A replay with another status than 200 is a page of the web archive itself,
    unless the response has the header `Memento-Datetime`.
    """
    if not head.url.startswith("http"):
        return None, None
    if (url := mirror.canonical(head.url)) is not None:
        return url, parse_date(head.date)
    original = original_of(head.url)
    if original is None or not (head.status == HTTPStatus.OK or head.is_memento):
        return None, None
    return site.Mirror().canonical(original.url), original.time or parse_date(head.date)


def parse_date(date: str) -> datetime | None:
    """The time of a WARC-Date; None if it is no time."""
    try:
        time = datetime.fromisoformat(date)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _body(record: ArcWarcRecord, limit: int) -> bytes:
    body = record.raw_stream.read(limit + 1)
    if len(body) > limit:
        raise UnreadableCapture("too_large", f"more than {limit:,} bytes")
    if record.http_headers is None:
        return bytes(body)
    transfer, content = encodings_in(record.http_headers.headers)
    try:
        return decompress(bytes(body), transfer=transfer, content=content, limit=limit)
    except ContentEncodingError as error:
        raise UnreadableCapture(error.code, str(error)) from None
