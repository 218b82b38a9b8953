"""What the store does in a second, beside plain SQLite, and how that changes as it fills.

    python -m benchmarks.storing compare RELEASES PAIRS
    python -m benchmarks.storing grow SMALL LARGE PAIRS FOLDER

print JSON. `grow` leaves the databases in the folder: `0.db`, `SMALL.db` and `LARGE.db`.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.processes import in_turns
from benchmarks.site import Site
from mofa_crawler.outcome import Fetch, ReleaseParsed
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

_FETCHED_AT = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)
_PARSED = 200
_TO_A_COMMIT = 100  # what a fast crawl stores in the half second that a commit may wait
_BATCH = 500  # releases added at a time to see how fast a full store is


def outcomes() -> Iterator[ReleaseParsed]:
    """Outcomes with a new release each, without end."""
    releases = []
    for made in Site(_PARSED).releases:
        url = "https://www.mofa.go.jp" + made.path
        releases.append(parse_release(Page(url=url, body=made.html(), fetched_at=_FETCHED_AT)))
    turn = 0
    while True:
        turn += 1
        for release in releases:
            url = release.url.replace(".html", f"_{turn}.html")
            first, *others = release.body
            own = replace(
                release,
                id=release.id + f"_{turn}",
                url=url,
                title=f"{release.title} ({turn})",
                body=[replace(first, text=f"{first.text} {turn}"), *others],
            )
            fetch = Fetch(
                fetched_at=release.fetched_at,
                http_status=200,
                answered_url=url,
                etag=f'"{release.content_hash[:32]}"',
                encoding="utf-8",
                body_hash=own.content_hash,
            )
            yield ReleaseParsed(
                url=url, fetch=fetch, parser_version=release.parser_version, release=own
            )


def fill(store: Store, some: list[ReleaseParsed]) -> float:
    """Store outcomes as the pipelines do, many to a commit; returns the seconds it took."""
    store.defer_commits()
    began = perf_counter()
    for number, outcome in enumerate(some, start=1):
        store.save(outcome)
        if number % _TO_A_COMMIT == 0:
            store.commit()
    store.commit()
    return perf_counter() - began


def compare(releases: int, pairs: int) -> dict[str, float]:
    """The store beside `executemany` of the same rows in one transaction: `ratio` (of the rows a
    second), and `rows_per_second` of the store."""
    some = list(islice(outcomes(), releases))
    with TemporaryDirectory(prefix="benchmark-") as folder:
        model = Path(folder) / "model.db"
        _filled(model, some)
        schema, rows = _content(model)
        number = sum(map(len, rows.values()))
        turns = iter(range(2 * pairs))
        ratio, _, own = in_turns(
            lambda: _insert(Path(folder) / f"{next(turns)}.db", schema, rows),
            lambda: _filled(Path(folder) / f"{next(turns)}.db", some),
            pairs,
        )
    return {"ratio": ratio, "rows_per_second": number / own}


def _filled(path: Path, some: list[ReleaseParsed]) -> float:
    store = Store(path)
    try:
        return fill(store, some)
    finally:
        store.close()


def _content(path: Path) -> tuple[list[str], dict[str, list[Any]]]:
    """The statements that make a database's tables, and the rows of each table by its name."""
    db = sqlite3.connect(path)
    try:
        entries = db.execute(
            "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'search\\_%' ESCAPE '\\'"
        ).fetchall()
        rows = {}
        for name, kind, _ in entries:
            if kind == "table":
                columns = "rowid, *" if name == "search" else "*"
                rows[name] = db.execute(f"SELECT {columns} FROM {name}").fetchall()
        return [sql for _, _, sql in entries], {name: of for name, of in rows.items() if of}
    finally:
        db.close()


def _insert(path: Path, schema: list[str], rows: dict[str, list[Any]]) -> float:
    db = sqlite3.connect(path)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        for statement in schema:
            db.execute(statement)
        db.commit()
        began = perf_counter()
        for name, of_table in rows.items():
            places = ", ".join("?" * len(of_table[0]))
            into = "search (rowid, title, text)" if name == "search" else name
            db.executemany(f"INSERT INTO {into} VALUES ({places})", of_table)
        db.commit()
        return perf_counter() - began
    finally:
        db.close()


def grow(small: int, large: int, pairs: int, folder: Path) -> float:
    """How many times longer a release takes in a store of `large` releases than of `small`."""
    source = outcomes()
    Store(folder / "0.db").close()
    stores = [Store(folder / f"{size}.db") for size in (small, large)]
    try:
        for store, size in zip(stores, (small, large), strict=True):
            for _ in range(0, size, _BATCH):
                fill(store, list(islice(source, _BATCH)))
        of_small, of_large = stores
        ratio, _, _ = in_turns(
            lambda: fill(of_large, list(islice(source, _BATCH))),
            lambda: fill(of_small, list(islice(source, _BATCH))),
            pairs,
        )
    finally:
        for store in stores:
            store.close()
    return ratio


def main() -> None:
    what, *arguments = sys.argv[1:]
    if what == "compare":
        releases, pairs = map(int, arguments)
        print(json.dumps(compare(releases, pairs)))
    else:
        small, large, pairs = map(int, arguments[:3])
        print(json.dumps(grow(small, large, pairs, Path(arguments[3]))))


if __name__ == "__main__":
    main()
