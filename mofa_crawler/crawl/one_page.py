"""Fetches one page of the site, without a spider, a store or an archive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import BaseSettings, Settings

from mofa_crawler.crawl.identity import check_contact, set_user_agent
from mofa_crawler.crawl.response import page_from_response
from mofa_crawler.crawl.setting_values import check_values
from mofa_crawler.run.counters import reason_of
from mofa_crawler.run.log import make_log_printable

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from mofa_crawler.parsers.page import Page


def fetch_page(address: str, given: Mapping[str, str]) -> Page | str:
    """Fetch the page at an address as a crawl does. Returns the page, or why there is none.

    `given` are the settings of the command line. A process may call this once, because it runs
    Twisted's reactor. Raises `ArgumentError`.
    """
    settings = Settings()
    settings.setmodule("mofa_crawler.settings", priority="project")
    settings.setdict(dict(given), priority="cmdline")
    check_values(settings)
    check_contact(settings, address)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(_OnePage)
    process.crawl(crawler, address=address)
    process.start()
    spider = crawler.spider
    if not isinstance(spider, _OnePage):
        return "the crawl did not start"
    return spider.page or spider.problem


class _OnePage(Spider):
    """Fetches one address and keeps the page. Stores and counts nothing."""

    name = "show"
    custom_settings = {"ITEM_PIPELINES": {}, "EXTENSIONS": {}}  # noqa: RUF012 - Scrapy's own
    address: str
    page: Page | None = None
    problem = "no response"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        set_user_agent(settings)

    async def start(self) -> AsyncIterator[Request]:
        make_log_printable(self.settings)
        yield Request(self.address, callback=self.keep, errback=self.fail, dont_filter=True)

    def keep(self, response: Response) -> None:
        if response.status != HTTPStatus.OK:
            self.problem = f"the response has status {response.status} ({response.url})"
            return
        self.page = page_from_response(response, response.url)

    def fail(self, failure: Failure) -> None:
        error = failure.value
        if error and not isinstance(error, IgnoreRequest):
            self.problem = reason_of(error)
        else:  # robots.txt forbids it
            self.problem = str(error)
