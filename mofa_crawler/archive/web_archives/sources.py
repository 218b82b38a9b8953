"""The web archives that a user can name, with the addresses of indexes, replays and WARC files."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mofa_crawler.archive.web_archives.indexes import PagedWalk, Query, ResumedWalk
from mofa_crawler.archive.web_archives.rows import IndexRow, row_of

WAYBACK = "https://web.archive.org"
COMMON_CRAWL_INDEX = "https://index.commoncrawl.org"
COMMON_CRAWL_DATA = "https://data.commoncrawl.org"
_COLLECTION = re.compile(r"CC-MAIN-\d{4}-[\w-]+")
_FORMS = "write wayback, commoncrawl:COLLECTION[,…], https://host/COLLECTION, or the name of a file"
_COLUMNS = "url, warc_filename, warc_record_offset, warc_record_length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A web archive.

    `host` goes into the provenance of records. `replays` is what the address of a replay has before
    the time. If it is empty, records are fetched as byte ranges of WARC files below the address
    `files`. A source with `rows`, which come from a file, has no index.
    """

    name: str
    host: str
    indexes: tuple[str, ...] = ()
    resumes: bool = False  # archive.org's dialect
    replays: str = ""
    files: str = ""
    rows: tuple[IndexRow, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Source:
        """The source that a user named. Raises `ValueError`, whose text says what to write."""
        if text == "wayback":
            return cls(
                name=text,
                host=_host(WAYBACK),
                indexes=(f"{WAYBACK}/cdx/search/cdx",),
                resumes=True,
                replays=f"{WAYBACK}/web/",
            )
        if text.startswith("commoncrawl:"):
            names = text.removeprefix("commoncrawl:").split(",")
            if wrong := [name for name in names if not _COLLECTION.fullmatch(name)]:
                raise ValueError(
                    f"source={text}: {wrong[0]!r} is no collection, such as CC-MAIN-2024-10"
                )
            return cls(
                name=text,
                host=_host(COMMON_CRAWL_DATA),
                indexes=tuple(f"{COMMON_CRAWL_INDEX}/{name}-index" for name in names),
                files=f"{COMMON_CRAWL_DATA}/",
            )
        if text.startswith(("http://", "https://")):
            return _collection(text)
        if Path(text).is_file():
            rows = tuple(read_rows(Path(text)))
            return cls(
                name=text, host=_host(COMMON_CRAWL_DATA), files=f"{COMMON_CRAWL_DATA}/", rows=rows
            )
        raise ValueError(f"source={text}: {_FORMS}")

    @property
    def provenance(self) -> str:
        """The field `source` of records from this web archive."""
        return f"archive:{self.host}"

    def walk(self, index: str, query: Query) -> ResumedWalk | PagedWalk:
        """The requests of a query to one of the indexes."""
        return ResumedWalk(index, query) if self.resumes else PagedWalk(index, query)


def _collection(text: str) -> Source:
    try:
        parts = urlsplit(text)
        is_valid = parts.hostname and parts.port != 0 and parts.path.strip("/")
    except ValueError:
        is_valid = False
    if not is_valid or re.search(r"[\s?#@]", text):
        raise ValueError(f"source={text}: name a host and a collection, https://host/COLLECTION")
    base = text.rstrip("/")
    return Source(name=text, host=_host(text), indexes=(f"{base}/cdx",), replays=f"{base}/")


def _host(url: str) -> str:
    return urlsplit(url).netloc


def read_rows(path: Path) -> list[IndexRow]:
    """The rows of a file: CSV with column names, or a JSON object a line.

    The columns are those of Common Crawl's columnar index. Raises `ValueError`.
    """
    try:
        text = path.read_text("utf-8-sig")
        if text.lstrip().startswith("{"):
            lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            lines = list(csv.DictReader(text.splitlines()))
        rows = [row_of(line) for line in lines]
    except OSError as error:
        raise ValueError(f"source={path}: {error.strerror}") from None
    except (ValueError, AttributeError, TypeError, RecursionError, csv.Error):
        raise ValueError(f"source={path}: write CSV with the columns {_COLUMNS}") from None
    for number, row in enumerate(rows, 1):
        if not (row.url and row.filename and row.length):
            raise ValueError(f"source={path}: row {number} lacks one of the columns {_COLUMNS}")
    if not rows:
        raise ValueError(f"source={path}: no rows in the file")
    return rows
