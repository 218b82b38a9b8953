"""What a listing names, and what became of one address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mofa_crawler.record import LIVE, Day, Month, PressRelease, Timestamp, Url

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

EntryKind = Literal["release", "file", "offsite", "other_language", "unlinked"]


@dataclass(slots=True, kw_only=True)
class ListingEntry:
    """One line of a listing. Only the kind `release` is a page to read.

    `file` is a link to a PDF and the like, `offsite` one to another host, `other_language` one to
    the other language's side, `unlinked` a line without a link (its `url` is empty).
    """

    url: str
    title: str
    date: Day
    kind: EntryKind = "release"


@dataclass(slots=True, kw_only=True)
class MonthLink:
    """A month of the archive table that is linked."""

    month: Month
    url: Url


@dataclass(slots=True, kw_only=True)
class Listing:
    """A listing page: the rolling index (`month` is None) or a monthly archive."""

    url: Url
    lang: Lang
    month: Month | None
    entries: list[ListingEntry]
    months: list[MonthLink]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcLocation:
    """Where the archive holds an answer: its record begins at `offset` (bytes) of `file` (a name).

    `archived_at` is the record's date and `digest` that of its payload, as WARC writes both.
    """

    file: str
    offset: int
    archived_at: str
    digest: str


PageStatus = Literal["parsed", "rejected", "failed", "gone", "placeholder", "redirected", "skipped"]


@dataclass(slots=True, kw_only=True)
class Visit:
    """What one discovered address came to in this run: the item that the spiders yield.

    `status` is `held` where a release or a listing was read, `refused` where the page could not be
    read (`code`, `message`), `failed` where it was not got, `gone` for 404 and 410, `pending` for
    a placeholder, `moved` for a redirect out of the site, `other` for what is listed and is no page
    of a release. `not_modified`: the site says that a page held is as it was. `source` is that of
    the record: what is not `LIVE` is a capture, which may be from before what is held (`older`).
    The store's pipeline passes on `release` alone, so that feeds hold nothing but press releases.
    """

    url: str
    lang: Lang
    role: Literal["release", "listing"]
    status: PageStatus
    fetched_at: Timestamp
    code: str = ""
    message: str = ""
    http_status: int | None = None
    answered_url: str = ""
    etag: str = ""
    last_modified: str = ""
    encoding: str = ""
    parser_version: int = 0
    body_hash: str = ""
    release: PressRelease | None = None
    listing: Listing | None = None
    not_modified: bool = False
    source: str = LIVE
    older: bool = False
    checked_at: Timestamp = ""  # when the page was last known to be so, if that is later
    accounted: bool = False  # counted, by the pipeline that stored it
