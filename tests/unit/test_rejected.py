"""`mofa-crawler rejected`: rejected pages, and acknowledging one of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.store.store import Store
from tests.factories import dated_listing, keep, not_parsed, numbered

if TYPE_CHECKING:
    from tests.cli import Run

ONE, TWO = numbered(1), numbered(2)


@pytest.fixture
def rejected(run: Run) -> Run:
    """Two rejected pages, one of them in a listing, and a page that was parsed."""
    store = Store(run.database)
    store.save(
        dated_listing(
            (TWO.url, "A \x1b[31mvisit", "2021-01-27"),
            (numbered(3).url, "Another", "2021-01-28"),
            url="/press/release/202101_index.html",
        )
    )
    keep(store, numbered(3))
    for record, code in ((ONE, "empty_page"), (TWO, "unknown_layout")):
        store.save(
            not_parsed(record.url, "rejected", code=code, message="why\u202e", body_hash="a")
        )
    store.close()
    return run


def test_rejected_pages_are_listed_with_what_the_listing_says(rejected: Run) -> None:
    result = rejected.call("rejected")
    assert (result.returncode, result.stderr) == (0, "")
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert lines == [
        [
            *("2021-01-27", "en", TWO.id, "unknown_layout"),
            *("why\\u202e", "A \\x1b[31mvisit", TWO.url),
        ],
        ["", "en", ONE.id, "empty_page", "why\\u202e", "", ONE.url],
    ]
    dated = rejected.call("rejected", "--json", "--since", "2021")
    assert "\x1b" not in dated.stdout
    assert "\u202e" not in dated.stdout
    page = json.loads(dated.stdout)
    assert (page["id"], page["title"], page["message"]) == (TWO.id, "A \x1b[31mvisit", "why\u202e")


@pytest.mark.parametrize("name", [TWO.id, TWO.url])
def test_an_acknowledged_page_counts_again_when_it_has_changed(rejected: Run, name: str) -> None:
    result = rejected.call("rejected", "--acknowledge", name)
    assert result.returncode == 0
    assert result.stderr == f"mofa_crawler: note: acknowledged {TWO.id}: unknown_layout\n"
    assert [line.split("\t")[2] for line in rejected.call("rejected").stdout.splitlines()] == [
        ONE.id
    ]
    store = Store(rejected.database)
    assert store.pages.rejected_of_last("en", 20) == 1
    store.save(not_parsed(TWO.url, "rejected", code="unknown_layout", body_hash="b"))
    assert store.pages.rejected_of_last("en", 20) == 2
    store.close()
    assert len(rejected.call("rejected").stdout.splitlines()) == 2


@pytest.mark.parametrize("name", ["no/such", numbered(3).id])
def test_only_a_rejected_page_can_be_acknowledged(rejected: Run, name: str) -> None:
    result = rejected.call("rejected", "--acknowledge", name)
    assert result.returncode == 2
    assert result.stderr == (
        f"mofa_crawler: error: there is no rejected page {name}; see mofa-crawler rejected\n"
    )


def test_nothing_rejected_is_a_note(run: Run) -> None:
    Store(run.database).close()
    result = run.call("rejected")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "mofa_crawler: note: no rejected pages\n"
