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

LIVE = "live"  # the `source` of a page of the site itself

# The terms of use ask for this form. "Edited", because the text is taken out of its page.
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
        Literal["heading", "paragraph", "point", "table", "note", "caption"],
        Meta(
            description="`heading`, `paragraph`, `point`, `table`, `note` (a footnote, "
            '"provisional translation", or a reference with its text) or `caption` (of a picture '
            "or table). These lines are headings too: a line in bold or underlined, a line in "
            "【】, the mark of a reference alone (`（参考）`) or a few plain words above a number."
        ),
    ]
    level: Annotated[
        int,
        Meta(
            ge=0,
            description="The depth of a point, from 1. What stands inside a list item has the "
            "item's level. 0 outside of any point.",
        ),
    ] = 0
    label: Annotated[
        str,
        Meta(
            description="The number or bullet of a point, as typed, or as a browser prints it for "
            'a list: "1.", "(1)", "（ア）", "•" (for the bullets of any level). Empty for other '
            "kinds. A heading keeps its number in the text."
        ),
    ] = ""
    text: Annotated[
        str,
        Meta(
            description="The text without the label. A newline stands before each further "
            "paragraph of an item, and where the page breaks a line. Empty for tables."
        ),
    ] = ""
    rows: Annotated[
        list[list[str]],
        Meta(
            description="The cells of a table. A cell that spans columns or rows is repeated in "
            "each. Empty for other kinds."
        ),
    ] = field(default_factory=list)

    def as_text(self) -> str:
        """The block as plain text: label and text, or a table's rows a line each, tab-separated."""
        if self.kind == "table":
            return "\n".join("\t".join(row) for row in self.rows)
        return f"{self.label} {self.text}".strip()


@dataclass(slots=True, kw_only=True)
class Point:
    """A numbered or bulleted item of the body."""

    level: Annotated[int, Meta(ge=1, description="The depth of the point, from 1.")]
    label: Annotated[str, Meta(description="The number or bullet, as in Block.")]
    text: Annotated[str, Meta(description="The text without the label, as in Block.")]


@dataclass(slots=True, kw_only=True)
class Link:
    """A link out of the article."""

    kind: Annotated[
        Literal["attachment", "related", "text"],
        Meta(
            description="`attachment` (a PDF or other file, on any host), `related` (from the "
            "list of related links) or `text` (in the article)."
        ),
    ]
    text: Annotated[str, Meta(description="The text of the link. Empty if a picture is linked.")]
    url: Annotated[
        Url,
        Meta(
            description="The absolute address. An address of the ministry's site is in one "
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
        NonEmpty, Meta(description="The path of `url` without its ending. It never changes.")
    ]
    url: Annotated[
        Url,
        Meta(
            description="The listed address of the page on the ministry's site, also if a mirror "
            "was crawled. All addresses have one spelling: https, `www.mofa.go.jp`, no fragment."
        ),
    ]
    lang: Annotated[Lang, Meta(description="`en` or `ja`: the side of the site.")]
    section: Annotated[
        str,
        Meta(
            description='The heading above the title ("Press Releases", a region, a topic). Empty '
            "if the page has none."
        ),
    ]
    title: Annotated[
        NonEmpty,
        Meta(
            description="The title, on one line. If the page has the title on two lines, a space "
            "joins the lines. If the page's `<title>` joins them without a space, so does "
            "this field."
        ),
    ]
    date: Annotated[Day, Meta(description="Day of publication in Japan, `YYYY-MM-DD`.")]
    date_source: Annotated[
        Literal["page", "listing"],
        Meta(
            description="`page`: the date is printed on the page. `listing`: the page has no date, "
            "and the listing's date is used."
        ),
    ]
    lead: Annotated[
        str,
        Meta(
            description="The paragraphs before the first point, heading or table, a blank line "
            "between them. Empty if there are none."
        ),
    ] = field(init=False)
    points: Annotated[list[Point], Meta(description="The blocks of kind `point`, in order.")] = (
        field(init=False)
    )
    body: Annotated[
        list[Block],
        Meta(
            min_length=1,
            description="The whole article in order, nothing lost and nothing added; never empty.",
        ),
    ]
    text: Annotated[
        NonEmpty,
        Meta(
            description="The body as plain text, labels included: blocks with a blank line between "
            "them, table rows on lines, cells separated by tabs."
        ),
    ] = field(init=False)
    links: Annotated[
        list[Link],
        Meta(description="Links out of the article and from its list of related links, in order."),
    ]
    translation: Annotated[
        Url | None,
        Meta(
            description="Address of the same release in the other language, from the page's own "
            "link. Null if the page has no such link; never guessed."
        ),
    ]
    layout: Annotated[
        NonEmpty,
        Meta(
            description="Name of the page layout by which the page was read, such as `cms` (most "
            "pages since 2013). `draft`: no parser reads the page, and the text is only a draft "
            "(`export --with-drafts`)."
        ),
    ]
    parser_version: Annotated[
        int, Meta(ge=1, description="The version of the parser that read the page.")
    ]
    warnings: Annotated[
        list[NonEmpty],
        Meta(
            description="Codes of what is odd about the page, in alphabetical order "
            "(`docs/page-codes.md`). The text is exact all the same. Empty for most pages."
        ),
    ] = field(default_factory=list)
    content_hash: Annotated[
        str,
        Meta(
            pattern="^[0-9a-f]{64}$",
            description="SHA-256 of title, date and body. The same id with another hash is a "
            "revision.",
        ),
    ] = field(init=False)
    revision: Annotated[
        int,
        Meta(
            ge=1,
            description="1, and one more with every change of the text on the page (a better "
            "parser makes none). Earlier texts are in the table `revisions`.",
        ),
    ] = 1
    duplicate_of: Annotated[
        str | None,
        Meta(
            description="Id of the original, if this release says the same at another address. "
            "Null for all others. JSON files leave duplicates out."
        ),
    ] = None
    first_seen: Annotated[
        Timestamp,
        Meta(
            description="The earliest time at which the page of this release was fetched. Times "
            "are UTC, `YYYY-MM-DDTHH:MM:SSZ`."
        ),
    ] = ""
    last_seen: Annotated[
        Timestamp,
        Meta(
            description="The time of the last fetch that changed the record. A fetch that finds "
            "nothing new, or finds the page gone, leaves this time alone. So an unchanged dataset "
            "keeps its bytes."
        ),
    ] = ""
    fetched_at: Annotated[
        Timestamp,
        Meta(
            description="The time at which the page of this record was fetched. For a saved page: "
            "the time of the capture, from the WARC file or SingleFile. If neither says the time: "
            "the time of the file."
        ),
    ]
    gone_since: Annotated[
        Timestamp | None,
        Meta(
            description="When the page was first found gone (404, 410). Null while the page is "
            "there. The record is kept."
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
        Meta(description="The line to cite with the text; the terms of use require it."),
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


# What the crawl and the store say about a release. All other fields are read from its page.
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


def as_json(release: PressRelease) -> str:
    """A record as one line of JSON, the keys in the order of `docs/fields.md`."""
    return msgspec.json.encode(release).decode()


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record: every key always there, and no other."""
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
    """The JSON Schema of each field of a dataclass, in order; without the default."""
    schemas = msgspec.json.schema(record)["$defs"][record.__name__]["properties"]
    return {
        name: {key: value for key, value in schemas[name].items() if key != "default"}
        for name in (f.name for f in fields(record))
    }
