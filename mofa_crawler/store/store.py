"""The dataset in the SQLite store: what is known, and what every page came to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from mofa_crawler.outcome import Listing, ListingEntry
from mofa_crawler.record import LIVE, PressRelease, as_json, timestamp
from mofa_crawler.store.archive_index import ArchivedPages
from mofa_crawler.store.keys import duplicate_key, search_key
from mofa_crawler.store.records import Selection, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from mofa_crawler.outcome import Visit
    from mofa_crawler.site import Lang

_OK = 200
_LOOKED_AT_FOR = 14  # days
_LEAST_BETWEEN_LOOKS = 0.25  # days

Outcome = Literal["new", "revised", "unchanged", "duplicate"]

_COMPUTED = {"points", "body", "links"}  # of a record, what is not a column of `releases`
_COLUMNS = [f.name for f in fields(PressRelease) if f.name not in _COMPUTED]
_PAGE_COLUMNS = (
    "url role lang status code message http_status answered_url etag last_modified encoding "
    "parser_version body_hash"
).split()
_PLACE_COLUMNS = ("archive_file", "archive_offset", "archived_at", "archive_digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """What a page last came to. `fetched_at` is since when, `seen` when it was last known to be so;
    both are empty where it was never asked for."""

    status: str
    http_status: int | None
    answered_url: str
    etag: str
    last_modified: str
    body_hash: str
    fetched_at: str
    seen: str


class Store(ArchivedPages):
    """The dataset in one SQLite file. Every method raises `StoreError` where SQLite fails."""

    def __init__(self, path: str | Path) -> None:
        self._to_index: set[int] = set()  # numbers of releases of which the index has not the text
        super().__init__(path)

    # --- what is known ------------------------------------------------------------------------

    def held(self, release_id: str) -> PressRelease | None:
        """The current record of a release, or None."""
        with self._errors("read"):
            return next(read_records(self._db, "WHERE id = ?", (release_id,)), None)

    def is_held(self, url: str) -> bool:
        """Whether a page was read into the store, as a release, and is not to be fetched for it."""
        with self._errors("read"):
            query = "SELECT 1 FROM pages WHERE url = ? AND status = 'parsed'"
            return self._db.execute(query, (url,)).fetchone() is not None

    def is_release(self, url: str) -> bool:
        """Whether a page was met as that of a release: listed, or read."""
        with self._errors("read"):
            query = "SELECT 1 FROM pages WHERE url = ? AND role = 'release' AND status != 'skipped'"
            return self._db.execute(query, (url,)).fetchone() is not None

    def unread(
        self, lang: Lang, *, parser_version: int, refused_since: str, failed_since: str
    ) -> list[tuple[str, str | None]]:
        """Pages of releases that were met and not read, for trying again, with their listed dates.

        What never came to an end (listed, then killed). What could not be got, or was not yet
        filled in, since `failed_since` (a timestamp), the newest fifty. And the newest fifty of the
        pages refused since `refused_since`, or by an older parser, so that a backfill of pages that
        nothing reads does not weigh on every run after it.
        """
        with self._errors("read"):
            rows = self._db.execute(
                """WITH met AS (
                       SELECT url, status, parser_version, fetched_at, min(listed.date) AS date
                       FROM pages LEFT JOIN listed USING (url)
                       WHERE role = 'release' AND lang = :lang AND status != 'parsed' GROUP BY url
                   ), refused AS (
                       SELECT url, date FROM met WHERE status = 'rejected'
                       AND (parser_version < :version OR fetched_at >= :rejected)
                       ORDER BY date DESC, url LIMIT 50
                   ), failed AS (
                       SELECT url, date FROM met WHERE status IN ('failed', 'placeholder')
                       AND fetched_at >= :failed ORDER BY date DESC, url LIMIT 50
                   )
                   SELECT url, date FROM met WHERE status = 'discovered'
                   UNION ALL SELECT url, date FROM refused UNION ALL SELECT url, date FROM failed
                   ORDER BY date DESC, url""",
                {
                    "lang": lang,
                    "version": parser_version,
                    "rejected": refused_since,
                    "failed": failed_since,
                },
            )
            return [(row[0], row[1]) for row in rows]

    def validators(self, url: str, *, parser_version: int) -> tuple[str, str] | None:
        """ETag and Last-Modified of a page that this parser has read; None where it has not."""
        with self._errors("read"):
            row = self._db.execute(
                """SELECT etag, last_modified FROM pages
                   WHERE url = ? AND status = 'parsed' AND parser_version = ?""",
                (url, parser_version),
            ).fetchone()
            return (row[0], row[1]) if row else None

    def due_again(self, lang: Lang, *, now: datetime) -> list[tuple[str, str | None]]:
        """Releases held that are to be looked at again, with their listed dates, newest first.

        The ministry corrects its pages in the first days. A release listed, or last revised, in
        the last fourteen days is due when a quarter of its age has passed since the last look, and
        six hours at least; at most fifty.
        """
        with self._errors("read"):
            rows = self._db.execute(
                """WITH held AS (
                       SELECT releases.url, min(listed.date) AS date,
                              max(releases.date, iif(revision > 1, releases.last_seen, ''))
                                  AS since,
                              coalesce(checked_at, pages.fetched_at) AS checked
                       FROM releases JOIN pages USING (url) LEFT JOIN listed USING (url)
                       WHERE releases.lang = :lang AND status = 'parsed' GROUP BY releases.url
                   ), aged AS (
                       SELECT *, julianday(:now) - julianday(since) AS age,
                              julianday(:now) - julianday(checked) AS unseen_for FROM held
                   )
                   SELECT url, date FROM aged
                   WHERE age < :longest AND unseen_for >= max(:least, age / 4)
                   ORDER BY since DESC, url LIMIT 50""",
                {
                    "lang": lang,
                    "now": timestamp(now),
                    "longest": _LOOKED_AT_FOR,
                    "least": _LEAST_BETWEEN_LOOKS,
                },
            )
            return [(row[0], row[1]) for row in rows]

    def listing_as_it_was(self, url: str, lang: Lang, month: str | None) -> Listing:
        """A listing as it was when it was last read; without the links of its archive table."""
        with self._errors("read"):
            rows = self._db.execute(
                """SELECT url, title, date, iif(status = 'skipped', code, 'release') AS kind
                   FROM listed JOIN pages USING (url)
                   WHERE listing = ?1 AND role = 'release'
                   AND last_seen = (SELECT max(last_seen) FROM listed WHERE listing = ?1)
                   ORDER BY date DESC, url""",
                (url,),
            )
            entries = [ListingEntry(**row) for row in rows]
        return Listing(url=url, lang=lang, month=month, entries=entries, months=[])

    def page(self, url: str) -> PageRow | None:
        """What is known of a page, or None."""
        with self._errors("read"):
            row = self._db.execute(
                """SELECT status, http_status, answered_url, etag, last_modified, body_hash,
                          coalesce(fetched_at, '') AS fetched_at,
                          coalesce(checked_at, fetched_at, '') AS seen
                   FROM pages WHERE url = ?""",
                (url,),
            ).fetchone()
            return PageRow(**row) if row else None

    def listed_as(self, url: str, lang: Lang) -> str | None:
        """The date under which listings of a language name a release; None: none does."""
        with self._errors("read"):
            row = self._db.execute(
                """SELECT min(listed.date) FROM listed JOIN pages ON pages.url = listed.listing
                   WHERE listed.url = ? AND lang = ?""",
                (url, lang),
            ).fetchone()
            return row[0]  # type: ignore[no-any-return]

    def count_never_read(self) -> int:
        """How many releases are listed, and were never asked for."""
        with self._errors("read"):
            query = "SELECT count(*) FROM pages WHERE role = 'release' AND status = 'discovered'"
            return int(self._db.execute(query).fetchone()[0])

    def original_of(self, release: PressRelease) -> str | None:
        """The id of the release first held that says the same at another address, or None."""
        with self._errors("read"):
            row = self._db.execute(
                """SELECT id FROM releases WHERE duplicate_key = ? AND id != ?
                   AND number < coalesce((SELECT number FROM releases WHERE id = ?), 1e18)
                   ORDER BY number LIMIT 1""",
                (duplicate_key(release), release.id, release.id),
            ).fetchone()
            return row[0] if row else None

    def records(self, *, with_duplicates: bool = False) -> Iterator[PressRelease]:
        """All current records by date and id; duplicates are left out unless asked for."""
        selection = Selection(with_duplicates=with_duplicates)
        with self._errors("read"):
            yield from read_records(self._db, *selection.clause())

    def revision_of(self, release_id: str) -> int:
        """The current revision of a release that is stored, else 0."""
        with self._errors("read"):
            query = "SELECT revision FROM releases WHERE id = ?"
            row = self._db.execute(query, (release_id,)).fetchone()
            return int(row[0]) if row else 0

    # --- what a page came to --------------------------------------------------------------------

    def save_release(self, visit: Visit) -> Outcome:
        """Write a page that was read, and its release, whole or not at all.

        Writes nothing where the store holds the same already. A further revision of a release held
        puts the old record among the revisions. Raises ValueError where the visit brought none.
        """
        release = visit.release
        if release is None:
            raise ValueError("the visit brought no release")
        with self._errors("write"), self._transaction():
            held = next(read_records(self._db, "WHERE id = ?", (release.id,)), None)
            # The row may tell of what came later: the page is gone, or cannot be read any more.
            if not release.gone_since and not self._is_refused_later(visit):
                self._write_page(visit)
            if held == release:
                return "unchanged"
            if held and held.revision < release.revision:
                self._db.execute(
                    "INSERT INTO revisions VALUES (?, ?, ?, ?, ?)",
                    (held.id, held.revision, held.content_hash, release.fetched_at, as_json(held)),
                )
            self._write_release(release)
            self._relink(release)
        if held is None:
            return "duplicate" if release.duplicate_of else "new"
        return "unchanged" if held.revision == release.revision else "revised"

    def _is_refused_later(self, visit: Visit) -> bool:
        """Whether a page was refused after it was captured: it is to be tried again."""
        if visit.source == LIVE:
            return False
        page = self.page(visit.url)
        return page is not None and page.status == "rejected" and visit.fetched_at < page.seen

    def save_listing(self, visit: Visit, listing: Listing) -> None:
        """Write a listing's page and its entries, unless they are as they were.

        Of a capture from before what is held, the entries only.
        """
        page = self.page(visit.url)
        is_older = visit.source != LIVE and page is not None and visit.fetched_at < page.seen
        with self._errors("write"), self._transaction():
            if not is_older and not self._write_page(visit) and visit.body_hash:
                return  # the same bytes name the same releases
            for entry in listing.entries:
                if not entry.url:
                    continue
                status = "discovered" if entry.kind == "release" else "skipped"
                self._db.execute(
                    """INSERT INTO pages (url, role, lang, status, code)
                       VALUES (?, 'release', ?, ?, ?) ON CONFLICT DO UPDATE
                       SET status = excluded.status, code = '', lang = excluded.lang
                       -- To the listings of the other language it was none of theirs.
                       WHERE pages.status = 'skipped' AND excluded.status = 'discovered'""",
                    (entry.url, listing.lang, status, "" if status == "discovered" else entry.kind),
                )
                self._db.execute(
                    """INSERT INTO listed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
                       SET date = excluded.date, title = excluded.title,
                           last_seen = excluded.last_seen
                       WHERE excluded.last_seen >= listed.last_seen""",
                    (listing.url, entry.url, entry.date, entry.title, visit.fetched_at),
                )

    def save_page(self, visit: Visit) -> None:
        """Write what a page came to that brought no release; a release held before is kept."""
        with self._errors("write"), self._transaction():
            self._write_page(visit)
            if visit.status == "gone":
                self._db.execute(
                    """UPDATE releases SET gone_since = ?, changed_in = ?
                       WHERE url = ? AND gone_since IS NULL""",
                    (visit.fetched_at, self._run, visit.url),
                )

    def save_check(self, visit: Visit) -> None:
        """Write that a page held is as it was."""
        with self._errors("write"), self._transaction():
            self._db.execute(
                "UPDATE pages SET checked_at = ? WHERE url = ?", (visit.fetched_at, visit.url)
            )

    def _write_page(self, visit: Visit) -> bool:
        """The page's row; where nothing but the time has changed, only that it was looked at.

        Returns whether anything has changed.
        """
        values = {name: getattr(visit, name) for name in _PAGE_COLUMNS}
        old = self._db.execute(
            f"SELECT {', '.join(values)} FROM pages WHERE url = ?",  # noqa: S608
            (visit.url,),
        ).fetchone()
        values["checked_at"] = visit.checked_at or visit.fetched_at
        has_changed = old is None or any(values[name] != old[name] for name in old.keys())  # noqa: SIM118
        if has_changed:
            values["fetched_at"] = visit.fetched_at
            if visit.http_status == _OK and old and visit.body_hash != old["body_hash"]:
                # Where the old bytes lie; the archive tells where the new ones do.
                values |= dict.fromkeys(_PLACE_COLUMNS)
            self._upsert("pages", "url", values)
        else:
            self._db.execute(
                "UPDATE pages SET checked_at = ? WHERE url = ?", (values["checked_at"], visit.url)
            )
        return has_changed

    def _write_release(self, release: PressRelease) -> None:
        values = {name: getattr(release, name) for name in _COLUMNS}
        # Set by _relink: the row referred to may be this one's own.
        values |= {"duplicate_of": None, "duplicate_key": duplicate_key(release)}
        values["changed_in"] = self._run
        self._upsert("releases", "id", values)
        (number,) = self._db.execute(
            "SELECT number FROM releases WHERE id = ?", (release.id,)
        ).fetchone()
        for table in ("blocks", "links"):
            self._db.execute(f"DELETE FROM {table} WHERE release_id = ?", (release.id,))  # noqa: S608
        self._db.executemany(
            "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    release.id,
                    i,
                    b.kind,
                    b.level,
                    b.label,
                    b.text,
                    msgspec.json.encode(b.rows).decode(),
                )
                for i, b in enumerate(release.body)
            ),
        )
        self._db.executemany(
            "INSERT INTO links VALUES (?, ?, ?, ?, ?)",
            ((release.id, i, n.kind, n.text, n.url) for i, n in enumerate(release.links)),
        )
        self._to_index.add(number)

    def _before_commit(self) -> None:
        """Bring the search index up to date, for all pages at once.

        FTS5 writes what it has gathered at the next savepoint: page by page that takes twice as
        long. What was rolled back meanwhile is as it was, or not there.
        """
        for number in self._to_index:
            self._db.execute("DELETE FROM search WHERE rowid = ?", (number,))
            for title, text in self._db.execute(
                "SELECT title, text FROM releases WHERE number = ?", (number,)
            ).fetchall():
                self._db.execute(
                    "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)",
                    (number, search_key(title), search_key(text)),
                )
        self._to_index.clear()
        search_key.cache_clear()

    def _relink(self, release: PressRelease) -> None:
        """Point duplicates to the release first held of those that say the same.

        Also those that pointed to this release before its text changed: without an original of
        their own they would be missing from every export.
        """
        keys = self._db.execute(
            "SELECT DISTINCT duplicate_key FROM releases WHERE id = ?1 OR duplicate_of = ?1",
            (release.id,),
        ).fetchall()
        for (key,) in keys:
            (first,) = self._db.execute(
                "SELECT id FROM releases WHERE duplicate_key = ? ORDER BY number LIMIT 1", (key,)
            ).fetchone()
            self._db.execute(
                """UPDATE releases SET duplicate_of = nullif(?1, id), changed_in = ?2
                   WHERE duplicate_key = ?3 AND duplicate_of IS NOT nullif(?1, id)""",
                (first, self._run, key),
            )

    def _upsert(self, table: str, key: str, values: Mapping[str, Any]) -> None:
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != key)
        self._db.execute(
            f"INSERT INTO {table} ({names}) VALUES ({places}) "  # noqa: S608 - names of our own
            f"ON CONFLICT ({key}) DO UPDATE SET {changes}",
            values,
        )
