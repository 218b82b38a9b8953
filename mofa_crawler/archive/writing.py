"""Writes the archive of a run: one WARC file (WARC/1.1, ISO 28500:2017), a gzip member a record."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mofa_crawler.archive.locations import OPEN, record_at
from mofa_crawler.atomic_files import rename_new, sync_folder, try_lock
from mofa_crawler.outcome import WarcLocation
from mofa_crawler.record import timestamp

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

    from mofa_crawler.archive.web_archives.replays import Replay

_SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its response, which came at `time` (aware).

    `body` is what was sent: still compressed, no longer chunked.
    """

    time: datetime
    url: str
    method: str
    target: str  # path and query of the request
    request_headers: Headers
    protocol: str
    status: int
    headers: Headers
    body: bytes
    ip_address: str | None


class ArchiveWriter:
    """An archive file that is being written. All methods raise `OSError`.

    Other runs may share the folder: the file is locked, and its name ends with `.open` until it is
    closed. A written record survives a kill of the process. After `sync`, it also survives a crash
    of the machine. `path` is where the file is while it is being written.
    """

    def __init__(self, folder: Path, info: Mapping[str, str]) -> None:
        """Create the file; `info` goes into its `warcinfo` record."""
        # Runs may begin in the same second, and each container has a process with the id 1.
        self.name = f"mofa_crawler-{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(8)}.warc.gz"
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        if (folder / self.name).exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), self.name)
        self.path = folder / (self.name + OPEN)
        self._file = self.path.open("xb", buffering=0)
        self._sync_error: OSError | None = None
        self._buffer = BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=True, warc_version="1.1")
        try_lock(self._file.fileno())
        record = self._writer.create_warcinfo_record(self.name, {**_FORMAT, **info})
        self._info_id = record.rec_headers.get_header("WARC-Record-ID")
        self._writer.write_record(record)
        try:
            self._append()
            sync_folder(folder)
        except OSError:
            self._file.close()
            self.path.unlink()
            raise

    def write(self, exchange: Exchange, *, before: WarcLocation | None) -> WarcLocation | None:
        """Write a request and its response; returns the location of the response.

        `before` is the location of the last response for the same page, if known. A response 304
        becomes a `revisit` record without a body, and so does a response with the same bytes and
        address as the response at `before`, if the folder still has the record of `before`. Then
        the result is None.
        """
        response = self._response(exchange)
        location = WarcLocation(
            file=self.name,
            offset=self._file.tell(),
            archived_at=response.rec_headers.get_header("WARC-Date"),
            digest=response.rec_headers.get_header("WARC-Payload-Digest"),
        )
        if exchange.status == HTTPStatus.NOT_MODIFIED or (
            before and before.digest == location.digest and self._url_at(before) == exchange.url
        ):
            self._write_pair(exchange, self._revisit(exchange, before))
            return None
        self._write_pair(exchange, response)
        return location

    def write_replay(self, replay: Replay, address: str) -> int:
        """Write a capture that was fetched from `address` at a web archive; returns its offset.

        The record has the ministry's address and the time of the capture.
        """
        offset = self._file.tell()
        record = self._writer.create_warc_record(
            replay.url,
            "response",
            payload=BytesIO(replay.body),
            length=len(replay.body),
            http_headers=StatusAndHeaders("200 OK", replay.headers, protocol="HTTP/1.1"),
            warc_headers_dict={
                "WARC-Date": timestamp(replay.time),
                "WARC-Source-URI": address,
                "WARC-Warcinfo-ID": self._info_id,
            },
        )
        self._writer.write_record(record)
        self._append()
        return offset

    def write_member(self, member: bytes) -> int:
        """Append a record of another WARC file as its gzip member; returns its offset."""
        offset = self._file.tell()
        self._buffer.write(member)
        self._append()
        return offset

    def sync(self) -> None:
        """Bring all written records to the disk."""
        if self._sync_error:
            raise self._sync_error  # the system reports it only once, and drops the bytes
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._sync_error = error
            raise

    def close(self) -> None:
        """Finish the file, and take `.open` off its name. If that fails, the next run does it."""
        with self._file:
            self.sync()
            if os.name == "posix":
                rename_new(self.path, self._folder / self.name)
                return
        # Windows cannot rename an open file.
        rename_new(self.path, self._folder / self.name)

    def _url_at(self, location: WarcLocation) -> str | None:
        """The address of the record at a location; None if the folder lacks the record.

        After a redirect, or from a mirror, the address is not that of the page.
        """
        head = record_at(self._folder, location)
        return head.url if head else None

    def _response(self, exchange: Exchange) -> ArcWarcRecord:
        return self._writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=_http_headers(exchange),
            warc_headers_dict=self._headers_of(exchange),
        )

    def _revisit(self, exchange: Exchange, before: WarcLocation | None) -> ArcWarcRecord:
        headers = self._headers_of(exchange)
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            headers["WARC-Profile"] = _SERVER_NOT_MODIFIED
        else:
            headers["WARC-Profile"] = self._writer.REVISIT_PROFILE_1_1
        if before:
            headers["WARC-Refers-To-Target-URI"] = self._url_at(before) or exchange.url
            headers["WARC-Refers-To-Date"] = before.archived_at
            headers["WARC-Payload-Digest"] = before.digest
        return self._writer.create_warc_record(
            exchange.url,
            "revisit",
            http_headers=_http_headers(exchange),
            warc_headers_dict=headers,
        )

    def _headers_of(self, exchange: Exchange) -> dict[str, str]:
        headers = {
            "WARC-Warcinfo-ID": self._info_id,
            "WARC-Date": f"{exchange.time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        }
        if exchange.ip_address:
            headers["WARC-IP-Address"] = exchange.ip_address
        return headers

    def _write_pair(self, exchange: Exchange, response: ArcWarcRecord) -> None:
        request = self._writer.create_warc_record(
            exchange.url,
            "request",
            http_headers=StatusAndHeaders(
                f"{exchange.method} {exchange.target} HTTP/1.1",
                exchange.request_headers,
                is_http_request=True,
            ),
            warc_headers_dict={"WARC-Warcinfo-ID": self._info_id},
        )
        self._writer.write_request_response_pair(request, response)
        self._append()

    def _append(self) -> None:
        """Append what warcio has written to the file, whole or not at all."""
        start = self._file.tell()
        rest = self._buffer.getbuffer()
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            # The disk is full: a part of a record would hide the records after it.
            self._file.truncate(start)
            raise
        self._buffer = self._writer.out = BytesIO()


def _http_headers(exchange: Exchange) -> StatusAndHeaders:
    try:
        reason = HTTPStatus(exchange.status).phrase
    except ValueError:
        reason = ""
    return StatusAndHeaders(
        f"{exchange.status} {reason}".strip(), exchange.headers, protocol=exchange.protocol
    )
