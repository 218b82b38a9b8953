"""`mofa-crawler browse`: the dataset as pages, on this machine."""

from __future__ import annotations

import webbrowser
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from importlib import import_module

from mofa_crawler.commands.base import NotStarted, PlainCommand, UsageError, number
from mofa_crawler.queries.read_only import reading

_PORT = 8001
_LAST_PORT = 65_535


class Command(PlainCommand):
    description = (
        "Only this machine can open the pages. A run may go on meanwhile. Ctrl-C ends browse. "
        "Needs the extra web."
    )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port",
            type=number,
            default=_PORT,
            help=f"the port (default: {_PORT}; 0: any free port)",
        )
        parser.add_argument("--open", action="store_true", help="open the browser")
        parser.add_argument(
            "--sql", action="store_true", help="allow SQL queries, in Datasette's own pages"
        )

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        if opts.port > _LAST_PORT:
            raise UsageError(f"--port {opts.port}: the last port is {_LAST_PORT}")
        try:
            server = import_module("mofa_crawler.web.server")
        except ModuleNotFoundError as error:
            if not error.name or error.name.startswith("mofa_crawler"):
                raise
            raise NotStarted(
                "browse needs Datasette: install mofa_crawler with its extra web "
                "(pip install 'mofa-crawler[web]', or pip install '.[web]' in a checkout)"
            ) from None
        with reading(self.database):  # so that a database that cannot be read starts nothing
            datasette = server.make_datasette(self.database, allow_sql=opts.sql)
        try:
            listener = server.listen(opts.port)
        except OSError as error:
            raise NotStarted(
                f"cannot use port {opts.port}: {error.strerror}; choose another with --port, or "
                "--port 0"
            ) from None
        address = f"http://{server.HOST}:{listener.getsockname()[1]}/"

        with suppress(KeyboardInterrupt):
            print(f"{self.database} is at {address} until Ctrl-C", flush=True)
            if opts.open:
                webbrowser.open(address)
            server.serve(datasette, listener)
