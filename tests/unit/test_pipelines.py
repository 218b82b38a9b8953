"""The pipelines one by one, as Scrapy builds them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from mofa_crawler.crawl.store import get_store
from mofa_crawler.pipelines.deduplicate import DeduplicatePipeline
from mofa_crawler.pipelines.store import StorePipeline
from mofa_crawler.pipelines.validate import ValidatePipeline, find_problem
from tests.cli import environment
from tests.factories import ORIGIN, ROOT, not_parsed, parsed, query, release
from tests.forks import Command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy.crawler import Crawler

    from mofa_crawler.record import PressRelease


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Crawler]:
    crawler = get_crawler(settings_dict={"MOFA_DB": str(tmp_path / "mofa.db")})
    yield crawler
    get_store(crawler).close()


def test_the_same_release_twice_in_a_run_is_stored_once(crawler: Crawler) -> None:
    async def work() -> None:
        store = StorePipeline.from_crawler(crawler)
        for outcome in ("new", "unchanged"):
            assert store.process_item(parsed(release())) == release()
            assert crawler.stats.get_value(f"mofa/en/{outcome}") == 1

    asyncio.run(work())
    assert list(get_store(crawler).releases.records()) == [release()]


def test_one_id_is_one_address(crawler: Crawler) -> None:
    url = f"{ORIGIN}/press/release/press1e_000001.htm"

    async def work() -> None:
        deduplicate = DeduplicatePipeline.from_crawler(crawler)
        store = StorePipeline.from_crawler(crawler)
        store.process_item(deduplicate.process_item(parsed(release())))
        with pytest.raises(DropItem):
            store.process_item(deduplicate.process_item(parsed(release(url=url))))

    asyncio.run(work())
    get_store(crawler).commit()
    found = query(get_store(crawler), "SELECT status, code FROM pages WHERE url = ?", url)
    assert found == [("rejected", "same_id")]
    assert list(get_store(crawler).releases.records()) == [release()]


def test_the_store_passes_on_the_record_alone(crawler: Crawler) -> None:
    async def work() -> None:
        pipeline = StorePipeline.from_crawler(crawler)
        item = parsed(release())
        assert pipeline.process_item(item) == release()
        assert crawler.stats.get_value("mofa/en/new") == 1
        with pytest.raises(DropItem):
            pipeline.process_item(not_parsed(release().url, "gone"))
        assert crawler.stats.get_value("mofa/en/gone") == 1

    asyncio.run(work())


def test_what_is_stored_is_committed_soon_though_nothing_follows(crawler: Crawler) -> None:
    def committed() -> int:
        with sqlite3.connect(crawler.settings["MOFA_DB"]) as db:
            (number,) = db.execute("SELECT count(*) FROM releases").fetchone()
        db.close()
        return int(number)

    async def work() -> None:
        StorePipeline.from_crawler(crawler).process_item(parsed(release()))
        assert committed() == 0
        while not committed():
            await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(work(), timeout=30))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"title": ""}, "title"),
        ({"date": "2021-02-30"}, "day is out of range"),
        ({"date": "27 January 2021"}, "date"),
        ({"lang": "fr"}, "lang"),
        ({"body": []}, "body"),
        ({"fetched_at": "now"}, "regex"),
        ({"translation": "x"}, "translation"),
        ({"revision": 0}, "revision"),
    ],
)
def test_a_record_that_breaks_the_contract_is_refused(
    changes: dict[str, object], problem: str
) -> None:
    record: PressRelease = release(**changes)
    assert problem in str(find_problem(record))
    item = ValidatePipeline().process_item(parsed(record))
    assert (item.status, item.code) == ("rejected", "invalid_record")


def test_a_good_record_passes() -> None:
    item = parsed(release())
    assert ValidatePipeline().process_item(item) is item
    assert item.release == release()


@pytest.mark.parametrize("kind", ["dict", "dataclass"])
def test_items_of_any_spider_with_the_fields_of_a_record_are_stored(
    tmp_path: Path, kind: str
) -> None:
    """A spider of ten lines, with as few fields as there may be."""
    spider = tmp_path / "own.py"
    spider.write_text(
        """
from dataclasses import dataclass
from scrapy import Spider

@dataclass
class Record:
    url: str
    title: str
    date: str
    body: list[dict[str, str]]

class Own(Spider):
    name = "own"
    start_urls = ["data:,"]

    def parse(self, response):
        for n, text in enumerate(["Same.", "Same.", ""], 1):
            yield KIND(url=f"https://www.mofa.go.jp/press/release/x{n}.html", title="T",
                       date="2021-01-27", body=[{"kind": "paragraph", "text": text}] if text else [])
""".replace("KIND", "dict" if kind == "dict" else "Record"),
        "utf-8",
    )
    result = Command(
        ["crawl", "own", "-s", "SPIDER_MODULES=own", "-O", "feed.jsonl"],
        tmp_path,
        {**environment(), "PYTHONPATH": f"{ROOT}:{tmp_path}"},
    ).run(timeout=120)
    assert (result.returncode, result.stderr.count("Traceback")) == (0, 0), result.stderr
    feed = (tmp_path / "feed.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["duplicate_of"] for line in feed] == [None, "press/release/x1"]
    rows = query(tmp_path / "mofa.db", "SELECT id, title, text, layout FROM releases ORDER BY id")
    assert rows == [
        ("press/release/x1", "T", "Same.", "item"),
        ("press/release/x2", "T", "Same.", "item"),
    ]
    rejected = query(tmp_path / "mofa.db", "SELECT url, code FROM pages WHERE status = 'rejected'")
    assert rejected == [("https://www.mofa.go.jp/press/release/x3.html", "invalid_record")]


@pytest.mark.parametrize("database", ["", "MOFA_DB = 'own.db'\n"])
def test_the_pipelines_serve_another_project(tmp_path: Path, database: str) -> None:
    pipelines = {
        f"mofa_crawler.pipelines.{name}": place
        for place, name in enumerate(
            ["validate.ValidatePipeline", "deduplicate.DeduplicatePipeline", "store.StorePipeline"]
        )
    }
    (tmp_path / "theirs.py").write_text(f"{database}ITEM_PIPELINES = {pipelines}\n", "utf-8")
    (tmp_path / "own.py").write_text(
        """
from scrapy import Spider

class Own(Spider):
    name = "own"
    start_urls = ["data:,"]

    def parse(self, response):
        yield {"url": "https://www.mofa.go.jp/press/release/x1.html", "title": "T",
               "date": "2021-01-27", "body": [{"kind": "paragraph", "text": "Text."}]}
""",
        "utf-8",
    )
    result = subprocess.run(
        [sys.executable, "-m", "scrapy", "runspider", "own.py"],
        cwd=tmp_path,
        env={
            **environment(),
            "PYTHONPATH": f"{ROOT}:{tmp_path}",
            "SCRAPY_SETTINGS_MODULE": "theirs",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "Traceback" not in result.stderr
    if database:
        assert query(tmp_path / "own.db", "SELECT title FROM releases") == [("T",)]
    else:
        assert "MOFA_DB is not set: name the database, as in" in result.stderr


def test_an_item_that_is_no_record_passes_unchanged() -> None:
    item = {"url": "https://www.mofa.go.jp/x.html", "note": "no title, no body"}
    assert ValidatePipeline().process_item(item) is item
    elsewhere = {"url": "https://example.org/", "title": "T", "date": "2021-01-27", "body": []}
    assert ValidatePipeline().process_item(elsewhere) is elsewhere
