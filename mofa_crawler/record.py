"""The record contract: what a press release is, and what a visit to an address brought.

`docs/fields.md` and `docs/press_release.schema.json` follow from `PressRelease`;
`pipelines/validate.py` holds every record against the same annotations.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256
from inspect import cleandoc
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mofa_crawler.site import Lang  # noqa: TC001 - annotations are read at run time

NonEmpty = Annotated[str, Meta(min_length=1)]
Url = Annotated[str, Meta(pattern=r"^https?://\S+$")]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
Month = Annotated[str, Meta(pattern=r"^\d{4}-\d\d$")]
Timestamp = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Level = Annotated[int, Meta(ge=0)]

LIVE = "live"  # the source of what was fetched from the site

# The terms of use ask for this form; "edited" because the text is taken out of its page.
_ATTRIBUTION = (
    "Source: Ministry of Foreign Affairs of Japan website. "
    "URL: {url} Accessed {day}. Edited by mofa_crawler."
)


def timestamp(time: datetime) -> Timestamp:
    """An aware time as records bear it: UTC, to the second."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(slots=True, kw_only=True)
class Block:
    """One piece of an article, in page order."""

    kind: Literal["heading", "paragraph", "point", "table", "note", "caption"]
    level: Level = 0
    label: str = ""
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)

    def as_text(self) -> str:
        """The block as plain text: label and text, or a table's rows a line each, tab-separated."""
        if self.kind == "table":
            return "\n".join("\t".join(row) for row in self.rows)
        return f"{self.label} {self.text}".strip()


@dataclass(slots=True, kw_only=True)
class Point:
    """A numbered or bulleted item of the body."""

    level: Annotated[int, Meta(ge=1)]
    label: str
    text: str


@dataclass(slots=True, kw_only=True)
class Link:
    """A link out of the article. `text` is empty where the page links a picture."""

    kind: Literal["attachment", "related", "text"]
    text: str
    url: Url


@dataclass(slots=True, kw_only=True)
class PressRelease:
    """One press release. The fields, their meaning and when they are null: `docs/fields.md`.

    `lead`, `points`, `text`, `content_hash` and `attribution` follow from the other fields
    and are always computed.
    """

    id: NonEmpty
    url: Url
    lang: Lang
    section: str
    title: NonEmpty
    date: Day
    date_source: Literal["page", "listing"]
    lead: str = field(init=False)
    points: list[Point] = field(init=False)
    body: Annotated[list[Block], Meta(min_length=1)]
    text: NonEmpty = field(init=False)
    links: list[Link]
    translation: Url | None
    layout: NonEmpty
    parser_version: Annotated[int, Meta(ge=1)]
    content_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] = field(init=False)
    revision: Annotated[int, Meta(ge=1)] = 1
    duplicate_of: str | None = None
    first_seen: Timestamp = ""
    last_seen: Timestamp = ""
    fetched_at: Timestamp
    gone_since: Timestamp | None = None
    source: NonEmpty = LIVE
    license: Literal["PDL-1.0"] = "PDL-1.0"
    attribution: NonEmpty = field(init=False)

    def __post_init__(self) -> None:
        self.lead = _lead(self.body)
        self.points = [
            Point(level=b.level, label=b.label, text=b.text) for b in self.body if b.kind == "point"
        ]
        self.text = "\n\n".join(block.as_text() for block in self.body)
        content = [self.title, self.date, self.body]
        self.content_hash = sha256(msgspec.json.encode(content)).hexdigest()
        self.first_seen = self.first_seen or self.fetched_at
        self.last_seen = self.last_seen or self.fetched_at
        self.attribution = _ATTRIBUTION.format(url=self.url, day=self.fetched_at[:10])


def _lead(body: list[Block]) -> str:
    paragraphs = []
    for block in body:
        if block.kind in {"point", "heading", "table"}:
            break
        if block.kind == "paragraph":
            paragraphs.append(block.text)
    return "\n\n".join(paragraphs)


def as_json(release: PressRelease) -> str:
    """A record as one line of JSON, the keys in the order of `docs/fields.md`."""
    return msgspec.json.encode(release).decode()


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record: every key always there, and no other."""
    schema = msgspec.json.schema(PressRelease)
    record = schema["$defs"]["PressRelease"]
    record["properties"] = {f.name: record["properties"][f.name] for f in fields(PressRelease)}
    for definition in schema["$defs"].values():
        definition["description"] = cleandoc(definition["description"])
        definition["required"] = list(definition["properties"])
        definition["additionalProperties"] = False
        for of_property in definition["properties"].values():
            of_property.pop("default", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
