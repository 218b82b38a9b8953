"""Tables of the record's fields in Markdown: for `docs/fields.md` and the card of a dataset."""

from __future__ import annotations

from collections.abc import Mapping

from mofa_crawler.export.columns import Column, columns_of
from mofa_crawler.queries.catalogue import CatalogueRow
from mofa_crawler.record import Block, Link, Point, PressRelease

RECORDS = (PressRelease, Block, Point, Link)
_DOCUMENTED = (*RECORDS, CatalogueRow)
# The names of the kinds of columns in JSON. A kind that is not here keeps its own name.
JSON_TYPES = {
    "date": "string",
    "time": "string",
    "texts": "list of string",
    "rows": "list of list of string",
}


def field_table(record: type, types: Mapping[str, str]) -> str:
    """A Markdown table of a record type, a row a field; `types` names the kinds of columns."""
    rows = (_row(column, types) for column in columns_of(record))
    return "\n".join(["| field | type | null | meaning |", "| --- | --- | --- | --- |", *rows])


def with_field_tables(page: str) -> str:
    """A page of the documentation with its tables of fields as the code has them.

    A table stands between `<!-- fields: PressRelease -->` and `<!-- end of fields -->`.
    """
    for record in _DOCUMENTED:
        before, begin, rest = page.partition(f"<!-- fields: {record.__name__} -->\n")
        _, end, after = rest.partition("<!-- end of fields -->")
        page = f"{before}{begin}{field_table(record, JSON_TYPES)}\n{end}{after}"
    return page


def _row(column: Column, types: Mapping[str, str]) -> str:
    kind = types.get(column.kind, column.kind)
    if column.record:
        kind = f"list of {column.record.__name__}"
    null = "yes" if column.is_nullable else "no"
    return f"| `{column.name}` | {kind} | {null} | {column.description} |"
