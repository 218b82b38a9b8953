"""What the dataset has and lacks: releases by month, language and state."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from mofa_crawler import site
from mofa_crawler.record import as_json
from mofa_crawler.store.records import IN_PERIOD, values_of

if TYPE_CHECKING:
    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang

# `stored`: the dataset has a text, whatever became of the page since. `duplicate`: the dataset has
# the same text at another address. The other states are page statuses, without a stored text.
State = Literal[
    "stored", "duplicate", "rejected", "failed", "discovered", "placeholder", "gone", "redirected"
]
STATES: tuple[State, ...] = get_args(State)
# The states of releases that the dataset lacks. For the other states nothing is left to do.
LACKING: tuple[State, ...] = ("rejected", "failed", "discovered")

# The date of a release without a text is the earliest in a listing, as in the view `catalogue`. The
# view itself reads every row of `releases`.
_WITHOUT_TEXT = """
    SELECT url, lang, status AS state, code, message,
           (SELECT min(date) FROM listed WHERE listed.url = pages.url) AS date
    FROM pages
    WHERE role = 'release' AND status IN (SELECT value FROM json_each(:states))
    AND NOT EXISTS (SELECT 1 FROM releases WHERE releases.url = pages.url)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutText:
    """A release without a stored text. `code` and `message` say why it was rejected or failed."""

    id: str
    url: str
    lang: Lang
    date: str
    title: str
    code: str
    message: str


def count_releases(db: sqlite3.Connection) -> Counter[tuple[str, Lang, State]]:
    """How many releases of a month (`YYYY-MM`) and a language are in a state. Reads no text.

    The month is empty if no listing dates the release.
    """
    counts: Counter[tuple[str, Lang, State]] = Counter()
    rows = db.execute(
        """SELECT substr(date, 1, 7) AS month, lang, count(*) FROM releases
           GROUP BY lang, month"""  # the order of an index
    )
    for month, lang, number in rows:
        counts[month, lang, "stored"] = number
    rows = db.execute(
        """SELECT substr(date, 1, 7) AS month, lang, count(*) FROM releases
           WHERE duplicate_of IS NOT NULL GROUP BY month, lang"""
    )
    for month, lang, number in rows:
        counts[month, lang, "duplicate"] = number
        counts[month, lang, "stored"] -= number
    rows = db.execute(
        f"""SELECT ifnull(substr(date, 1, 7), '') AS month, lang, state, count(*)
            FROM ({_WITHOUT_TEXT}) GROUP BY month, lang, state""",  # noqa: S608 - a part of our own
        {"states": as_json(STATES)},
    )
    for month, lang, state, number in rows:
        counts[month, lang, state] = number
    return counts


def is_only_mirrored(db: sqlite3.Connection) -> bool:
    """Whether every text was fetched from a mirror. Reads no text."""
    query = "SELECT 1 FROM observations WHERE source NOT LIKE 'mirror:%' LIMIT 1"
    return db.execute(query).fetchone() is None


def read_without_text(
    db: sqlite3.Connection, period: Period, state: State, *, count: int, skip: int
) -> list[WithoutText]:
    """At most `count` releases without a stored text after the first `skip`, newest first."""
    rows = db.execute(
        f"""SELECT url, lang, date, code, message,
                   (SELECT title FROM listed WHERE listed.url = without_text.url
                    AND listed.date IS without_text.date) AS title
            FROM ({_WITHOUT_TEXT}) AS without_text
            WHERE {IN_PERIOD}
            ORDER BY date DESC, url LIMIT :count OFFSET :skip""",  # noqa: S608 - a part of our own
        {**values_of(period), "states": as_json([state]), "count": count, "skip": skip},
    )
    return [WithoutText(**row, id=site.release_id(row["url"])) for row in rows]
