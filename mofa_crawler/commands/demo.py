"""`mofa-crawler demo`: the real crawl of the bundled demo site, without the network."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from mofa_crawler.commands.base import PlainCommand
from mofa_crawler.commands.parser import scrapy_settings
from mofa_crawler.commands.printing import losable_output
from mofa_crawler.commands.spider_run import print_end, run_spider
from mofa_crawler.printable import printable
from mofa_crawler.record import as_json
from mofa_crawler.store.store import Store

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from mofa_crawler.record import PressRelease

_DATABASE, _JSON, _ARCHIVE = _FILES = "demo.db", "demo.jsonl", "demo_archive"
_WIDEST = 79  # characters of a line
_POLL_INTERVAL = 0.02  # seconds until the server sees that it is to end; usually half a second
_SHOWN = "press/release/press1e_000170"

_NEXT = """
What to try next:
  {program} search Senkaku -s MOFA_DB={database}
  {program} demo    (again: nothing is new, and {json} stays the same)
  {program} crawl --help    (how to crawl the ministry's own site)
  {program} browse -s MOFA_DB={database}    (the same data as web pages)
"""


class Command(PlainCommand):
    """Serves the demo site on a free port of this machine, and crawls it."""

    description = f"It writes {', '.join(_FILES)} in this folder."

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        settings = scrapy_settings()
        settings.setdict(self.given, priority="cmdline")
        with _served(demo_site()) as address:
            for name, value in {
                "MOFA_BASE_URL": address,
                "MOFA_DB": _DATABASE,
                "MOFA_JSON": _JSON,
                "MOFA_ARCHIVE": _ARCHIVE,
                "DOWNLOAD_DELAY": 0,  # this machine serves itself
                "HTTPPROXY_ENABLED": False,
                "LOG_LEVEL": "ERROR",  # most months are missing from the demo site
            }.items():
                settings.set(name, value, priority="cmdline")
            arguments = {"lang": "en,ja", "since": "2008-08"}
            run = run_spider(settings, "press_releases", arguments)
        self.exitcode = run.report["exit_code"]
        print_end(run, settings, in_detail=False)  # the gaps are made up, too
        if self.exitcode == 0:
            with losable_output():
                _show()


def _show() -> None:
    store = Store(_DATABASE)
    record = store.releases.get(_SHOWN)
    store.close()
    if record:
        print("\nThe demo site has few months. Its texts are made up, but for this one:")
        print("\n".join(map(printable, _shortened(record))))
    print(_NEXT.format(database=_DATABASE, json=_JSON, program=_program()))


def _program() -> str:
    """How this program was called: its folder may be one that the shell does not search."""
    return sys.argv[0] if Path(sys.argv[0]).name == "mofa-crawler" else "mofa-crawler"


def demo_site() -> Path:
    """The folder of the demo site: `fixtures/site` of a checkout, or its copy in the package."""
    package = Path(str(files("mofa_crawler")))
    checkout = package.parent / "fixtures" / "site"
    return checkout if checkout.is_dir() else package / "demo_site"


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of the loopback address while the context lasts."""
    handler = partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(_POLL_INTERVAL,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def _shortened(record: PressRelease) -> Iterator[str]:
    """Some fields of a record as JSON, each on one line, the longest cut."""
    fields = json.loads(as_json(record))
    for name in ("id", "date", "title", "lead", "translation"):
        yield _cut(f' "{name}": {json.dumps(fields[name], ensure_ascii=False)}')
    yield ' "points": ['
    for point in record.points:
        yield _cut(f'  {{"level": {point.level}, "label": "{point.label}", "text": "{point.text}')
    yield " ]"


def _cut(line: str) -> str:
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 2]} …"
