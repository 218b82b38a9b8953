"""What became of an address if the response brought no page, or if no response came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from scrapy.exceptions import IgnoreRequest

from mofa_crawler.content_encoding import ContentEncodingError
from mofa_crawler.crawl.response import NOT_BEFORE, VALIDATORS
from mofa_crawler.outcome import Fetch, NotModified, NotParsed
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.record import timestamp
from mofa_crawler.run.counters import reason_of

if TYPE_CHECKING:
    from scrapy.http import Response

    from mofa_crawler.outcome import Role
    from mofa_crawler.parsers.page import Page

_NOT_MODIFIED = 304
_GONE = {404, 410}
_REDIRECTS = {301, 302, 303, 307, 308}


def without_page(
    response: Response, page: Page, fetch: Fetch, role: Role, *, month: str | None = None
) -> NotModified | NotParsed:
    """The outcome of a response whose status is not 200; `page` is made of the response."""
    if page.status == _NOT_MODIFIED and response.meta.get(VALIDATORS):
        return NotModified(url=page.url, fetch=fetch, role=role)
    location = page.header("Location")
    message = f"HTTP status {page.status} {location}".strip()
    if until := response.meta.get(NOT_BEFORE):
        message += f", no further request before {until}"
    status: Literal["failed", "gone", "redirected"] = "failed"
    if role == "release" and page.status in _GONE:
        status = "gone"
    elif role == "release" and page.status in _REDIRECTS and location:
        status = "redirected"  # out of the site; the middleware follows the others
    return NotParsed(
        url=page.url,
        fetch=fetch,
        parser_version=PARSER_VERSION,
        role=role,
        status=status,
        code=f"http_{page.status}",
        message=message,
        month=month,
    )


def without_response(
    error: BaseException | None, url: str, role: Role, *, month: str | None = None
) -> NotParsed:
    """The outcome of a request that failed with `error`."""
    if isinstance(error, IgnoreRequest):  # robots.txt forbids it, or redirects in a circle
        code, message = "not_requested", str(error)
    elif isinstance(error, ContentEncodingError):
        code, message = error.code, str(error)
    else:
        code, message = "no_response", reason_of(error) if error else "no response"
    return NotParsed(
        url=url,
        fetch=Fetch(fetched_at=timestamp(datetime.now(UTC))),
        role=role,
        status="failed",
        code=code,
        message=message,
        month=month,
    )
