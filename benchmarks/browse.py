"""The pages to browse beside Datasette's own table page of the same database, over loopback.

    python -m benchmarks.browse RELEASES ROUNDS

prints JSON: for each page the median of its time ÷ the time of the table page, both times, and
what the page takes of the processor, in milliseconds.
"""

from __future__ import annotations

import json
import os
import sys
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from benchmarks.dataset import last_release, make
from benchmarks.processes import BenchmarkError, in_turns
from tests.web.browsing import browsing

if TYPE_CHECKING:
    from collections.abc import Callable

_DATABASE = "mofa.db"
_TABLE = f"/{Path(_DATABASE).stem}/releases"
_OK = 200
_FOR_CPU = 20  # requests: the system counts in hundredths of a second


def measure(releases: int, rounds: int) -> dict[str, dict[str, float]]:
    """The figures of each page by its name."""
    pages = {
        "home": "/",
        "search_ja": f"/search?q={quote('漆器')}",  # two characters: no trigram of the index
        "search_en": "/search?q=groundwater",
        "release": f"/release/{last_release(releases)}",
        "coverage": "/coverage",
        "months": "/months",
    }
    with TemporaryDirectory(prefix="benchmark-") as folder:
        database = Path(folder) / _DATABASE
        make(database, releases)
        with browsing(database) as server:
            connection = HTTPConnection(server.address.removeprefix("http://"), timeout=60)
            table = _reader(connection, _TABLE)
            return {
                name: _compared(_reader(connection, path), table, rounds, server.pid)
                for name, path in pages.items()
            }


def _reader(connection: HTTPConnection, path: str) -> Callable[[], float]:
    """What requests a page and returns the seconds until its last byte."""

    def read() -> float:
        began = perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status != _OK:
            raise BenchmarkError(f"{path} has the status {response.status}")
        return perf_counter() - began

    return read


def _compared(
    page: Callable[[], float], table: Callable[[], float], rounds: int, server: int
) -> dict[str, float]:
    page()  # what is loaded once, and read into the cache of the system
    ratio, own, theirs = in_turns(page, table, rounds)
    before = _cpu_seconds(server)
    for _ in range(_FOR_CPU):
        page()
    cpu = (_cpu_seconds(server) - before) / _FOR_CPU
    return {"ratio": ratio, "ms": own * 1000, "table_ms": theirs * 1000, "cpu_ms": cpu * 1000}


def _cpu_seconds(process: int) -> float:
    """What a process has used of the processor, in itself and in the system (Linux)."""
    times = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
