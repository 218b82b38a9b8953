"""The dataset as a Data Package (version 2): CSV tables, and a descriptor of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mofa_crawler.export.about import (
    LICENSE_TITLE,
    LICENSE_URL,
    PUBLISHER,
    TERMS,
    TITLE,
)
from mofa_crawler.export.columns import Column, columns_of
from mofa_crawler.export.csv_file import as_cell, csv_rows
from mofa_crawler.record import Block, Link, PressRelease
from mofa_crawler.site import INDEXES

if TYPE_CHECKING:
    from mofa_crawler.queries.snapshot import Snapshot

NAME = "mofa-press-releases"
DESCRIPTOR = "datapackage.json"

_TYPES = {
    "string": "string",
    "integer": "integer",
    "date": "date",
    "time": "datetime",
    "texts": "array",
    "rows": "array",
}
_KEY_COLUMNS = (
    Column(
        name="release_id",
        kind="string",
        is_nullable=False,
        description="The `id` of the release.",
        constraints={},
    ),
    Column(
        name="position",
        kind="integer",
        is_nullable=False,
        description="The position in the release, from 0.",
        constraints={"minimum": 0},
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    name: str
    description: str
    columns: tuple[Column, ...]
    key: list[str]

    @property
    def path(self) -> str:
        return f"{self.name}.csv"

    def row(self, record: Any, *key: object) -> Iterator[str]:
        """The cells of a row: first `key`, then the fields of the record."""
        names = [column.name for column in self.columns[len(key) :]]
        return (as_cell(value) for value in (*key, *(getattr(record, name) for name in names)))


_RELEASES = _Table(
    name="releases",
    description="A row a release, by date and id.",
    columns=tuple(c for c in columns_of(PressRelease) if c.kind != "records"),
    key=["id"],
)
_BLOCKS = _Table(
    name="blocks",
    description="The articles block by block (`body`). Blocks of kind `point` are the `points`.",
    columns=(*_KEY_COLUMNS, *columns_of(Block)),
    key=["release_id", "position"],
)
_LINKS = _Table(
    name="links",
    description="The links of the releases (`links`).",
    columns=(*_KEY_COLUMNS, *columns_of(Link)),
    key=["release_id", "position"],
)
_TABLES = (_RELEASES, _BLOCKS, _LINKS)
FILES = [DESCRIPTOR, *(table.path for table in _TABLES)]


def write(snapshot: Snapshot, folder: Path) -> None:
    """Write the tables into an empty folder, and the descriptor.

    The values are for programs: no cell is guarded against spreadsheets.
    """
    with ExitStack() as stack:
        rows = {}
        for table in _TABLES:
            file = stack.enter_context((folder / table.path).open("wb"))
            rows[table.name] = stack.enter_context(csv_rows(file))
            rows[table.name].writerow(column.name for column in table.columns)
        for record in snapshot.records():
            rows[_RELEASES.name].writerow(_RELEASES.row(record))
            rows[_BLOCKS.name].writerows(_numbered(_BLOCKS, record.id, record.body))
            rows[_LINKS.name].writerows(_numbered(_LINKS, record.id, record.links))
    descriptor = msgspec.json.encode(_descriptor(folder))
    (folder / DESCRIPTOR).write_bytes(msgspec.json.format(descriptor, indent=1) + b"\n")


def _numbered(table: _Table, release_id: str, parts: Iterable[object]) -> Iterator[Iterator[str]]:
    return (table.row(part, release_id, position) for position, part in enumerate(parts))


def _descriptor(folder: Path) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "description": TERMS,
        "homepage": INDEXES["en"],
        "sources": [{"title": PUBLISHER, "path": path} for path in INDEXES.values()],
        "licenses": [{"name": "PDL-1.0", "title": LICENSE_TITLE, "path": LICENSE_URL}],
        "resources": [_resource(table, folder) for table in _TABLES],
    }


def _resource(table: _Table, folder: Path) -> dict[str, Any]:
    path = folder / table.path
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": table.key,
    }
    if table is not _RELEASES:
        to = {"resource": _RELEASES.name, "fields": _RELEASES.key}
        schema["foreignKeys"] = [{"fields": ["release_id"], "reference": to}]
    return {
        "name": table.name,
        "type": "table",
        "description": table.description,
        "path": table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n"},
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints = dict(column.constraints)
    if column.kind in {"date", "time"}:
        del constraints["pattern"]  # the type says it
    if not column.is_nullable:
        constraints["required"] = True
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column.description,
        "constraints": constraints,
    }
    if column.kind == "string" and not column.is_nullable:
        field["missingValues"] = []  # an empty text is no null
    return field
