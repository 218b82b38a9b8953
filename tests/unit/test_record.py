"""The record contract, and the documents that must follow from it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from mofa_crawler.record import Block, Link, Point, PressRelease, json_schema
from tests.conftest import ROOT

RECORDS = [PressRelease, Block, Point, Link]


def release(**changes: Any) -> PressRelease:
    """A small good record."""
    values: dict[str, Any] = {
        "id": "press/release/press1e_000001",
        "url": "https://www.mofa.go.jp/press/release/press1e_000001.html",
        "lang": "en",
        "section": "Press Releases",
        "title": "A visit",
        "date": "2021-01-27",
        "date_source": "page",
        "body": [
            Block(kind="caption", text="Photo"),
            Block(kind="paragraph", text="First."),
            Block(kind="paragraph", text="Second."),
            Block(kind="point", level=1, label="1.", text="Point"),
            Block(kind="table", rows=[["a", "b"], ["c", "d"]]),
            Block(kind="paragraph", text="Last."),
        ],
        "links": [Link(kind="text", text="x", url="https://example.org/")],
        "translation": None,
        "layout": "cms",
        "parser_version": 1,
        "fetched_at": "2026-01-10T03:00:00Z",
        **changes,
    }
    return PressRelease(**values)


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
    assert published == json_schema(), "run: scrapy schema > docs/press_release.schema.json"


def test_the_schema_names_every_field_in_order() -> None:
    definition = json_schema()["$defs"]["PressRelease"]
    assert list(definition["properties"]) == [field.name for field in fields(PressRelease)]
    assert definition["required"] == list(definition["properties"])


def documented(section: str) -> dict[str, tuple[str, str]]:
    """Type and null of each field in a table of docs/fields.md."""
    text = (ROOT / "docs" / "fields.md").read_text("utf-8")
    table = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\w ]+) \| (yes|no) \| \S.* \|$", table, re.MULTILINE)
    return {name: (kind, null) for name, kind, null in rows}


def described(hint: Any) -> tuple[str, str]:
    """What a type hint is in JSON, and whether it may be null."""
    if get_origin(hint) is Union or str(get_origin(hint)) == "<class 'types.UnionType'>":
        (kind,) = [arg for arg in get_args(hint) if arg is not type(None)]
        return described(kind)[0], "yes"
    if get_origin(hint) is Literal:
        return described(type(get_args(hint)[0]))
    if get_origin(hint) is list:
        return f"list of {described(get_args(hint)[0])[0]}", "no"
    return {str: "string", int: "integer"}.get(hint, hint.__name__), "no"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_fields_md_tells_every_field(record: type) -> None:
    hints = get_type_hints(record)
    expected = {field.name: described(hints[field.name]) for field in fields(record)}
    assert documented(record.__name__) == expected
    assert list(documented(record.__name__)) == list(expected)
