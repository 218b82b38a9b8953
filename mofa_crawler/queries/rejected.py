"""The pages of releases that the parser rejected."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.queries.listings import newest_listing

if TYPE_CHECKING:
    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang

_REJECTED = "url IN (SELECT url FROM pages WHERE status = 'rejected' AND role = 'release')"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPage:
    """A rejected page. Title and date are those of the newest listing; empty if none names it."""

    date: str
    lang: Lang
    id: str
    code: str
    message: str
    title: str
    url: str


def read_rejected(db: sqlite3.Connection, period: Period) -> list[RejectedPage]:
    """The rejected pages of a period that nobody has acknowledged, the newest first.

    A page without a date belongs to an open period only.
    """
    rows = db.execute(
        f"""{newest_listing(_REJECTED)}
            SELECT pages.url, lang, ifnull(date, '') AS date, ifnull(title, '') AS title, code,
                   message
            FROM pages LEFT JOIN newest ON newest.url = pages.url AND place = 1
            WHERE role = 'release' AND status = 'rejected' AND acknowledged_hash IS NOT body_hash
            ORDER BY date DESC, pages.url"""  # noqa: S608 - a part of our own
    )
    return [
        RejectedPage(**row, id=site.release_id(row["url"]))
        for row in rows
        if row["lang"] in period.langs
        and (period.covers(row["date"]) if row["date"] else period.is_open)
    ]
