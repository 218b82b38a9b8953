"""The fixtures that several test modules use."""

from __future__ import annotations

import gc
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from mofa_crawler.store.store import Store
from tests.cli import Run, served
from tests.factories import SITE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli import Server


gc.disable()  # until all is imported and collected

# More workers than cores make a test slow that is quick alone.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

# The fast tests are those of tests/parsing and tests/unit that neither crawl nor are in one of these
# modules, nor are marked as slow.
_FAST = {"parsing", "unit"}  # folders
_SLOW = set(
    "archive_writing atomic_files export_formats json_file mutations order_of_time ping "
    "pipelines".split()
)
_CRAWLS = {"caught_up", "crawled", "run", "server"}  # fixtures


def _only_fast(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "not slow")


def _is_slow_module(path: Path) -> bool:
    return path.parent.name not in _FAST or path.stem.removeprefix("test_") in _SLOW


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Iterator[int]:
    """Two a core for the slow tests, which wait: for the pace of a server, a kill, a process."""
    workers = yield
    return workers if _only_fast(config) else 2 * workers


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The fast tests are not to import what only slow tests need."""
    is_module = collection_path.suffix == ".py"
    return True if is_module and _only_fast(config) and _is_slow_module(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the slow tests, and let each worker begin with its share of them.

    Tests that are marked already are the longest: they come first of all. `--dist worksteal` cuts
    the list into a part for each worker. A worker without tests takes some from the end of another
    worker's part. The tests of web archives stand at the beginning of two parts: two workers run
    them, and no other needs a pywb.
    """
    longest, web_archive, slow, fast = [], [], [], []
    for item in items:
        if item.get_closest_marker("slow"):
            longest.append(item)
        elif _is_slow_module(item.path) or not _CRAWLS.isdisjoint(item.fixturenames):
            item.add_marker("slow")
            (web_archive if item.path.parent.name == "web_archive" else slow).append(item)
        else:
            fast.append(item)
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    items[:] = [
        item
        for worker in range(workers)
        for part in (
            longest[worker::workers],
            _share(web_archive, worker, min(workers, 2)),
            _share(slow, worker, workers),
            _share(fast, worker, workers),
        )
        for item in part
    ]


def pytest_collection_finish() -> None:
    """Let no collection of garbage look at what was imported: that took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _share(items: list[pytest.Item], worker: int, workers: int) -> list[pytest.Item]:
    return items[len(items) * worker // workers : len(items) * (worker + 1) // workers]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "mofa.db")
    yield store
    store.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The demo site, served; a test may change it."""
    with served(SITE, copy_to=tmp_path / "site") as site:
        yield site


@pytest.fixture
def run(tmp_path: Path, server: Server) -> Run:
    folder = tmp_path / "work"
    folder.mkdir()
    return Run(folder, server)


@pytest.fixture
def caught_up(run: Run, first_catch_up: Path) -> None:
    """`run` has the first catch-up in English behind it, of the demo site as it is."""
    copytree(first_catch_up, run.folder, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def first_catch_up(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of `crawl press_releases --lang en` on the demo site, for tests to copy."""
    return _crawled_once(tmp_path_factory, worker_id, "first_catch_up", "-a", "lang=en")


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Run]:
    """The demo site, crawled once. Tests write into the folder, and never into the database."""
    whole = _crawled_once(tmp_path_factory, worker_id, "crawled", "-a", "since=2008-08")
    folder = copytree(whole, tmp_path_factory.mktemp("crawled"), dirs_exist_ok=True)
    with served(SITE) as site:
        yield Run(folder, site)


def _crawled_once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, name: str, *arguments: str
) -> Path:
    """The folder of a crawl of the demo site: the worker that needs it first crawls."""
    of_run = tmp_path_factory.getbasetemp()
    folder = (of_run if worker_id == "master" else of_run.parent) / f"{name}_once"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            making = folder.with_suffix(".making")
            making.mkdir()
            with served(SITE) as site:
                crawl = Run(making, site).crawl(*arguments, "-s", "LOG_LEVEL=ERROR")
            assert crawl.returncode == 0, crawl.stderr
            making.rename(folder)
    return folder
