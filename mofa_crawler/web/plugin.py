"""The plugin of Datasette: our pages instead of Datasette's front page, for a database of ours.

The plugin changes nothing if Datasette has another database, or several.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

from mofa_crawler.queries.read_only import DatabaseError, is_ours
from mofa_crawler.web.rendering import render
from mofa_crawler.web.replies import Page, Reply
from mofa_crawler.web.routes import ROUTES, Route, asset_reply, error_page, reply_to

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's own pages have scripts and styles in them.
_POLICY_OF_DATASETTE = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_NOT_FOUND = 404
_SERVER_ERROR = 500
_METHODS = {"GET", "HEAD"}


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    database = _database(datasette)
    if database is None:
        return []
    pages = [(f"^{route.pattern}", _view(database, route)) for route in ROUTES]
    return [*pages, (r"^/assets/[0-9a-f]+/(?P<name>[a-z]+\.[a-z]+)$", _asset)]


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Add the headers that protect a page to every response."""
    if _database(datasette) is None:
        return lambda app: app
    return _protected


@hookimpl(tryfirst=True)
def handle_exception(datasette: Any, exception: Exception) -> Response | None:
    """A page of ours for what Datasette cannot show."""
    if _database(datasette) is None:
        return None
    status = getattr(exception, "status", _SERVER_ERROR)
    if status == _NOT_FOUND:
        message = "There is no such page."
    elif isinstance(exception, DatabaseError):
        message, status = f"The database cannot be read: {exception}.", 503
    elif getattr(exception, "message_is_html", False):
        message = "The query took too long."
    elif hasattr(exception, "message"):  # Datasette's own error: 500 for some wrong addresses
        message = str(exception.message)
    elif status < _SERVER_ERROR:
        message = str(exception)
    else:
        message = "This is a fault of the program. The program's terminal shows the cause."
    return _response(error_page(message, status), datasette)


def _database(datasette: Any) -> Path | None:
    """The file of the database, if it is the only one and is ours."""
    files = [Path(db.path) for db in datasette.databases.values() if db.path]
    return files[0] if len(files) == 1 and _is_ours(files[0]) else None


# Each file is checked once. If the file is replaced later, the pages show the error.
_is_ours = cache(is_ours)


def _view(database: Path, route: Route) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def view(request: Any, datasette: Any) -> Response:
        if request.method not in _METHODS:
            return _response(error_page("This page can only be read.", 405), datasette)
        seconds = datasette.setting("sql_time_limit_ms") / 1000

        def respond() -> Response:
            values, query = request.url_vars, request.query_string
            reply = reply_to(database, route, values, query, seconds=seconds)
            return _response(reply, datasette)

        return await asyncio.to_thread(respond)

    return view


async def _asset(request: Any, datasette: Any) -> Response:
    return _response(asset_reply(request.url_vars["name"]), datasette)


def _response(made: Page | Reply, datasette: Any) -> Response:
    root = datasette.setting("base_url").rstrip("/")
    reply = render(made, root) if isinstance(made, Page) else made
    return Response(
        reply.body,
        status=reply.status,
        headers={"Content-Security-Policy": _POLICY, **reply.headers},
        content_type=reply.content_type,
    )


def _protected(app: Any) -> Any:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        async def protect(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = [
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
                given = {name.lower() for name, _ in message["headers"]}
                if b"content-security-policy" not in given:
                    policy = _POLICY_OF_DATASETTE.encode()
                    headers.append((b"content-security-policy", policy))
                message = {**message, "headers": [*message["headers"], *headers]}
            await send(message)

        await app(scope, receive, protect)

    return wrapped
