"""Runs the command in a fork of a process that has imported everything.

A run of `python -m mofa_crawler` spends two seconds of CPU before its first request. A fork spends
none of them, and is still a process of its own: exit codes, locks, and limits are real.
"""

from __future__ import annotations

import importlib
import io
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.preloaded"])


@dataclass
class Command:
    """What to run, and in what."""

    arguments: list[str]
    folder: Path
    env: dict[str, str]
    largest_file: int | None = None  # KiB
    prepare: Callable[[], object] | None = None  # called in the fork, before the command

    def run(self, timeout: float) -> CompletedProcess[str]:
        """Run `mofa-crawler` to its end; returns its exit code and output."""
        return self.start().result(timeout)

    def start(self) -> Started:
        """Begin to run `mofa-crawler`."""
        output = tempfile.mkdtemp()
        files = (Path(output, "stdout"), Path(output, "stderr"))
        for file in files:
            file.touch()  # a kill may come before the run opens them
        process = _CONTEXT.Process(target=self._main, args=files)
        process.start()
        return Started(self.arguments, process, files)

    def _main(self, stdout: Path, stderr: Path) -> None:
        """Become what a shell would have started."""
        for file, stream in ((stdout, 1), (stderr, 2)):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), stream)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), write_through=True)
        sys.stderr = io.TextIOWrapper(
            io.FileIO(2, "w", closefd=False), errors="backslashreplace", write_through=True
        )
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.env)
        time.tzset()
        sys.path[:0] = [path for path in self.env["PYTHONPATH"].split(":") if path not in sys.path]
        if self.largest_file:
            size = self.largest_file * 1024
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        sys.argv = ["mofa_crawler", *self.arguments]
        importlib.reload(sys.modules["mofa_crawler.settings"])  # it reads the environment
        for folder in self.env["PYTHONPATH"].split(":"):
            if (customize := Path(folder, "sitecustomize.py")).exists():
                exec(customize.read_text("utf-8"), {})  # noqa: S102 - as Python does at its start
        if self.prepare:
            self.prepare()
        from mofa_crawler.__main__ import main

        main()


def on_full_disk(*streams: int) -> None:
    """Let a process print to a disk without room, as `>/dev/full` does for stream 1."""
    for number in streams:
        os.dup2(os.open("/dev/full", os.O_WRONLY), number)
    sys.stdout = os.fdopen(1, "w", closefd=False)  # as Python opens it: the last flush may fail


def without_reader() -> None:
    """Let a process print to a pipe that nobody reads, as `| true` does."""
    reader, writer = os.pipe()
    os.close(reader)
    os.dup2(writer, 1)
    sys.stdout = os.fdopen(1, "w", closefd=False)


def without_streams() -> None:
    """Close the three streams of a process, as `<&- >&- 2>&-` does."""
    for number in range(3):
        os.close(number)
    sys.stdin = sys.stdout = sys.stderr = None  # type: ignore[assignment]


@dataclass
class Started:
    """A run that goes on, with the methods of `subprocess.Popen` that tests use."""

    arguments: list[str]
    process: BaseProcess
    output: tuple[Path, Path]

    @property
    def pid(self) -> int:
        assert self.process.pid
        return self.process.pid

    @property
    def returncode(self) -> int:
        assert self.process.exitcode is not None
        return self.process.exitcode

    def poll(self) -> int | None:
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.process.kill()

    def wait_for(self, text: str) -> None:
        """Wait until a text was printed; a run that ended without it raises."""
        while not any(file.exists() and text in file.read_text("utf-8") for file in self.output):
            assert self.process.exitcode is None, f"ended without printing {text!r}"
            time.sleep(0.02)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Wait for the end; returns what was printed to stdout and to stderr."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
            raise TimeoutError(f"the run took more than {timeout} s")
        stdout, stderr = (file.read_text("utf-8") for file in self.output)
        rmtree(self.output[0].parent)
        return stdout, stderr

    def result(self, timeout: float) -> CompletedProcess[str]:
        """Wait for the end; returns the exit code and output."""
        stdout, stderr = self.communicate(timeout)
        return CompletedProcess(self.arguments, self.returncode, stdout, stderr)
