"""The spider that one writes in an afternoon: BeautifulSoup, and a JSON feed of what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from scrapy import Request, Spider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response


class UsualSpider(Spider):
    """Argument: `base`, the address of the site."""

    name = "usual"
    base: str
    custom_settings = {"ROBOTSTXT_OBEY": True, "FEED_EXPORT_ENCODING": "utf-8"}  # noqa: RUF012

    async def start(self) -> AsyncIterator[Request]:
        for path in ("/press/release/index.html", "/mofaj/press/release/index.html"):
            yield Request(self.base + path)

    def parse(self, response: Response) -> Iterator[Request]:
        soup = BeautifulSoup(response.text, "lxml")
        for link in soup.select("table.archives-wrapper a"):
            yield response.follow(str(link["href"]), callback=self.parse)
        for link in soup.select("dl.title-list a"):
            yield response.follow(str(link["href"]), callback=self.parse_release)

    def parse_release(self, response: Response) -> Iterator[dict[str, Any]]:
        soup = BeautifulSoup(response.text, "lxml")
        title = soup.select_one("#contents-header h2")
        date = soup.select_one("#maincontents .rightalign")
        article = soup.select("#maincontents .any-area p, #maincontents .any-area li")
        yield {
            "url": response.url,
            "title": title.get_text(strip=True) if title else None,
            "date": date.get_text(strip=True) if date else None,
            "paragraphs": [element.get_text(" ", strip=True) for element in article],
            "links": [link["href"] for link in soup.select("#maincontents .any-area a[href]")],
        }
