"""A server that plays Common Crawl: an index over pywb's ZipNum collection, and byte ranges."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.cli import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLLECTION = "CC-MAIN-2026-05"


@dataclass
class CommonCrawl:
    """The server. The next range requests get `statuses` instead of records."""

    collection: str
    warc: Path
    address: str = ""
    ranges: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @classmethod
    @contextmanager
    def served(cls, collection: str, warc: Path) -> Iterator[CommonCrawl]:
        """The server on a port that the system chose."""
        server = cls(collection, warc)
        with serving(type("Handler", (_Handler,), {"crawl": server})) as server.address:
            yield server


class _Handler(BaseHTTPRequestHandler):
    crawl: CommonCrawl
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path == f"/{COLLECTION}-index":
            with urlopen(f"{self.crawl.collection}/cdx?{path.query}", timeout=30) as response:
                self._send(200, response.read())
        elif path.path == f"/{self.crawl.warc.name}":
            bounds = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"])
            assert bounds
            self.crawl.ranges.append(self.headers["Range"])
            status = self.crawl.statuses.pop(0) if self.crawl.statuses else 206
            record = self.crawl.warc.read_bytes()[int(bounds[1]) : int(bounds[2]) + 1]
            self._send(status, record if status == 206 else b"")
        else:
            self._send(404, b"")

    def _send(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        if status == 503:
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
