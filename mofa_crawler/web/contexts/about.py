"""What the dataset is: its fields, its licence, and how to name its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mofa_crawler.export.about import TERMS
from mofa_crawler.export.columns import columns_of
from mofa_crawler.export.field_tables import RECORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from sqlite3 import Connection

    from mofa_crawler.export.columns import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """`records` are the types of the record, each with its name and fields."""

    terms: str
    records: Sequence[tuple[str, Sequence[Column]]]


def context(db: Connection, parameters: Mapping[str, str]) -> About:  # noqa: ARG001 - as all
    """All of it is the same for every database."""
    return About(
        terms=TERMS,
        records=[(record.__name__, columns_of(record)) for record in RECORDS],
    )
