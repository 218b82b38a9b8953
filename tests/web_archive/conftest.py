"""pywb in a process of its own, and a server in front of it that plays archive.org."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.factories import ROOT
from tests.web_archive.archive_org import ArchiveOrg
from tests.web_archive.collections import free_port, write_collections
from tests.web_archive.common_crawl import CommonCrawl
from tests.web_archive.public_warc import write_public_warc
from tests.web_archive.runs import ArchiveRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PROGRAM = ROOT / ".venv-pywb" / "bin" / "wayback"
_INSTALL = "python -m venv .venv-pywb && .venv-pywb/bin/pip install 'pywb>=2.10'"
_START_SECONDS = 60


@pytest.fixture(scope="session")
def public_warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo site in one WARC file, as public archives hold sites."""
    return write_public_warc(tmp_path_factory.mktemp("public") / "public.warc.gz")


@pytest.fixture(scope="session")
def pywb(tmp_path_factory: pytest.TempPathFactory, public_warc: Path) -> Iterator[str]:
    """The address of a pywb with the collections `flat`, `zipnum` and `empty`."""
    if not _PROGRAM.exists():
        line = f"pywb is missing; install it with: {_INSTALL}"
        if os.environ.get("CI"):
            pytest.fail(line)
        pytest.skip(line)
    folder = tmp_path_factory.mktemp("pywb")
    write_collections(folder, public_warc)
    with _started(folder) as address:
        yield address


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    port = free_port()
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [_PROGRAM, "-b", "127.0.0.1", "-p", str(port)],
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"pywb did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


@pytest.fixture
def archive_org(pywb: str) -> Iterator[ArchiveOrg]:
    """archive.org's dialect and manners, in front of pywb's flat collection."""
    with ArchiveOrg.served(f"{pywb}/flat") as server:
        yield server


@pytest.fixture
def common_crawl(pywb: str, public_warc: Path) -> Iterator[CommonCrawl]:
    """Common Crawl, over pywb's ZipNum collection and its WARC file."""
    with CommonCrawl.served(f"{pywb}/zipnum", public_warc) as server:
        yield server


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory, public_warc: Path) -> ArchiveRun:
    """The dataset that `saved_pages` makes of the public WARC file."""
    run = ArchiveRun(tmp_path_factory.mktemp("saved"))
    result = run.crawl("-a", f"path={public_warc}", spider="saved_pages")
    assert result.returncode == 0, result.stderr
    return run
