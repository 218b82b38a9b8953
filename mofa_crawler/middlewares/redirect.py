"""Follows redirects inside the site, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

from mofa_crawler.site import Mirror, resolve

if TYPE_CHECKING:
    from scrapy.http import Request, Response


class SiteRedirectMiddleware(RedirectMiddleware):
    """Scrapy's middleware, but a redirect to another site reaches the spider as a response.

    If a mirror redirects to the ministry's own address, the redirect is followed on the mirror.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        location = response.headers.get("Location")
        if location:
            mirror = Mirror(self.crawler.settings["MOFA_BASE_URL"])
            # As given: `index.html` may redirect to its folder, and both have one canonical form.
            target = resolve(location.decode("utf-8", "surrogateescape"), request.url)
            if target is None or mirror.canonical(target) is None:
                return response
            if not target.startswith(f"{mirror.base_url}/"):
                target = mirror.fetch_url(target)
            response = response.replace(headers={**response.headers, "Location": target})
        return super().process_response(request, response)
