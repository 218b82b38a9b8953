"""Runs what is measured, each in a process of its own, and measures it from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Timer
from typing import TYPE_CHECKING, Any

from tests.cli import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OUTPUT = "output.log"
_LONGEST = 900.0  # seconds; the longest crawl takes a few minutes on a loaded machine
PAIRS = 5


class BenchmarkError(Exception):
    """What was to be measured did not do its work; `str()` says what it said last."""


@dataclass(frozen=True)
class Ran:
    """A process that has ended: when (monotonic clock), after how many seconds, with how many
    seconds of CPU, and the most memory that it used, in KiB."""

    ended: float
    seconds: float
    cpu: float
    peak: int


def run(
    command: Sequence[str],
    folder: Path,
    *,
    env: dict[str, str] | None = None,
) -> Ran:
    """Run a command in a folder to its end, its output going to a file there.

    Raises `BenchmarkError` for an exit code other than 0.
    """
    log = folder / OUTPUT
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        timer = Timer(_LONGEST, _kill, [process])
        timer.start()
        try:
            # The process's own peak: the system gives that of the larger of it and its parent, so
            # this program keeps small, and leaves all work to processes.
            _, status, usage = os.wait4(process.pid, 0)
            ended = time.monotonic()
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            timer.cancel()
            end(process)
    if process.returncode:
        tail = log.read_text("utf-8", "replace")[-2000:]
        raise BenchmarkError(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return Ran(ended, ended - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """End a process and what it started, if it has not ended."""
    if process.returncode is None:
        _kill(process)
        process.wait()


def _kill(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def in_turns(
    a: Callable[[], float], b: Callable[[], float], pairs: int = PAIRS
) -> tuple[float, float, float]:
    """Measure two things in turns; the medians of a ÷ b over the pairs, of a, and of b."""
    measured = [(a(), b()) for _ in range(pairs)]
    return (
        median(first / second for first, second in measured),
        median(first for first, _ in measured),
        median(second for _, second in measured),
    )


def run_module(name: str, *arguments: str) -> Any:
    """Run a module of this package in a process of its own; returns the JSON that it prints last."""
    with TemporaryDirectory(prefix="benchmark-") as folder:
        log = Path(folder)
        run([sys.executable, "-m", f"benchmarks.{name}", *arguments], log)
        return json.loads((log / OUTPUT).read_text("utf-8").splitlines()[-1])
