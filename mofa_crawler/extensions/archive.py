"""Archives what the site answers, in one WARC file a run."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import NotConfigured

from mofa_crawler import __version__, site
from mofa_crawler.archive.recovery import finishing
from mofa_crawler.archive.writing import ArchiveWriter, Exchange
from mofa_crawler.crawl.store import store_failed, store_of
from mofa_crawler.run.counters import ARCHIVE
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response
    from scrapy.http.headers import Headers

    from mofa_crawler.outcome import Visit, WarcLocation

logger = logging.getLogger(__name__)

# Seconds that an answer may wait to be brought to the disk, where a mirror answers many a second.
_SYNC_AFTER = 1
_OK = 200


class Archive:
    """Writes every answer, with its request, as it came, before anything reads it.

    The store is told where a page's bytes lie when they are on the disk and the page is stored.
    Not configured without `MOFA_ARCHIVE`, the folder of the files.
    """

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self._crawler = crawler
        self._folder = folder
        self._writer: ArchiveWriter | None = None
        self._waiting: list[tuple[Visit, WarcLocation]] = []  # written, and not known to the store
        self._synced_at = monotonic()
        self._has_failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises `StoreError` where the folder could not be written into."""
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
        """End the files of runs that were killed."""
        if not hasattr(spider, "given"):
            self._has_failed = True  # `scrapy shell` and `scrapy fetch` run a spider none of ours
            return
        try:
            store = store_of(self._crawler)
            limit = self._crawler.settings.getint("DOWNLOAD_MAXSIZE")
            for name, start in store.unfinished_archives().items():
                with finishing(self._folder, name, start, limit=limit) as places:
                    store.save_places_by_hash(places)
                    store.commit()
        except (OSError, StoreError) as error:
            self._fail(error)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Write an answer, and bring those before it to the disk when it is time."""
        if self._has_failed:
            return
        visit = request.cb_kwargs.get("visit")
        try:
            place = self._open().write(
                _exchange(request, response),
                before=store_of(self._crawler).place_of(visit.url) if visit else None,
            )
            if visit and place and response.status == _OK:
                self._waiting.append((visit, place))
            if monotonic() - self._synced_at >= _SYNC_AFTER:
                self._sync()
        except (OSError, StoreError) as error:
            self._fail(error)

    def spider_closed(self) -> None:
        """End the file. All that was scraped is stored by now."""
        if self._writer is None:
            return
        try:
            try:
                self._sync()
            finally:
                self._writer.close()
        except (OSError, StoreError) as error:
            self._fail(error)

    def _open(self) -> ArchiveWriter:
        """The file of this run, begun with the first answer: a run without one leaves no file."""
        if self._writer is None:
            self._writer = ArchiveWriter(self._folder, self._info())
            store_of(self._crawler).note_archive(self._writer.name)
            store_of(self._crawler).commit()  # for the next run, if this one is killed
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
        return info

    def _sync(self) -> None:
        if self._writer is None:
            return
        self._writer.sync()
        self._synced_at = monotonic()
        stored = [(v.url, v.body_hash, place) for v, place in self._waiting if v.accounted]
        self._waiting = [(visit, place) for visit, place in self._waiting if not visit.accounted]
        if stored:
            store_of(self._crawler).save_places(stored)

    def _fail(self, error: OSError | StoreError) -> None:
        """End the run: what is not archived would have to be asked for again one day."""
        self._has_failed = True
        if isinstance(error, OSError):
            error = StoreError(f"cannot write the archive {self._folder}: {error.strerror}")
        store_failed(self._crawler, error)


def _check(folder: Path) -> None:
    """Raise `StoreError` where files can be made neither in the folder nor the folder itself."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"MOFA_ARCHIVE is {str(folder)!r}, which is a file: name a folder")
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    try:
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        raise StoreError(f"cannot write the archive {folder}: {error.strerror}") from error


def _exchange(request: Request, response: Response) -> Exchange:
    parts = urlsplit(request.url)
    return Exchange(
        url=request.url,
        method=request.method,
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        request_headers=[("Host", parts.netloc), *_headers(request.headers)],
        protocol=response.protocol or "HTTP/1.1",
        status=response.status,
        headers=_headers(response.headers),
        body=response.body,
        ip_address=str(response.ip_address) if response.ip_address else None,
    )


def _headers(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]
