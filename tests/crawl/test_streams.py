"""What is printed reaches whoever reads it, or one line says that it does not."""

from __future__ import annotations

import json
import os
import pty
import shlex
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.cli import COMMAND, JANUARY_2021, environment
from tests.forks import on_full_disk, without_reader, without_streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli import Run

TITLE = "Japan-U.S. Foreign Ministers’ Telephone Talk"
NO_SPACE = "cannot write to stdout: No space left on device"
DIFF = ("diff", "press/release/press1e_000170")


def in_shell(run: Run, command: str, end: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", f"{shlex.join(COMMAND)} {command} {end}"],
        cwd=run.folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["audit", " ".join(DIFF), "search Japan"])
def test_a_full_disk_is_one_line(crawled: Run, command: str) -> None:
    result = in_shell(crawled, command, ">/dev/full")
    assert result.returncode == 1
    assert result.stderr == f"mofa_crawler: error: {NO_SPACE}\n"


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (partial(on_full_disk, 1), f"mofa_crawler: warning: {NO_SPACE}\n"),
        (partial(on_full_disk, 1, 2), ""),
        (without_reader, ""),
    ],
    ids=[">/dev/full", ">/dev/full 2>/dev/full", "| true"],
)
def test_a_run_ends_the_same_whether_or_not_its_summary_can_be_printed(
    run: Run, prepare: Callable[[], object], message: str
) -> None:
    for event in ("", "/start"):
        run.site.responses[f"/monitor{event}"] = (200, {})
    ping = ["-s", f"MOFA_PING_URL={run.site.address}/monitor", "--report", "report.json"]
    result = run.crawl(*JANUARY_2021, *ping, prepare=prepare)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", message)
    assert json.loads((run.folder / "report.json").read_text("utf-8"))["exit_code"] == 0
    assert [path for path in run.site.requests if "monitor" in path] == [
        "/monitor/start",
        "/monitor",
    ]


@pytest.mark.parametrize("end", [">&-", "<&- >&- 2>&-"])
def test_closed_streams_change_nothing(crawled: Run, end: str) -> None:
    result = in_shell(crawled, "audit", end)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_run_without_streams_is_a_run(run: Run) -> None:
    assert run.crawl(*JANUARY_2021, prepare=without_streams).returncode == 0
    assert run.records()


def test_what_goes_to_a_pipe_is_utf8(crawled: Run) -> None:
    process = subprocess.run(
        [*COMMAND, *DIFF],
        cwd=crawled.folder,
        env={**environment(), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, b"")
    assert TITLE in process.stdout.decode()


def test_a_terminal_that_lacks_a_character_gets_its_number(crawled: Run) -> None:
    ours, theirs = pty.openpty()
    env = {**environment(), "PYTHONIOENCODING": "ascii"}
    result = subprocess.run(
        [*COMMAND, *DIFF], cwd=crawled.folder, env=env, stdout=theirs, timeout=60, check=False
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode("ascii")
    os.close(ours)
    assert result.returncode == 0
    assert TITLE.replace("’", r"\u2019") in shown


def test_ctrl_c_is_one_line(crawled: Run) -> None:
    # More than a pipe holds: it waits for its reader.
    process = subprocess.Popen(
        [*COMMAND, "export", "--format", "json"],
        cwd=crawled.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (130, b"mofa_crawler: error: stopped\n")


def test_ctrl_c_pressed_twice_ends_a_run_at_once(run: Run) -> None:
    """The first waits for the response that was requested, which never comes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        run.site.address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = run.start("-L", "INFO")
        connection, _ = silent.accept()
        connection.recv(1000)
        process.send_signal(signal.SIGINT)
        process.wait_for("Send again to force")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        connection.close()
    assert process.returncode == 6


def under_nohup(terminal: str) -> None:
    """Let a process print to a terminal, and go on when the terminal closes."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for number in (1, 2):
        os.dup2(os.open(terminal, os.O_RDWR | os.O_NOCTTY), number)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)


def test_a_run_outlives_its_terminal_under_nohup(run: Run) -> None:
    ours, theirs = pty.openpty()
    report = ("--report", "report.json", "-s", "DOWNLOAD_DELAY=0.05")
    process = run.start(*JANUARY_2021, *report, prepare=partial(under_nohup, os.ttyname(theirs)))
    while len(run.site.requests) < 2:
        time.sleep(0.01)
    os.close(theirs)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0
    written = json.loads((run.folder / "report.json").read_text("utf-8"))
    assert (written["exit_code"], written["warnings"]) == (0, [])
