"""Serves a made site on loopback as the ministry's edge does, from responses that are ready.

    python -m benchmarks.server COUNT [--plain]

prints its address, and then, for every line on its standard input, the traffic since the last
one, as JSON (`Traffic`). It ends with its standard input. Pages come gzipped, with `Content-Type:
text/html` and no charset, ETag and Last-Modified; a matching If-None-Match has the status 304.
`--plain` serves them as they are.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from benchmarks.processes import end
from benchmarks.site import Site
from tests.cli import environment
from tests.factories import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODIFIED = "Fri, 09 Jan 2026 03:00:00 GMT"
_ABSENT = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
_END = b"\r\n\r\n"


@dataclass
class Traffic:
    """How many requests came and bytes were sent, the times of the first request and of the last
    response (seconds of the monotonic clock that all processes share), and the server's own work
    in seconds of CPU."""

    requests: int = 0
    sent: int = 0
    first: float = 0.0
    last: float = 0.0
    cpu: float = 0.0


@dataclass
class Served:
    """A site that is being served: where, and how many addresses it has."""

    site: Site
    address: str
    urls: list[str]
    process: subprocess.Popen[str]

    def traffic(self) -> Traffic:
        """The traffic since the last call."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return Traffic(**json.loads(self.process.stdout.readline()))


@contextmanager
def served(count: int, *, plain: bool = False) -> Iterator[Served]:
    """A site of `count` releases, served by a process of its own until the block is left."""
    command = [sys.executable, "-m", "benchmarks.server", str(count)]
    with subprocess.Popen(
        [*command, "--plain"] if plain else command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            site = Site(count)
            paths = ["/robots.txt", *site.listing_paths(), *(r.path for r in site.releases)]
            yield Served(site, address, [address + path for path in paths], process)
        finally:
            end(process)


class _Responses:
    """The responses of a site, ready to be written, and the traffic."""

    def __init__(self, site: Site, *, plain: bool) -> None:
        self._traffic = Traffic()
        self._cpu = 0.0
        self._whole: dict[bytes, bytes] = {}
        self._unchanged: dict[bytes, tuple[bytes, bytes]] = {}
        for path, body in site.files():
            self._add(path, body, plain=plain)

    def _add(self, path: str, body: bytes, *, plain: bool) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        kind = "text/plain" if path == "/robots.txt" else "text/html"
        kept = f"ETag: {etag}\r\nLast-Modified: {_MODIFIED}\r\nVary: Accept-Encoding\r\n"
        sent, coding = (
            (body, "") if plain else (gzip.compress(body, 6), "Content-Encoding: gzip\r\n")
        )
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{coding}{kept}"
            f"Content-Length: {len(sent)}\r\n\r\n"
        )
        self._whole[path.encode()] = head.encode() + sent
        unchanged = f"HTTP/1.1 304 Not Modified\r\n{kept}\r\n".encode()
        self._unchanged[path.encode()] = etag.encode(), unchanged

    def to(self, request: bytes) -> bytes:
        """The response to a request, given as its first line and headers."""
        path = request[4 : request.index(b" ", 4)]
        response = self._whole.get(path, _ABSENT)
        if b"if-none-match" in request.lower():
            etag, unchanged = self._unchanged.get(path, (b"", _ABSENT))
            if etag in request:
                response = unchanged
        self._count(len(response))
        return response

    def _count(self, sent: int) -> None:
        traffic = self._traffic
        traffic.last = time.monotonic()
        traffic.first = traffic.first or traffic.last
        traffic.requests += 1
        traffic.sent += sent

    def take(self) -> Traffic:
        """The traffic since the last call."""
        now = time.process_time()
        traffic, self._traffic = self._traffic, Traffic()
        traffic.cpu, self._cpu = now - self._cpu, now
        return traffic


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with persistent connections, and no more of it than a GET needs."""

    def __init__(self, responses: _Responses) -> None:
        self._responses = responses
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._pending = (self._pending + data).split(_END)
        for request in requests:
            self._transport.write(self._responses.to(request))
            if b"connection: close" in request.lower():
                self._transport.close()


class _Orders(asyncio.Protocol):
    """The standard input: a line requests the traffic, its end is the server's."""

    def __init__(self, responses: _Responses, ended: asyncio.Event) -> None:
        self._responses = responses
        self._ended = ended

    def data_received(self, _: bytes) -> None:
        print(json.dumps(asdict(self._responses.take())), flush=True)

    def connection_lost(self, _: Exception | None) -> None:
        self._ended.set()


async def _serve(count: int, *, plain: bool) -> None:
    responses, ended = _Responses(Site(count), plain=plain), asyncio.Event()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(responses), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    await loop.connect_read_pipe(lambda: _Orders(responses, ended), sys.stdin)
    print(f"http://{host}:{port}", flush=True)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), plain="--plain" in sys.argv))
