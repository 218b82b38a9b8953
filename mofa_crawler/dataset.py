"""The dataset from Python: the releases of a database, one page, or the captures of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from os import PathLike
from os.path import isfile
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from mofa_crawler import site
from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.period import Period, is_day
from mofa_crawler.queries.catalogue import Catalogue, CatalogueRow
from mofa_crawler.queries.history import Revision, find_release, ids_of, revisions_of
from mofa_crawler.queries.pairs import Pair, read_pairs
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.snapshot import Snapshot
from mofa_crawler.queries.terms import QueryError, read_terms
from mofa_crawler.record import DEFAULTS, PressRelease
from mofa_crawler.settings import DOWNLOAD_MAXSIZE
from mofa_crawler.store.connection import StoreError, store_errors
from mofa_crawler.store.records import Selection

if TYPE_CHECKING:
    from pandas import DataFrame
__all__ = [
    "CatalogueRow",
    "Dataset",
    "Pair",
    "ParseError",
    "PressRelease",
    "QueryError",
    "Revision",
    "StoreError",
    "parse",
    "read_archive",
]

_T = TypeVar("_T")


class Dataset:
    """The dataset in a database at the time of opening, for reading only.

    A crawl may go on meanwhile: open the database again to see what is new. A dataset belongs to
    one thread. It may be used in a `with` statement, which closes it.

    `lang` is `en` or `ja`; None: both. `since` and `until` are the first and the last day: a year,
    a month or a day (`2023`, `2023-04`, `2023-04-01`). A method raises `ValueError` for arguments
    in any other form, and `StoreError` if the database cannot be read.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        """Open a database. Raises `StoreError`: it is missing, not ours, too old or too new."""
        self._path = Path(path)
        self._opened = ExitStack()
        if not isfile(self._path):  # noqa: PTH113 - raises nothing for a name that is too long
            raise StoreError(f"there is no database {self._path}")
        try:
            self._db = self._opened.enter_context(reading(self._path))
        except StoreError as error:  # its advice is for the command line
            raise StoreError(str(error).replace(" with MOFA_DB", "")) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database. A second call does nothing."""
        self._opened.close()

    def releases(
        self,
        *,
        lang: str | None = None,
        since: str | None = None,
        until: str | None = None,
        search: str | None = None,
    ) -> Iterator[PressRelease]:
        """The releases by date and id, without duplicates. Memory does not grow with their number.

        `search` are words and phrases in double quotes, which must all occur.
        """
        _check(str | None, search=search)
        if search is not None and not read_terms(search):
            raise QueryError("write the words to search for")
        selection = Selection(period=_period(lang, since, until), search=search or "")
        with store_errors(self._path):
            return self._each(Snapshot(self._db, selection).records())

    def get(self, release_id: str) -> PressRelease | None:
        """The release with an id, or with an address in any spelling; None: it is not stored."""
        _check(str, release_id=release_id)
        with store_errors(self._path):
            return find_release(self._db, ids_of(release_id))

    def revisions(self, release_id: str) -> list[Revision]:
        """The texts of a release, the current one last; none if it is not stored."""
        _check(str, release_id=release_id)
        with store_errors(self._path):
            record = find_release(self._db, ids_of(release_id))
            return revisions_of(self._db, record) if record else []

    def pairs(self) -> Iterator[Pair]:
        """The releases that are stored in both languages, by date and id of the English one.

        Either page may link the other. An English release is in one pair at most.
        """
        return self._each(read_pairs(self._db))

    def catalogue(
        self, *, lang: str | None = None, since: str | None = None, until: str | None = None
    ) -> Iterator[CatalogueRow]:
        """A row for every release that was ever listed or read, by date and id."""
        return self._each(Catalogue(self._db, _period(lang, since, until)).records())

    def to_pandas(
        self,
        *,
        lang: str | None = None,
        since: str | None = None,
        until: str | None = None,
        search: str | None = None,
    ) -> DataFrame:
        """What `releases` gives, as a table with a column for each field.

        Dates and times are text, lists are lists of dicts. Raises `ImportError` without pandas.
        """
        try:
            import pandas as pd  # noqa: PLC0415 - no dependency of the package
        except ImportError as error:
            raise ImportError("to_pandas needs pandas: pip install pandas") from error
        found = self.releases(lang=lang, since=since, until=until, search=search)
        return pd.DataFrame(map(msgspec.to_builtins, found), columns=list(DEFAULTS))

    def _each(self, rows: Iterator[_T]) -> Iterator[_T]:
        with store_errors(self._path):
            yield from rows


def parse(html: str | bytes, url: str, *, listed_date: str | None = None) -> PressRelease:
    """Read the page of a release. Nothing is fetched.

    `url` is the page's address on the ministry's site. `listed_date` (`YYYY-MM-DD`) is used if the
    page has no date. The record has the time of the call as `fetched_at`. Raises `ParseError` if
    the page cannot be read exactly, and `ValueError` if `url` or `listed_date` is in another form.
    """
    _check(str | bytes, html=html)
    _check(str, url=url)
    _check(str | None, listed_date=listed_date)
    canonical = site.canonical_url(url, base="")
    if canonical is None or not site.is_on_site(canonical):
        raise ValueError(
            f"url={url!r} is not an address of the site; write it whole, such as "
            f"{site.ORIGIN}/PATH.html"
        )
    if listed_date is not None and not is_day(listed_date):
        raise ValueError(f"listed_date={listed_date!r} is not a day; write YYYY-MM-DD")
    body = html.encode(errors="replace") if isinstance(html, str) else html
    page = Page(url=canonical, body=body, fetched_at=datetime.now(UTC))
    return parse_release(page, listed_date=listed_date)


def read_archive(path: str | PathLike[str]) -> Iterator[PressRelease]:
    """The releases in WARC files, WACZ files and saved pages, in the order of their capture.

    `path` is a file or a folder. A page with several captures gives several records. Listings among
    the captures date the releases. What cannot be read is logged as a warning, and left out. No
    database is read or written. Raises `FileNotFoundError` if there is no such file.
    """
    # This import takes a tenth of a second, and a `Dataset` does not need it.
    from mofa_crawler.crawl.archive_records import archive_records  # noqa: PLC0415

    if not Path(path).exists():
        raise FileNotFoundError(f"there is no file or folder {path}")
    return archive_records(Path(path), limit=DOWNLOAD_MAXSIZE)


def _period(lang: str | None, since: str | None, until: str | None) -> Period:
    _check(str | None, lang=lang, since=since, until=until)
    return Period.parse(lang=lang, since=since, until=until)


def _check(kind: UnionType | type, **arguments: object) -> None:
    """Raise `ValueError` for an argument that is not of `kind`."""
    for name, value in arguments.items():
        if not isinstance(value, kind):
            message = f"{name}={value!r} is not text"
            if isinstance(value, int | date):
                message += f'; write it in quotes: {name}="{value}"'
            raise ValueError(message)  # noqa: TRY004 - one error for all wrong arguments
