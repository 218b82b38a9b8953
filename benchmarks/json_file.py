"""The memory that it takes to check and write the JSON file, of many releases and of few.

    python -m benchmarks.json_file memory SMALL LARGE

prints JSON: `ratio` of the peaks of memory, and both peaks in MiB. The databases are made by storing a
few hundred releases and copying their rows under other ids.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import run
from benchmarks.storing import fill, outcomes
from mofa_crawler.export.json_file import write_json
from mofa_crawler.store.store import Store

_STORED = 300
_TABLES = ("releases", "blocks", "links")


def memory(small: int, large: int) -> dict[str, float]:
    """Peaks of a process that finds a JSON file that is up to date."""
    peaks = []
    with TemporaryDirectory(prefix="benchmark-") as name:
        for size in (small, large):
            folder = Path(name, str(size))
            folder.mkdir()
            _fill(folder / "mofa.db", size)
            command = [sys.executable, "-m", "benchmarks.json_file", "write"]
            run(command, folder)  # makes the file
            peaks.append(run(command, folder).peak / 1024)
    return {"ratio": peaks[1] / peaks[0], "small_mib": peaks[0], "large_mib": peaks[1]}


def _fill(path: Path, size: int) -> None:
    store = Store(path)
    fill(store, list(islice(outcomes(), _STORED)))
    store.close()
    with closing(sqlite3.connect(path)) as db:
        for table in _TABLES:
            keys = {"id", "url"} if table == "releases" else {"release_id"}
            db.execute(f"CREATE TEMP TABLE original AS SELECT * FROM {table}")
            names = [row[1] for row in db.execute("PRAGMA table_info(original)")]
            values = [
                f"{name} || '-' || :turn" if name in keys else "NULL" if name == "number" else name
                for name in names
            ]
            db.executemany(
                f"INSERT INTO {table} SELECT {', '.join(values)} FROM original",
                [{"turn": turn} for turn in range(1, size // _STORED)],
            )
            db.execute("DROP TABLE original")
        db.commit()


def main() -> None:
    what, *sizes = sys.argv[1:]
    if what == "memory":
        small, large = map(int, sizes)
        print(json.dumps(memory(small, large)))
    else:
        store = Store("mofa.db")
        try:
            write_json(store, Path("releases.jsonl"))
        finally:
            store.close()


if __name__ == "__main__":
    main()
