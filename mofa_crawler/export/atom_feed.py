"""The newest releases as an Atom feed (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from mofa_crawler.export.about import LICENSE_TITLE, LICENSE_URL, PUBLISHER, TITLE
from mofa_crawler.export.article import article, as_xml
from mofa_crawler.record import timestamp
from mofa_crawler.site import INDEXES, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mofa_crawler.queries.snapshot import Snapshot
    from mofa_crawler.record import PressRelease
    from mofa_crawler.site import Lang

# Entries, if the user names no bounds: a feed reader fetches the whole feed again and again.
NEWEST = 100

_ATOM = "{http://www.w3.org/2005/Atom}"
_XHTML = "http://www.w3.org/1999/xhtml"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(snapshot: Snapshot, file: BinaryIO) -> None:
    """Write the releases as entries, the newest first.

    If the selection has neither a period nor a run to begin from: the newest `NEWEST`. An entry's
    id is the address of the page. A character that XML does not allow becomes U+FFFD.
    """
    selection = snapshot.selection
    bounded = not selection.period.is_open or selection.changed_since is not None
    limit = None if bounded else NEWEST
    write_feed(
        snapshot.records(newest_first=True, limit=limit),
        file,
        langs=selection.period.langs,
        # No clock: the same dataset is the same feed.
        updated=snapshot.last_change(limit),
        search=selection.search,
    )


def write_feed(
    records: Iterable[PressRelease],
    file: BinaryIO,
    *,
    langs: Sequence[Lang],
    updated: str | None,
    search: str = "",
) -> None:
    """Write records as entries. `updated` is the time of the latest change; None: now.

    `search` are the words by which the records were found. The feeds of two searches differ in
    title and id.
    """
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(f"{_ATOM}feed", nsmap={None: _ATOM[1:-1]}):
            for element in _head(langs, updated, search):
                xml.write(element, "\n")
            for record in records:
                xml.write(_entry(record), "\n")


def _head(langs: Sequence[Lang], updated: str | None, search: str) -> list[etree._Element]:
    # No link to the feed itself, which RFC 4287 recommends: nobody knows where it is published.
    indexes = [INDEXES[lang] for lang in langs]
    author = _element("author")
    author.extend([_element("name", PUBLISHER), _element("uri", f"{ORIGIN}/")])
    return [
        _element("id", uuid5(NAMESPACE_URL, " ".join([*indexes, *search.split()])).urn),
        _element("title", f"{TITLE}: {search}" if search else TITLE),
        _element("updated", updated or timestamp(datetime.now(UTC))),
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
    entry.extend(
        [
            _element("id", record.url),
            _element("title", record.title),
            _element("updated", record.fetched_at),
            _element("published", f"{record.date}T00:00:00+09:00"),
            _element("link", rel="alternate", type="text/html", href=record.url),
            *([_element("category", term=record.section)] if record.section else []),
            *([_element("summary", record.lead)] if record.lead else []),
            content,
            _element("rights", record.attribution),
        ]
    )
    return entry


def _element(name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.Element(
        f"{_ATOM}{name}",
        {key: as_xml(value) for key, value in attributes.items()},
        nsmap={None: _ATOM[1:-1]},
    )
    element.text = None if text is None else as_xml(text)
    return element
