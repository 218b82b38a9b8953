"""Reads WARC files and saved pages of the site, without the network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mofa_crawler.archive.discovery import find
from mofa_crawler.atomic_files import temporary_folder
from mofa_crawler.crawl.arguments import parse_paths
from mofa_crawler.crawl.read_capture import of_month_pages
from mofa_crawler.spiders.captures import CapturesSpider

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from mofa_crawler.outcome import PageOutcome

_NO_NETWORK = "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler"


class SavedPagesSpider(CapturesSpider):
    """Arguments: `path=FILE_OR_FOLDER[,…]`, and `lang`, `since`, `until`, `limit` as for
    `press_releases`.

    Yields an outcome for each capture as `press_releases` does for each page. Makes no request.
    """

    name = "saved_pages"
    argument_names = ("path", "lang", "since", "until", "limit")

    paths: list[Path]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Remove what could fetch pages, and the archive extension."""
        super().update_settings(settings)
        extensions = settings.getdict("EXTENSIONS")
        for name, value in {
            "DOWNLOAD_HANDLERS": {},
            "DOWNLOAD_HANDLERS_BASE": {"data": _NO_NETWORK},
            "DOWNLOADER_MIDDLEWARES": {},
            "DOWNLOADER_MIDDLEWARES_BASE": {},
            "EXTENSIONS": {**extensions, "mofa_crawler.extensions.archive.Archive": None},
        }.items():
            settings.set(name, value, priority="spider")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unpacked = ExitStack()  # removes what was unpacked

    def parse_arguments(self, raw: Mapping[str, str]) -> None:
        """Read `path`. Raises `ArgumentError`."""
        self.paths = parse_paths(raw.get("path"))

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's own
        """Remove what was unpacked."""
        self._unpacked.close()

    async def outcomes(self) -> AsyncIterator[PageOutcome]:
        """The outcomes of the captures under the paths."""
        folder = self._unpacked.enter_context(temporary_folder("mofa_crawler"))
        found = find(self.paths, folder=folder, limit=self.limit, mirror=self.mirror)
        listings, others = await self.sort(found)
        if not listings and not others and not self.has_gap:
            self.lose(f"{self.raw_arguments['path']} has no page of the ministry's site")
        async for outcome in self.read_listings(listings):
            yield outcome
        async for outcome in self.read_listings(of_month_pages(others, self.month_pages)):
            yield outcome
        async for outcome in self.read_releases(c for c in others if c.url not in self.month_pages):
            yield outcome
        if never := self.store.pages.count_never_fetched():
            self.logger.warning(
                "listed releases that were never read: %d; save their pages too, or let the "
                "next press_releases request them from the site",
                never,
            )
