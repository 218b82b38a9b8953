"""The fields of records as columns, for the formats that have a schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from mofa_crawler.record import Block, Day, Link, Point, Timestamp, properties_of

_RECORDS = {record.__name__: record for record in (Block, Point, Link)}
_CONSTRAINTS = {"enum", "pattern", "minimum", "minLength"}
_DAY: str = Day.__metadata__[0].pattern  # type: ignore[attr-defined]
_TIMESTAMP: str = Timestamp.__metadata__[0].pattern  # type: ignore[attr-defined]


class Records(Protocol):
    """Anything that yields records."""

    def records(self) -> Iterator[Any]: ...


class Table(Records, Protocol):
    """Records of one type at one moment: a `Snapshot` or a `Catalogue`."""

    @property
    def record_type(self) -> type: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field of a record.

    The kind `texts` is a list of texts, `rows` the cells of a table (a list of lists of texts),
    `records` a list of records of the type `record`. `constraints` are the JSON Schema's, without
    the type.
    """

    name: str
    kind: Literal["string", "integer", "date", "time", "texts", "rows", "records"]
    is_nullable: bool
    description: str
    constraints: Mapping[str, Any]
    record: type | None = None


def columns_of(record: type) -> tuple[Column, ...]:
    """The columns of a record type such as `PressRelease` or `Block`, in order."""
    return tuple(_column(name, schema) for name, schema in properties_of(record).items())


def _column(name: str, schema: dict[str, Any]) -> Column:
    description = schema["description"]
    is_nullable = "anyOf" in schema
    if is_nullable:
        (schema,) = [option for option in schema["anyOf"] if option != {"type": "null"}]
    record = None
    kind: Any = schema.get("type", "string")  # an enum has none
    if kind == "array" and "$ref" in schema["items"]:
        kind = "records"
        record = _RECORDS[schema["items"]["$ref"].rpartition("/")[2]]
    elif kind == "array":
        kind = "texts" if schema["items"]["type"] == "string" else "rows"
    elif schema.get("pattern") in {_DAY, _TIMESTAMP}:
        kind = "date" if schema["pattern"] == _DAY else "time"
    return Column(
        name=name,
        kind=kind,
        is_nullable=is_nullable,
        description=description,
        constraints={k: v for k, v in schema.items() if k in _CONSTRAINTS},
        record=record,
    )
