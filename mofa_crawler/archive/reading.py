"""Captures in WARC files."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mofa_crawler import site
from mofa_crawler.archive.captures import Capture, Damage, Skipped, UnreadableCapture
from mofa_crawler.archive.gzip_members import unpack
from mofa_crawler.archive.warc_records import (
    Gap,
    http_of,
    is_compressed,
    is_one_stream,
    open_record,
    scan,
)
from mofa_crawler.content_encoding import ContentEncodingError, decompress
from mofa_crawler.parsers.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warcio.recordloader import ArcWarcRecord

    from mofa_crawler.archive.captures import Found
    from mofa_crawler.archive.warc_records import RecordHead

_KNOWN_STATUSES = {200, 404, 410}
_HTML = ("text/html", "application/xhtml+xml")


def find(
    path: Path, *, source: str, folder: Path, mirror: site.Mirror, name: str = ""
) -> Iterator[Found]:
    """The captures of a WARC file, in its order.

    `folder` takes what must be unpacked to be read. `mirror` is where the site was fetched from,
    unless the file says that itself, as ours do. `name` is the file's name in messages, if it is
    not `path`. Records beyond damage are found too: what is lost is a `Damage`. Raises `OSError`.
    """
    name = name or str(path)
    with path.open("rb") as file:
        if not (is_compressed(file) and is_one_stream(file)):
            yield from _find(file, path, source=source, name=name, mirror=mirror)
            return
        unpacked = folder / f"{len(list(folder.iterdir()))}.warc"
        with unpacked.open("wb") as copy:
            is_whole = unpack(file, copy)
    if not is_whole:
        yield Damage(
            f"{name}: the gzip stream is torn or damaged; what comes before the damage is read"
        )
    with unpacked.open("rb") as file:
        yield from _find(file, unpacked, source=source, name=name, mirror=mirror)


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


class Response(NamedTuple):
    """A response of a WARC file; `body` has its transfer and content encodings undone."""

    status: int
    headers: dict[str, str]
    body: bytes


def read_response(path: Path, offset: int, *, limit: int) -> Response:
    """The response whose record begins at `offset` (bytes) of a file. Raises as `read` does."""
    with path.open("rb") as file:
        record = open_record(file, offset)
        try:
            return Response(*http_of(record), _body(record, limit))
        except zlib.error as error:
            raise UnreadableCapture("damaged", f"the record is damaged: {error}") from None


def _find(
    file: BinaryIO, path: Path, *, source: str, name: str, mirror: site.Mirror
) -> Iterator[Found]:
    size, responses = path.stat().st_size, 0
    for one in scan(file):
        if isinstance(one, Gap):
            yield Damage(f"{name}: {_describe(one, size)}")
            continue
        if one.has_followers:
            yield Damage(
                f"{name}: the gzip member at {one.offset} holds several records, and only the "
                "first is read; run: warcio recompress"
            )
        if one.mirror:
            mirror = site.Mirror(one.mirror)
        url = _page_url(one, mirror)
        if isinstance(url, Skipped):
            responses += 1
            yield url
        elif url:
            time = _time(one.date)
            if time:
                responses += 1
                yield Capture(url, time, path, one.offset, source)
            else:
                yield Damage(f"{name}: the record at {one.offset} ({url}) has no date: skipped")
    if not responses:
        yield Damage(f"{name}: no response of a server in it")


def _describe(gap: Gap, size: int) -> str:
    count = gap.end - gap.start
    if gap.end == size:
        return f"the last {count} bytes are no whole record; the records before are read"
    return f"{count} bytes at {gap.start} cannot be read; the rest is"


def _page_url(head: RecordHead, mirror: site.Mirror) -> str | Skipped | None:
    """The canonical address of the page that a record holds; None if it is about another record."""
    if head.type == "revisit":
        return Skipped("revisits of an unchanged page")
    if head.type not in {"response", "resource"}:
        return None
    url = mirror.canonical(head.url) if head.url.startswith("http") else None
    if url is None:
        return Skipped("of other hosts")
    is_html = head.content_type.partition(";")[0].strip().lower() in _HTML
    # The site's error page for a missing file is HTML.
    if site.is_file(url) or not (is_html or site.is_page(url)):
        return Skipped("not pages")
    if head.status not in _KNOWN_STATUSES:
        return Skipped("responses other than 200, 404 and 410")
    return url


def _time(date: str) -> datetime | None:
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
    header = record.http_headers.get_header
    try:
        return decompress(
            bytes(body),
            transfer=header("Transfer-Encoding") or "",
            content=header("Content-Encoding") or "",
            limit=limit,
        )
    except ContentEncodingError as error:
        raise UnreadableCapture(error.code, str(error)) from None
