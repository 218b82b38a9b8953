"""The pages of releases that the parser rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.queries.listings import newest_listing

if TYPE_CHECKING:
    import sqlite3

    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang

_REJECTED = "url IN (SELECT url FROM pages WHERE status = 'rejected' AND role = 'release')"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPage:
    """A rejected page. Title and date are those of the newest listing; empty if none names it."""

    id: str
    url: str
    lang: Lang
    date: str
    title: str
    code: str
    message: str
    is_acknowledged: bool  # its body has not changed since a person acknowledged it


def read_rejected(db: sqlite3.Connection, period: Period) -> list[RejectedPage]:
    """The rejected pages of a period, the newest first.

    A page without a date belongs to an open period only. Raises `sqlite3.Error`.
    """
    rows = db.execute(
        f"""{newest_listing(_REJECTED)}
            SELECT pages.url, lang, ifnull(date, '') AS date, ifnull(title, '') AS title, code,
                   message, acknowledged_hash IS body_hash AS is_acknowledged
            FROM pages LEFT JOIN newest ON newest.url = pages.url AND place = 1
            WHERE role = 'release' AND status = 'rejected' ORDER BY date DESC, pages.url"""  # noqa: S608 - a part of our own
    )
    return [
        RejectedPage(
            **{**row, "is_acknowledged": bool(row["is_acknowledged"])},
            id=site.release_id(row["url"]),
        )
        for row in rows
        if row["lang"] in period.langs
        and (period.covers(row["date"]) if row["date"] else period.is_open)
    ]
