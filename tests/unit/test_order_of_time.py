"""The dataset depends on what was read, and not on the order in which it was read."""

from __future__ import annotations

from itertools import groupby, permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mofa_crawler.outcome import Fetch, NotModified
from mofa_crawler.store.store import Store
from tests.factories import (
    dated_listing,
    keep,
    not_parsed,
    numbered,
    parsed,
    query,
    release,
    with_draft,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mofa_crawler.outcome import PageOutcome


class Read(NamedTuple):
    """A capture as a parser has read it: bytes, or what became of the page instead."""

    time: int
    release: int
    found: str
    parser: int
    file: int


# Two bodies with one text, a text that only the newer parser reads exactly, and two others.
TEXTS = {
    "A": ("Same.", "Same."),
    "A, moved": ("Same.", "Same."),
    "misread": ("Same.", "Exact."),
    "B": ("Other.", "Other."),
    "C": ("Exact.", "Exact."),
    "undated": ("Undated.", "Undated."),
}
reads = st.builds(
    Read,
    time=st.integers(1, 5),
    release=st.integers(1, 2),
    found=st.sampled_from([*TEXTS, "gone", "rejected", "rejected, with a draft"]),
    parser=st.integers(1, 2),
    file=st.integers(1, 2),
)


class ReadListing(NamedTuple):
    """A capture of a listing: which releases it names, with day and title; none: it is rejected."""

    time: int
    listing: int
    named: tuple[tuple[int, int, str], ...]
    file: int


VERSIONS = [
    (),
    ((1, 2, "A visit"),),
    ((1, 1, "Visit"), (2, 2, "Talks")),
    ((2, 1, "The talks"),),
]
listings = st.builds(
    ReadListing,
    time=st.integers(1, 5),
    listing=st.integers(1, 2),
    named=st.sampled_from(VERSIONS),
    file=st.integers(1, 2),
)


def day(number: int) -> str:
    return f"2020-01-{number:02}T00:00:00Z"


def outcome_of(read: Read | ReadListing) -> PageOutcome:
    if isinstance(read, ReadListing):
        url = f"/press/release/20200{read.listing}_index.html"
        fetch = {"fetched_at": day(read.time), "source": f"warc:{read.file}.warc"}
        if not read.named:
            return not_parsed(url, "rejected", role="listing", **fetch)
        entries = [
            (numbered(number).url, title, day(date)[:10]) for number, date, title in read.named
        ]
        return dated_listing(*entries, url=url, **fetch)
    fetch = {
        "fetched_at": day(read.time),
        "source": f"warc:{read.file}.warc",
        "body_hash": read.found,
    }
    if read.found not in TEXTS:
        url = numbered(read.release).url
        fetch |= {"code": f"by {read.parser}", "parser_version": read.parser}
        if read.found == "rejected, with a draft":
            return with_draft(url, "A draft", **fetch)
        return not_parsed(url, read.found, **fetch)
    changes = {
        "A, moved": {"section": "Moved"},
        "undated": {"date": "2020-01-03", "date_source": "listing"},
    }.get(read.found, {})
    text = TEXTS[read.found][read.parser - 1]
    record = numbered(read.release, text, parser_version=read.parser, **changes, **of_record(fetch))
    return parsed(record, **fetch)


def of_record(fetch: dict[str, str]) -> dict[str, str]:
    return {name: fetch[name] for name in ("fetched_at", "source")}


def dataset_of(some: Sequence[Read | ReadListing]) -> dict[str, list[Any]]:
    """The dataset of what was read in that order: the table `releases` as records."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "mofa.db")
        store.defer_commits()
        try:
            for read in some:
                store.save(outcome_of(read))
            store.commit()
            return {
                "releases": list(store.releases.records(with_duplicates=True)),
                "revisions": query(store, "SELECT * FROM revisions ORDER BY 1, 2"),
                "catalogue": query(store, "SELECT * FROM catalogue ORDER BY url"),
                "drafts": query(store, "SELECT * FROM drafts ORDER BY url"),
                "listed": query(store, "SELECT * FROM listed ORDER BY 1, 2"),
                "pages": query(store, "SELECT url, status, code, body_hash FROM pages ORDER BY 1"),
            }
        finally:
            store.close()


@settings(max_examples=30)
@given(st.lists(reads | reads | listings, max_size=12).flatmap(st.permutations))
@example([Read(1, 1, "A", 1, 2), Read(1, 1, "A", 1, 1)])
@example([Read(2, 1, "C", 1, 1), Read(1, 1, "C", 2, 1), Read(2, 1, "A", 2, 1)])
@example([Read(time, 1, "misread", 1, 1) for time in (3, 1)] + [Read(1, 1, "misread", 2, 1)])
def test_any_order_of_captures_gives_the_dataset_of_the_order_of_time(
    arrived: list[Read | ReadListing],
) -> None:
    dataset = dataset_of(arrived)
    assert dataset == dataset_of(sorted(arrived, key=lambda read: (read.time, repr(read))))
    of_releases = [read for read in arrived if isinstance(read, Read)]
    for record in dataset["releases"]:
        texts = texts_in_time(of_releases, int(record.id[-6:]))
        assert record.revision == len(list(groupby(text for _, text in texts)))
        assert record.text == texts[-1][1]
        assert record.first_seen == day(texts[0][0])


def texts_in_time(some: Sequence[Read], release: int) -> list[tuple[int, str]]:
    """When a release was captured, and the text as the newest parser reads those bytes."""
    of_release = sorted(read for read in some if read.release == release and read.found in TEXTS)
    newest: dict[str, int] = {}
    for read in of_release:
        newest[read.found] = max(read.parser, newest.get(read.found, 1))
    return [(read.time, TEXTS[read.found][newest[read.found] - 1]) for read in of_release]


def history_of(store: Store) -> list[tuple[Any, ...]]:
    """The superseded texts, each with its end, and the current text with its time."""
    rows = query(
        store, "SELECT json_extract(record, '$.body[0].text'), superseded_at FROM revisions"
    )
    ((text, fetched_at),) = query(store, "SELECT text, fetched_at FROM releases")
    return [*rows, (text, fetched_at)]


@pytest.mark.parametrize("is_sent_whole", [True, False])
def test_what_the_site_confirmed_later_stays_current(store: Store, is_sent_whole: bool) -> None:
    keep(store, numbered(1, "A.", fetched_at=day(1)))
    for number in (2, 4):
        if is_sent_whole:
            keep(store, numbered(1, "A.", fetched_at=day(number)), body_hash=str(number))
        else:
            fetch = Fetch(fetched_at=day(number))
            store.save(NotModified(url=numbered(1).url, fetch=fetch, role="release"))
    assert query(store, "SELECT fetched_at, until FROM observations") == [(day(1), day(4))]
    between = numbered(1, "B.", fetched_at=day(3), source="warc:b.warc")
    assert keep(store, between) == "outdated"
    assert history_of(store) == [("A.", day(3)), ("B.", day(4)), ("A.", day(4))]


def test_a_page_of_the_site_is_the_latest_though_the_clock_was_set_back(store: Store) -> None:
    keep(store, numbered(1, "A.", fetched_at=day(5)))
    assert keep(store, numbered(1, "B.", fetched_at=day(2))) == "revised"
    assert keep(store, numbered(1, "C.", fetched_at=day(1), source="warc:c.warc")) == "outdated"
    assert history_of(store) == [("C.", day(5)), ("A.", day(2)), ("B.", day(2))]
    # Its capture in the archive is known, and changes nothing.
    again = numbered(1, "B.", fetched_at=day(2), source="warc:b.warc")
    assert keep(store, again) == "unchanged"
    assert history_of(store) == [("C.", day(5)), ("A.", day(2)), ("B.", day(2))]


def test_a_page_is_gone_since_the_first_time_after_its_last_text(store: Store) -> None:
    for number in (5, 2, 4):
        source = f"warc:{number}.warc"
        store.save(not_parsed(numbered(1).url, "gone", fetched_at=day(number), source=source))
    keep(store, numbered(1, fetched_at=day(3), source="warc:a.warc"))
    assert query(store, "SELECT gone_since FROM releases") == [(day(4),)]
    keep(store, numbered(1, fetched_at=day(6)))
    assert query(store, "SELECT gone_since FROM releases") == [(None,)]


@pytest.mark.parametrize("parsers", [(1, 2), (2, 1)])
def test_the_same_bytes_have_the_text_that_the_newest_parser_reads(
    store: Store, parsers: tuple[int, int]
) -> None:
    for parser in parsers:
        record = numbered(1, f"As parser {parser} reads it.", parser_version=parser)
        keep(store, record, body_hash="same")
    assert history_of(store) == [("As parser 2 reads it.", release().fetched_at)]
    assert query(store, "SELECT parser_version, revision FROM releases") == [(2, 1)]


@pytest.mark.parametrize("order", list(permutations(("index", "month", "page"))))
def test_a_page_without_a_date_has_the_earliest_date_of_all_listings(
    store: Store, order: tuple[str, ...]
) -> None:
    path = "/press/release/press1e_000001.html"
    listings = {
        "index": dated_listing((path, "A visit", "2020-01-09")),
        "month": dated_listing(
            (path, "A visit", "2020-01-08"), url="/press/release/202001_index.html"
        ),
    }
    for step in order:
        if step == "page":
            keep(store, numbered(1, date="2020-01-10", date_source="listing"))
        else:
            store.save(listings[step])
    expected = numbered(1, date="2020-01-08", date_source="listing")
    assert store.releases.get(expected.id) == expected
    assert query(store, "SELECT count(*) FROM revisions") == [(0,)]
    assert keep(store, numbered(2, date="2020-01-08")) == "duplicate"
