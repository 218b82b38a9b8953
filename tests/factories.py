"""What the tests make: pages, records, and outcomes of pages. Each is made here and nowhere else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mofa_crawler import site
from mofa_crawler.outcome import (
    Fetch,
    Listing,
    ListingEntry,
    ListingParsed,
    NotParsed,
    ReleaseParsed,
    ReleaseRejected,
)
from mofa_crawler.parsers.page import Page
from mofa_crawler.record import Block, Link, PressRelease

if TYPE_CHECKING:
    from mofa_crawler.store.store import Store
    from tests.cli import Run

ROOT = Path(__file__).parent.parent
SITE = ROOT / "fixtures" / "site"
EXPECTED = ROOT / "fixtures" / "expected"
REJECTED = ROOT / "fixtures" / "rejected"
WARNED = ROOT / "fixtures" / "warned"
ORIGIN = "https://www.mofa.go.jp"
# Later than every page of the demo site. Tests never depend on the clock.
FETCHED_AT = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)
LATER = "2026-01-11T03:00:00Z"
LISTING = ORIGIN + "/press/release/index.html"


def page_of(html: str | bytes, path: str = "/press/release/x.html", **values: Any) -> Page:
    """A page of the site with a given body."""
    body = html.encode() if isinstance(html, str) else html
    return Page(url=ORIGIN + path, body=body, **{"fetched_at": FETCHED_AT, **values})


def sample_page(path: str) -> Page:
    """A page of the demo site by its path."""
    return page_of((SITE / path.lstrip("/")).read_bytes(), "/" + path.lstrip("/"))


def release(**changes: Any) -> PressRelease:
    """A small good record."""
    values: dict[str, Any] = {
        "id": "press/release/press1e_000001",
        "url": "https://www.mofa.go.jp/press/release/press1e_000001.html",
        "lang": "en",
        "section": "Press Releases",
        "title": "A visit",
        "date": "2021-01-27",
        "date_source": "page",
        "body": [
            Block(kind="caption", text="Photo"),
            Block(kind="paragraph", text="First."),
            Block(kind="paragraph", text="Second."),
            Block(kind="point", level=1, label="1.", text="Point"),
            Block(kind="table", rows=[["a", "b"], ["c", "d"]]),
            Block(kind="paragraph", text="Last."),
        ],
        "links": [Link(kind="text", text="x", url="https://example.org/")],
        "translation": None,
        "layout": "cms",
        "parser_version": 1,
        "fetched_at": "2026-01-10T03:00:00Z",
        **changes,
    }
    return PressRelease(**values)


def numbered(number: int, text: str = "First.", **changes: Any) -> PressRelease:
    """Releases at different addresses; the text makes them equal or not."""
    return release(
        id=f"press/release/press1e_{number:06}",
        url=f"{ORIGIN}/press/release/press1e_{number:06}.html",
        body=[Block(kind="paragraph", text=text)],
        **changes,
    )


_OF_FETCH = {f.name for f in fields(Fetch)}


def _parts(changes: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    """The values of an outcome: what `Fetch` has of them goes into its `fetch`."""
    values = {**defaults, **changes}
    fetch = {name: values.pop(name) for name in list(values) if name in _OF_FETCH}
    return {**values, "fetch": Fetch(**fetch)}


def parsed(record: PressRelease, **changes: Any) -> ReleaseParsed:
    """The outcome of a page that was parsed; `changes` may name fields of its `fetch` too."""
    defaults = {
        "url": record.url,
        "parser_version": record.parser_version,
        "release": record,
        "fetched_at": record.fetched_at,
        "source": record.source,
        "body_hash": record.content_hash,
    }
    return ReleaseParsed(**_parts(changes, **defaults))


def keep(store: Store, record: PressRelease, **changes: Any) -> str:
    """Take a record the way of the pipelines; returns the outcome."""
    return store.save(parsed(record, **changes)).outcome


def not_parsed(url: str, status: str, **changes: Any) -> NotParsed:
    """What became of a page that gave no release, by its path or address."""
    defaults = {
        "role": "release",
        "fetched_at": LATER,
        "parser_version": 1,
        "code": "",
        "message": "",
    }
    return NotParsed(**_parts({"url": address(url), "status": status, **changes}, **defaults))


def with_draft(url: str, draft: str, **changes: Any) -> ReleaseRejected:
    """What became of a release that was rejected, with a draft of its text."""
    values = {"url": address(url), "draft": draft, "html": "", **changes}
    defaults = {"fetched_at": LATER, "parser_version": 1, "code": "", "message": ""}
    return ReleaseRejected(**_parts(values, **defaults))


def listing(*entries: tuple[str, str], url: str = LISTING, **changes: Any) -> ListingParsed:
    """A listing in which entries stand by path or address and title, all of one day."""
    return dated_listing(
        *((path, title, "2026-01-09") for path, title in entries), url=url, **changes
    )


def dated_listing(
    *entries: tuple[str, str, str], url: str = LISTING, **changes: Any
) -> ListingParsed:
    """A listing in which entries stand by path or address, title and day."""
    named = [ListingEntry(url=address(path), title=title, date=day) for path, title, day in entries]
    url = address(url)
    month = changes.pop("month", site.month_of(url))
    found = Listing(url=url, lang=site.lang_of(url), month=month, entries=named, months=[])
    defaults = {"url": url, "listing": found, "body_hash": f"{entries}", "fetched_at": LATER}
    return ListingParsed(**_parts(changes, **defaults))


def address(path: str) -> str:
    """The address of a path on the site; an address stays."""
    return path if ":" in path else f"{ORIGIN}/{path.lstrip('/')}"


def query(source: Path | Store | Run, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Run one statement on the database of a store or of a run, and commit it; returns the rows."""
    path = source if isinstance(source, Path) else getattr(source, "database", None) or source.path
    with closing(sqlite3.connect(path)) as db, db:
        return db.execute(sql, parameters).fetchall()


def dump_of(database: Path) -> list[str]:
    """A database as SQL, but without the times of the last requests: every run changes them."""
    source, copy = sqlite3.connect(database), sqlite3.connect(":memory:")
    try:
        source.backup(copy)
        copy.execute("UPDATE pages SET checked_at = NULL")
        copy.execute("UPDATE observations SET until = NULL")
        copy.execute("UPDATE listed SET last_seen = ''")
        return list(copy.iterdump())
    finally:
        source.close()
        copy.close()
