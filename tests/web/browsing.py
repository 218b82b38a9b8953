"""`mofa-crawler browse` in a process of its own."""

from __future__ import annotations

import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.cli import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Browsing:
    """A server that runs. The address has no slash at its end."""

    address: str
    pid: int


@contextmanager
def browsing(database: Path) -> Iterator[Browsing]:
    """Serve the pages of a database, on a port that the system chose."""
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
        yield Browsing(address[0], process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=10)
