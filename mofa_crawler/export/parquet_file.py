"""The dataset as one Parquet file, with types for lists, days and times. Needs pyarrow."""

from __future__ import annotations

from functools import cache
from typing import BinaryIO, Self

import msgspec
import pyarrow as pa
from pyarrow import parquet

from mofa_crawler.export.about import LICENSE_URL, TERMS, TITLE
from mofa_crawler.export.columns import Column, Table, columns_of

# Records that are in memory at a time: some megabytes.
_ROW_GROUP = 1000
_TYPES = {
    "string": pa.string(),
    "integer": pa.int32(),
    "date": pa.date32(),
    "time": pa.timestamp("ms", tz="UTC"),  # Parquet knows no whole seconds
    "texts": pa.list_(pa.string()),
    "rows": pa.list_(pa.list_(pa.string())),
}


def _field(column: Column) -> pa.Field:
    if column.record:
        kind = pa.list_(pa.struct([_field(field) for field in columns_of(column.record)]))
    else:
        kind = _TYPES[column.kind]
    return pa.field(column.name, kind, metadata={"description": column.description})


@cache
def schema_of(record_type: type) -> pa.Schema:
    """The columns of a record type, with their descriptions."""
    return pa.schema(
        [_field(column) for column in columns_of(record_type)],
        metadata={"title": TITLE, "license": LICENSE_URL, "terms": TERMS},
    )


def write(table: Table, file: BinaryIO) -> None:
    """Write a row a record, in row groups. The same records are the same bytes."""
    with ParquetRows(file, table.record_type) as rows:
        for record in table.records():
            rows.add(record)


class ParquetRows:
    """A context that writes rows of a Parquet file. The open `file` stays open."""

    def __init__(self, file: BinaryIO, record_type: type) -> None:
        self._schema = schema_of(record_type)
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[object] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self._flush()
        self._writer.close()

    def add(self, record: object) -> None:
        self._waiting.append(record)
        if len(self._waiting) == _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(_arrow_table(self._waiting, self._schema))
            self._waiting = []


def _arrow_table(records: list[object], schema: pa.Schema) -> pa.Table:
    rows = [msgspec.to_builtins(record) for record in records]
    columns = []
    for field in schema:
        values = [row[field.name] for row in rows]
        is_text = not pa.types.is_nested(field.type) and not pa.types.is_integer(field.type)
        # Arrow reads days and times from their text much faster than Python.
        array = pa.array(values, pa.string() if is_text else field.type)
        columns.append(array.cast(field.type) if is_text else array)
    return pa.Table.from_arrays(columns, schema=schema)
