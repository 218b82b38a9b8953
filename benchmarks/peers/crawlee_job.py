"""The same job by Crawlee for Python: `python crawlee_job.py BASE [--memory]`.

Its records go into its dataset: a file each, as is its default, or into memory.
"""

from __future__ import annotations

import asyncio
import sys

from crawlee import ConcurrencySettings
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.storage_clients import FileSystemStorageClient, MemoryStorageClient


async def crawl(base: str, *, in_memory: bool) -> None:
    """Walk the listings of the site at `base`, and keep what its releases say."""
    crawler = ParselCrawler(
        storage_client=MemoryStorageClient() if in_memory else FileSystemStorageClient(),
        concurrency_settings=ConcurrencySettings(
            min_concurrency=16, desired_concurrency=16, max_concurrency=16
        ),
        respect_robots_txt_file=True,
    )

    @crawler.router.default_handler
    async def read_listing(context: ParselCrawlingContext) -> None:
        await context.enqueue_links(selector="table.archives-wrapper a")
        await context.enqueue_links(selector="dl.title-list a", label="release")

    @crawler.router.handler("release")
    async def read_release(context: ParselCrawlingContext) -> None:
        page = context.selector
        article = page.css("#maincontents .any-area p, #maincontents .any-area li")
        await context.push_data(
            {
                "url": context.request.url,
                "title": page.css("#contents-header h2 span::text").get(),
                "date": page.css("#maincontents .rightalign::text").get(),
                "paragraphs": [" ".join(element.css("::text").getall()) for element in article],
                "links": page.css("#maincontents .any-area a::attr(href)").getall(),
            }
        )

    await crawler.run(
        [base + "/press/release/index.html", base + "/mofaj/press/release/index.html"]
    )


if __name__ == "__main__":
    asyncio.run(crawl(sys.argv[1], in_memory="--memory" in sys.argv))
