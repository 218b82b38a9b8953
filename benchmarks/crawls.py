"""Whole crawls of a made site, and how much longer, or larger, one is than another.

The time of a crawl runs from its first request, as the server saw it, to the end of its process:
the same for every peer, and nothing has to be put into what is measured.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.processes import BenchmarkError, Ran, run
from tests.cli import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.server import Served, Traffic

    Crawl = Callable[[Served, Path], Ran]

PEERS = Path(__file__).parent / "peers"
# A mirror's: a polite crawl would only measure its delay.
FAST = {
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS": "16",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
    "AUTOTHROTTLE_ENABLED": "False",
}
DELAY = 0.2  # seconds, of a polite crawl


class Crawls:
    """Crawls of one kind, one after the other, each into a folder of its own."""

    def __init__(self, crawl: Crawl, site: Served) -> None:
        self._crawl = crawl
        self._site = site
        self._pages = len(site.site.releases)
        self._ran: list[tuple[float, Ran, Traffic]] = []

    def seconds(self) -> float:
        """How long another crawl takes, from its first request to its end."""
        return self._another()[0]

    def peak(self) -> float:
        """The most memory that another crawl uses, in KiB."""
        return float(self._another()[1].peak)

    def pace(self) -> float:
        """How long another crawl takes ÷ its requests × `DELAY`."""
        seconds, _, traffic = self._another()
        return seconds / (traffic.requests * DELAY)

    def _another(self) -> tuple[float, Ran, Traffic]:
        self._site.traffic()
        with TemporaryDirectory(prefix="benchmark-") as folder:
            ran = self._crawl(self._site, Path(folder))
        traffic = self._site.traffic()
        if traffic.requests < len(self._site.urls):
            raise BenchmarkError(
                f"{traffic.requests} requests for {len(self._site.urls)} addresses"
            )
        self._ran.append((ran.ended - traffic.first, ran, traffic))
        return self._ran[-1]

    @property
    def pages_per_second(self) -> float:
        """The median over the crawls so far."""
        return median(self._pages / seconds for seconds, _, _ in self._ran)

    @property
    def cpu_per_page(self) -> float:
        """Milliseconds, start-up included; the median over the crawls so far."""
        return median(ran.cpu / self._pages * 1000 for _, ran, _ in self._ran)

    @property
    def server_busy(self) -> float:
        """The server's CPU time as a share of the crawls' time."""
        return median(traffic.cpu / seconds for seconds, _, traffic in self._ran)


# --- ours ---------------------------------------------------------------------------------------


def ours(site: Served, folder: Path) -> Ran:
    """The full job: a backfill of the whole site into a new database."""
    return _backfill(site, folder, FAST)


def ours_archived(site: Served, folder: Path) -> Ran:
    """The same, and every response goes into a WARC archive."""
    return _backfill(site, folder, {**FAST, "MOFA_ARCHIVE": "archive"})


def ours_politely(site: Served, folder: Path) -> Ran:
    """The same with our default settings, but for a short delay."""
    return _backfill(site, folder, {"DOWNLOAD_DELAY": str(DELAY)})


def _backfill(site: Served, folder: Path, settings: dict[str, str]) -> Ran:
    ran = crawl(site, folder, "-a", f"since={site.site.since}", **settings)
    with sqlite3.connect(folder / "mofa.db") as db:
        found = db.execute("SELECT count(*), count(duplicate_of) FROM releases").fetchone()
    db.close()
    expected = (len(site.site.releases), site.site.repeated)
    if found != expected:
        raise BenchmarkError(f"releases and duplicates: {found}, and not {expected}")
    return ran


def crawl(site: Served, folder: Path, *arguments: str, **settings: str) -> Ran:
    """Our crawl with arguments and settings."""
    settings = {"MOFA_BASE_URL": site.address, "MOFA_ARCHIVE": "", **settings}
    return run([*COMMAND, "crawl", "press_releases", *_set(settings), *arguments], folder)


# --- the peers ----------------------------------------------------------------------------------


def bare(site: Served, folder: Path) -> Ran:
    """A bare Scrapy spider with our settings that makes the same requests."""
    return bare_spider(site.urls, folder)


def bare_spider(lines: list[str], folder: Path) -> Ran:
    """A bare Scrapy spider with our settings for addresses, each perhaps with its ETag."""
    env = {"SCRAPY_SETTINGS_MODULE": "benchmarks.peers.bare_settings"}
    return _bare(lines, folder, _set(FAST), env)


def bare_default(site: Served, folder: Path) -> Ran:
    """The same with Scrapy's default settings."""
    return _bare(site.urls, folder, [], {})


def _bare(lines: list[str], folder: Path, options: list[str], env: dict[str, str]) -> Ran:
    if abroad := [line for line in lines if not line.startswith("http://127.0.0.1:")]:
        raise BenchmarkError(f"not on this machine: {abroad[0]}")
    urls = folder / "urls"
    urls.write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "scrapy", "runspider", str(PEERS / "bare_spider.py")]
    return run([*command, "-a", f"urls={urls}", *options], folder, env=env)


def usual(site: Served, folder: Path) -> Ran:
    """The usual Scrapy spider: BeautifulSoup and a JSON feed."""
    command = [sys.executable, "-m", "scrapy", "runspider", str(PEERS / "usual_spider.py")]
    ran = run([*command, "-a", f"base={site.address}", "-O", "releases.json"], folder)
    _check(site, len(json.loads((folder / "releases.json").read_bytes())))
    return ran


def crawlee(site: Served, folder: Path) -> Ran:
    """Crawlee with its default file storage."""
    ran = run([sys.executable, str(PEERS / "crawlee_job.py"), site.address], folder)
    _check(site, len(list(folder.glob("storage/datasets/default/0*.json"))))
    return ran


def crawlee_memory(site: Served, folder: Path) -> Ran:
    """Crawlee that keeps everything in memory."""
    return run([sys.executable, str(PEERS / "crawlee_job.py"), site.address, "--memory"], folder)


def _check(site: Served, kept: int) -> None:
    if kept != len(site.site.releases):
        raise BenchmarkError(f"{kept} records of {len(site.site.releases)} pages")


def _set(settings: dict[str, str]) -> list[str]:
    return [text for name, value in settings.items() for text in ("-s", f"{name}={value}")]
