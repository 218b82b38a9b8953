"""What a listing names, and what became of one address in a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from mofa_crawler import site
from mofa_crawler.record import LIVE, Day, Month, PressRelease, Timestamp, Url

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

EntryKind = Literal["release", "file", "offsite", "other_language", "unlinked"]

_LONGEST_PAUSE = timedelta(days=10)  # between two days of a listing


@dataclass(slots=True, kw_only=True)
class ListingEntry:
    """One line of a listing. Only an entry of the kind `release` leads to a page to parse.

    A `file` is a link to a PDF and the like, `offsite` a link to another host, `other_language` a
    link to the other language's side, `unlinked` a line without a link (its `url` is empty).
    `date` is None if the day above the entry cannot be read.
    """

    url: str
    title: str
    date: Day | None
    kind: EntryKind = "release"
    fetch_url: str = ""  # the address as the page gave it; empty if it equals `url`


@dataclass(slots=True, kw_only=True)
class MonthLink:
    """A month that the table of months links, and the address of its page."""

    month: Month
    url: Url


@dataclass(slots=True, kw_only=True)
class Listing:
    """A listing: an index (`month` is None) or a month page.

    `months` are the links of its table of months. `problems` has one line for each entry, day or
    link of the table that could not be read.
    """

    url: Url
    lang: Lang
    month: Month | None
    entries: list[ListingEntry]
    months: list[MonthLink]
    problems: list[str] = field(default_factory=list)

    @property
    def reaches_back_to(self) -> Day:
        """The first day of the unbroken run of days up to the newest; empty if no day is known.

        More than ten days without an entry break the run. The ministry publishes on every working
        day, and its longest pause, at New Year, is shorter. An older entry is pinned: the index
        need not have every release since that day.
        """
        dates = {entry.date for entry in self.entries if entry.date}
        days = sorted(map(date.fromisoformat, dates), reverse=True)
        first = days[0] if days else None
        for newer, older in pairwise(days):
            if newer - older > _LONGEST_PAUSE:
                break
            first = older
        return first.isoformat() if first else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcLocation:
    """The WARC record of a response: it begins at `offset` (bytes) of `file` in the archive.

    `file` is a name without a folder. `archived_at` and `digest` are WARC-Date and
    WARC-Payload-Digest of the record.
    """

    file: str
    offset: int
    archived_at: str
    digest: str


class DuePage(NamedTuple):
    """The page of a release to fetch: its address, its listed date, and the address to request.

    `fetch_url` is empty if `url` is the address to request.
    """

    url: str
    listed_date: str | None
    fetch_url: str = ""


Role = Literal["release", "listing"]
# `discovered`: named by a listing and not fetched yet. `skipped`: named by a listing, but not the
# page of a release.
PageStatus = Literal[
    "discovered", "parsed", "rejected", "failed", "gone", "placeholder", "redirected", "skipped"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """When and from where a page came, and what its response said.

    `source` is as in the record (`docs/fields.md`). `answered_url` is the address of the response,
    after redirects. `body_hash` is the hexadecimal SHA-256 of the body after content decoding.
    `checked_at` is the time at which the page was last known to be unchanged, if that is after
    `fetched_at`. `location` is the WARC record that this run wrote.
    """

    fetched_at: Timestamp
    source: str = LIVE
    http_status: int | None = None
    answered_url: str = ""
    etag: str = ""
    last_modified: str = ""
    encoding: str = ""
    body_hash: str = ""
    checked_at: Timestamp = ""
    location: WarcLocation | None = None

    @property
    def is_capture(self) -> bool:
        """Whether the page was saved earlier. It may then be older than what is stored."""
        return self.source != LIVE and not self.source.startswith("mirror:")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The canonical address of a page, and how the page was fetched."""

    url: str
    fetch: Fetch
    parser_version: int = 0  # 0: no parser has read the page

    @property
    def lang(self) -> Lang:
        return site.lang_of(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseParsed(_Outcome):
    """The page of a release was parsed. `message` has the warnings of the parser."""

    role: ClassVar[Role] = "release"
    status: ClassVar[PageStatus] = "parsed"
    release: PressRelease
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingParsed(_Outcome):
    """A listing was parsed. `is_partial`: entries outside of the run's period were left out."""

    role: ClassVar[Role] = "listing"
    status: ClassVar[PageStatus] = "parsed"
    listing: Listing
    is_partial: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified(_Outcome):
    """The site confirmed a stored page (304)."""

    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class NotParsed(_Outcome):
    """There is no text of this page: `code` and `message` say why."""

    role: Role
    status: Literal["rejected", "failed", "gone", "placeholder", "redirected"]
    code: str
    message: str
    month: Month | None = None  # of a month page


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRejected(NotParsed):
    """The parser rejected this release. A draft can be made of its text.

    `html` is the decoded page. `draft` is the text of the draft, or empty.
    """

    role: Role = field(default="release", init=False)
    status: Literal["rejected"] = field(default="rejected", init=False)
    month: None = field(default=None, init=False)
    html: str
    draft: str = ""


PageOutcome = ReleaseParsed | ListingParsed | NotModified | NotParsed
