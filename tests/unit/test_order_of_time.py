"""The dataset depends on what was read, and not on the order in which it was read."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from mofa_crawler.store.store import Store
from tests.factories import not_parsed, numbered, parsed, query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mofa_crawler.outcome import PageOutcome


class Read(NamedTuple):
    """A capture as a parser has read it: bytes, or what became of the page instead."""

    time: int
    release: int
    found: str
    parser: int = 1


# Two bodies with one text, a text that only the newer parser reads exactly, and two others.
TEXTS = {
    "A": ("Same.", "Same."),
    "A, moved": ("Same.", "Same."),
    "misread": ("Same.", "Exact."),
    "B": ("Other.", "Other."),
    "C": ("Exact.", "Exact."),
}
reads = st.builds(
    Read,
    time=st.integers(1, 6),
    release=st.integers(1, 3),
    found=st.sampled_from([*TEXTS, "gone", "rejected"]),
    parser=st.integers(1, 2),
)


def outcome_of(read: Read) -> PageOutcome:
    fetch = {
        "fetched_at": f"2020-01-{read.time:02}T00:00:00Z",
        "source": f"warc:{read.time}.warc",
        "body_hash": read.found,
    }
    if read.found not in TEXTS:
        return not_parsed(numbered(read.release).url, read.found, **fetch)
    moved = {"section": "Moved"} if "moved" in read.found else {}
    text = TEXTS[read.found][read.parser - 1]
    record = numbered(read.release, text, parser_version=read.parser, **moved, **of_record(fetch))
    return parsed(record, **fetch)


def of_record(fetch: dict[str, str]) -> dict[str, str]:
    return {name: fetch[name] for name in ("fetched_at", "source")}


def dataset_of(some: Sequence[Read]) -> tuple[list[Any], list[Any]]:
    """The records and revisions of what was read, in that order, each in a run of its own."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "mofa.db")
        store.defer_commits()
        try:
            for read in some:
                store.save(outcome_of(read))
            store.commit()
            records = list(store.releases.all(with_duplicates=True))
            return records, query(store, "SELECT * FROM revisions ORDER BY 1, 2")
        finally:
            store.close()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(reads, max_size=9).flatmap(
        lambda some: st.tuples(st.just(some), st.permutations(some))
    )
)
def test_any_order_of_captures_gives_the_dataset_of_the_order_of_time(
    orders: tuple[list[Read], list[Read]],
) -> None:
    arrived = orders[1]
    records, revisions = dataset_of(arrived)
    assert (records, revisions) == dataset_of(sorted(arrived))
    for record in records:
        texts = texts_in_time(arrived, int(record.id[-6:]))
        assert record.revision == len(list(groupby(text for _, text in texts)))
        assert record.text == texts[-1][1]
        assert record.first_seen == f"2020-01-{texts[0][0]:02}T00:00:00Z"


def texts_in_time(some: Sequence[Read], release: int) -> list[tuple[int, str]]:
    """When a release was captured, and the text as the newest parser reads those bytes."""
    of_release = sorted(read for read in some if read.release == release and read.found in TEXTS)
    newest: dict[str, int] = {}
    for read in of_release:
        newest[read.found] = max(read.parser, newest.get(read.found, 1))
    return [(read.time, TEXTS[read.found][newest[read.found] - 1]) for read in of_release]
