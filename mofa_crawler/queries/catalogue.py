"""The catalogue: every release that was ever listed or read, whether or not its text is known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from mofa_crawler.record import Day, Url  # noqa: TC001 - annotations are read at run time
from mofa_crawler.site import Lang  # noqa: TC001
from mofa_crawler.store.records import values_of

if TYPE_CHECKING:
    from mofa_crawler.period import Period


@dataclass(slots=True, kw_only=True)
class CatalogueRow:
    """A release in the catalogue."""

    id: Annotated[str, Meta(description="The path of `url` without its ending.")]
    url: Annotated[Url, Meta(description="The ministry's own address of the page.")]
    lang: Annotated[Lang, Meta(description="The language: `en` or `ja`.")]
    date: Annotated[
        Day | None,
        Meta(
            description="The date of the record, else the earliest date in a listing. Null if "
            "there is neither."
        ),
    ]
    title: Annotated[
        str | None,
        Meta(
            description="The title of the record, else the title in the listing. Null if there is "
            "neither."
        ),
    ]
    status: Annotated[
        Literal["discovered", "parsed", "rejected", "failed", "gone", "placeholder", "redirected"],
        Meta(description="The page status."),
    ]
    code: Annotated[
        str,
        Meta(
            description="Why the page is `rejected`, `failed`, `gone`, `placeholder` or "
            "`redirected`. Empty for other statuses."
        ),
    ]
    text: Annotated[
        Literal["exact", "draft", "none"],
        Meta(
            description="`exact`: the dataset has a record of this release. `draft`: there is only "
            "a draft of its text. `none`: there is neither."
        ),
    ]


class Catalogue:
    """The rows of a period in an open database. `given` counts the rows read."""

    record_type = CatalogueRow

    def __init__(self, db: sqlite3.Connection, period: Period) -> None:
        self._db = db
        self._period = period
        self.given = 0

    def records(self) -> Iterator[CatalogueRow]:
        """By date and id. A row without a date belongs to an open period only."""
        rows = self._db.execute(
            """SELECT * FROM catalogue WHERE lang IN (SELECT value FROM json_each(:langs))
               AND (date BETWEEN :since AND :until OR date IS NULL AND :is_open)
               ORDER BY date, id""",
            {**values_of(self._period), "is_open": self._period.is_open},
        )
        for row in rows:
            self.given += 1
            yield CatalogueRow(**row)
