"""Archives the responses of the site, in one WARC file a run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured

from mofa_crawler import __version__, site
from mofa_crawler.archive.recovery import finishing, unfinished_files
from mofa_crawler.archive.writing import ArchiveWriter, Exchange
from mofa_crawler.atomic_files import check_writable
from mofa_crawler.crawl.response import ARCHIVED, FETCHED_AT, KEPT_APART, NOT_ARCHIVED, header_pairs
from mofa_crawler.crawl.store import get_store, stop_on_store_error
from mofa_crawler.run.control import RunStopped
from mofa_crawler.run.counters import ARCHIVE
from mofa_crawler.spiders.base import BaseSpider
from mofa_crawler.spiders.web_archive import WebArchiveSpider
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response

    from mofa_crawler.archive.web_archives.ranges import RangedRecord
    from mofa_crawler.archive.web_archives.replays import Replay

logger = logging.getLogger(__name__)

# Seconds between two syncs to the disk: a mirror sends many responses a second.
_SYNC_AFTER = 1


class Archive:
    """Writes every response, with its request, byte for byte, before anything reads it.

    The store gets the location of a page when its response is on the disk. Not configured without
    `MOFA_ARCHIVE`, the folder of the files.
    """

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self._crawler = crawler
        self._folder = folder
        self._writer: ArchiveWriter | None = None
        self._synced_at = monotonic()
        self._is_off = self._has_failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises `StoreError` if no file can be written into the folder."""
        name = crawler.settings.get("MOFA_ARCHIVE")
        if not name:
            raise NotConfigured
        folder = Path(name)
        _check(folder)
        archive = cls(crawler, folder)
        connect = crawler.signals.connect
        connect(archive.spider_opened, signals.spider_opened)
        connect(archive.response_downloaded, signals.response_downloaded)
        connect(archive.spider_closed, signals.spider_closed)
        return archive

    def spider_opened(self, spider: Spider) -> None:
        """Finish the files that earlier runs left unfinished."""
        if not isinstance(spider, BaseSpider):
            self._is_off = True  # `scrapy shell`, or a spider of somebody's own
            return
        if isinstance(spider, WebArchiveSpider):
            spider.writer = self
        try:
            store = get_store(self._crawler)
            limit = self._crawler.settings.getint("DOWNLOAD_MAXSIZE")
            # A file in the folder may be of a run that could not close it, or of another database.
            starts = dict.fromkeys(unfinished_files(self._folder), 0)
            for name, start in (starts | store.archive.unfinished_files()).items():
                with finishing(self._folder, name, start, limit=limit) as locations:
                    store.archive.save_by_hash(locations)
                    store.commit()
                if (self._folder / name).exists():
                    store.archive.note_recovered(name)
        except (OSError, StoreError) as error:
            self._stop(error)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Write a response, and bring those before it to the disk when it is time."""
        if KEPT_APART in request.meta:
            return
        if self._is_off:
            request.meta[NOT_ARCHIVED] = self._has_failed
            return
        url = request.cb_kwargs.get("url")
        time = request.meta[FETCHED_AT] = datetime.now(UTC)
        try:
            writer = self._open()
            location = writer.write(
                _exchange(request, response, time),
                before=get_store(self._crawler).archive.location_of(url) if url else None,
            )
            request.meta[ARCHIVED] = location
            if monotonic() - self._synced_at >= _SYNC_AFTER:
                self._sync(writer)
        except (OSError, StoreError) as error:
            request.meta[NOT_ARCHIVED] = True
            self._stop(error)

    def write_replay(self, replay: Replay, address: str) -> tuple[Path, int]:
        """Write a capture of a web archive; returns the file and the offset of its record.

        Raises `RunStopped` if it cannot be written.
        """
        return self._write_apart(lambda writer: writer.write_replay(replay, address))

    def write_record(self, record: RangedRecord) -> tuple[Path, int]:
        """Append a record of a web archive; returns and raises as `write_replay`."""
        return self._write_apart(lambda writer: writer.write_member(record.member))

    def _write_apart(self, write: Callable[[ArchiveWriter], int]) -> tuple[Path, int]:
        try:
            writer = self._open()
            return writer.path, write(writer)
        except (OSError, StoreError) as error:
            self._stop(error)
            raise RunStopped("the archive cannot be written") from None

    def spider_closed(self) -> None:
        """Finish the file. The pipelines have stored everything by now."""
        if self._writer is None:
            return
        try:
            try:
                self._sync(self._writer)
            finally:
                self._writer.close()
        except (OSError, StoreError) as error:
            self._stop(error)

    def _open(self) -> ArchiveWriter:
        """The writer of this run's file. The first call creates the file."""
        if self._writer is None:
            self._writer = ArchiveWriter(self._folder, self._info())
            store = get_store(self._crawler)
            store.archive.note_file(self._writer.name)
            store.commit()  # for the next run, if this one is killed
            self._crawler.stats.set_value(ARCHIVE, self._writer.name)
        return self._writer

    def _info(self) -> dict[str, str]:
        settings = self._crawler.settings
        info = {
            "software": f"mofa_crawler/{__version__}",
            "robots": "obey",
            "operator": settings.get("MOFA_CONTACT") or "",
            "http-header-user-agent": settings["USER_AGENT"],
        }
        mirror = site.Mirror(settings["MOFA_BASE_URL"])
        if not mirror.is_live:
            info["mirror"] = mirror.base_url
        if isinstance(self._crawler.spider, WebArchiveSpider):
            info["web-archive"] = self._crawler.spider.source.host
        return info

    def _sync(self, writer: ArchiveWriter) -> None:
        writer.sync()
        self._synced_at = monotonic()
        get_store(self._crawler).archive.flush()

    def _stop(self, error: OSError | StoreError) -> None:
        """Stop the run: a page that is not archived would have to be fetched again one day."""
        self._is_off = self._has_failed = True
        if isinstance(error, OSError):
            error = StoreError(f"cannot write the archive {self._folder}: {error.strerror}")
        stop_on_store_error(self._crawler, error)


def _check(folder: Path) -> None:
    """Raise `StoreError` if the folder, or a file in it, cannot be created."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"MOFA_ARCHIVE is {str(folder)!r}, which is a file: name a folder")
    try:
        check_writable(folder)
    except OSError as error:
        raise StoreError(f"cannot write the archive {folder}: {error.strerror}") from error


def _exchange(request: Request, response: Response, time: datetime) -> Exchange:
    parts = urlsplit(request.url)
    return Exchange(
        time=time,
        url=request.url,
        method=request.method,
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        request_headers=[("Host", parts.netloc), *header_pairs(request.headers)],
        protocol=response.protocol or "HTTP/1.1",
        status=response.status,
        headers=header_pairs(response.headers),
        body=response.body,
        ip_address=str(response.ip_address) if response.ip_address else None,
    )
