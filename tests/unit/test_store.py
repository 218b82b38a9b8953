"""The store: what is written, what is kept, and what a second look changes."""

from __future__ import annotations

import itertools
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.outcome import WarcLocation
from mofa_crawler.record import LIVE, timestamp
from mofa_crawler.run.report import not_started
from mofa_crawler.run.schedule import Schedule
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.schema import MIGRATIONS
from mofa_crawler.store.store import Store
from tests.factories import (
    LATER,
    LISTING,
    ORIGIN,
    address,
    dump_of,
    keep,
    listing,
    not_parsed,
    numbered,
    parsed,
    query,
    release,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.site import Lang

SCHEDULE = Schedule()


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    assert keep(store, release()) == "new"
    assert store.releases.get(release().id) == release()
    assert store.pages.is_parsed(release().url)
    assert store.releases.get("no/such") is None


def test_the_same_again_writes_nothing(store: Store) -> None:
    keep(store, release())
    before = dump_of(store.path)
    assert keep(store, release(fetched_at=LATER)) == "unchanged"
    assert dump_of(store.path) == before


def test_a_new_text_is_a_revision_and_the_old_one_is_kept(store: Store) -> None:
    keep(store, numbered(1))
    assert keep(store, numbered(1, "Changed.", fetched_at=LATER)) == "revised"
    stored = store.releases.get("press/release/press1e_000001")
    assert stored
    assert (stored.text, stored.revision, stored.fetched_at) == ("Changed.", 2, LATER)
    assert stored.first_seen == release().fetched_at
    ((revision, record),) = query(store, "SELECT revision, record FROM revisions")
    assert revision == 1
    assert '"text":"First."' in record
    assert query(store, "SELECT text FROM blocks") == [("Changed.",)]


def test_what_stands_beside_the_text_is_kept_up_to_date_without_a_revision(store: Store) -> None:
    keep(store, numbered(1))
    other = ORIGIN + "/mofaj/x.html"
    moved = numbered(1, translation=other, fetched_at=LATER)
    assert keep(store, moved, body_hash="other") == "unchanged"
    stored = store.releases.get("press/release/press1e_000001")
    assert stored
    assert (stored.translation, stored.revision, stored.last_seen) == (other, 1, LATER)
    assert query(store, "SELECT count(*) FROM revisions") == [(0,)]


def test_texts_can_be_neither_changed_nor_deleted(store: Store) -> None:
    keep(store, numbered(1))
    keep(store, numbered(1, "Changed."))
    for statement in (
        "UPDATE texts SET record = ''",
        "DELETE FROM texts",
        "DELETE FROM observations",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="are never"):
            query(store, statement)


def test_another_address_with_the_same_text_is_a_duplicate(store: Store) -> None:
    keep(store, numbered(2))
    assert keep(store, numbered(5)) == "duplicate"
    assert keep(store, numbered(3, "Ｆｉｒｓｔ.")) == "duplicate"
    assert keep(store, numbered(4, "Another.")) == "new"
    assert duplicates(store) == {2: None, 3: 2, 4: None, 5: 2}
    before = dump_of(store.path)
    assert keep(store, numbered(5, fetched_at=LATER)) == "unchanged"
    assert dump_of(store.path) == before
    assert [record.id[-1] for record in store.releases.records()] == ["2", "4"]
    every = store.releases.records(with_duplicates=True)
    assert [record.id[-1] for record in every] == ["2", "3", "4", "5"]


def test_the_stored_record_is_another_than_the_given_one(store: Store) -> None:
    keep(store, numbered(2))
    given = parsed(numbered(5))
    assert store.save(given).record == store.releases.get(numbered(5).id) != numbered(5)
    assert given.release == numbered(5)
    outdated = numbered(5, "Old.", fetched_at="2026-01-09T03:00:00Z", source="warc:a.warc")
    assert store.save(parsed(outdated)) == ("outdated", None)


def duplicates(store: Store) -> dict[int, int | None]:
    """The number of each release, and of its original."""
    rows = query(store, "SELECT id, duplicate_of FROM releases ORDER BY id")
    return {int(id_[-2:]): int(original[-2:]) if original else None for id_, original in rows}


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3, 4))))
def test_the_original_does_not_depend_on_the_order_of_arrival(
    store: Store, order: tuple[int, ...]
) -> None:
    texts = {1: "One.", 2: "Two.", 3: "One.", 4: "One."}
    for number in order:
        keep(store, numbered(number, texts[number]))
    assert duplicates(store) == {1: None, 2: None, 3: 1, 4: 1}
    for number in order:  # and the next run finds nothing to change
        assert keep(store, numbered(number, texts[number], fetched_at=LATER)) == "unchanged"


def test_an_equal_title_proves_nothing(store: Store) -> None:
    keep(store, numbered(1, "One."))
    assert keep(store, numbered(2, "Two.")) == "new"


def test_duplicates_are_released_when_their_original_changes(store: Store) -> None:
    """Else they would be missing from every export."""
    for number in (1, 2, 3):
        keep(store, numbered(number))
    keep(store, numbered(1, "Changed."))
    assert query(store, "SELECT id, duplicate_of FROM releases ORDER BY id") == [
        ("press/release/press1e_000001", None),
        ("press/release/press1e_000002", None),
        ("press/release/press1e_000003", "press/release/press1e_000002"),
    ]
    assert keep(store, numbered(3, "Changed.")) == "revised"
    assert query(store, "SELECT duplicate_of FROM releases WHERE id LIKE '%3'") == [
        ("press/release/press1e_000001",)
    ]


@pytest.mark.parametrize("status", ["gone", "redirected"])
def test_a_release_without_a_page_gives_way_to_its_duplicate(store: Store, status: str) -> None:
    """The ministry has moved it: what is exported has an address that is there."""
    for number in (1, 2, 3):
        keep(store, numbered(number))
    path = "press/release/press1e_000001.html"
    store.save(not_parsed(path, status, fetched_at=LATER))
    assert duplicates(store) == {1: 2, 2: None, 3: 2}
    ((gone_since,),) = query(store, "SELECT gone_since FROM releases WHERE id LIKE '%1'")
    assert gone_since == LATER
    keep(store, numbered(1, fetched_at="2026-01-12T00:00:00Z"))  # and back again
    assert duplicates(store) == {1: None, 2: 1, 3: 1}


def test_of_releases_without_a_page_the_smallest_id_is_the_original(store: Store) -> None:
    for number in (1, 2):
        keep(store, numbered(number))
        store.save(
            not_parsed(f"press/release/press1e_00000{number}.html", "gone", fetched_at=LATER)
        )
    assert duplicates(store) == {1: None, 2: 1}


def test_full_text_search_finds_both_languages(store: Store) -> None:
    keep(store, numbered(1, "The ＳＥＮＫＡＫＵ Islands"))
    keep(store, numbered(2, "日米外相電話会談"))
    keep(store, numbered(2, "日豪外相電話会談"))
    find = """SELECT id FROM releases
              JOIN search ON search.rowid = number WHERE search.text GLOB '*{}*'"""
    assert query(store, find.format("senkaku")) == [("press/release/press1e_000001",)]
    assert query(store, find.format("外相電話")) == [("press/release/press1e_000002",)]
    assert query(store, find.format("日米外")) == []
    plan = query(store, "EXPLAIN QUERY PLAN " + find.format("外相電話"))
    assert any(row[-1].endswith("VIRTUAL TABLE INDEX 0:G1") for row in plan), plan  # by GLOB


def test_points_are_a_view(store: Store) -> None:
    keep(store, release())
    assert query(store, "SELECT level, label, text FROM points") == [(1, "1.", "Point")]


def test_a_listing_tells_what_there_is(store: Store) -> None:
    store.save(listing(("/a.html", "A"), ("/b.html", "B")))
    before = dump_of(store.path)
    store.save(listing(("/a.html", "A"), ("/b.html", "B"), fetched_at="2026-01-12T03:00:00Z"))
    assert dump_of(store.path) == before
    store.save(listing(("/a.html", "A2"), body_hash="2", fetched_at="2026-01-13T03:00:00Z"))
    assert query(store, "SELECT url, title FROM listed ORDER BY url") == [
        (ORIGIN + "/a.html", "A2"),
        (ORIGIN + "/b.html", "B"),
    ]
    assert to_retry(store) == ["a", "b"]
    assert to_retry(store, "ja") == []


def test_what_is_none_of_a_listing_is_a_release_where_another_names_it(store: Store) -> None:
    def statuses() -> list[tuple[Any, ...]]:
        columns = "lang, status, code, fetch_url"
        return query(store, f"SELECT {columns} FROM pages WHERE url LIKE '%/mofaj/x.html'")

    english = listing(("/mofaj/x.html", "x"))
    english.listing.entries[0].kind = "other_language"
    english.listing.entries[0].fetch_url = f"{ORIGIN}/mofaj//x.html"
    japanese = listing(("/mofaj/x.html", "x"), url="/mofaj/press/release/index.html")
    store.save(english)
    assert statuses() == [("en", "skipped", "other_language", f"{ORIGIN}/mofaj//x.html")]
    store.save(japanese)
    assert statuses() == [("ja", "discovered", "", "")]
    store.save(english)
    assert statuses() == [("ja", "discovered", "", "")]


@pytest.mark.parametrize("year", [2026, 2016])
def test_a_listing_as_it_was_leaves_out_what_it_no_longer_names(store: Store, year: int) -> None:
    """The site has the last word, also if the clock was set back meanwhile."""
    store.save(listing(("/a.html", "A"), ("/b.html", "B"), ("/c.pdf", "C")))
    later = {"body_hash": "2", "fetched_at": f"{year}-01-12T03:00:00Z"}
    store.save(listing(("/b.html", "B"), ("/d.html", "D"), **later))
    found = store.listings.last_known(LISTING, "en", None)
    assert [entry.url for entry in found.entries] == [ORIGIN + "/b.html", ORIGIN + "/d.html"]


def test_an_unchanged_listing_gives_addresses_as_the_page_did(store: Store) -> None:
    """A run that was killed behind the listing requests them so, too."""
    outcome = listing(("/press/oslo/index.html", "Oslo"))
    outcome.listing.entries[0].fetch_url = f"{ORIGIN}/press/oslo"
    store.save(outcome)
    (entry,) = store.listings.last_known(LISTING, "en", None).entries
    assert entry.fetch_url == f"{ORIGIN}/press/oslo"


@pytest.mark.parametrize(
    ("age", "unseen_for", "is_due"),
    [
        (0.2, 0.2, False),
        (1, 0.3, True),
        (3, 0.7, False),
        (3, 0.8, True),
        (13, 3, False),
        (13, 4, True),
        (15, 15, False),
    ],
)
def test_releases_are_rechecked_in_growing_gaps(
    store: Store, age: float, unseen_for: float, is_due: bool
) -> None:
    now = datetime(2026, 1, 20, tzinfo=UTC)
    day = timestamp(now - timedelta(days=age))
    keep(store, release(date=day[:10]))
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE releases SET date = ?", (day,))
        db.execute(
            "UPDATE pages SET checked_at = ?", (timestamp(now - timedelta(days=unseen_for)),)
        )
    db.close()
    assert [
        bool(found) for found in [store.releases.to_recheck("en", schedule=SCHEDULE, now=now)]
    ] == [is_due]
    assert store.releases.to_recheck("ja", schedule=SCHEDULE, now=now) == []


def test_a_revision_is_rechecked_as_a_new_release_is(store: Store) -> None:
    keep(store, release(date="2025-01-01"), body_hash="1")
    revised = release(date="2025-01-01", title="Another", fetched_at=LATER, last_seen=LATER)
    assert keep(store, revised, body_hash="2") == "revised"
    now = datetime.fromisoformat(LATER) + timedelta(days=2)
    assert len(store.releases.to_recheck("en", schedule=SCHEDULE, now=now)) == 1
    assert store.releases.to_recheck("en", schedule=SCHEDULE, now=now + timedelta(days=14)) == []


def test_a_release_is_rechecked_if_a_duplicate_turns_up(store: Store) -> None:
    keep(store, numbered(1, date="2025-01-01"))
    now = datetime.fromisoformat(LATER) + timedelta(days=2)
    assert store.releases.to_recheck("en", schedule=SCHEDULE, now=now) == []
    keep(store, numbered(2, date="2025-01-01", fetched_at=LATER))
    (page,) = store.releases.to_recheck("en", schedule=SCHEDULE, now=now)
    assert page.url == ORIGIN + "/press/release/press1e_000001.html"


def test_two_stores_on_one_file_know_of_each_other(store: Store) -> None:
    store.lock()
    store.runs.begin("press_releases", {})
    other = Store(store.path)
    with pytest.raises(StoreError, match=rf"in use by run 1 \(process {os.getpid()}, since 20"):
        other.lock()
    store.close()
    other.lock()
    other.close()


def to_retry(
    store: Store, lang: Lang = "en", *, parser_version: int = 1, days: float = 1
) -> list[str]:
    """Names of the pages that a run retries so many days after `LATER`."""
    now = datetime.fromisoformat(LATER) + timedelta(days=days)
    found = store.pages.to_retry(lang, parser_version=parser_version, schedule=SCHEDULE, now=now)
    assert all(page.listed_date == "2026-01-09" for page in found)
    return [page.url.rpartition("/")[2].removesuffix(".html") for page in found]


def test_pages_that_were_not_parsed_are_retried(store: Store) -> None:
    store.save(listing(*((f"/{name}.html", "x") for name in "abcde")))
    statuses = {"a": "failed", "b": "redirected", "c": "gone", "d": "placeholder"}
    for name, status in statuses.items():
        store.save(not_parsed(f"{name}.html", status))
    assert to_retry(store) == ["a", "d", "e"]
    # There may be no run for a month: each page is retried at least once.
    assert to_retry(store, days=31) == ["a", "d", "e"]
    for name in "ad":
        retried = {"fetched_at": "2026-02-20T03:00:00Z"}
        store.save(not_parsed(f"{name}.html", statuses[name], **retried))
    # A page that was never fetched is retried for ever, one that failed is not.
    assert to_retry(store, days=42) == ["e"]


def test_month_pages_that_were_not_parsed_are_retried(store: Store) -> None:
    def months(days: float) -> list[str]:
        now = datetime.fromisoformat(LATER) + timedelta(days=days)
        pages = store.pages.month_pages("en", schedule=SCHEDULE, now=now)
        return [month for _, month, _ in pages]

    page = not_parsed("press/release/202512_index.html", "failed", role="listing", month="2025-12")
    store.save(page)
    assert months(1) == months(100) == ["2025-12"]
    store.save(replace(page, fetch=replace(page.fetch, fetched_at="2026-02-20T03:00:00Z")))
    assert months(42) == []


def test_rejected_pages_are_retried_for_a_while_and_by_a_better_parser(store: Store) -> None:
    store.save(listing(*((f"/{number:02}.html", "x") for number in range(60))))
    for number in range(60):
        store.save(not_parsed(f"{number:02}.html", "rejected"))
    assert to_retry(store, days=0.2) == []
    assert len(to_retry(store, days=0.3)) == 50
    assert len(to_retry(store, days=15)) == 50
    for number in range(60):
        retried = {"fetched_at": "2026-01-26T03:00:00Z"}
        store.save(not_parsed(f"{number:02}.html", "rejected", **retried))
    assert to_retry(store, days=25) == []
    assert len(to_retry(store, parser_version=2, days=25)) == 50


def test_rejected_and_gone_pages_of_a_listing_are_retried_in_growing_gaps(store: Store) -> None:
    def settled(status: str, days: float, parser_version: int = 1) -> str | None:
        now = datetime.fromisoformat(LATER) + timedelta(days=days)
        return store.pages.settled_status(
            address(f"{status}.html"), parser_version=parser_version, schedule=SCHEDULE, now=now
        )

    for status in ("rejected", "gone", "redirected", "failed"):
        store.save(not_parsed(f"{status}.html", status))
    for status in ("rejected", "gone", "redirected"):
        assert settled(status, 0.2) == status
        assert settled(status, 0.3) is None
        store.save(not_parsed(f"{status}.html", status, fetched_at="2026-01-19T03:00:00Z"))
        assert settled(status, 10) == status  # last fetched two days ago, of ten
        assert settled(status, 11) is None
    assert settled("rejected", 0.1, parser_version=2) is None
    assert settled("failed", 0.1) is None
    assert settled("unknown", 0.1) is None


def test_a_clock_that_ran_ahead_delays_no_retry(store: Store) -> None:
    store.save(not_parsed("gone.html", "gone", fetched_at="2036-01-01T00:00:00Z"))
    now = datetime.fromisoformat(LATER)
    assert (
        store.pages.settled_status(
            address("gone.html"), parser_version=1, schedule=SCHEDULE, now=now
        )
        is None
    )


def test_rejected_pages_among_the_last_read_are_counted_until_acknowledged(store: Store) -> None:
    for number in range(30):
        status = "rejected" if number % 10 == 9 else "gone"
        store.save(
            not_parsed(
                f"{number:02}.html",
                status,
                fetched_at=f"2026-01-{number + 1:02}T00:00:00Z",
                body_hash=str(number),
            )
        )
    assert store.pages.rejected_of_last("en", 20) == 3
    assert store.pages.rejected_of_last("en", 2) == 2
    assert store.pages.rejected_of_last("ja", 20) == 0
    query(store, f"UPDATE pages SET acknowledged_hash = '29' WHERE url = '{address('29.html')}'")
    assert store.pages.rejected_of_last("en", 20) == 2
    assert store.pages.is_acknowledged(address("29.html"), "29")
    assert not store.pages.is_acknowledged(address("29.html"), "another body")


def test_a_page_refused_after_its_capture_stays_to_be_tried_again(store: Store) -> None:
    keep(store, numbered(1))
    url = numbered(1).url
    store.save(
        not_parsed("press/release/press1e_000001.html", "rejected", code="x", body_hash="later")
    )
    capture = numbered(1, "Between.", fetched_at="2026-01-11T02:00:00Z", source="warc:a.warc.gz")
    kept = {"source": "warc:a.warc.gz", "fetched_at": capture.fetched_at}
    assert keep(store, capture, **kept) == "revised"
    assert query(store, f"SELECT status, body_hash FROM pages WHERE url = '{url}'") == [
        ("rejected", "later")
    ]


def test_a_release_that_is_gone_is_kept_and_marked(store: Store) -> None:
    keep(store, release())
    gone = not_parsed(release().url, "gone", fetched_at=LATER, body_hash="gone")
    store.save(gone)
    store.save(replace(gone, fetch=replace(gone.fetch, fetched_at="2026-02-01T00:00:00Z")))
    stored = store.releases.get(release().id)
    assert stored
    assert stored.gone_since == LATER
    assert keep(store, release(fetched_at="2026-03-01T00:00:00Z")) == "unchanged"
    stored = store.releases.get(release().id)
    assert stored
    assert stored.gone_since is None


def test_runs_tell_when_a_language_was_read_up_to_date(store: Store) -> None:
    assert store.runs.listed_until("en") is None
    first = store.runs.begin("press_releases", {"lang": "en"})
    assert store.runs.listed_until("en") is None
    report = not_started("press_releases", {}, exit_code=0, reason="finished")
    store.runs.finish(first, report, completed=["en"], newest_days={"en": "2020-01-02"})
    assert store.runs.listed_until("en") == "2020-01-02"
    assert store.runs.listed_until("ja") is None
    # The clock of the run was wrong. The listings were not.
    query(store, "UPDATE runs SET started_at = '2999-01-01T00:00:00Z'")
    assert store.runs.listed_until("en") == "2020-01-02"
    # The clock is wrong now: no day after today is known to be read.
    query(store, """UPDATE runs SET newest_days = '{"en": "2999-01-01"}'""")
    assert store.runs.listed_until("en") == timestamp(datetime.now(UTC))[:10]
    query(store, "UPDATE runs SET newest_days = '{}'")
    assert store.runs.listed_until("en") is None


def test_a_release_tells_which_run_changed_it(store: Store) -> None:
    def changed_in() -> list[tuple[Any, ...]]:
        return query(store, "SELECT id, changed_in FROM releases ORDER BY number")

    first, copy = numbered(1), numbered(2)
    store.runs.begin("press_releases", {})
    keep(store, first)
    keep(store, copy)
    store.runs.begin("press_releases", {})
    keep(store, first)
    assert changed_in() == [(first.id, 1), (copy.id, 1)]
    # The second is a duplicate no longer.
    keep(store, numbered(1, "Changed."), body_hash="other")
    assert changed_in() == [(first.id, 2), (copy.id, 2)]
    store.runs.begin("press_releases", {})
    store.save(not_parsed("press/release/press1e_000002.html", "gone"))
    assert changed_in() == [(first.id, 2), (copy.id, 3)]


def test_a_page_is_written_whole_or_not_at_all(store: Store) -> None:
    broken = release()
    broken.links = [None]  # type: ignore[list-item]
    with pytest.raises(AttributeError):
        store.save(parsed(broken))
    assert query(store, "SELECT count(*) FROM releases") == [(0,)]
    assert query(store, "SELECT count(*) FROM pages") == [(0,)]
    assert keep(store, release()) == "new"


def test_pages_committed_together_are_each_whole_or_not_there(store: Store) -> None:
    store.defer_commits()
    keep(store, numbered(1))
    broken = numbered(2, "Other.")
    broken.links = [None]  # type: ignore[list-item]
    with pytest.raises(AttributeError):
        keep(store, broken)
    keep(store, numbered(3, "Another."))
    assert query(store, "SELECT count(*) FROM releases") == [(0,)]
    store.commit()
    assert query(store, "SELECT id FROM releases") == [(numbered(1).id,), (numbered(3).id,)]
    found = "SELECT rowid FROM search WHERE text LIKE"
    assert query(store, f"{found} '%first%'") == [(1,)]
    assert len(query(store, f"{found} '%other%'")) == 1  # in another
    assert query(store, "SELECT url FROM pages") == [(numbered(1).url,), (numbered(3).url,)]


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_database_that_was_deleted_meanwhile_is_an_error(
    store: Store, *, is_replaced: bool
) -> None:
    """SQLite would go on in a file without a name."""
    store.path.rename(store.path.with_name("old.db"))
    if is_replaced:
        store.path.touch()
    with pytest.raises(StoreError, match="mofa.db is not there any more"):
        keep(store, release())
    store.defer_commits()
    keep(store, release())
    with pytest.raises(StoreError, match="mofa.db is not there any more"):
        store.close()


def test_a_database_that_another_program_writes_to_is_one_line(store: Store) -> None:
    store._connection.db.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        message = "cannot write .*mofa.db: database is locked; end the program that writes to it"
        with pytest.raises(StoreError, match=message):
            keep(store, release())
    keep(store, release())


def test_no_room_for_a_page_is_one_line(store: Store) -> None:
    store._connection.db.execute("PRAGMA max_page_count = 1")
    long = numbered(1, "x" * 1_000_000)
    with pytest.raises(StoreError, match="cannot write .*mofa.db: database or disk is full"):
        keep(store, long)
    assert query(store, "PRAGMA integrity_check") == [("ok",)]
    assert query(store, "SELECT count(*) FROM pages") == [(0,)]


def test_the_database_is_as_designed(store: Store) -> None:
    assert query(store, "PRAGMA journal_mode") == [("wal",)]
    assert query(store, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    strict = query(store, "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict")
    assert {name for (name,) in strict if not name.startswith("sqlite_")} == set()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("directory", "name a file for the dataset"),
        ("link", "unable to open database file"),
        ("text", "is not a database of mofa_crawler; name another with MOFA_DB"),
        ("foreign", "a database of another program"),
        ("newer", "written by a newer mofa_crawler"),
        ("missing", "there is no folder"),
    ],
)
def test_what_cannot_be_a_store_is_one_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.db"
    if content == "directory":
        path.mkdir()
    elif content == "link":
        path.symlink_to(path)
    elif content == "text":
        path.write_text("This is a text and no database. " * 50, "utf-8")
    elif content == "missing":
        path = tmp_path / "no" / "x.db"
    else:
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE t (x)" if content == "foreign" else "PRAGMA user_version = 99")
        db.close()
    with pytest.raises(StoreError, match=message) as caught:
        Store(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_the_index_has_the_text_that_was_kept_where_a_later_one_was_not(store: Store) -> None:
    """Both within one commit, as when archives are read."""
    with sqlite3.connect(store.path) as db:
        db.execute(
            """CREATE TRIGGER fails BEFORE UPDATE OF duplicate_of ON releases
               WHEN new.duplicate_of IS NOT NULL BEGIN SELECT RAISE(ABORT, 'no room'); END"""
        )
    db.close()
    store.defer_commits()
    keep(store, numbered(1, "First."))
    keep(store, numbered(2, "Second."))
    with pytest.raises(StoreError, match="no room"):
        keep(store, numbered(2, "First.", fetched_at=LATER))
    store.commit()
    assert query(store, "SELECT rowid, text FROM search") == [
        (1, "first.  "),
        (2, "second.  "),
    ]


def test_what_cannot_be_committed_leaves_the_store_as_it_was(store: Store) -> None:
    store.defer_commits()
    keep(store, numbered(1))
    store._connection.db.execute("PRAGMA defer_foreign_keys = ON")
    store._connection.db.execute("INSERT INTO listed VALUES ('no/listing', 'no/page', '', '', '')")
    with pytest.raises(StoreError, match="cannot write .*FOREIGN KEY"):
        store.commit()
    assert store.releases.get(numbered(1).id) is None
    keep(store, numbered(2, "Another."))
    store.commit()
    assert query(store, "SELECT text FROM releases") == [("Another.",)]
    assert query(store, "SELECT text FROM search") == [("another.  ",)]


def test_where_the_bytes_of_a_page_lie_is_known_until_others_are_stored(store: Store) -> None:
    at = WarcLocation(file="a.warc.gz", offset=7, archived_at=LATER, digest="sha1:A")
    of_first = {"http_status": 200, "body_hash": "first"}
    keep(store, numbered(1), **of_first)
    store.archive.add(numbered(1).url, "other", at)
    store.archive.flush()
    assert store.archive.location_of(numbered(1).url) is None
    store.archive.add(numbered(1).url, "first", at)
    store.archive.flush()
    gone = not_parsed(numbered(1).url, "gone", http_status=404, body_hash="error")
    store.save(gone)
    store.archive.save_by_hash([("error", replace(at, offset=9))])
    assert store.archive.location_of(numbered(1).url) == at
    keep(store, numbered(1, "Changed.", fetched_at=LATER), http_status=200, body_hash="second")
    assert store.archive.location_of(numbered(1).url) is None


def test_the_spelling_of_an_old_capture_of_a_listing_is_not_requested(store: Store) -> None:
    url = f"{ORIGIN}/press/release/a.html"
    for spelling, source in (("", LIVE), (f"{ORIGIN}/press//release/a.html", "file:old.html")):
        found = listing(("press/release/a.html", "A"), source=source)
        found.listing.entries[0].fetch_url = spelling
        store.save(found)
        assert query(store, f"SELECT fetch_url FROM pages WHERE url = '{url}'") == [("",)]
    found = listing(("press/release/a.html", "A"))
    found.listing.entries[0].fetch_url = spelling
    store.save(found)
    assert query(store, f"SELECT fetch_url FROM pages WHERE url = '{url}'") == [(spelling,)]
