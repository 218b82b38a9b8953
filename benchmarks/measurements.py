"""Which measurement brings which figures, and how it is taken."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks import crawls
from benchmarks.crawls import Crawls
from benchmarks.figures import FIGURES
from benchmarks.frames import INDEXES
from benchmarks.processes import PAIRS, BenchmarkError, in_turns, run, run_module
from benchmarks.server import served
from tests.cli import COMMAND
from tests.factories import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.crawls import Crawl
    from benchmarks.server import Served

_SMALL, _LARGE = 1_000, 40_000  # releases in a store


class Skipped(Exception):
    """A figure cannot be had here; `str()` is one line that says why."""


@dataclass(frozen=True)
class Scale:
    """How much is measured: pages of a made site, releases in a store, and how often."""

    parsed: int = 60
    parsed_slowly: int = 16  # by a peer that takes some hundred milliseconds a page
    crawled: int = 1_200
    crawled_slowly: int = 600
    listed: int = 240  # by the rolling indexes of a site that does not change
    stored: int = 1_000
    pairs: int = PAIRS
    is_short: bool = False


FULL = Scale()
SHORT = Scale(parsed=20, crawled=150, listed=60, stored=200, pairs=3, is_short=True)


@dataclass
class Measured:
    """What a measurement brought: figures by name, the same without gzip, and a note on each."""

    values: dict[str, float]
    plain: dict[str, float] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Measurement:
    """A way to get some figures. `is_short`: it is cheap enough for the short form, and needs no
    peer; `is_large`: it is taken only if an argument names it."""

    names: tuple[str, ...]
    take: Callable[[Scale], Measured]
    is_short: bool = False
    is_large: bool = False


# --- parsing ------------------------------------------------------------------------------------


def _parsing(peer: str, *, slow: bool = False) -> Callable[[Scale], Measured]:
    name = f"parse_vs_{peer}"

    def take(scale: Scale) -> Measured:
        _need(peer)
        pages = scale.parsed_slowly if slow else scale.parsed
        times = run_module("parsing", "time", peer, str(pages), str(scale.pairs))
        own, theirs, ratio = times["ours"], times["theirs"], times["ratio"]
        note = f"{own * 1000:.2f} ms a page; {peer} {theirs * 1000:.2f}"
        return Measured({name: ratio if peer == "lxml" else 1 / ratio}, notes={name: note})

    return take


def _need(peer: str) -> None:
    module = {"newspaper4k": "newspaper", "bs4": "bs4", "lxml": "lxml"}.get(peer, peer)
    if find_spec(module) is None:
        raise Skipped(f"{peer} is not installed: pip install -e '.[dev,bench]'")


# --- crawling -----------------------------------------------------------------------------------


def _crawling(
    name: str, peer: Crawl, *, own: Crawl = crawls.ours, slow: bool = False, needs: str = ""
) -> Measurement:
    def take(scale: Scale) -> Measured:
        if needs:
            _need(needs)
        pages = scale.crawled_slowly if slow else scale.crawled
        value, note = _compare(own, peer, pages, scale.pairs, plain=False)
        measured = Measured({name: value}, notes={name: note})
        if not scale.is_short:
            measured.plain[name], _ = _compare(own, peer, pages, scale.pairs, plain=True)
        return measured

    return Measurement((name,), take, is_short=name == "crawl_vs_bare_scrapy")


def _compare(own: Crawl, peer: Crawl, pages: int, pairs: int, *, plain: bool) -> tuple[float, str]:
    """Our pages a second ÷ a peer's, and both in words."""
    with served(pages, plain=plain) as site:
        ours, theirs = Crawls(own, site), Crawls(peer, site)
        ratio, _, _ = in_turns(theirs.seconds, ours.seconds, pairs)
    note = "; ".join(
        f"{who} {of.pages_per_second:.0f} pages/s, {of.cpu_per_page:.2f} ms CPU a page, "
        f"server busy {of.server_busy:.0%}"
        for who, of in (("ours", ours), ("theirs", theirs))
    )
    return ratio, note


def _memory(pages: int, name: str) -> Callable[[Scale], Measured]:
    def take(_: Scale) -> Measured:
        with served(pages) as large, served(_SMALL) as small:
            of_large, of_small = Crawls(crawls.ours, large), Crawls(crawls.ours, small)
            # The memory of a process does not depend on what else runs: of the largest, once is enough.
            pairs = 1 if name == "memory_49k_vs_1k" else PAIRS
            ratio, much, little = in_turns(of_large.peak, of_small.peak, pairs)
        return Measured(
            {name: ratio}, notes={name: f"{much / 1024:.0f} MiB; {little / 1024:.0f} MiB"}
        )

    return take


def _polite(_: Scale) -> Measured:
    with served(28) as site:
        polite = Crawls(crawls.ours_politely, site)
        paces = [polite.pace() for _ in range(PAIRS)]
    note = f"{len(site.urls)} requests, {crawls.DELAY} s apart"
    return Measured({"polite_pace": median(paces)}, notes={"polite_pace": note})


def _no_change(scale: Scale) -> Measured:
    name = "no_change_vs_scrapy_start"
    with served(scale.listed) as site, TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary)
        crawls.crawl(site, folder, **crawls.FAST)
        listings = [site.urls[0], *_with_etags(folder / "mofa.db", site)]
        site.traffic()
        ratio, own, theirs = in_turns(
            lambda: crawls.crawl(site, folder, **crawls.FAST).seconds,
            lambda: crawls.bare_spider(listings, folder).seconds,
            scale.pairs,
        )
        requests = site.traffic().requests
    if requests != 2 * scale.pairs * len(listings):
        raise BenchmarkError(f"{requests} requests in {2 * scale.pairs} runs of {len(listings)}")
    note = f"{own:.2f} s; {theirs:.2f} s; {len(listings)} requests"
    return Measured({name: ratio}, notes={name: note})


def _with_etags(database: Path, site: Served) -> list[str]:
    """The listings that a run without changes requests, each with its ETag."""
    db = sqlite3.connect(database)
    try:
        etags = dict(db.execute("SELECT url, etag FROM pages WHERE role = 'listing'"))
        return [f"{site.address}{path} {etags[ORIGIN + path]}" for path in INDEXES.values()]
    finally:
        db.close()


# --- the archive, the store and what reads it ---------------------------------------------------


def _reparse(scale: Scale) -> Measured:
    with served(scale.crawled) as site, TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary)
        crawls.ours_archived(site, folder)
        command = [*COMMAND, "crawl", "saved_pages", "-a", f"path={folder / 'archive'}"]
        with TemporaryDirectory(prefix="benchmark-") as own:
            seconds = run([*command, "-s", "MOFA_ARCHIVE="], Path(own)).seconds
    return Measured({"reparse_pages_per_second": scale.crawled / seconds})


def _store(scale: Scale) -> Measured:
    got = run_module("storing", "compare", str(scale.stored), str(scale.pairs))
    return Measured(
        {"store_vs_executemany": got["ratio"], "store_rows_per_second": got["rows_per_second"]}
    )


def _filled(_: Scale) -> Measured:
    """What is done with a store of many releases, beside one of few."""
    with TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary)
        sizes = (str(_SMALL), str(_LARGE))
        store_growth = run_module("storing", "grow", *sizes, str(PAIRS), temporary)

        def export(size: int) -> float:
            return _command(folder, size, "export", "-o", "out.jsonl")

        def export_of_one(size: int) -> float:
            """Seconds a release, less what an export of an empty dataset takes."""
            return (export(size) - export(0)) / size

        def search(size: int) -> float:
            return _command(folder, size, "search", "coral reefs")

        export_growth, exported = in_turns(
            lambda: export_of_one(_LARGE), lambda: export_of_one(_SMALL)
        )[:2]
        search_growth, searched = in_turns(lambda: search(_LARGE), lambda: search(_SMALL))[:2]
    return Measured(
        {
            "store_growth": store_growth,
            "export_rows_per_second": 1 / exported,
            "export_growth": export_growth,
            "search_ms": searched * 1000,
            "search_growth": search_growth,
        },
        notes={"search_ms": "the whole command, start-up included"},
    )


def _json_file(_: Scale) -> Measured:
    got = run_module("json_file", "memory", "3000", "300000")
    return Measured(
        {"json_file_memory": got["ratio"]},
        notes={"json_file_memory": f"{got['large_mib']:.0f} MiB"},
    )


def _browse(_: Scale) -> Measured:
    got = run_module("browse", str(_LARGE), str(PAIRS))
    return Measured(
        {f"browse_{page}": of["ratio"] for page, of in got.items()},
        notes={
            f"browse_{page}": f"{of['ms']:.0f} ms ({of['cpu_ms']:.0f} ms CPU); {of['table_ms']:.0f} ms"
            for page, of in got.items()
        },
    )


def _command(folder: Path, size: int, *arguments: str) -> float:
    """How many seconds a command of ours takes on the database of a size."""
    return run([*COMMAND, *arguments, "-s", f"MOFA_DB={size}.db"], folder).seconds


MEASUREMENTS = (
    Measurement(("parse_vs_lxml",), _parsing("lxml"), is_short=True),
    Measurement(("parse_vs_trafilatura",), _parsing("trafilatura")),
    Measurement(("parse_vs_newspaper4k",), _parsing("newspaper4k", slow=True)),
    Measurement(("parse_vs_bs4",), _parsing("bs4"), is_short=True),
    _crawling("crawl_vs_bare_scrapy", crawls.bare),
    _crawling("crawl_archive_vs_bare_scrapy", crawls.bare, own=crawls.ours_archived),
    _crawling("crawl_vs_default_scrapy", crawls.bare_default),
    _crawling("crawl_vs_usual_spider", crawls.usual, slow=True),
    _crawling("crawl_vs_crawlee", crawls.crawlee, slow=True, needs="crawlee"),
    _crawling("crawl_vs_crawlee_memory", crawls.crawlee_memory, slow=True, needs="crawlee"),
    Measurement(("memory_12k_vs_1k",), _memory(12_000, "memory_12k_vs_1k")),
    Measurement(("memory_49k_vs_1k",), _memory(49_000, "memory_49k_vs_1k"), is_large=True),
    Measurement(("polite_pace",), _polite),
    Measurement(("no_change_vs_scrapy_start",), _no_change, is_short=True),
    Measurement(("reparse_pages_per_second",), _reparse),
    Measurement(("store_rows_per_second", "store_vs_executemany"), _store, is_short=True),
    Measurement(
        ("store_growth", "export_rows_per_second", "export_growth", "search_ms", "search_growth"),
        _filled,
    ),
    Measurement(tuple(f.name for f in FIGURES if f.name.startswith("browse_")), _browse),
    Measurement(("json_file_memory",), _json_file, is_large=True),
)
