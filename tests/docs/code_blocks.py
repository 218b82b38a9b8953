"""Runs the code blocks of a page, in order, in a folder with the demo site's dataset.

`mofa-crawler` in a block runs in a fork of the tests' own process: an interpreter of its own for
each of the many commands would take minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import chdir, contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from tests.cli import environment
from tests.forks import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.docs.documents import CodeBlock

_CLIENT = """
import json, os, socket, sys
with socket.create_connection(("127.0.0.1", {port})) as connection:
    connection.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode() + b"\\n")
    code, out, err = json.load(connection.makefile(encoding="utf-8"))
sys.stdout.reconfigure(encoding="utf-8")
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""
_SQLITE3 = """
import sqlite3, sys
file, query = sys.argv[1:]
for row in sqlite3.connect(file, isolation_level=None).execute(query):
    print(*("" if value is None else value for value in row), sep="|")
"""


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        arguments, folder, env = json.loads(self.rfile.readline())
        if arguments[0] == "crawl":
            arguments += ["-s", "DOWNLOAD_DELAY=0"]
        result = Command(arguments, Path(folder), env).run(timeout=120)
        answer = [result.returncode, result.stdout, result.stderr]
        self.wfile.write(json.dumps(answer).encode())


@contextmanager
def programs(folder: Path) -> Iterator[Path]:
    """A folder with the programs that the blocks call, while the context lasts."""
    folder.mkdir()
    with ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        client = _CLIENT.format(port=server.server_address[1])
        for name, code in (("mofa-crawler", client), ("sqlite3", _SQLITE3)):
            (folder / f"{name}.py").write_text(code, "utf-8")
            (folder / name).write_text(
                f'#!/bin/sh\nexec {sys.executable} -IS {folder / name}.py "$@"\n'
            )
            (folder / name).chmod(0o755)
        yield folder
        server.shutdown()
        thread.join()


def run_block(
    block: CodeBlock, folder: Path, bin_folder: Path, site: str, names: dict[str, Any]
) -> str:
    """Run one block; returns what is wrong, or nothing.

    `names` are what the Python blocks before it have defined.
    """
    if block.language == "python":
        with chdir(folder):
            exec(compile(block.code, f"{block.page}:{block.line}", "exec"), names)  # noqa: S102
        return ""
    script = folder / f"block.{block.language}"
    script.write_text(block.code, "utf-8")
    program = {"sh": ["bash", "-euo", "pipefail"], "r": ["Rscript", "--vanilla"]}
    result = subprocess.run(
        [*program[block.language], script.name],
        cwd=folder,
        env={
            **environment(),
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "MOFA_BASE_URL": site,
            # A block that is run by mistake reaches nobody outside.
            "http_proxy": "http://127.0.0.1:9",
            "https_proxy": "http://127.0.0.1:9",
            "no_proxy": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    script.unlink()
    return "" if result.returncode == 0 else result.stdout + result.stderr


def has_r() -> bool:
    """Whether R and the one package that the blocks load are installed."""
    if not (rscript := shutil.which("Rscript")):
        return False
    load = [rscript, "--vanilla", "-e", "library(jsonlite)"]
    return subprocess.run(load, capture_output=True, timeout=60, check=False).returncode == 0
