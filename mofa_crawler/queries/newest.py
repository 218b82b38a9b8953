"""The releases of a period, the newest first."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler.store.records import IN_PERIOD, values_of

if TYPE_CHECKING:
    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A stored release in a list. It has no snippet: no word was searched.

    `duplicate_of` is the id of the release that says the same, if any.
    """

    id: str
    date: str
    lang: Lang
    title: str
    url: str
    source: str
    duplicate_of: str | None
    snippet: str = ""


def newest(
    db: sqlite3.Connection,
    period: Period,
    *,
    count: int | None,
    skip: int = 0,
    duplicates: bool = False,
) -> list[Listed]:
    """At most `count` releases (None: all) after the first `skip`.

    With `duplicates`, only duplicates; else no duplicates.
    """
    rows = db.execute(
        f"""SELECT id, date, lang, title, url, source, duplicate_of FROM releases
            WHERE {IN_PERIOD} AND (+duplicate_of IS NOT NULL) = :duplicates
            ORDER BY date DESC, id DESC LIMIT :count OFFSET :skip""",  # noqa: S608 - words of our own
        {
            **values_of(period),
            "duplicates": duplicates,
            "count": -1 if count is None else count,
            "skip": skip,
        },
    )
    return [Listed(**row) for row in rows]


def count_newest(db: sqlite3.Connection, period: Period) -> int:
    """How many releases `newest` lists of a period without duplicates."""
    (count,) = db.execute(
        f"""SELECT (SELECT count(*) FROM releases WHERE {IN_PERIOD})
                 - (SELECT count(*) FROM releases INDEXED BY releases_by_original
                    WHERE duplicate_of IS NOT NULL AND {IN_PERIOD})""",  # noqa: S608 - words of our own
        values_of(period),
    ).fetchone()
    return int(count)
