"""What a redirect within the site means for a release or a listing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mofa_crawler import site
from mofa_crawler.archive.captures import PERMANENT
from mofa_crawler.outcome import Fetch, ListingParsed, NotModified, NotParsed, ReleaseParsed, Role
from mofa_crawler.parsers.errors import AnotherPage
from mofa_crawler.parsers.release import PARSER_VERSION
from mofa_crawler.store.keys import search_key

if TYPE_CHECKING:
    from mofa_crawler.parsers.page import Page
    from mofa_crawler.store.store import Store


@dataclass(frozen=True, slots=True)
class Redirect:
    """A release at `url` redirects to the page `target`; `statuses` are those of the redirects."""

    url: str
    target: str
    statuses: tuple[int, ...]

    def problem(
        self,
        outcome: ReleaseParsed | ListingParsed | NotParsed | NotModified,
        listed_date: str | None,
        store: Store,
    ) -> NotParsed | None:
        """The outcome of `url` if the target must not be stored as the release; else None.

        A temporary redirect leads to a notice, for example during maintenance. A notice must not
        become the text of several releases. So a permanent redirect leads to the release only in
        these cases: a listing names the target; the target has the listed date and a
        title that is known of the release; or no listing names `url`, and the target lies in a
        folder of releases. If another release redirects to the target too, the target must have
        a known title in any case. The target may be rejected, as any page.

        A permanent redirect to the home page or to a listing means that the release is gone.
        """
        if not set(self.statuses) <= PERMANENT:
            return self._failed(outcome.fetch, "temporary_redirect", "a temporary redirect")
        if isinstance(outcome, NotParsed) and outcome.code != AnotherPage.code:
            if outcome.status == "rejected" and site.is_index(self.target):
                return self.alias(outcome.fetch)
            return replace(outcome, url=self.url)
        if isinstance(outcome, ReleaseParsed):
            release = outcome.release
            has_title = search_key(release.title) in store.listings.title_keys(self.url)
            has_date = release.date_source == "page" and release.date == listed_date
            is_likely = listed_date is None and site.is_in_release_folder(self.target)
            if has_title and has_date:
                return None
            if (is_likely or store.pages.is_release(self.target)) and (
                has_title or not store.pages.is_target(self.target, of_another_than=self.url)
            ):
                return None
        return self._failed(outcome.fetch, AnotherPage.code, "a redirect to another page")

    def alias(self, fetch: Fetch) -> NotParsed:
        """The outcome of `url` if the release is stored under the target's address."""
        return NotParsed(
            url=self.url,
            fetch=fetch,
            parser_version=PARSER_VERSION,
            role="release",
            status="redirected",
            code=f"http_{self.statuses[-1]}",
            message=f"redirects to {self.target}",
        )

    def _failed(self, fetch: Fetch, code: str, what: str) -> NotParsed:
        return _failed("release", self.url, fetch, code, f"{what} ({self.target})")


def redirect_of(meta: Mapping[str, Any], url: str, answered_url: str) -> Redirect | None:
    """The redirect that led to a response, by its `meta`; None if there was none."""
    if answered_url == url or not meta.get("redirect_reasons"):
        return None
    return Redirect(url, answered_url, tuple(meta["redirect_reasons"]))


def listing_problem(page: Page, fetch: Fetch, month: str | None) -> NotParsed | None:
    """The outcome of a listing that redirects to another listing; else None.

    `month` is that of a month page. The days of a listing have no year: if a month page of last
    year redirects to the index, the entries of the index would be dated a year too early. If the
    index redirects to a month page, the run would miss new releases.
    """
    target = page.answered_url
    if not site.is_listing(target) or (site.lang_of(target), site.month_of(target)) == (
        site.lang_of(page.url),
        month,
    ):
        return None
    message = f"a redirect to another listing ({target})"
    return replace(_failed("listing", page.url, fetch, AnotherPage.code, message), month=month)


def _failed(role: Role, url: str, fetch: Fetch, code: str, message: str) -> NotParsed:
    return NotParsed(
        url=url,
        fetch=fetch,
        parser_version=PARSER_VERSION,
        role=role,
        status="failed",
        code=code,
        message=message,
    )
