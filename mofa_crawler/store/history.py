"""The history of a page: when it was fetched, and what was read from it each time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, get_type_hints

import msgspec

from mofa_crawler.record import PAGE_FIELDS, PressRelease, Timestamp, as_json, timestamp

if TYPE_CHECKING:
    from mofa_crawler.outcome import Fetch

_SECOND = timedelta(seconds=1)
_TYPES = get_type_hints(PressRelease, include_extras=True)
# The fields that are read from a page. The others follow from these, or from the history.
_READ = [f.name for f in fields(PressRelease) if f.init and f.name in PAGE_FIELDS]


@dataclass(slots=True, kw_only=True)
class Observation:
    """A fetch of a page. `text` has the fields of the page; None: the page was gone.

    `seen_at` is the place of the fetch in the order of time. `until` is the time of the last fetch
    that found nothing new. `body_hash` is empty if the page was gone.
    """

    fetched_at: Timestamp
    seen_at: Timestamp
    until: Timestamp | None = None
    body_hash: str
    source: str
    parser_version: int
    text: PressRelease | None

    @property
    def last(self) -> Timestamp:
        return self.until or self.seen_at


class Revision(NamedTuple):
    """A text of a release: since when the page had it, and its record."""

    since: Timestamp
    record: PressRelease


@dataclass(slots=True)
class History:
    """The observations of one page. The order in which they were added changes no result."""

    observations: list[Observation] = field(default_factory=list)

    def add(
        self, fetch: Fetch, text: PressRelease | None, parser_version: int, *, page_hash: str = ""
    ) -> bool:
        """Add what a fetch has found; returns whether the same bytes were known before.

        `text` is None if the page was gone. `page_hash` is the hash of the bytes that the site sent
        last. The same bytes have one text, that of the newest parser. A page from the site is newer
        than all known observations, whatever the clock says. If the page has nothing new, only
        `until` changes.
        """
        body_hash = fetch.body_hash if text else ""
        same = [one for one in self.observations if one.body_hash == body_hash]
        time, newest = fetch.fetched_at, self._newest()
        if text and newest and newest.text and not fetch.is_capture and page_hash == body_hash:
            same.append(newest)
        if text:
            better = max(same, key=lambda one: one.parser_version, default=None)
            if better and better.parser_version > parser_version:
                text, parser_version = better.text, better.parser_version
            for one in same:
                one.text, one.parser_version = text, parser_version
        known = next((one for one in same if time in {one.fetched_at, one.until}), None)
        seen_at = time
        if not fetch.is_capture and newest:
            seen_at = max(time, timestamp(datetime.fromisoformat(newest.last) + _SECOND))
            if _is_same(newest.text, text):
                newest.parser_version = max(newest.parser_version, parser_version)
                known, seen_at = newest, max(time, newest.last)
            if known and seen_at > known.last:
                known.until = seen_at
        if known:
            known.source = min(known.source, fetch.source)
        else:
            self.observations.append(
                Observation(
                    fetched_at=time,
                    seen_at=seen_at,
                    body_hash=body_hash,
                    source=fetch.source,
                    parser_version=parser_version,
                    text=text,
                )
            )
        return bool(same)

    def revisions(self) -> list[Revision]:
        """All revisions, the current one last. `duplicate_of` is None in every record."""
        revisions: list[Revision] = []
        first_seen, gone_since = "", None
        for time, seen in self._in_order():
            if seen.text is None:
                gone_since = gone_since or time
                continue
            gone_since, first_seen = None, first_seen or time
            last = revisions[-1] if revisions else None
            if last is None or not _is_same(last.record, seen.text):
                if last and last.record.content_hash == seen.text.content_hash:
                    revisions.pop()
                else:
                    last = None
                record = replace(
                    seen.text,
                    revision=len(revisions) + 1,
                    duplicate_of=None,
                    first_seen=first_seen,
                    last_seen=time,
                    fetched_at=time,
                    gone_since=None,
                    source=seen.source,
                )
                last = Revision(last.since if last else time, record)
                revisions.append(last)
            last.record.parser_version = seen.parser_version
        if revisions:
            revisions[-1].record.gone_since = gone_since
        return revisions

    def _in_order(self) -> Iterator[tuple[Timestamp, Observation]]:
        """The observations in the order of time, each with the time when the page was fetched."""
        entries = [(one.seen_at, one.body_hash, one.fetched_at, one) for one in self.observations]
        entries += [(t, one.body_hash, t, one) for one in self.observations if (t := one.until)]
        for *_, fetched_at, one in sorted(entries, key=lambda entry: entry[:3]):
            yield fetched_at, one

    def _newest(self) -> Observation | None:
        return max(self.observations, key=lambda one: (one.last, one.body_hash), default=None)


def read_history(db: sqlite3.Connection, url: str, current: PressRelease | None) -> History:
    """The history of a page whose release is stored as `current`. Raises `sqlite3.Error`."""
    rows = db.execute(
        """SELECT fetched_at, seen_at, until, body_hash, source, parser_version, record
           FROM observations LEFT JOIN texts ON texts.number = text
           WHERE observations.url = ?""",
        (url,),
    )
    history = History()
    for row in rows:
        values = dict(row)
        record = values.pop("record")
        text = _text_of(record, row) if record else current
        history.observations.append(Observation(**values, text=text if row["body_hash"] else None))
    return history


def write_history(
    db: sqlite3.Connection, url: str, history: History, revisions: list[Revision]
) -> None:
    """Write a history and its `revisions`. Raises `sqlite3.Error`.

    The current text itself is in `releases`. Every other text is kept in `texts`.
    """
    current = revisions[-1].record if revisions else None
    for one in history.observations:
        number = None
        if one.text and not _is_same(one.text, current):
            number = _number_of(db, url, one.text)
        db.execute(
            """INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
               SET until = excluded.until, source = excluded.source,
                   parser_version = excluded.parser_version, text = excluded.text""",
            (
                url,
                one.fetched_at,
                one.body_hash,
                one.seen_at,
                one.until,
                one.source,
                one.parser_version,
                number,
            ),
        )
    if len(history.observations) > 1 and current:
        db.execute("DELETE FROM revisions WHERE release_id = ?", (current.id,))
        db.executemany(
            "INSERT INTO revisions VALUES (?, ?, ?, ?, ?)",
            (
                (old.id, old.revision, old.content_hash, since, as_json(old))
                for (_, old), (since, _) in pairwise(revisions)
            ),
        )


def _number_of(db: sqlite3.Connection, url: str, text: PressRelease) -> int:
    """The number of a text in `texts`. A new text is inserted."""
    record = as_json({name: getattr(text, name) for name in _READ})
    find = "SELECT number FROM texts WHERE url = ? AND record = ?"
    if row := db.execute(find, (url, record)).fetchone():
        return int(row[0])
    return db.execute("INSERT INTO texts (url, record) VALUES (?, ?)", (url, record)).lastrowid or 0


def _text_of(record: str, row: sqlite3.Row) -> PressRelease:
    """A text of `texts`, without fields that records no longer have."""
    values = {
        name: msgspec.convert(value, _TYPES[name])
        for name, value in msgspec.json.decode(record).items()
        if name in _READ
    }
    return PressRelease(
        **values, parser_version=row["parser_version"], fetched_at=row["fetched_at"]
    )


def _is_same(one: PressRelease | None, other: PressRelease | None) -> bool:
    """Whether two texts have the same fields, or both are None."""
    if one is None or other is None:
        return one is other
    return one is other or all(getattr(one, name) == getattr(other, name) for name in _READ)
