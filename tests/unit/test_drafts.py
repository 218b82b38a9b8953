"""Drafts: only on request, only beside no record, and never in the dataset."""

from __future__ import annotations

import json
import sys
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.read_page import fetch_of, read_release
from mofa_crawler.export.json_file import write_json
from mofa_crawler.export.writing import export
from mofa_crawler.outcome import NotParsed, ReleaseRejected
from mofa_crawler.period import Period
from mofa_crawler.pipelines.drafts import DraftsPipeline
from mofa_crawler.record import timestamp
from mofa_crawler.store.records import Selection
from mofa_crawler.store.store import Store
from tests.factories import FETCHED_AT, REJECTED, dated_listing, keep, numbered, page_of, query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy.crawler import Crawler

PATH = "press/release/press1e_000002.html"


@cache
def crawler(drafts: str) -> Crawler:
    return get_crawler(settings_dict={"MOFA_DRAFTS": drafts})


def pipeline(drafts: str = "true") -> DraftsPipeline:
    return DraftsPipeline.from_crawler(crawler(drafts))


@pytest.fixture
def trafilatura(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stands in for the library, which is an extra."""
    module = SimpleNamespace(extract=lambda html, **_: html and "One.\n\nTwo.\n")
    monkeypatch.setitem(sys.modules, "trafilatura", module)
    return module


def rejected(name: str = "unknown_layout") -> NotParsed:
    """The outcome of a page that is rejected."""
    path = min((REJECTED / name).glob("*.htm*"))
    page = page_of(path.read_bytes(), f"/{PATH}")
    outcome = read_release(page, fetch_of(page))
    assert isinstance(outcome, NotParsed)
    assert outcome.code == name
    return outcome


@pytest.fixture
def store(tmp_path: Path, trafilatura: SimpleNamespace) -> Iterator[Store]:
    """1 is parsed, 2 is a draft, listed on the day before."""
    assert trafilatura
    store = Store(tmp_path / "mofa.db")
    store.save(dated_listing((PATH, "Listed", "2026-01-04")))
    keep(store, numbered(1, date="2026-01-05"))
    store.save(pipeline().process_item(rejected()))
    yield store
    store.close()


def exported(store: Store, folder: Path, *, with_drafts: bool) -> list[dict[str, object]]:
    path = folder / "x.jsonl"
    count = export(store.path, Selection(with_drafts=with_drafts), "jsonl", path)
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(records) == count
    return records


def test_a_draft_is_exported_only_on_request(store: Store, tmp_path: Path) -> None:
    draft, record = exported(store, tmp_path, with_drafts=True)
    assert [record] == exported(store, tmp_path, with_drafts=False)
    assert (draft["id"], draft["title"], draft["date"]) == (
        PATH.removesuffix(".html"), "Listed", "2026-01-04",
    )  # fmt: skip
    assert (draft["layout"], draft["date_source"], draft["text"]) == (
        "draft", "listing", "One.\n\nTwo.",
    )  # fmt: skip
    assert write_json(store, tmp_path / "releases.jsonl")
    assert (tmp_path / "releases.jsonl").read_text("utf-8").count("\n") == 1
    assert query(store, "SELECT text, status FROM catalogue ORDER BY date") == [
        ("draft", "rejected"), ("exact", "parsed"),
    ]  # fmt: skip


def test_a_feed_is_of_the_time_of_its_drafts_too(store: Store, tmp_path: Path) -> None:
    selection = Selection(period=Period(until="2026-01-04"), with_drafts=True)
    assert export(store.path, selection, "atom", tmp_path / "x.atom") == 1
    times = etree.parse(tmp_path / "x.atom").xpath("//*[local-name() = 'updated']/text()")
    assert times == [timestamp(FETCHED_AT)] * 2


def test_a_record_takes_the_place_of_a_draft(store: Store, tmp_path: Path) -> None:
    keep(store, numbered(2, "Exact.", date="2026-01-04"))
    assert [r["layout"] for r in exported(store, tmp_path, with_drafts=True)] == ["cms", "cms"]
    assert query(store, "SELECT DISTINCT text FROM catalogue") == [("exact",)]


def test_a_rejected_page_that_is_no_release_gets_no_draft(trafilatura: SimpleNamespace) -> None:
    assert trafilatura
    for name in ("block_page", "listing_page", "mojibake", "truncated"):
        outcome = rejected(name)
        assert pipeline().process_item(outcome) is outcome
        assert not isinstance(outcome, ReleaseRejected)


def test_an_error_of_the_library_costs_the_draft_alone(
    trafilatura: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    drafts = pipeline()
    trafilatura.extract = None
    outcome = rejected()
    assert drafts.process_item(outcome) is outcome
    assert "no draft: TypeError" in caplog.text


def test_drafts_are_off_by_default_and_say_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(NotConfigured):
        pipeline("false")
    with pytest.raises(ArgumentError, match=r"MOFA_DRAFTS needs trafilatura: .*\[drafts\]"):
        pipeline()


def test_the_library_extracts_the_article() -> None:
    pytest.importorskip("trafilatura")
    draft = pipeline().process_item(rejected()).draft
    assert len(draft) > 100
    assert "<" not in draft
