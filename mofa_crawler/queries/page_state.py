"""What the crawler knows of the page of a release, also if no release was read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler import site

if TYPE_CHECKING:
    import sqlite3

    from mofa_crawler.site import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A general extraction of a rejected page."""

    text: str
    fetched_at: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """A discovered page of a release. `title` and `date` are those of the listing, empty if none.

    `archive_file`, `archive_offset` and `archived_at` are the place of the response and its time.
    """

    url: str
    lang: Lang
    status: str
    code: str
    message: str
    archive_file: str | None
    archive_offset: int | None
    archived_at: str | None
    checked_at: str | None
    title: str
    date: str
    draft: Draft | None


def read_page_state(db: sqlite3.Connection, release_id: str) -> PageState | None:
    """The page with the id of a release; None: no page has it. Raises `sqlite3.Error`."""
    stem = f"{site.ORIGIN}/{release_id}"
    row = db.execute(
        """SELECT url, lang, status, code, message, archive_file, archive_offset, archived_at,
                  checked_at
           FROM pages WHERE url IN (?, ?, ?) AND role = 'release' LIMIT 1""",
        (f"{stem}.html", f"{stem}.htm", stem),
    ).fetchone()
    if row is None:
        return None
    named = db.execute(
        # The title beside the earliest date, as in the catalogue.
        "SELECT min(date) AS date, title FROM listed WHERE url = ?",
        (row["url"],),
    ).fetchone()
    draft = db.execute(
        "SELECT text, fetched_at, source FROM drafts WHERE url = ?", (row["url"],)
    ).fetchone()
    return PageState(
        **row,
        title=named["title"] or "",
        date=named["date"] or "",
        draft=Draft(**draft) if draft else None,
    )
