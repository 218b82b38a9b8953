"""Scrapy's responses as pages for the parsers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mofa_crawler.parsers.page import Page
from mofa_crawler.record import LIVE

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.http.headers import Headers

    from mofa_crawler.site import Mirror

# In a request's `meta`: where the archive has the response (`WarcLocation`).
ARCHIVED = "mofa_archived"
# When the response arrived: its record in the archive and the page have the same time.
FETCHED_AT = "mofa_fetched_at"
# Set if the response could not be archived: the page is not stored, so that it is fetched again.
NOT_ARCHIVED = "mofa_not_archived"
# Set if the archive must not write the response: it is of a web archive, or of no server.
KEPT_APART = "mofa_kept_apart"
# The canonical address of a page that is requested conditionally, and its stored ETag and
# Last-Modified; either may be empty.
CONDITIONAL = "mofa_conditional"
VALIDATORS = "mofa_validators"
# Until when (a timestamp) the server wants no further request.
NOT_BEFORE = "mofa_not_before"


def page_from_response(
    response: Response,
    url: str,
    mirror: Mirror | None = None,
    *,
    fetched_at: datetime | None = None,
) -> Page:
    """The page of a response, under the ministry's own address `url`.

    `mirror` turns the address of the response into the ministry's own. `fetched_at` is now if it is
    not given.
    """
    answered = mirror.canonical(response.url) if mirror else None
    return Page(
        url=url,
        body=response.body,
        fetched_at=fetched_at or datetime.now(UTC),
        headers=dict(header_pairs(response.headers)),
        status=response.status,
        answered_url=answered or response.url,
        source=mirror.source if mirror else LIVE,
    )


def header_pairs(headers: Headers) -> list[tuple[str, str]]:
    """All header lines, names and values; bytes are read as Latin-1."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]
