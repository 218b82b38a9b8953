"""`mofa-crawler browse` in a process of its own, and Debian's Chromium to look at its pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.cli import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium")
MISSING = "no Chromium: apt install chromium fonts-noto-cjk"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@contextmanager
def browsing(database: Path) -> Iterator[str]:
    """The address at which a database can be browsed, without a slash at its end."""
    process = subprocess.Popen(
        [*COMMAND, "browse", "--port", "0", "-s", f"MOFA_DB={database}"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    try:
        line = process.stdout.readline()
        address = _ADDRESS.search(line)
        if not address:
            raise RuntimeError(f"browse did not start: {line}{process.stdout.read()}")
        yield address[0]
    finally:
        process.terminate()
        process.communicate(timeout=10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
