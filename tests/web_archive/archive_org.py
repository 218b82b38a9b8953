"""A server that plays archive.org in front of a flat collection of pywb."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from urllib.request import Request, urlopen

from tests.cli import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["robots", "index", "replay"]
_COLUMNS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
_PYWB_COLUMNS = ["urlkey", "timestamp", "url", "mime", "status", "digest", "length"]
_HOP_BY_HOP = {"transfer-encoding", "connection", "content-length", "date"}


class Planned(NamedTuple):
    """A response instead of the archive's own; a body of None ends the connection unanswered."""

    status: int
    headers: dict[str, str]
    body: bytes | None


class Received(NamedTuple):
    """A request that came, and when (seconds of the monotonic clock)."""

    at: float
    kind: Kind
    path: str


@dataclass
class ArchiveOrg:
    """The server: the requests that it received, and the responses that a test planned.

    `planned` has lists of responses by kind, used up one by one; None is the archive's own.
    `rows` is the most rows of an index response.
    """

    collection: str
    address: str = ""
    robots: str | None = None
    rows: int = 25
    received: list[Received] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    planned: dict[Kind, list[Planned | None]] = field(default_factory=dict)
    # By address: what a replay is made into.
    changes: dict[str, Planned] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def served(cls, collection: str) -> Iterator[ArchiveOrg]:
        """The server on a port that the system chose."""
        server = cls(collection)
        with serving(type("Handler", (_Handler,), {"archive": server})) as server.address:
            yield server

    def paths(self, kind: Kind) -> list[str]:
        """The requests of a kind, in the order in which they came."""
        return [one.path for one in self.received if one.kind == kind]

    def times(self, kind: Kind) -> list[float]:
        """When the requests of a kind came."""
        return [one.at for one in self.received if one.kind == kind]

    def index(self, query: str) -> bytes:
        """The arrays of a query, with a resume key if there are more."""
        given = {name: values[0] for name, values in parse_qs(query).items()}
        key = given.pop("resumeKey", "")
        limit = min(int(given.pop("limit")), self.rows)
        given.pop("showResumeKey")
        with urlopen(f"{self.collection}/cdx?{urlencode(given)}", timeout=30) as response:
            objects = [json.loads(line) for line in response if line.strip()]
        rows = [[one[name] for name in _PYWB_COLUMNS] for one in objects]
        rest = [row for row in rows if f"{row[0]} {row[1]}{row[5]}" > key]
        if not rest:
            return b"[]"
        lines: list[Any] = [_COLUMNS, *rest[:limit]]
        if len(rest) > limit:
            last = rest[limit - 1]
            lines += [[], [quote(f"{last[0]} {last[1]}{last[5]}", safe="")]]
        return json.dumps(lines).encode()

    def replay(self, path: str) -> Planned:
        """A replay of pywb with the headers that archive.org sends."""
        request = Request(f"{self.collection}/{path.removeprefix('/web/')}")
        try:
            with urlopen(request, timeout=30) as response:
                status, headers, body = response.status, response.headers, response.read()
        except HTTPError as error:
            with error:
                status, headers, body = error.code, error.headers, error.read()
        if "memento-datetime" not in headers:
            return Planned(404, {"content-type": "text/html"}, b"<html>not archived</html>")
        sent = {"memento-datetime": headers["memento-datetime"], "x-archive-orig-date": "then"}
        for name, value in headers.items():
            plain = name.lower().removeprefix("x-archive-orig-")
            if plain not in _HOP_BY_HOP | {"link", "content-location", "memento-datetime"}:
                sent[f"x-archive-orig-{plain}"] = value
        sent["content-type"] = headers.get("content-type", "text/html")
        return Planned(status, sent, body)


class _Handler(BaseHTTPRequestHandler):
    archive: ArchiveOrg
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        now = time.monotonic()
        path = urlsplit(self.path)
        kind: Kind = "replay"
        if path.path == "/robots.txt":
            kind = "robots"
        elif path.path == "/cdx/search/cdx":
            kind = "index"
        self.archive.received.append(Received(now, kind, self.path))
        self.archive.agents.add(self.headers["User-Agent"])
        planned = self.archive.planned.get(kind)
        response = planned.pop(0) if planned else None
        self._send(response or self._own(kind, path.query))

    def _own(self, kind: Kind, query: str) -> Planned:
        if kind == "robots":
            robots = self.archive.robots
            return Planned(404 if robots is None else 200, {}, (robots or "").encode())
        if kind == "index":
            return Planned(200, {"content-type": "application/json"}, self.archive.index(query))
        url = self.path.partition("id_/")[2]
        return self.archive.changes.get(url) or self.archive.replay(self.path)

    def _send(self, response: Planned) -> None:
        if response.body is None:
            self.close_connection = True
            return
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if "content-length" not in {name.lower() for name in response.headers}:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, *_: Any) -> None:
        pass
