"""The plugin of Datasette: our pages instead of its front page, for a database of ours.

A Datasette with another database, or with several, stays as it is.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import Response, hookimpl

from mofa_crawler.queries.read_only import is_ours
from mofa_crawler.web.routes import ROUTES, asset_reply, error_page, reply_to

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from mofa_crawler.web.replies import Reply
    from mofa_crawler.web.routes import Route

_PROTECTION = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_METHODS = {"GET", "HEAD"}


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    database = _database(datasette)
    if database is None:
        return []
    pages = [(f"^{route.pattern}", _view(database, route)) for route in ROUTES]
    return [*pages, (r"^/assets/[0-9a-f]+/(?P<name>[a-z]+\.[a-z]+)$", _asset)]


@hookimpl(tryfirst=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Response | None:  # noqa: ARG001
    """A page of ours for an address that nobody knows."""
    if getattr(exception, "status", None) != 404 or _database(datasette) is None:  # noqa: PLR2004
        return None
    return _response(error_page("There is no such page.", 404))


def _database(datasette: Any) -> Path | None:
    """The file of the database, if there is one alone and it is ours."""
    files = [Path(db.path) for db in datasette.databases.values() if db.path]
    return files[0] if len(files) == 1 and is_ours(files[0]) else None


def _view(database: Path, route: Route) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def view(request: Any, datasette: Any) -> Response:
        if request.method not in _METHODS:
            return _response(error_page("This page can only be read.", 405))
        seconds = datasette.setting("sql_time_limit_ms") / 1000
        values = request.url_vars
        reply = await asyncio.to_thread(
            reply_to, database, route, values, request.query_string, seconds=seconds
        )
        return _response(reply)

    return view


async def _asset(request: Any) -> Response:
    return _response(asset_reply(request.url_vars["name"]))


def _response(reply: Reply) -> Response:
    return Response(
        reply.body,
        status=reply.status,
        headers={**_PROTECTION, **reply.headers},
        content_type=reply.content_type,
    )
