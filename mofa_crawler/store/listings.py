"""Which listing named which release, under which date and title."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mofa_crawler.outcome import Listing, ListingEntry, ListingParsed, NotModified
from mofa_crawler.record import timestamp
from mofa_crawler.store.keys import search_key

if TYPE_CHECKING:
    from mofa_crawler.site import Lang
    from mofa_crawler.store.connection import Connection
    from mofa_crawler.store.pages import Pages

_SECOND = timedelta(seconds=1)


class Listings:
    """The table of listed releases. Every method raises `StoreError` if SQLite fails."""

    def __init__(self, connection: Connection, pages: Pages) -> None:
        self._connection = connection
        self._pages = pages

    def last_known(self, url: str, lang: Lang, month: str | None) -> Listing:
        """The last parsed state of a listing, without the links of its table of months."""
        with self._connection.reading() as db:
            rows = db.execute(
                """SELECT url, fetch_url, title, date,
                          iif(status = 'skipped', code, 'release') AS kind
                   FROM listed JOIN pages USING (url)
                   WHERE listing = :listing AND role = 'release'
                   AND last_seen = (SELECT max(last_seen) FROM listed WHERE listing = :listing)
                   ORDER BY date DESC, url""",
                {"listing": url},
            )
            entries = [ListingEntry(**row) for row in rows]
        return Listing(url=url, lang=lang, month=month, entries=entries, months=[])

    def has_entries(self, listing: str) -> bool:
        """Whether a listing ever named a release."""
        query = "SELECT 1 FROM listed WHERE listing = ?"
        return bool(self._connection.value(bool, query, (listing,)))

    def listed_date(self, url: str, lang: Lang) -> str | None:
        """The earliest date under which listings of a language name a release; None: none does."""
        return self._connection.value(
            str,
            """SELECT min(listed.date) FROM listed JOIN pages ON pages.url = listed.listing
               WHERE listed.url = ? AND lang = ?""",
            (url, lang),
        )

    def title_keys(self, url: str) -> set[str]:
        """The search keys of the titles that a release has in listings, and in its record."""
        with self._connection.reading() as db:
            rows = db.execute(
                """SELECT title FROM listed WHERE url = :url
                   UNION SELECT title FROM releases WHERE url = :url""",
                {"url": url},
            )
            return {search_key(title) for (title,) in rows}

    def newest_day(self, lang: Lang) -> str | None:
        """The newest day that listings of a language have; None: there are no entries."""
        return self._connection.value(
            str,
            """SELECT max(listed.date) FROM listed JOIN pages ON pages.url = listed.listing
               WHERE lang = ?""",
            (lang,),
        )

    def save(self, outcome: ListingParsed) -> None:
        """Write a listing's page and its entries.

        Of a capture that is older than the stored listing, only the entries are written. A listing
        from the site is newer than the stored one, whatever the clock says.
        """
        page = self._pages.get(outcome.url)
        listing = outcome.listing
        time = outcome.fetch.fetched_at
        with self._connection.writing() as db:
            query = "SELECT max(last_seen) FROM listed WHERE listing = ?"
            last = self._connection.value(str, query, (listing.url,))
            if last and not outcome.fetch.is_capture:
                time = max(time, timestamp(datetime.fromisoformat(last) + _SECOND))
            if not page or not page.is_later_than(outcome):
                self._pages.save(outcome)
            for entry in listing.entries:
                if not entry.url:
                    continue
                status = "discovered" if entry.kind == "release" else "skipped"
                db.execute(
                    """INSERT INTO pages (url, fetch_url, role, lang, status, code)
                       VALUES (?, ?, 'release', ?, ?, ?) ON CONFLICT DO UPDATE
                       SET lang = excluded.lang, fetch_url = excluded.fetch_url,
                           status = iif(status IN ('skipped', 'gone'), 'discovered', status),
                           code = iif(status IN ('skipped', 'gone'), '', code)
                       -- Listings of the other language skip the page. A page that is gone may be
                       -- there under another spelling of its address. A capture may be old.
                       WHERE excluded.status = 'discovered'
                       AND (status = 'skipped' OR (fetch_url != excluded.fetch_url AND NOT ?))""",
                    (
                        entry.url,
                        entry.fetch_url,
                        listing.lang,
                        status,
                        "" if status == "discovered" else entry.kind,
                        outcome.fetch.is_capture,
                    ),
                )
                db.execute(
                    """INSERT INTO listed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
                       SET date = excluded.date, title = excluded.title,
                           last_seen = excluded.last_seen
                       WHERE (excluded.last_seen, ifnull(excluded.date, ''), excluded.title)
                             > (listed.last_seen, ifnull(listed.date, ''), listed.title)""",
                    (listing.url, entry.url, entry.date, entry.title, time),
                )

    def save_check(self, outcome: NotModified) -> None:
        """Write that the site confirmed a stored listing: it still names the same releases."""
        with self._connection.writing() as db:
            db.execute(
                """UPDATE listed SET last_seen = :time
                   WHERE listing = :url AND last_seen < :time
                   AND last_seen = (SELECT max(last_seen) FROM listed WHERE listing = :url)""",
                {"url": outcome.url, "time": outcome.fetch.fetched_at},
            )
