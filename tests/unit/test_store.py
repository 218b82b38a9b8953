"""The store: what is written, what is kept, and what a second look changes."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.outcome import WarcLocation
from mofa_crawler.pipelines.deduplicate import place
from mofa_crawler.record import timestamp
from mofa_crawler.run.report import not_started
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.schema import MIGRATIONS
from mofa_crawler.store.store import Store
from tests.factories import (
    LATER,
    LISTING,
    ORIGIN,
    dump_of,
    keep,
    listing,
    not_parsed,
    numbered,
    query,
    release,
    save_listing,
    visit,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.outcome import PageStatus
    from mofa_crawler.site import Lang


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    assert keep(store, release()) == "new"
    assert store.held(release().id) == release()
    assert store.is_held(release().url)
    assert store.held("no/such") is None


def test_the_same_again_writes_nothing(store: Store) -> None:
    keep(store, release())
    before = dump_of(store.path)
    assert keep(store, release(fetched_at=LATER)) == "unchanged"
    assert dump_of(store.path) == before


def test_a_new_text_is_a_revision_and_the_old_one_is_kept(store: Store) -> None:
    keep(store, numbered(1))
    assert keep(store, numbered(1, "Changed.", fetched_at=LATER)) == "revised"
    held = store.held("press/release/press1e_000001")
    assert held
    assert (held.text, held.revision, held.fetched_at) == ("Changed.", 2, LATER)
    assert held.first_seen == release().fetched_at
    ((revision, record),) = query(store, "SELECT revision, record FROM revisions")
    assert revision == 1
    assert '"text":"First."' in record
    assert query(store, "SELECT text FROM blocks") == [("Changed.",)]


def test_what_stands_beside_the_text_is_kept_up_to_date_without_a_revision(store: Store) -> None:
    keep(store, numbered(1))
    other = ORIGIN + "/mofaj/x.html"
    assert keep(store, numbered(1, translation=other, fetched_at=LATER)) == "unchanged"
    held = store.held("press/release/press1e_000001")
    assert held
    assert (held.translation, held.revision, held.last_seen) == (other, 1, LATER)
    assert query(store, "SELECT count(*) FROM revisions") == [(0,)]


def test_revisions_can_be_neither_changed_nor_deleted(store: Store) -> None:
    keep(store, numbered(1))
    keep(store, numbered(1, "Changed."))
    for statement in ("UPDATE revisions SET record = ''", "DELETE FROM revisions"):
        with pytest.raises(sqlite3.IntegrityError, match="revisions are never"):
            query(store, statement)


def test_another_address_with_the_same_text_is_a_duplicate(store: Store) -> None:
    keep(store, numbered(5))
    assert keep(store, numbered(1)) == "duplicate"
    assert keep(store, numbered(2, "Ｆｉｒｓｔ.")) == "duplicate"
    assert keep(store, numbered(3, "Another.")) == "new"
    links = dict(query(store, "SELECT id, duplicate_of FROM releases"))
    first = "press/release/press1e_000005"
    assert list(links.values()) == [None, first, first, None]
    before = dump_of(store.path)
    assert keep(store, numbered(5, fetched_at=LATER)) == "unchanged"
    assert dump_of(store.path) == before
    assert [record.id[-1] for record in store.records()] == ["3", "5"]
    assert [record.id[-1] for record in store.records(with_duplicates=True)] == ["1", "2", "3", "5"]


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


def test_full_text_search_finds_both_languages(store: Store) -> None:
    keep(store, numbered(1, "The ＳＥＮＫＡＫＵ Islands"))
    keep(store, numbered(2, "日米外相電話会談"))
    keep(store, numbered(2, "日豪外相電話会談"))
    find = """SELECT id FROM releases
              JOIN search ON search.rowid = number WHERE search.text LIKE '%{}%'"""
    assert query(store, find.format("senkaku")) == [("press/release/press1e_000001",)]
    assert query(store, find.format("外相電話")) == [("press/release/press1e_000002",)]
    assert query(store, find.format("日米外")) == []
    plan = query(store, "EXPLAIN QUERY PLAN " + find.format("外相電話"))
    assert any(row[-1].endswith("VIRTUAL TABLE INDEX 0:L1") for row in plan), plan  # by LIKE


def test_points_are_a_view(store: Store) -> None:
    keep(store, release())
    assert query(store, "SELECT level, label, text FROM points") == [(1, "1.", "Point")]


def test_a_listing_tells_what_there_is(store: Store) -> None:
    save_listing(store, listing(("/a.html", "A"), ("/b.html", "B")))
    before = dump_of(store.path)
    again = listing(("/a.html", "A"), ("/b.html", "B"))
    save_listing(store, replace(again, fetched_at="2026-01-12T03:00:00Z"))
    assert dump_of(store.path) == before
    save_listing(store, replace(listing(("/a.html", "A2")), body_hash="2"))
    assert query(store, "SELECT url, title FROM listed ORDER BY url") == [
        (ORIGIN + "/a.html", "A2"),
        (ORIGIN + "/b.html", "B"),
    ]
    assert unread(store) == ["a", "b"]
    assert unread(store, "ja") == []


def test_what_is_none_of_a_listing_is_a_release_where_another_names_it(store: Store) -> None:
    def statuses() -> list[tuple[Any, ...]]:
        return query(store, "SELECT lang, status, code FROM pages WHERE url LIKE '%/mofaj/x.html'")

    english, japanese = listing(("/mofaj/x.html", "x")), listing(("/mofaj/x.html", "x"))
    assert english.listing
    assert japanese.listing
    english.listing.entries[0].kind = "other_language"
    japanese.url = japanese.listing.url = f"{ORIGIN}/mofaj/press/release/index.html"
    japanese.lang = japanese.listing.lang = "ja"
    save_listing(store, english)
    assert statuses() == [("en", "skipped", "other_language")]
    save_listing(store, japanese)
    assert statuses() == [("ja", "discovered", "")]
    save_listing(store, english)
    assert statuses() == [("ja", "discovered", "")]


def test_a_listing_as_it_was_leaves_out_what_it_no_longer_names(store: Store) -> None:
    save_listing(store, listing(("/a.html", "A"), ("/b.html", "B"), ("/c.pdf", "C")))
    newer = replace(listing(("/b.html", "B"), ("/d.html", "D")), body_hash="2")
    save_listing(store, replace(newer, fetched_at="2026-01-12T03:00:00Z"))
    found = store.listing_as_it_was(LISTING, "en", None)
    assert [entry.url for entry in found.entries] == [ORIGIN + "/b.html", ORIGIN + "/d.html"]


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
def test_releases_are_looked_at_again_in_growing_gaps(
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
    assert [bool(found) for found in [store.due_again("en", now=now)]] == [is_due]
    assert store.due_again("ja", now=now) == []


def test_a_revision_is_looked_at_again_as_a_new_release_is(store: Store) -> None:
    keep(store, release(date="2025-01-01"), body_hash="1")
    revised = release(date="2025-01-01", title="Another", fetched_at=LATER, last_seen=LATER)
    assert keep(store, revised, body_hash="2") == "revised"
    now = datetime.fromisoformat(LATER) + timedelta(days=2)
    assert len(store.due_again("en", now=now)) == 1
    assert store.due_again("en", now=now + timedelta(days=14)) == []


def test_two_stores_on_one_file_know_of_each_other(store: Store) -> None:
    store.lock()
    store.begin_run("press_releases", {})
    other = Store(store.path)
    with pytest.raises(StoreError, match=rf"in use by run 1 \(process {os.getpid()}, since 20"):
        other.lock()
    store.close()
    other.lock()
    other.close()


def unread(store: Store, lang: Lang = "en", **changes: Any) -> list[str]:
    """Names of the pages that a next run tries again."""
    values = {
        "parser_version": 1,
        "refused_since": "2026-02-01T00:00:00Z",
        "failed_since": "2026-01-01T00:00:00Z",
        **changes,
    }
    found = store.unread(lang, **values)
    assert all(date == "2026-01-09" for _, date in found)
    return [url.rpartition("/")[2].removesuffix(".html") for url, _ in found]


def test_what_came_to_nothing_is_tried_again(store: Store) -> None:
    save_listing(store, listing(*((f"/{name}.html", "x") for name in "abcde")))
    statuses: dict[str, PageStatus] = {
        "a": "failed",
        "b": "redirected",
        "c": "gone",
        "d": "placeholder",
    }
    for name, status in statuses.items():
        store.save_page(not_parsed(f"{name}.html", status))
    assert unread(store) == ["a", "d", "e"]
    # What was never reached is not given up, what failed is.
    assert unread(store, failed_since="2026-02-01T00:00:00Z") == ["e"]


def test_refused_pages_are_tried_again_for_a_while_and_by_a_better_parser(store: Store) -> None:
    save_listing(store, listing(*((f"/{number:02}.html", "x") for number in range(60))))
    for number in range(60):
        store.save_page(not_parsed(f"{number:02}.html", "rejected"))
    assert unread(store) == []
    assert len(unread(store, refused_since=LATER)) == 50
    assert len(unread(store, parser_version=2)) == 50


def test_a_better_parser_makes_no_revision(store: Store) -> None:
    keep(store, numbered(1), body_hash="same")
    better = numbered(1, "Read better.", parser_version=2)
    assert keep(store, better, body_hash="same") == "unchanged"
    held = store.held("press/release/press1e_000001")
    assert held
    assert (held.text, held.revision, held.parser_version) == ("Read better.", 1, 2)
    assert query(store, "SELECT count(*) FROM revisions") == [(0,)]


def test_a_page_refused_after_its_capture_stays_to_be_tried_again(store: Store) -> None:
    keep(store, numbered(1))
    url = numbered(1).url
    store.save_page(
        not_parsed("press/release/press1e_000001.html", "rejected", code="x", body_hash="later")
    )
    capture = numbered(1, "Between.", fetched_at="2026-01-11T02:00:00Z", source="warc:a.warc.gz")
    kept = {"source": "warc:a.warc.gz", "fetched_at": capture.fetched_at}
    assert keep(store, capture, **kept) == "revised"
    assert query(store, f"SELECT status, body_hash FROM pages WHERE url = '{url}'") == [
        ("rejected", "later")
    ]


def test_one_id_is_one_address(store: Store) -> None:
    keep(store, numbered(1))
    other = replace(visit(numbered(1)), url=f"{ORIGIN}/press/release/press1e_000001.htm")
    assert other.release
    other.release.url = other.url
    place(other, store)
    assert (other.status, other.code, other.release) == ("rejected", "same_id", None)


def test_a_release_that_is_gone_is_kept_and_marked(store: Store) -> None:
    keep(store, release())
    gone = not_parsed(release().url, "gone", fetched_at=LATER, body_hash="gone")
    store.save_page(gone)
    store.save_page(replace(gone, fetched_at="2026-02-01T00:00:00Z"))
    held = store.held(release().id)
    assert held
    assert held.gone_since == LATER
    assert keep(store, release(fetched_at="2026-03-01T00:00:00Z")) == "unchanged"
    held = store.held(release().id)
    assert held
    assert held.gone_since is None


def test_runs_tell_when_a_language_was_read_up_to_date(store: Store) -> None:
    assert store.caught_up("en") is None
    first = store.begin_run("press_releases", {"lang": "en"})
    assert store.caught_up("en") is None
    report = not_started("press_releases", {}, exit_code=0, meaning="complete", reason="finished")
    store.finish_run(first, report, caught_up=["en"])
    assert store.caught_up("en")
    assert store.caught_up("ja") is None


def test_a_release_tells_which_run_changed_it(store: Store) -> None:
    def changed_in() -> list[tuple[Any, ...]]:
        return query(store, "SELECT id, changed_in FROM releases ORDER BY number")

    first, copy = numbered(1), numbered(2)
    store.begin_run("press_releases", {})
    keep(store, first)
    keep(store, copy)
    store.begin_run("press_releases", {})
    keep(store, first)
    assert changed_in() == [(first.id, 1), (copy.id, 1)]
    # The second is a duplicate no longer.
    keep(store, numbered(1, "Changed."), body_hash="other")
    assert changed_in() == [(first.id, 2), (copy.id, 2)]
    store.begin_run("press_releases", {})
    store.save_page(not_parsed("press/release/press1e_000002.html", "gone"))
    assert changed_in() == [(first.id, 2), (copy.id, 3)]


def test_a_page_is_written_whole_or_not_at_all(store: Store) -> None:
    broken = release()
    broken.links = [None]  # type: ignore[list-item]
    with pytest.raises(AttributeError):
        store.save_release(visit(broken))
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


def test_no_room_for_a_page_is_one_line(store: Store) -> None:
    store._db.execute("PRAGMA max_page_count = 1")
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
        ("directory", "name a file to keep the dataset in"),
        ("text", "file is not a database"),
        ("foreign", "a database of another program"),
        ("newer", "written by a newer mofa_crawler"),
        ("missing", "there is no folder"),
    ],
)
def test_what_cannot_be_a_store_is_one_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.db"
    if content == "directory":
        path.mkdir()
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
    assert query(store, "SELECT rowid, text FROM search") == [(1, "first."), (2, "second.")]


def test_what_cannot_be_committed_leaves_the_store_as_it_was(store: Store) -> None:
    store.defer_commits()
    keep(store, numbered(1))
    store._db.execute("PRAGMA defer_foreign_keys = ON")
    store._db.execute("INSERT INTO listed VALUES ('no/listing', 'no/page', '', '', '')")
    with pytest.raises(StoreError, match="cannot write .*FOREIGN KEY"):
        store.commit()
    assert store.held(numbered(1).id) is None
    keep(store, numbered(2, "Another."))
    store.commit()
    assert query(store, "SELECT text FROM releases") == [("Another.",)]
    assert query(store, "SELECT text FROM search") == [("another.",)]


def test_where_the_bytes_of_a_page_lie_is_known_until_others_are_stored(store: Store) -> None:
    at = WarcLocation(file="a.warc.gz", offset=7, archived_at=LATER, digest="sha1:A")
    of_first = {"http_status": 200, "body_hash": "first"}
    keep(store, numbered(1), **of_first)
    store.save_places([(numbered(1).url, "other", at)])
    assert store.place_of(numbered(1).url) is None
    store.save_places([(numbered(1).url, "first", at)])
    gone = not_parsed(numbered(1).url, "gone", http_status=404, body_hash="error")
    store.save_page(gone)
    store.save_places_by_hash([("error", replace(at, offset=9))])
    assert store.place_of(numbered(1).url) == at
    keep(store, numbered(1, "Changed.", fetched_at=LATER), http_status=200, body_hash="second")
    assert store.place_of(numbered(1).url) is None
