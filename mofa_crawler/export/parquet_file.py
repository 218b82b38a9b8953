"""The dataset as one Parquet file, with lists, days and times as such. Needs pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Self

import msgspec
import pyarrow as pa
from pyarrow import parquet

from mofa_crawler.export.about import LICENSE_URL, TERMS, TITLE
from mofa_crawler.export.columns import columns_of
from mofa_crawler.record import PressRelease

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mofa_crawler.export.columns import Column
    from mofa_crawler.queries.snapshot import Snapshot

# Releases that are in memory at a time: some megabytes.
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


SCHEMA = pa.schema(
    [_field(column) for column in columns_of(PressRelease)],
    metadata={"title": TITLE, "license": LICENSE_URL, "terms": TERMS},
)


def write(snapshot: Snapshot, file: BinaryIO) -> None:
    write_records(snapshot.records(), file)


def write_records(records: Iterable[PressRelease], file: BinaryIO) -> None:
    """Write a row a release, in row groups. The same records are the same bytes."""
    with ParquetRows(file) as rows:
        for record in records:
            rows.add(record)


class ParquetRows:
    """A context that writes rows of a Parquet file. The open `file` stays open."""

    def __init__(self, file: BinaryIO) -> None:
        self._writer = parquet.ParquetWriter(file, SCHEMA, compression="zstd")
        self._waiting: list[PressRelease] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self._flush()
        self._writer.close()

    def add(self, record: PressRelease) -> None:
        self._waiting.append(record)
        if len(self._waiting) == _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(_table(self._waiting))
            self._waiting = []


def _table(records: list[PressRelease]) -> pa.Table:
    rows = [msgspec.to_builtins(record) for record in records]
    columns = []
    for field in SCHEMA:
        values = [row[field.name] for row in rows]
        is_text = not pa.types.is_nested(field.type) and not pa.types.is_integer(field.type)
        # Arrow reads days and times from their text much faster than Python.
        array = pa.array(values, pa.string() if is_text else field.type)
        columns.append(array.cast(field.type) if is_text else array)
    return pa.Table.from_arrays(columns, schema=SCHEMA)
