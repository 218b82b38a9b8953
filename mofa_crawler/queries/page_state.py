"""What the crawler knows of the page of a release, also if no release was read from it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler import site

if TYPE_CHECKING:
    from mofa_crawler.site import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """A discovered page of a release. `title` and `date` are those of the listing, empty if none.

    `archive_file`, `archive_offset` and `archived_at` are the place of the response and its time.
    `draft` is a general extraction of a rejected page.
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
    draft: str | None
    draft_source: str | None


def read_page_state(db: sqlite3.Connection, release_id: str) -> PageState | None:
    """The page with the id of a release; None: no page has it."""
    stem = f"{site.ORIGIN}/{release_id}"
    row = db.execute(
        # The title beside the earliest date, as in the catalogue.
        """SELECT url, lang, status, code, message, archive_file, archive_offset, archived_at,
                  checked_at, ifnull(title, '') AS title, ifnull(min(date), '') AS date,
                  drafts.text AS draft, drafts.source AS draft_source
           FROM pages LEFT JOIN listed USING (url) LEFT JOIN drafts USING (url)
           WHERE url IN (?, ?, ?) AND role = 'release' GROUP BY url""",
        (f"{stem}.html", f"{stem}.htm", stem),
    ).fetchone()
    return PageState(**row) if row else None
