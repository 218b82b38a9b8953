"""The published record: a press release, its blocks, points and links.

Each field carries its own description. `docs/fields.md`, `docs/press_release.schema.json` and the
schemas of the exports are made from these classes. `pipelines/validate.py` checks every record
against the same annotations.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256
from inspect import getdoc
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mofa_crawler.site import Lang  # noqa: TC001 - annotations are read at run time

NonEmpty = Annotated[str, Meta(min_length=1)]
Url = Annotated[str, Meta(pattern=r"^https?://\S+$")]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
Month = Annotated[str, Meta(pattern=r"^\d{4}-\d\d$")]
Timestamp = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]

BlockKind = Literal["heading", "paragraph", "point", "table", "note", "caption"]

LIVE = "live"  # the `source` of a page of the site itself

# The terms of use require this form. "Edited", because the text is taken out of its page.
_ATTRIBUTION = (
    "Source: Ministry of Foreign Affairs of Japan website. "
    "URL: {url} Accessed {day}. Edited by mofa_crawler."
)


def timestamp(time: datetime) -> Timestamp:
    """An aware time as records write it: UTC, to the second."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(slots=True, kw_only=True)
class Block:
    """One piece of an article, in page order."""

    kind: Annotated[
        BlockKind,
        Meta(
            description="What the block is: `heading`, `paragraph`, `point`, `table`, `note` or "
            "`caption`."
        ),
    ]
    level: Annotated[
        int,
        Meta(
            ge=0,
            description="The depth of a point: 1 for the outermost. A block of another kind has "
            "the level of the point around it, or 0 outside of all points.",
        ),
    ] = 0
    label: Annotated[
        str,
        Meta(
            description="The number or bullet of a point. A label in the text is as typed: "
            '"(1)", "（ア）", "・". A label of an HTML list is as browsers print it: "1.", "a.". A '
            'bullet of an HTML list is always "•". Empty for other kinds: a heading keeps its '
            "number in `text`."
        ),
    ] = ""
    text: Annotated[
        str,
        Meta(
            description="The text without the label. A line break of the page (`<br>`) is a "
            "newline. Each further paragraph of a list item begins after a newline. Empty for "
            "tables."
        ),
    ] = ""
    rows: Annotated[
        list[list[str]],
        Meta(
            description="The rows of a table, each as a list of cells. A cell that spans several "
            "columns or rows is repeated in each of them. Empty for other kinds."
        ),
    ] = field(default_factory=list)

    def as_text(self) -> str:
        """Label and text; of a table, one line for each row, with tabs between the cells."""
        if self.kind == "table":
            return "\n".join("\t".join(row) for row in self.rows)
        return f"{self.label} {self.text}".strip()


@dataclass(slots=True, kw_only=True)
class Point:
    """A numbered or bulleted item of the body."""

    level: Annotated[int, Meta(ge=1, description="The depth of the point: 1 for the outermost.")]
    label: Annotated[str, Meta(description="The number or bullet, as in Block.")]
    text: Annotated[str, Meta(description="The text without the label, as in Block.")]


@dataclass(slots=True, kw_only=True)
class Link:
    """A link out of the article."""

    kind: Annotated[
        Literal["attachment", "related", "text"],
        Meta(
            description="`attachment` (a PDF or another file, on any host), `related` (in the "
            "list of related links) or `text` (in the article)."
        ),
    ]
    text: Annotated[str, Meta(description="The text of the link. Empty if a picture is linked.")]
    url: Annotated[
        Url,
        Meta(
            description="The absolute address. Addresses of the ministry's site have one "
            "spelling, as in PressRelease."
        ),
    ]


@dataclass(slots=True, kw_only=True)
class PressRelease:
    """One press release.

    `lead`, `points`, `text`, `content_hash` and `attribution` follow from the other fields
    and are always computed.
    """

    id: Annotated[
        NonEmpty,
        Meta(
            description="The path of `url` without `.html` or `.htm`, for example "
            "`press/release/press1e_000170`. It never changes."
        ),
    ]
    url: Annotated[
        Url,
        Meta(
            description="The address of the page on the ministry's site, also if the page came "
            "from a mirror. If the listed address redirects, `url` is the address after the "
            "redirect. Addresses of the site have one spelling: https, `www.mofa.go.jp`, no "
            "fragment."
        ),
    ]
    lang: Annotated[Lang, Meta(description="The language: `en` or `ja`.")]
    section: Annotated[
        str,
        Meta(
            description='The heading above the title ("Press Releases", a region, a topic). Empty '
            "if the page has none."
        ),
    ]
    title: Annotated[
        NonEmpty,
        Meta(description="The title, on one line."),
    ]
    date: Annotated[Day, Meta(description="The day of publication in Japan, `YYYY-MM-DD`.")]
    date_source: Annotated[
        Literal["page", "listing"],
        Meta(
            description="Where the date is from: `page`, or `listing` if no date on the page can "
            "be read."
        ),
    ]
    lead: Annotated[
        str,
        Meta(
            description="The paragraphs before the first point, heading or table, with a blank "
            "line between paragraphs. Empty if there are none."
        ),
    ] = field(init=False)
    points: Annotated[list[Point], Meta(description="The blocks of kind `point`, in order.")] = (
        field(init=False)
    )
    body: Annotated[
        list[Block],
        Meta(
            min_length=1,
            description="The whole article as blocks, in order. Never empty.",
        ),
    ]
    text: Annotated[
        NonEmpty,
        Meta(
            description="The body as plain text, with labels. A blank line stands between blocks. "
            "A row of a table is one line, with tabs between the cells."
        ),
    ] = field(init=False)
    links: Annotated[
        list[Link],
        Meta(description="The links in the article, then the links in the list of related links."),
    ]
    translation: Annotated[
        Url | None,
        Meta(
            description="The address of the same release in the other language. Null if the page "
            "does not link the other language."
        ),
    ]
    layout: Annotated[
        NonEmpty,
        Meta(
            description="The layout of the page, such as `cms` (most pages since 2013). `draft`: "
            "the text is a draft of a rejected page (`export --with-drafts`)."
        ),
    ]
    parser_version: Annotated[
        int, Meta(ge=1, description="The version of the parser that read the page.")
    ]
    warnings: Annotated[
        list[NonEmpty],
        Meta(
            description="Codes of what is odd about the page, in alphabetical order "
            "(`docs/page-codes.md`). Empty for most pages."
        ),
    ] = field(default_factory=list)
    content_hash: Annotated[
        str,
        Meta(
            pattern="^[0-9a-f]{64}$",
            description="SHA-256 of title, date and body. It changes if the ministry changes the "
            "text, or if a newer parser reads the page differently.",
        ),
    ] = field(init=False)
    revision: Annotated[
        int,
        Meta(
            ge=1,
            description="1 for the earliest text of the page. Each change of title, date or body "
            "by the ministry adds 1. A newer parser adds nothing.",
        ),
    ] = 1
    duplicate_of: Annotated[
        str | None,
        Meta(
            description="The id of the original, if this release is a duplicate (same title, date "
            "and text). Null for all other releases."
        ),
    ] = None
    first_seen: Annotated[
        Timestamp,
        Meta(
            description="The earliest time at which the page was fetched. All times are UTC: "
            "`YYYY-MM-DDTHH:MM:SSZ`."
        ),
    ] = ""
    last_seen: Annotated[
        Timestamp,
        Meta(
            description="Always equal to `fetched_at`. The time of the last "
            "fetch is `pages.checked_at` in the database."
        ),
    ] = ""
    fetched_at: Annotated[
        Timestamp,
        Meta(
            description="The time of the fetch that brought this record. A later fetch that finds "
            "nothing new does not change this time. For a saved page: the time that the WARC "
            "file, a web archive or SingleFile noted, else the time of the file."
        ),
    ]
    gone_since: Annotated[
        Timestamp | None,
        Meta(
            description="The time of the first fetch that found the page gone, or found a "
            "permanent redirect to another page. Null if the page is there."
        ),
    ] = None
    source: Annotated[
        NonEmpty,
        Meta(
            description="Where the page came from. `live`: the site. `mirror:<host>`: a mirror of "
            "the site. `archive:<host>`: a web archive. `warc:<file name>`: a WARC file. "
            "`file:<file name>`: a saved page."
        ),
    ] = LIVE
    license: Annotated[
        Literal["PDL-1.0"],
        Meta(
            description="`PDL-1.0`, the Public Data License of Japan, under which the ministry "
            "publishes."
        ),
    ] = "PDL-1.0"
    attribution: Annotated[
        NonEmpty,
        Meta(description="The line to print with the text, as the terms of use require."),
    ] = field(init=False)

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


# Fields that the crawl and the store fill in. All other fields are read from the page.
BOOKKEEPING = frozenset(
    "parser_version content_hash revision duplicate_of first_seen last_seen fetched_at gone_since "
    "source license attribution".split()
)
PAGE_FIELDS = tuple(f.name for f in fields(PressRelease) if f.name not in BOOKKEEPING)
# `MISSING` for a field without a default.
DEFAULTS = {
    f.name: f.default if f.default_factory is MISSING else f.default_factory()
    for f in fields(PressRelease)
}


def _lead(body: list[Block]) -> str:
    paragraphs = []
    for block in body:
        if block.kind in {"point", "heading", "table"}:
            break
        if block.kind == "paragraph":
            paragraphs.append(block.text)
    return "\n\n".join(paragraphs)


def as_json(value: object) -> str:
    """A value as one line of JSON. The keys of a record are in the order of `docs/fields.md`."""
    return msgspec.json.encode(value).decode()


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record: each key is required, and no other is allowed."""
    definitions: dict[str, Any] = {}
    for record in (PressRelease, Point, Block, Link):
        properties = properties_of(record)
        definitions[record.__name__] = {
            "title": record.__name__,
            "description": getdoc(record),
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": "#/$defs/PressRelease",
        "$defs": definitions,
    }


def properties_of(record: type) -> dict[str, dict[str, Any]]:
    """The JSON Schema of each field of a dataclass, in order, without defaults."""
    schemas = msgspec.json.schema(record)["$defs"][record.__name__]["properties"]
    return {
        name: {key: value for key, value in schemas[name].items() if key != "default"}
        for name in (f.name for f in fields(record))
    }
