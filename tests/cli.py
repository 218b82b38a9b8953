"""Runs of the command: a site on loopback, a folder to run in, and what a run printed."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from shutil import copytree
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from mofa_crawler.commands.command_line import run as mofa_crawler
from tests.factories import ROOT
from tests.forks import Command, Started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from socketserver import BaseRequestHandler
    from subprocess import CompletedProcess

COMMAND = [sys.executable, "-m", "mofa_crawler"]
# Arguments of crawls, and the one release of January 2021.
EVERYTHING = ("-a", "lang=en,ja", "-a", "since=2013-01")
JANUARY_2021 = ("-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01")
SEED = "press/release/press1e_000170"


# A status, headers, and often a body.
Response = tuple[int, dict[str, str]] | tuple[int, dict[str, str], str | bytes]


@dataclass
class Server:
    """The demo site on loopback, and the requests that it received.

    `responses` maps a path to what replaces its file: one response for all requests, or a list
    of responses for the next requests, after which the file is sent again.
    """

    pages: Path
    copy_to: Path | None = None  # a folder that is still to be made
    address: str = ""
    requests: list[str] = field(default_factory=list)
    times: list[tuple[str, float]] = field(default_factory=list)  # path, on the monotonic clock
    statuses: list[int] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    responses: dict[str, Response | list[Response]] = field(default_factory=dict)
    strip: str = ""  # the origin in a request's first line, if the client uses us as its proxy

    @property
    def folder(self) -> Path:
        """The pages, for a test to change: with `copy_to`, they are copied at the first use."""
        if self.copy_to:
            self.pages, self.copy_to = copytree(self.pages, self.copy_to), None
        return self.pages

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that stands in a page exactly once."""
        file = self.folder / path
        html, modified = file.read_bytes(), file.stat().st_mtime
        assert html.count(old.encode()) == 1, f"{old!r} stands {html.count(old.encode())} times"
        file.write_bytes(html.replace(old.encode(), new.encode()))
        # Last-Modified counts seconds: two edits within one would have the same.
        os.utime(file, (modified + 60, modified + 60))


class _Handler(SimpleHTTPRequestHandler):
    site: Server

    def do_GET(self) -> None:
        self.path = self.path.removeprefix(self.site.strip)
        self.site.times.append((self.path, monotonic()))
        self.site.requests.append(self.path)
        self.site.agents.add(self.headers["User-Agent"])
        response = self.site.responses.get(self.path)
        if isinstance(response, list):
            response = response.pop(0) if response else None
        if response is None:
            super().do_GET()
            return
        status, headers, body = (*response, "")[:3]
        body = body.encode() if isinstance(body, str) else body
        self.site.statuses.append(status)
        self.send_response_only(status)  # without a Server header: a test may have its own
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_response(self, code: int, message: str | None = None) -> None:
        self.site.statuses.append(code)
        super().send_response(code, message)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(pages: Path, copy_to: Path | None = None) -> Iterator[Server]:
    """A folder as the site, on a port that the system chose."""
    site = Server(pages, copy_to)
    handler = type("Handler", (_Handler,), {"site": site})
    with serving(lambda *a: handler(*a, directory=str(site.pages))) as site.address:
        yield site


@contextmanager
def serving(handler: Callable[..., BaseRequestHandler]) -> Iterator[str]:
    """A server whose requests a handler takes; gives its address, on a port that the system chose."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        # It looks so often whether it is to end: by default, each test would wait half a second.
        thread = Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def environment(package: Path = ROOT) -> dict[str, str]:
    """The environment without settings of ours or Scrapy's, and with the package to run."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("MOFA_", "SCRAPY_"))}
    return {**own, "PYTHONPATH": str(package)}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Run:
    """A folder in which the command is run, with the demo site as the ministry's."""

    folder: Path
    site: Server

    @property
    def database(self) -> Path:
        return self.folder / "mofa.db"

    @property
    def json_file(self) -> Path:
        return self.folder / "releases.jsonl"

    def records(self) -> list[dict[str, Any]]:
        """The records of the JSON file."""
        return [json.loads(line) for line in self.json_file.read_text("utf-8").splitlines()]

    def command(
        self,
        *arguments: str,
        env: dict[str, str] | None = None,
        largest_file: int | None = None,
        prepare: Callable[[], object] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run `mofa-crawler` with the arguments given, in a fork.

        `largest_file` limits the size of files, in KiB: the system holds it as it would the size
        of a disk. `prepare` is called in the fork, before the command.
        """
        values = {"largest_file": largest_file, "prepare": prepare}
        return self._prepared(*arguments, env=env, **values).run(timeout=120)

    def _prepared(
        self, *arguments: str, env: dict[str, str] | None = None, **values: Any
    ) -> Command:
        return Command([*arguments], self.folder, {**environment(), **(env or {})}, **values)

    def call(self, *arguments: str, columns: int | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command without a crawl in this process, which takes a tenth of the time.

        With `columns`, stdout is a terminal of this width.
        """
        out, err = io.StringIO() if columns is None else _Terminal(), io.StringIO()
        terminal = {"TERM": "xterm", "COLUMNS": str(columns)} if columns else {}
        with (
            chdir(self.folder),
            redirect_stdout(out),
            redirect_stderr(err),
            patch.dict(os.environ, terminal),
        ):
            code = mofa_crawler(arguments)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    def on_terminal(self, *arguments: str, columns: int = 100) -> tuple[int, str]:
        """Run `mofa-crawler` on a terminal; returns the exit code and all that it showed."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env={**environment(), "TERM": "xterm", "COLUMNS": str(columns)},
            stdout=theirs,
            stderr=subprocess.STDOUT,
        )
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # so it ends, on Linux
            while some := os.read(ours, 10_000):
                shown += some
        os.close(ours)
        return process.wait(timeout=60), shown.decode()

    def crawl(self, *arguments: str, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        """Crawl the site on loopback, without a delay, into this folder."""
        return self.command("crawl", "press_releases", *self.settings(), *arguments, **kwargs)

    def begin(self, *arguments: str, **kwargs: Any) -> Started:
        """Begin to run `mofa-crawler` with the arguments given, and leave it to the test to end it."""
        return self._prepared(*arguments, **kwargs).start()

    def start(self, *arguments: str, **kwargs: Any) -> Started:
        """Begin a crawl of the site on loopback."""
        return self.begin("crawl", "press_releases", *self.settings(), *arguments, **kwargs)

    def settings(self) -> list[str]:
        """For the site on loopback, without a delay."""
        settings = {
            "MOFA_BASE_URL": self.site.address,
            "DOWNLOAD_DELAY": "0",
            "MOFA_JSON": self.json_file.name,
        }
        return [text for name, value in settings.items() for text in ("-s", f"{name}={value}")]


def table(result: CompletedProcess[str]) -> dict[str, int]:
    """The totals of the table that a run ends with."""
    text = result.stdout if "listed" in result.stdout else result.stderr
    rows = re.findall(r"^([a-z]+(?: [a-z]+)?) +[\d ]*?(\d+)$", text, re.MULTILINE)
    return {name: int(total) for name, total in rows}


def outcomes(result: CompletedProcess[str]) -> dict[str, int]:
    """What the table says, but for zeros."""
    return {name: number for name, number in table(result).items() if number}
