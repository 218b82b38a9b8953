"""Datasette with our plugin, served on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from mofa_crawler.web import plugin

HOST = "127.0.0.1"
_LIMIT = 5_000  # milliseconds for the queries of a page
# The crawler's own tables. Datasette itself hides the tables that `search` needs.
_HIDDEN = tuple("drafts listed observations pages runs search search_trigrams texts".split())


def make_datasette(database: Path, *, allow_sql: bool) -> Datasette:
    """Datasette over a database, which does not list the crawler's own tables."""
    if not pm.is_registered(plugin):  # it is, if the project is installed
        pm.register(plugin, "mofa_crawler")
    # With rich, Datasette prints a traceback for every wrong address.
    pm.get_plugin("datasette.handle_exception").rich = None
    hidden = {name: {"hidden": True} for name in _HIDDEN}
    return Datasette(
        [str(database)],
        metadata={"databases": {database.stem: {"tables": hidden}}},
        settings={
            "sql_time_limit_ms": _LIMIT,
            "default_allow_sql": allow_sql,
            "allow_download": False,
        },
    )


def listen(port: int) -> socket.socket:
    """A socket on a port of this machine, chosen by the system if 0. Raises `OSError`."""
    # asyncio sends at once (TCP_NODELAY) only if the protocol is named. Without it, a browser that
    # keeps its connection waits 40 ms for each page.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()  # a browser that opens the address now waits for the server
    except OSError:
        listener.close()
        raise
    return listener


def serve(datasette: Datasette, listener: socket.socket) -> None:
    """Serve until Ctrl-C (`KeyboardInterrupt`)."""
    config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on")
    uvicorn.Server(config).run(sockets=[listener])
