"""The fields of the records as columns, for the formats that have a schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mofa_crawler.export.meanings import MEANINGS
from mofa_crawler.record import Block, Day, Link, Point, PressRelease, Timestamp, json_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

_RECORDS = {record.__name__: record for record in (PressRelease, Block, Point, Link)}
_CONSTRAINTS = {"enum", "pattern", "minimum", "minLength"}
_DAY: str = Day.__metadata__[0].pattern  # type: ignore[attr-defined]
_TIMESTAMP: str = Timestamp.__metadata__[0].pattern  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field of a record.

    The kind `list` is one of lists of texts; `records` one of records, each a `record`.
    `constraints` are those of the JSON Schema, beside the type.
    """

    name: str
    kind: Literal["string", "integer", "date", "time", "list", "records"]
    is_nullable: bool
    meaning: str
    constraints: Mapping[str, Any]
    record: type | None = None


def columns_of(record: type) -> tuple[Column, ...]:
    """The columns of `PressRelease`, `Block`, `Point` or `Link`, in order."""
    properties = json_schema()["$defs"][record.__name__]["properties"]
    return tuple(
        _column(name, schema, MEANINGS[record][name]) for name, schema in properties.items()
    )


def _column(name: str, schema: dict[str, Any], meaning: str) -> Column:
    is_nullable = "anyOf" in schema
    if is_nullable:
        (schema,) = [option for option in schema["anyOf"] if option != {"type": "null"}]
    record = None
    kind: Any = schema.get("type", "string")  # an enum bears none
    if kind == "array" and "$ref" in schema["items"]:
        kind = "records"
        record = _RECORDS[schema["items"]["$ref"].rpartition("/")[2]]
    elif kind == "array":
        kind = "list"
    elif schema.get("pattern") in {_DAY, _TIMESTAMP}:
        kind = "date" if schema["pattern"] == _DAY else "time"
    return Column(
        name=name,
        kind=kind,
        is_nullable=is_nullable,
        meaning=meaning,
        constraints={k: v for k, v in schema.items() if k in _CONSTRAINTS},
        record=record,
    )
