"""The catalogue: a row for every release that was ever listed or read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler import site
from mofa_crawler.period import Period
from mofa_crawler.queries.catalogue import Catalogue
from mofa_crawler.queries.read_only import reading
from mofa_crawler.store.store import Store
from tests.factories import ORIGIN, dated_listing, keep, not_parsed, numbered, query

if TYPE_CHECKING:
    from pathlib import Path

NAME = "press/release/press1e_{:06}"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """1 is parsed, 2 rejected, 3 only listed, 4 fetched by its address and gone; a file is no release."""
    store = Store(tmp_path / "mofa.db")
    store.save(
        dated_listing(
            *((f"{NAME.format(n)}.html", f"Listed {n}", f"2026-01-0{n}") for n in (1, 2, 3)),
        )
    )
    japanese = ("mofaj/press/release/kaiken.htm", "日本語", "2026-01-09")
    store.save(dated_listing(japanese, url=site.INDEXES["ja"]))
    keep(store, numbered(1, date="2026-01-05", title="Parsed 1"))
    store.save(not_parsed(f"{NAME.format(2)}.html", "rejected", code="no_title"))
    store.save(not_parsed(f"{NAME.format(4)}.html", "gone"))
    store.close()
    return store.path


def rows(database: Path, **period: Any) -> list[tuple[str, ...]]:
    with reading(database) as db:
        found = Catalogue(db, Period(**period))
        records = list(found.records())
        assert found.given == len(records)
    return [(r.id[-1], r.date, r.title, r.status, r.code, r.text) for r in records]


GONE = ("4", None, None, "gone", "", "none")
REJECTED = ("2", "2026-01-02", "Listed 2", "rejected", "no_title", "none")
DISCOVERED = ("3", "2026-01-03", "Listed 3", "discovered", "", "none")
PARSED = ("1", "2026-01-05", "Parsed 1", "parsed", "", "exact")
JAPANESE = ("n", "2026-01-09", "日本語", "discovered", "", "none")


def test_every_release_has_a_row_by_date_and_id(database: Path) -> None:
    assert rows(database) == [GONE, REJECTED, DISCOVERED, PARSED, JAPANESE]


def test_a_period_leaves_out_what_has_no_date(database: Path) -> None:
    assert rows(database, since="2026-01-03") == [DISCOVERED, PARSED, JAPANESE]
    assert rows(database, until="2026-01-03") == [REJECTED, DISCOVERED]
    assert rows(database, langs=("ja",)) == [JAPANESE]


def test_ids_are_those_of_records(database: Path) -> None:
    found = query(database, "SELECT id, url FROM catalogue")
    assert [id_ for id_, _ in found] == [site.release_id(url) for _, url in found]


def test_a_page_that_is_no_release_has_no_row(database: Path) -> None:
    query(database, "UPDATE pages SET status = 'skipped' WHERE status = 'discovered'")
    assert rows(database) == [GONE, REJECTED, PARSED]


def test_two_listings_make_one_row_with_the_earliest_date(tmp_path: Path) -> None:
    listings = [
        dated_listing((f"{NAME.format(1)}.html", f"Of the {day}th", f"2026-01-0{day}"), url=url)
        for day, url in ((8, site.INDEXES["en"]), (7, f"{ORIGIN}/press/release/y2026m1_index.html"))
    ]
    for number, order in enumerate([listings, listings[::-1]]):
        store = Store(tmp_path / f"{number}.db")
        for listing in order:
            store.save(listing)
        store.close()
        assert rows(store.path) == [("1", "2026-01-07", "Of the 7th", "discovered", "", "none")]
