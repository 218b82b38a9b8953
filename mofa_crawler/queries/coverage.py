"""What the dataset has and lacks: releases by month, language and state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang

# `stored`: the dataset has a text, whatever became of the page since. `duplicate`: it has, and the
# text is also at another address. The other states are the status of a page without a stored text.
State = Literal[
    "stored", "duplicate", "rejected", "failed", "discovered", "placeholder", "gone", "redirected"
]
STATES: tuple[State, ...] = (
    "stored", "duplicate", "rejected", "failed", "discovered", "placeholder", "gone", "redirected",
)  # fmt: skip

# As in the view `catalogue`: the date of a release without a text is the earliest in a listing. The
# view would read every row of `releases`.
_WITHOUT_TEXT = """
    SELECT url, lang, status AS state, code, message,
           (SELECT min(date) FROM listed WHERE listed.url = pages.url) AS date
    FROM pages
    WHERE role = 'release' AND status IN (SELECT value FROM json_each(:states))
    AND NOT EXISTS (SELECT 1 FROM releases WHERE releases.url = pages.url)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many releases of a language are in a state. `month` is empty if no listing dates them."""

    month: str
    lang: Lang
    state: State
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A release in a list. `code` and `message` say why it was rejected or failed."""

    id: str | None  # None: no text is stored
    url: str
    lang: Lang
    state: State
    date: str
    title: str
    code: str = ""
    message: str = ""
    duplicate_of: str | None = None


def count_stored(db: sqlite3.Connection) -> list[Count]:
    """How many texts are stored, and how many more are duplicates, by month and language."""
    copies = db.execute(
        """SELECT substr(date, 1, 7) AS month, lang, 'duplicate' AS state, count(*) AS number
           FROM releases WHERE duplicate_of IS NOT NULL GROUP BY month, lang"""
    )
    duplicates = [Count(**row) for row in copies]
    rows = db.execute(
        """SELECT substr(date, 1, 7) AS month, lang, 'stored' AS state, count(*) AS number
           FROM releases GROUP BY lang, month"""  # the order of an index
    )
    less = {(count.month, count.lang): count.number for count in duplicates}
    stored = [Count(**row) for row in rows]
    return [
        *(replace(c, number=c.number - less.get((c.month, c.lang), 0)) for c in stored),
        *duplicates,
    ]


def is_only_mirrored(db: sqlite3.Connection) -> bool:
    """Whether no text was fetched from anywhere but a mirror. Reads no text."""
    query = "SELECT 1 FROM observations WHERE source NOT LIKE 'mirror:%' LIMIT 1"
    return db.execute(query).fetchone() is None


def count_without_text(db: sqlite3.Connection) -> list[Count]:
    """How many releases have no stored text, by month, language and state."""
    rows = db.execute(
        f"""SELECT ifnull(substr(date, 1, 7), '') AS month, lang, state, count(*) AS number
            FROM ({_WITHOUT_TEXT}) GROUP BY month, lang, state""",  # noqa: S608 - a part of our own
        {"states": _json(STATES)},
    )
    return [Count(**row) for row in rows]


def read_stored(
    db: sqlite3.Connection, period: Period, *, duplicates: bool = False, count: int, skip: int
) -> list[Known]:
    """At most `count` stored releases, or only duplicates, after the first `skip`, newest first."""
    rows = db.execute(
        """SELECT id, url, lang, iif(:duplicates, 'duplicate', 'stored') AS state, date, title,
                  duplicate_of FROM releases
           WHERE date BETWEEN :since AND :until AND +lang IN (SELECT value FROM json_each(:langs))
           AND (+duplicate_of IS NOT NULL) = :duplicates
           ORDER BY date DESC, id LIMIT :count OFFSET :skip""",
        {**_of(period), "duplicates": duplicates, "count": count, "skip": skip},
    )
    return [Known(**row) for row in rows]


def read_without_text(
    db: sqlite3.Connection, period: Period, states: Iterable[State], *, count: int, skip: int
) -> list[Known]:
    """At most `count` releases without a stored text after the first `skip`, newest first."""
    rows = db.execute(
        f"""SELECT NULL AS id, url, lang, state, date, code, message,
                   (SELECT title FROM listed WHERE listed.url = without_text.url
                    AND listed.date = without_text.date) AS title
            FROM ({_WITHOUT_TEXT}) AS without_text
            WHERE date BETWEEN :since AND :until AND lang IN (SELECT value FROM json_each(:langs))
            ORDER BY date DESC, url LIMIT :count OFFSET :skip""",  # noqa: S608 - a part of our own
        {**_of(period), "states": _json(states), "count": count, "skip": skip},
    )
    return [Known(**row) for row in rows]


def _of(period: Period) -> dict[str, str]:
    return {
        "langs": _json(period.langs),
        "since": period.since or "",
        "until": period.until or "9999",
    }


def _json(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()
