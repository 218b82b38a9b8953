"""Writes the archive of a run: one WARC file (WARC/1.1, ISO 28500:2017), a gzip member a record."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mofa_crawler.outcome import WarcLocation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warcio.recordloader import ArcWarcRecord

# What an unfinished file is named until the run has ended.
OPEN = ".open"
_NOT_MODIFIED = 304
_SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer. `body` is what was sent: still compressed, no longer chunked."""

    url: str
    method: str
    target: str  # path and query, as asked for
    request_headers: Headers
    protocol: str
    status: int
    headers: Headers
    body: bytes
    ip_address: str | None


class ArchiveWriter:
    """An archive file that is being written. All methods raise `OSError`.

    It bears the ending `.open` until it is closed. A record is handed to the system as it is
    written, and outlives the process; `sync` makes it outlive the machine.
    """

    def __init__(self, folder: Path, info: Mapping[str, str]) -> None:
        """Create the file; `info` goes into its `warcinfo` record."""
        now = datetime.now(UTC)
        # Two runs that begin in the same second are two processes.
        self.name = f"mofa_crawler-{now:%Y%m%d%H%M%S}-{os.getpid()}.warc.gz"
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._path = folder / (self.name + OPEN)
        self._file = self._path.open("xb", buffering=0)
        self._pair = BytesIO()
        self._writer = WARCWriter(self._pair, gzip=True, warc_version="1.1")
        record = self._writer.create_warcinfo_record(self.name, {**_FORMAT, **info})
        self._info_id = record.rec_headers.get_header("WARC-Record-ID")
        self._writer.write_record(record)
        self._append()

    def write(self, exchange: Exchange, *, before: WarcLocation | None) -> WarcLocation | None:
        """Write a request and its answer; returns where the answer lies.

        `before` is where the last answer for the same page lies, if that is known. An answer that
        is the same to the byte, of the same address and with that one still in the folder, and one
        that says that nothing has changed, become a `revisit` record without a body: None.
        """
        answer = self._answer(exchange)
        place = WarcLocation(
            file=self.name,
            offset=self._file.tell(),
            archived_at=answer.rec_headers.get_header("WARC-Date"),
            digest=answer.rec_headers.get_header("WARC-Payload-Digest"),
        )
        if exchange.status == _NOT_MODIFIED or (
            before and before.digest == place.digest and self._address_at(before) == exchange.url
        ):
            self._write_pair(exchange, self._revisit(exchange, answer, before))
            return None
        self._write_pair(exchange, answer)
        return place

    def sync(self) -> None:
        """Bring all that was written to the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """End the file and give it its name."""
        self.sync()
        self._file.close()
        self._path.rename(self._folder / self.name)

    def _address_at(self, place: WarcLocation) -> str | None:
        """The address whose answer lies at a place; None where none does.

        A page may have been got by a redirect, or from a mirror, and the folder may be another.
        """
        path = self._path if place.file == self.name else self._folder / place.file
        if not path.is_file():
            return None
        with path.open("rb") as file:
            file.seek(place.offset)
            try:
                headers = next(ArchiveIterator(file)).rec_headers
            except (ArchiveLoadFailed, StopIteration):
                return None
        is_it = headers.get_header("WARC-Payload-Digest") == place.digest
        return headers.get_header("WARC-Target-URI") if is_it else None

    def _answer(self, exchange: Exchange) -> ArcWarcRecord:
        return self._writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=_http_headers(exchange),
            warc_headers_dict=self._headers_of(exchange),
        )

    def _revisit(
        self, exchange: Exchange, answer: ArcWarcRecord, before: WarcLocation | None
    ) -> ArcWarcRecord:
        headers = self._headers_of(exchange)
        headers["WARC-Date"] = answer.rec_headers.get_header("WARC-Date")
        if exchange.status == _NOT_MODIFIED:
            headers["WARC-Profile"] = _SERVER_NOT_MODIFIED
        else:
            headers["WARC-Profile"] = self._writer.REVISIT_PROFILE_1_1
        if before:
            headers["WARC-Refers-To-Target-URI"] = self._address_at(before) or exchange.url
            headers["WARC-Refers-To-Date"] = before.archived_at
            headers["WARC-Payload-Digest"] = before.digest
        return self._writer.create_warc_record(
            exchange.url,
            "revisit",
            http_headers=_http_headers(exchange),
            warc_headers_dict=headers,
        )

    def _headers_of(self, exchange: Exchange) -> dict[str, str]:
        headers = {"WARC-Warcinfo-ID": self._info_id}
        if exchange.ip_address:
            headers["WARC-IP-Address"] = exchange.ip_address
        return headers

    def _write_pair(self, exchange: Exchange, answer: ArcWarcRecord) -> None:
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
        self._writer.write_request_response_pair(request, answer)
        self._append()

    def _append(self) -> None:
        """Put what the library has written at the end of the file, whole or not at all."""
        start = self._file.tell()
        rest = self._pair.getbuffer()
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            # A full disk: a part of a record would hide all that follows.
            self._file.truncate(start)
            raise
        self._pair = self._writer.out = BytesIO()


def _http_headers(exchange: Exchange) -> StatusAndHeaders:
    try:
        reason = HTTPStatus(exchange.status).phrase
    except ValueError:
        reason = ""
    return StatusAndHeaders(
        f"{exchange.status} {reason}".strip(), exchange.headers, protocol=exchange.protocol
    )
