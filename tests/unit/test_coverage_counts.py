"""What the dataset has and lacks, by month, language and state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.period import Period
from mofa_crawler.queries.coverage import count_releases, read_without_text
from mofa_crawler.queries.newest import newest
from mofa_crawler.queries.read_only import reading
from tests.factories import dated_listing, keep, not_parsed, numbered

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from mofa_crawler.store.store import Store


@pytest.fixture
def db(store: Store) -> Iterator[sqlite3.Connection]:
    """Releases of one month in several states, and one of another month."""
    paths = {name: f"/press/release/{name}.html" for name in "rejected failed discovered".split()}
    days = ((path, f"Title {name}", "2021-01-20") for name, path in paths.items())
    store.save(dated_listing(*days, url="/press/release/202101_index.html"))
    earlier = (paths["rejected"], "Earlier title", "2021-01-05")
    store.save(dated_listing(earlier, url="/press/release/index.html"))
    keep(store, numbered(1, "First."))
    keep(store, numbered(2, "First."))  # a duplicate
    keep(store, numbered(3, "Third.", date="2021-02-01"))
    store.save(not_parsed(numbered(3).url, "gone", fetched_at="2026-02-01T00:00:00Z"))
    store.save(not_parsed(paths["rejected"], "rejected", code="no_layout", message="Odd."))
    store.save(not_parsed(paths["failed"], "failed"))
    store.save(not_parsed("/press/release/undated.html", "rejected", code="no_body"))
    with reading(store.path) as database:
        yield database


def test_counts_by_month_language_and_state(db: sqlite3.Connection) -> None:
    assert count_releases(db) == {
        ("2021-01", "en", "stored"): 1,
        ("2021-01", "en", "duplicate"): 1,
        ("2021-02", "en", "stored"): 1,
        ("2021-01", "en", "rejected"): 1,
        ("2021-01", "en", "failed"): 1,
        ("2021-01", "en", "discovered"): 1,
        ("", "en", "rejected"): 1,
    }


def test_lists_of_a_month(db: sqlite3.Connection) -> None:
    january = Period(since="2021-01-01", until="2021-01-31")
    (stored,) = newest(db, january, count=9)
    (copy,) = newest(db, january, duplicates=True, count=9)
    assert (stored.id, stored.duplicate_of) == (numbered(1).id, None)
    assert (copy.id, copy.duplicate_of) == (numbered(2).id, numbered(1).id)
    assert newest(db, january, count=1, skip=1) == []
    (rejected,) = read_without_text(db, january, "rejected", count=9, skip=0)
    assert (rejected.date, rejected.title) == ("2021-01-05", "Earlier title")
    assert (rejected.code, rejected.message) == ("no_layout", "Odd.")
    assert rejected.id == "press/release/rejected"
    (failed,) = read_without_text(db, january, "failed", count=9, skip=0)
    assert failed.title == "Title failed"
    assert read_without_text(db, january, "failed", count=9, skip=1) == []
    japanese = Period(langs=("ja",))
    assert newest(db, japanese, count=9) == []
    assert read_without_text(db, japanese, "rejected", count=9, skip=0) == []


def test_counting_reads_no_text(db: sqlite3.Connection) -> None:
    """The counts come from indexes: texts are most of a database."""
    plans: list[str] = []
    queries: list[str] = []
    db.set_trace_callback(queries.append)
    count_releases(db)
    db.set_trace_callback(None)
    for query in queries:
        plans += [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {query}")]
    of_releases = [plan for plan in plans if re.search(r"\breleases\b", plan)]
    assert of_releases
    assert all("INDEX" in plan for plan in of_releases), of_releases
