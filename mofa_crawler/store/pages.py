"""Every address ever discovered, and what last became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mofa_crawler.outcome import DuePage, ListingParsed, NotModified, NotParsed, ReleaseParsed
from mofa_crawler.record import timestamp

if TYPE_CHECKING:
    from mofa_crawler.run.schedule import Schedule
    from mofa_crawler.site import Lang
    from mofa_crawler.store.connection import Connection

_FETCH_COLUMNS = ("http_status", "answered_url", "etag", "last_modified", "encoding", "body_hash")
_LOCATION_COLUMNS = ("archive_file", "archive_offset", "archived_at", "archive_digest")
# Statuses that another fetch, with the same parser, is not likely to change soon.
_SETTLED = {"rejected", "gone", "redirected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """What last became of a page.

    `fetched_at` is the time of the last fetch that changed the page, `seen` that of the last fetch.
    Both are empty if the page was never fetched.
    """

    status: str
    http_status: int | None
    answered_url: str
    etag: str
    last_modified: str
    body_hash: str
    parser_version: int
    fetched_at: str
    seen: str

    def is_later_than(self, outcome: ReleaseParsed | ListingParsed | NotParsed) -> bool:
        """Whether the stored state is later than a capture. False for a page from the site.

        If two captures have the same second and the same bytes, the reading of the newer parser is
        later. If their bytes differ, the parsed capture is later, else the one with the greater
        hash. The time of a page from the site says nothing: the clock may have been set back.
        """
        fetch = outcome.fetch
        is_same = fetch.body_hash == self.body_hash
        known = (self.seen, is_same and self.parser_version, self.status == "parsed")
        new = (fetch.fetched_at, is_same and outcome.parser_version, outcome.status == "parsed")
        return fetch.is_capture and (*new, fetch.body_hash) < (*known, self.body_hash)


class Pages:
    """The table of pages. Every method raises `StoreError` if SQLite fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- queries ------------------------------------------------------------------------------

    def get(self, url: str) -> PageRow | None:
        """What is known of a page; None if the address was never discovered."""
        with self._connection.reading() as db:
            row = db.execute(
                """SELECT status, http_status, answered_url, etag, last_modified, body_hash,
                          parser_version, ifnull(fetched_at, '') AS fetched_at,
                          ifnull(checked_at, '') AS seen
                   FROM pages WHERE url = ?""",
                (url,),
            ).fetchone()
            return PageRow(**row) if row else None

    def is_parsed(self, url: str) -> bool:
        """Whether the page was parsed when it was last fetched."""
        row = self.get(url)
        return row is not None and row.status == "parsed"

    def is_whole_listing(self, url: str) -> bool:
        """Whether all entries of a listing are stored, and not only those of a period."""
        query = """SELECT 1 FROM pages WHERE url = ? AND NOT is_partial
                   AND EXISTS (SELECT 1 FROM listed WHERE listing = pages.url)"""
        return bool(self._connection.value(bool, query, (url,)))

    def is_release(self, url: str) -> bool:
        """Whether the page was discovered as the page of a release."""
        query = "SELECT 1 FROM pages WHERE url = ? AND role = 'release' AND status != 'skipped'"
        return bool(self._connection.value(bool, query, (url,)))

    def is_target(self, url: str, *, of_another_than: str) -> bool:
        """Whether the page of another release redirects to an address for good."""
        query = """SELECT 1 FROM pages WHERE role = 'release' AND status = 'redirected'
                   AND answered_url = ? AND url != ?"""
        return bool(self._connection.value(bool, query, (url, of_another_than)))

    def settled_status(
        self, url: str, *, parser_version: int, schedule: Schedule, now: datetime
    ) -> str | None:
        """The status of a page that need not be fetched now; None if the page must be fetched.

        A parsed page need not be fetched. A page that this parser rejected, that is gone, or that
        redirects is fetched again after growing pauses.
        """
        row = self.get(url)
        if row is None:
            return None
        if row.status == "parsed":
            return row.status
        if row.status not in _SETTLED or (
            row.status == "rejected" and row.parser_version < parser_version
        ):
            return None
        return None if _is_due(row.fetched_at, row.seen, schedule, now) else row.status

    def validators(self, url: str, *, parser_version: int) -> tuple[str, str] | None:
        """ETag and Last-Modified of a page that this parser has read completely, else None."""
        with self._connection.reading() as db:
            row = db.execute(
                """SELECT etag, last_modified FROM pages
                   WHERE url = ? AND status = 'parsed' AND parser_version = ? AND NOT is_partial""",
                (url, parser_version),
            ).fetchone()
            return (row[0], row[1]) if row else None

    def to_retry(
        self, lang: Lang, *, parser_version: int, schedule: Schedule, now: datetime
    ) -> list[DuePage]:
        """Releases that were discovered and not parsed, with their listed dates, newest first.

        These are all that were never fetched, the newest `schedule.most` that failed or were
        placeholders, and the newest `schedule.most` that were rejected and are due, or that an
        older parser rejected. A backfill of unreadable pages must not slow down every later run.
        However long no run was made, each page is retried once.
        """
        with self._connection.reading() as db:
            rows = db.execute(
                """SELECT url, fetch_url, status, parser_version, fetched_at, checked_at,
                          min(listed.date) AS date
                   FROM pages LEFT JOIN listed USING (url)
                   WHERE role = 'release' AND pages.lang = :lang AND (
                       status = 'discovered'
                       OR (status IN ('failed', 'placeholder')
                           AND (fetched_at >= :failed OR checked_at <= fetched_at))
                       OR (status = 'rejected' AND (parser_version < :version
                           OR fetched_at >= :rejected OR checked_at <= fetched_at))
                   )
                   GROUP BY url ORDER BY date DESC, url""",
                {
                    "lang": lang,
                    "version": parser_version,
                    "rejected": timestamp(now - schedule.retry_rejected_for),
                    "failed": timestamp(now - schedule.retry_failed_for),
                },
            ).fetchall()
        due: list[DuePage] = []
        left = {"failed": schedule.most, "rejected": schedule.most}
        for row in rows:
            kind = "failed" if row["status"] == "placeholder" else row["status"]
            if kind == "rejected" and not (
                row["parser_version"] < parser_version
                or _is_due(row["fetched_at"], row["checked_at"], schedule, now)
            ):
                continue
            if kind in left:
                left[kind] -= 1
                if left[kind] < 0:
                    continue
            due.append(DuePage(row["url"], row["date"], row["fetch_url"]))
        return due

    def month_pages(
        self, lang: Lang, *, schedule: Schedule, now: datetime
    ) -> list[tuple[str, str, datetime | None]]:
        """The stored month pages, the newest first: address, month, last fetch.

        The last fetch is None if the page could not be fetched or parsed then. Such pages are
        left out some time after the first fetch that failed, if they were retried since.
        """
        with self._connection.reading() as db:
            rows = db.execute(
                """SELECT url, month, iif(status = 'parsed', checked_at, NULL) FROM pages
                   WHERE role = 'listing' AND lang = ? AND month IS NOT NULL AND NOT is_partial
                   AND (status = 'parsed'
                        OR (status IN ('failed', 'rejected')
                            AND (fetched_at >= ? OR checked_at <= fetched_at)))
                   ORDER BY month DESC""",
                (lang, timestamp(now - schedule.retry_failed_for)),
            )
            return [
                (url, month, datetime.fromisoformat(checked) if checked else None)
                for url, month, checked in rows
            ]

    def rejected_of_last(self, lang: Lang, count: int) -> int:
        """How many of the last `count` releases read of a language were rejected.

        A rejected page that a person has acknowledged does not count until its body changes.
        """
        number = self._connection.value(
            int,
            """SELECT count(*) FROM (
                   SELECT status FROM pages
                   WHERE role = 'release' AND lang = ? AND (status = 'parsed'
                       OR (status = 'rejected' AND acknowledged_hash IS NOT body_hash))
                   ORDER BY checked_at DESC, status DESC LIMIT ?
               ) WHERE status = 'rejected'""",
            (lang, count),
        )
        return number or 0

    def lost_of_last(self, count: int) -> tuple[int, int]:
        """Of the last `count` fetched releases: how many are lost, and how many are parsed.

        A release is lost if its page is gone or redirects.
        """
        with self._connection.reading() as db:
            row = db.execute(
                """SELECT count(*) FILTER (WHERE status <> 'parsed'),
                          count(*) FILTER (WHERE status = 'parsed') FROM (
                       SELECT status FROM pages
                       WHERE role = 'release' AND status IN ('gone', 'redirected', 'parsed')
                       ORDER BY checked_at DESC, status LIMIT ?)""",
                (count,),
            ).fetchone()
            return int(row[0]), int(row[1])

    def is_acknowledged(self, url: str, body_hash: str) -> bool:
        """Whether a person has acknowledged that the page with this body is rejected."""
        query = "SELECT 1 FROM pages WHERE url = ? AND acknowledged_hash = ?"
        return bool(self._connection.value(bool, query, (url, body_hash)))

    def count_never_fetched(self) -> int:
        """How many releases were discovered and never fetched."""
        query = "SELECT count(*) FROM pages WHERE role = 'release' AND status = 'discovered'"
        return self._connection.value(int, query) or 0

    # --- writing ------------------------------------------------------------------------------

    def save(self, outcome: ReleaseParsed | ListingParsed | NotParsed) -> None:
        """Write what became of a page. If nothing but the time has changed, `fetched_at` stays."""
        fetch = outcome.fetch
        values: dict[str, Any] = {
            "url": outcome.url,
            "role": outcome.role,
            "lang": outcome.lang,
            "status": outcome.status,
            "code": outcome.code if isinstance(outcome, NotParsed) else "",
            "message": outcome.message,
            "parser_version": outcome.parser_version,
            "is_partial": int(isinstance(outcome, ListingParsed) and outcome.is_partial),
            **{name: getattr(fetch, name) for name in _FETCH_COLUMNS},
        }
        if month := _month_of(outcome):
            values["month"] = month
        with self._connection.writing() as db:
            old = db.execute(
                f"SELECT {', '.join(values)} FROM pages WHERE url = ?",  # noqa: S608
                (outcome.url,),
            ).fetchone()
            values["checked_at"] = fetch.checked_at or fetch.fetched_at
            if old and all(values[name] == old[name] for name in old.keys()):  # noqa: SIM118
                self._check(outcome.url, values["checked_at"])
                return
            values["fetched_at"] = fetch.fetched_at
            if fetch.http_status == HTTPStatus.OK and old and fetch.body_hash != old["body_hash"]:
                # The location is that of the old body. The archive adds that of the new body.
                values |= dict.fromkeys(_LOCATION_COLUMNS)
            self._connection.upsert("pages", "url", values)

    def acknowledge(self, url: str) -> None:
        """Note that a person knows of a rejected page, until its body changes."""
        with self._connection.writing() as db:
            db.execute("UPDATE pages SET acknowledged_hash = body_hash WHERE url = ?", (url,))

    def save_parsed(self, outcome: ReleaseParsed, page: PageRow | None) -> None:
        """Write that a release was parsed. `page` is what is known of its page.

        If the page was fetched later than the capture, nothing changes. But if the capture has the
        same bytes as that fetch, only the times and the HTTP metadata stay.
        """
        fetch = outcome.fetch
        if page and fetch.is_capture and fetch.body_hash == page.body_hash:
            fetch = replace(
                fetch,
                checked_at=max(fetch.fetched_at, page.seen),
                fetched_at=page.fetched_at,
                http_status=page.http_status,
                answered_url=page.answered_url,
                etag=page.etag,
                last_modified=page.last_modified,
            )
        elif page and page.is_later_than(outcome):
            return
        self.save(replace(outcome, fetch=fetch))

    def save_check(self, outcome: NotModified) -> None:
        """Write that the site confirmed a stored page."""
        with self._connection.writing():
            self._check(outcome.url, outcome.fetch.fetched_at)

    def _check(self, url: str, time: str) -> None:
        self._connection.db.execute("UPDATE pages SET checked_at = ? WHERE url = ?", (time, url))


def _month_of(outcome: ReleaseParsed | ListingParsed | NotParsed) -> str | None:
    if isinstance(outcome, ListingParsed):
        return outcome.listing.month
    return outcome.month if isinstance(outcome, NotParsed) else None


def _is_due(since: str, checked: str, schedule: Schedule, now: datetime) -> bool:
    return schedule.is_due(
        since=datetime.fromisoformat(since), checked=datetime.fromisoformat(checked), now=now
    )
