"""Follows redirects inside the site, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from w3lib.url import safe_url_string

from mofa_crawler.site import Mirror

if TYPE_CHECKING:
    from scrapy.http import Request, Response


class SiteRedirectMiddleware(RedirectMiddleware):
    """Scrapy's own, but a redirect that leaves the site goes to the spider as the response.

    If a mirror redirects to the ministry's own address, the redirect is followed on the mirror.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        location = response.headers.get("Location")
        if location:
            mirror = Mirror(self.crawler.settings["MOFA_BASE_URL"])
            target = mirror.canonical(urljoin(request.url, safe_url_string(location)))
            if target is None:
                return response
            response = response.replace(
                headers={**response.headers, "Location": mirror.fetch_url(target)}
            )
        return super().process_response(request, response)
