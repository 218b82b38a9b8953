"""Drafts in the form of records, for exports that include them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from mofa_crawler.record import Block, PressRelease
from mofa_crawler.store.records import IN_PERIOD, Selection, values_of

LAYOUT = "draft"


def read_drafts(
    db: sqlite3.Connection, selection: Selection, *, newest_first: bool = False
) -> Iterator[PressRelease]:
    """Drafts by date and id, with title and date of the listing.

    The draft of a release that has a record is left out. Each line of a draft becomes a paragraph.
    The layout is `draft`.
    """
    direction = "DESC" if newest_first else "ASC"
    rows = db.execute(
        f"""SELECT id, url, lang, title, date, drafts.text AS draft, parser_version, fetched_at,
                   source
            FROM catalogue JOIN drafts USING (url)
            WHERE catalogue.text = 'draft' AND title != '' AND {IN_PERIOD}
            ORDER BY date {direction}, id {direction}""",  # noqa: S608 - words of our own
        values_of(selection.period),
    )
    for row in rows:
        values = dict(row)
        lines = values.pop("draft").splitlines()
        yield PressRelease(
            **values,
            section="",
            date_source="listing",
            body=[Block(kind="paragraph", text=line) for line in lines if line.strip()],
            links=[],
            translation=None,
            layout=LAYOUT,
        )
