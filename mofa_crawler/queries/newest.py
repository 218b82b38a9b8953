"""The releases of a period, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

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
    """At most `count` releases (None: all) after the first `skip`: no duplicates, or only those.

    Raises `sqlite3.Error`.
    """
    rows = db.execute(
        # The plus keeps SQLite from other indexes: the one by date spares the sorting.
        f"""SELECT id, date, lang, title, url, duplicate_of FROM releases
            WHERE +lang IN ({", ".join("?" * len(period.langs))})
            AND (+duplicate_of IS NOT NULL) = ? AND date BETWEEN ? AND ?
            ORDER BY date DESC, id DESC LIMIT ? OFFSET ?""",  # noqa: S608 - signs of our own
        (
            *period.langs,
            duplicates,
            period.since or "",
            period.until or "9999",
            -1 if count is None else count,
            skip,
        ),
    )
    return [Listed(**row) for row in rows]
