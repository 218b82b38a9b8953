"""The newest releases as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from mofa_crawler.export.about import (
    LICENSE_TITLE,
    LICENSE_URL,
    PUBLISHER,
    TITLE,
    attribution,
    mirror_of,
)
from mofa_crawler.export.article import article, as_xml
from mofa_crawler.record import PressRelease, timestamp
from mofa_crawler.site import INDEXES, ORIGIN, Lang

if TYPE_CHECKING:
    from mofa_crawler.queries.snapshot import Snapshot

# The most entries, unless the user chooses a part. Feed readers often fetch the whole feed.
NEWEST = 100

_ATOM = "{http://www.w3.org/2005/Atom}"
_XHTML = "http://www.w3.org/1999/xhtml"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(snapshot: Snapshot, file: BinaryIO, *, newest: int | None = None) -> None:
    """Write the `newest` releases as entries, the newest first.

    Without `newest`, the feed has all releases if the selection has a period or `changed_since`,
    else `NEWEST`. An entry's id is the address of the page. A character that XML does not allow
    becomes U+FFFD. The feeds of two searches differ in title and id.
    """
    selection = snapshot.selection
    if newest is None and selection.period.is_open and selection.changed_since is None:
        newest = NEWEST
    # The time comes from the dataset, so that the same dataset makes the same feed.
    changes = map(_updated, snapshot.records(newest_first=True, limit=newest))
    updated = max(changes, default=None) or snapshot.last_run() or timestamp(datetime.now(UTC))
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(f"{_ATOM}feed", nsmap={None: _ATOM[1:-1]}):
            for element in _head(selection.period.langs, updated, selection.search):
                xml.write(element, "\n")
            for record in snapshot.records(newest_first=True, limit=newest):
                xml.write(_entry(record), "\n")


def _head(langs: Sequence[Lang], updated: str, search: str) -> list[etree._Element]:
    # RFC 4287 recommends a link to the feed itself, but its address is not known here.
    indexes = [INDEXES[lang] for lang in langs]
    author = _element("author")
    author.extend([_element("name", PUBLISHER), _element("uri", f"{ORIGIN}/")])
    return [
        _element("id", uuid5(NAMESPACE_URL, " ".join([*indexes, *search.split()])).urn),
        _element("title", f"{TITLE}: {search}" if search else TITLE),
        _element("updated", updated),
        author,
        *(
            _element("link", rel="alternate", type="text/html", hreflang=lang, href=INDEXES[lang])
            for lang in langs
        ),
        _element("rights", f"{LICENSE_TITLE}, {LICENSE_URL}"),
        _element("generator", "mofa_crawler"),
    ]


def _entry(record: PressRelease) -> etree._Element:
    entry = _element("entry")
    entry.set(_LANG, record.lang)
    content = _element("content", type="xhtml")
    content.append(article(record.body, _XHTML))
    for place, note in enumerate(_notes(record)):
        paragraph = etree.Element(f"{{{_XHTML}}}p", {_LANG: "en"})
        paragraph.text = note
        content[0].insert(place, paragraph)
    entry.extend(
        [
            _element("id", record.url),
            _element("title", f"Gone: {record.title}" if record.gone_since else record.title),
            _element("updated", _updated(record)),
            _element("published", f"{record.date}T00:00:00+09:00"),
            _element("link", rel="alternate", type="text/html", href=record.url),
            *([_element("category", term=record.section)] if record.section else []),
            *([_element("summary", record.lead)] if record.lead else []),
            content,
            _element("rights", attribution(record)),
        ]
    )
    return entry


def _updated(record: PressRelease) -> str:
    return record.gone_since or record.fetched_at


def _notes(record: PressRelease) -> Iterator[str]:
    """What a reader must know before the text."""
    if record.gone_since:
        yield (
            "The ministry removed or moved this page. "
            f"It was first found gone at {record.gone_since}."
        )
    if mirror := mirror_of(record.source):
        yield f"This text comes from a mirror ({mirror}), not from the ministry's site."


def _element(name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.Element(
        f"{_ATOM}{name}",
        {key: as_xml(value) for key, value in attributes.items()},
        nsmap={None: _ATOM[1:-1]},
    )
    element.text = None if text is None else as_xml(text)
    return element
