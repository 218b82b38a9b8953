"""Requests to the pages, in a Datasette of this process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def get(
    database: Path, *paths: str, allow_sql: bool = False, base_url: str = "/", method: str = "GET"
) -> list[Any]:
    """The responses of Datasette to these paths, one after the other."""
    from mofa_crawler.web.server import make_datasette

    datasette = make_datasette(database, allow_sql=allow_sql)
    datasette._settings["base_url"] = base_url

    async def requests() -> list[Any]:
        await datasette.invoke_startup()
        return [await datasette.client.request(method, path) for path in paths]

    return asyncio.run(requests())
