"""The pace towards a web archive, and the end of a run when it blocks us."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from mofa_crawler.archive.web_archives.indexes import Query, ResumedWalk
from tests.web_archive.archive_org import Planned
from tests.web_archive.public_warc import CHANGED
from tests.web_archive.runs import ArchiveRun

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web_archive.archive_org import ArchiveOrg

JANUARY_2021 = ("-a", "source=wayback", "-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01")  # fmt: skip


def most_in_a_window(times: list[float], seconds: float) -> int:
    return max(sum(start <= time <= start + seconds for time in times) for start in times)


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


def test_requests_against_a_time_line(tmp_path: Path, archive_org: ArchiveOrg) -> None:
    archive_org.rows = 4  # many index requests
    result = ArchiveRun(tmp_path, archive_org.address).crawl(*JANUARY_2021, delay=0.1)
    assert result.returncode == 0, result.stderr
    assert len(archive_org.times("index")) > 24
    # A minute of a delay of one second is six seconds of this one.
    assert most_in_a_window(archive_org.times("index"), 60 * 0.1) <= 24
    # The times are the server's, which may begin late with one request.
    assert sorted(gaps(archive_org.times("index")))[1] > 0.24
    times = [one.at for one in archive_org.received]
    assert sorted(gaps(times))[1] > 0.06
    assert times[-1] - times[0] > 0.098 * (len(times) - 1)
    assert archive_org.received[0].kind == "robots"
    assert all("tests@example.org" in agent for agent in archive_org.agents)


def test_the_real_pace(tmp_path: Path, archive_org: ArchiveOrg) -> None:
    archive_org.rows = 100
    # Each of the six queries takes one request, and only the first one finds captures.
    walk = ResumedWalk(
        archive_org.address, Query(url="www.mofa.go.jp/press/release/", match="prefix")
    )
    columns, *rows = json.loads(archive_org.index(urlsplit(walk.next_url).query))
    found = [row for row in rows if row[2].endswith(("202101_index.html", CHANGED))]
    nothing = Planned(200, {}, b"[]")
    archive_org.planned = {
        "index": [Planned(200, {}, json.dumps([columns, *found]).encode()), *[nothing] * 5]
    }
    result = ArchiveRun(tmp_path, archive_org.address).crawl(*JANUARY_2021, delay=1)
    assert result.returncode == 0, result.stderr
    assert len(archive_org.times("index")) >= 6
    assert min(gaps(archive_org.times("index"))) > 2.5
    assert len(archive_org.times("replay")) >= 2
    assert min(gaps(archive_org.times("replay"))) > 0.95


def test_the_first_429_is_waited_out(tmp_path: Path, archive_org: ArchiveOrg) -> None:
    archive_org.planned = {"index": [None, Planned(429, {"Retry-After": "2"}, b"")]}
    result = ArchiveRun(tmp_path, archive_org.address).crawl(*JANUARY_2021)
    assert result.returncode == 0, result.stderr
    assert "waiting for 2 s: HTTP status 429" in result.stderr
    paths, times = archive_org.paths("index"), archive_org.times("index")
    assert paths[1] == paths[2]
    assert times[2] - times[1] >= 2


def test_the_second_429_stops_the_run(tmp_path: Path, archive_org: ArchiveOrg) -> None:
    busy = Planned(429, {"Retry-After": "0"}, b"")
    archive_org.planned = {"index": [busy], "replay": [None, busy]}
    run = ArchiveRun(tmp_path, archive_org.address)
    result = run.crawl(*JANUARY_2021)
    assert result.returncode == 3
    assert "blocked by the web archive" in result.stderr
    assert len(archive_org.paths("replay")) == 2
    assert run.rows["unfinished"] > 0
    assert len(run.captures()) == run.rows["kept"] == 1
    # The next run goes on from here.
    assert run.crawl(*JANUARY_2021).returncode == 0
    assert run.rows["already there"] == 1


def test_a_long_retry_after_stops_the_run(tmp_path: Path, archive_org: ArchiveOrg) -> None:
    archive_org.planned = {"index": [Planned(429, {"Retry-After": "3600"}, b"")]}
    assert ArchiveRun(tmp_path, archive_org.address).crawl(*JANUARY_2021).returncode == 3
    assert len(archive_org.paths("index")) == 1


def test_a_refused_connection_stops_the_run(tmp_path: Path) -> None:
    result = ArchiveRun(tmp_path).crawl(*JANUARY_2021)
    assert result.returncode == 3
    assert "refuses connections" in result.stderr


def test_a_refused_connection_after_the_first_429_stops_the_run(tmp_path: Path) -> None:
    """As archive.org does with an address that it has just warned."""
    received: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(self.path)
            is_robots = self.path == "/robots.txt"
            self.send_response(404 if is_robots else 429)
            self.send_header("Retry-After", "2")
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()
            if not is_robots:
                Thread(target=server.shutdown).start()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"

        def serve() -> None:
            server.serve_forever(poll_interval=0.05)
            server.socket.close()  # from now on, the system refuses connections

        thread = Thread(target=serve)
        thread.start()
        run = ArchiveRun(tmp_path, address)
        result = run.crawl(*JANUARY_2021)
        thread.join()
    assert result.returncode == 3, result.stderr
    assert result.stderr.count("waiting for 2 s: HTTP status 429") == 1
    assert "refuses connections" in result.stderr
    assert [path == "/robots.txt" for path in received] == [True, False]
    assert run.captures() == []


def test_403_of_the_archive_itself_twice_stops_the_run(
    tmp_path: Path, archive_org: ArchiveOrg
) -> None:
    forbidden = Planned(403, {}, b"<html>Forbidden</html>")
    archive_org.planned = {"replay": [forbidden, forbidden]}
    assert ArchiveRun(tmp_path, archive_org.address).crawl(*JANUARY_2021).returncode == 3
    assert len(archive_org.paths("replay")) == 2


@pytest.mark.parametrize(
    ("robots", "kinds"), [("Disallow: /", {"robots"}), ("Disallow: /web/", {"robots", "index"})]
)
def test_robots_txt_of_the_archive_is_obeyed(
    tmp_path: Path, archive_org: ArchiveOrg, robots: str, kinds: set[str]
) -> None:
    archive_org.robots = f"User-agent: *\n{robots}\n"
    run = ArchiveRun(tmp_path, archive_org.address)
    assert run.crawl(*JANUARY_2021).returncode == 3
    assert {one.kind for one in archive_org.received} == kinds
    if "index" in kinds:
        assert run.rows["forbidden"] > 0
