"""Asks for the pages of a list one after the other and throws them away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from scrapy import Request, Spider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response


class BareSpider(Spider):
    """Arguments: `urls`, a file with an address a line, and behind a space the ETag that is stored,
    where there is one."""

    name = "bare"
    urls: str
    handle_httpstatus_list: ClassVar = [304]

    async def start(self) -> AsyncIterator[Request]:
        for line in Path(self.urls).read_text("utf-8").splitlines():
            url, _, etag = line.partition(" ")
            yield Request(url, headers={"If-None-Match": etag} if etag else None)

    def parse(self, response: Response) -> None:
        pass
