"""The record contract, and the documents that must follow from it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import msgspec
import pytest

from mofa_crawler.export.field_tables import JSON_TYPES, RECORDS, field_table, with_field_tables
from mofa_crawler.record import Block, Point, PressRelease, json_schema, properties_of
from tests.factories import ROOT, release


def test_views_follow_from_the_body() -> None:
    record = release()
    assert record.lead == "First.\n\nSecond."
    assert record.points == [Point(level=1, label="1.", text="Point")]
    assert record.text == "Photo\n\nFirst.\n\nSecond.\n\n1. Point\n\na\tb\nc\td\n\nLast."
    assert record.first_seen == record.last_seen == record.fetched_at
    assert record.attribution == (
        "Source: Ministry of Foreign Affairs of Japan website. "
        "URL: https://www.mofa.go.jp/press/release/press1e_000001.html Accessed 2026-01-10. "
        "Edited by mofa_crawler."
    )


@pytest.mark.parametrize("change", ["title", "date", "body"])
def test_the_hash_covers_title_date_and_body(change: str) -> None:
    values = {"title": "x", "date": "2021-01-28", "body": [Block(kind="paragraph", text="x")]}
    assert release(**{change: values[change]}).content_hash != release().content_hash


@pytest.mark.parametrize(
    "changes", [{"links": []}, {"section": "x"}, {"revision": 2}, {"parser_version": 2}]
)
def test_the_hash_covers_nothing_else(changes: dict[str, Any]) -> None:
    assert release(**changes).content_hash == release().content_hash


def test_a_record_comes_back_from_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(release()), type=PressRelease) == release()


def test_the_published_schema_is_current() -> None:
    published = json.loads((ROOT / "docs" / "press_release.schema.json").read_text("utf-8"))
    assert published == json_schema(), "run: mofa-crawler schema --write"


def test_the_tables_of_fields_are_current() -> None:
    page = (ROOT / "docs" / "fields.md").read_text("utf-8")
    assert page == with_field_tables(page), "run: mofa-crawler schema --write"
    for record in RECORDS:
        assert field_table(record, JSON_TYPES) in page


def test_the_schema_names_every_field_in_order() -> None:
    definition = json_schema()["$defs"]["PressRelease"]
    assert list(definition["properties"]) == [field.name for field in fields(PressRelease)]
    assert definition["required"] == list(definition["properties"])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_has_a_description(record: type) -> None:
    schemas = properties_of(record)
    assert list(schemas) == [field.name for field in fields(record)]
    for schema in schemas.values():
        assert schema["description"].endswith(".")
        assert ("Null " in schema["description"]) == ("anyOf" in schema)
