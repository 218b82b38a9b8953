"""The fixtures that several test modules use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mofa_crawler.store.store import Store
from tests.cli import Run, served
from tests.factories import SITE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli import Server


# The fast tests are those of tests/parsing and tests/unit that neither crawl nor are in one of these.
_SLOW = set(
    "archive_writing atomic_files export_formats hostile json_file mutations order_of_time ping "
    "pipelines".split()
)
_CRAWLS = {"crawled", "run", "server"}  # fixtures


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        is_slow = item.path.stem.removeprefix("test_") in _SLOW
        if is_slow or not _CRAWLS.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("slow")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "mofa.db")
    yield store
    store.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The sample site, served; a test may change it."""
    with served(SITE, copy_to=tmp_path / "site") as site:
        yield site


@pytest.fixture
def run(tmp_path: Path, server: Server) -> Run:
    folder = tmp_path / "work"
    folder.mkdir()
    return Run(folder, server)


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The sample site, crawled once. Tests write into the folder, and never into the database."""
    folder = tmp_path_factory.mktemp("crawled")
    with served(SITE) as site:
        run = Run(folder, site)
        crawl = run.crawl("-a", "since=2008-08", "-s", "LOG_LEVEL=ERROR")
        assert crawl.returncode == 0, crawl.stderr
        yield run
