"""`mofa-crawler demo`: the real crawl of the bundled demo site, without the network."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from mofa_crawler.commands.base import PlainCommand
from mofa_crawler.commands.parser import scrapy_settings
from mofa_crawler.commands.printing import losable_output
from mofa_crawler.commands.spider_run import print_end, run_spider
from mofa_crawler.dataset import Dataset
from mofa_crawler.printable import printable

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease

_DATABASE, _JSON, _ARCHIVE = _FILES = "demo.db", "demo.jsonl", "demo_archive"
_WIDEST = 79  # characters of a line
_POLL_INTERVAL = 0.02  # seconds until the server notices `shutdown`; the default is 0.5
_SHOWN = "press/release/press1e_000170"
# The demo site corrects this page before the second run.
_CORRECTED = "press/release/press4e_002994"
_CORRECTION = b"notice of 30 days", b"notice of 60 days"

_NEXT = """
What to try next:
  {program} search Senkaku -s MOFA_DB={database}
  {program} demo    (again: nothing is new, and one text was corrected)
  {program} diff {corrected} -s MOFA_DB={database}    (then)
  {program} crawl --help    (how to crawl the ministry's own site)
  {program} browse -s MOFA_DB={database}    (the same data as web pages)
"""


class Command(PlainCommand):
    """Serves the demo site on a free port of this machine, and crawls it."""

    description = f"It writes {', '.join(_FILES)} in this folder."

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        settings = scrapy_settings()
        settings.setdict(self.given, priority="cmdline")
        is_again = Path(_DATABASE).exists()
        with _served(demo_site(), corrects=is_again) as address:
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
            if is_again:
                arguments["refresh"] = "true"
            run = run_spider(settings, "press_releases", arguments)
        self.exitcode = run.report["exit_code"]
        print_end(run, settings, in_detail=False)  # the missing months are made up, too
        if self.exitcode == 0:
            with losable_output():
                _show()


def _show() -> None:
    with Dataset(_DATABASE) as dataset:
        record = dataset.get(_SHOWN)
    if record:
        print("\nThe demo site has few months. Its texts are made up, except this one:")
        print("\n".join(map(printable, _shortened(record))))
    print(_NEXT.format(database=_DATABASE, corrected=_CORRECTED, program=_program()))


def _program() -> str:
    """The name to call this program by: the shell may not search the folder of the program."""
    return sys.argv[0] if Path(sys.argv[0]).name == "mofa-crawler" else "mofa-crawler"


def demo_site() -> Path:
    """The folder of the demo site: `fixtures/site` of a checkout, or its copy in the package."""
    package = Path(str(files("mofa_crawler")))
    checkout = package.parent / "fixtures" / "site"
    return checkout if checkout.is_dir() else package / "demo_site"


@contextmanager
def _served(folder: Path, *, corrects: bool) -> Iterator[str]:
    """Serve a folder on a free port of the loopback address while the context lasts."""
    handler = partial(_Handler, directory=str(folder), corrects=corrects)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(_POLL_INTERVAL,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, corrects: bool, **kwargs: Any) -> None:
        self._corrects = corrects
        super().__init__(*args, **kwargs)  # this handles the request

    def send_head(self) -> Any:
        if not (self._corrects and self.path == f"/{_CORRECTED}.html"):
            return super().send_head()
        page = Path(self.translate_path(self.path)).read_bytes().replace(*_CORRECTION)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        return BytesIO(page)

    def log_message(self, *_: Any) -> None:
        pass


def _shortened(record: PressRelease) -> Iterator[str]:
    """Some fields of a record as JSON, a line each. Long lines are cut."""
    for name in ("id", "date", "title", "lead", "translation"):
        yield _cut(f' "{name}": {json.dumps(getattr(record, name), ensure_ascii=False)}')
    yield ' "points": ['
    for point in record.points:
        yield _cut(f'  {{"level": {point.level}, "label": "{point.label}", "text": "{point.text}')
    yield " ]"


def _cut(line: str) -> str:
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 2]} …"
