"""The demo site by its goldens: what a crawl must find there. Nothing here is counted by hand."""

from __future__ import annotations

import json
import re
from typing import Any

from mofa_crawler.record import DEFAULTS, PAGE_FIELDS
from tests.factories import EXPECTED, SITE

Records = dict[str, dict[str, Any]]

_NAMED = re.compile(r'<a href="/([^"]+)\.html">')
_LISTINGS = [path.read_text("utf-8") for path in SITE.rglob("*index.html")]

# The expected record of every release page, by its id.
RECORDS: Records = {
    str(path.relative_to(EXPECTED).with_suffix("")): {
        **{name: DEFAULTS[name] for name in PAGE_FIELDS},
        **json.loads(path.read_text("utf-8"))["record"],
    }
    for path in sorted(EXPECTED.rglob("*.json"))
}
# The releases that a listing names: those that a crawl of the live site finds.
LISTED: Records = {
    id_: RECORDS[id_]
    for id_ in sorted({name for html in _LISTINGS for name in _NAMED.findall(html)} & set(RECORDS))
}
# Entries of listings that name no release page: a crawl skips them. The sample has one.
SKIPPED = 1


def since(date: str, records: Records = LISTED, lang: str = "") -> Records:
    """The records of a day or later."""
    return {
        id_: record
        for id_, record in records.items()
        if record["date"] >= date and lang in ("", record["lang"])
    }


def of_month(month: str) -> Records:
    """The listed releases of a month, like `2021-01`."""
    return {id_: record for id_, record in LISTED.items() if record["date"][:7] == month}


def named_by(listing: str) -> Records:
    """The releases that one listing names, by the listing's path."""
    names = _NAMED.findall((SITE / listing).read_text("utf-8"))
    return {id_: LISTED[id_] for id_ in names if id_ in LISTED}


def duplicates(records: Records = LISTED) -> dict[str, str]:
    """The ids of releases whose title, date and body another release has, to the other's id."""
    first: dict[str, str] = {}
    found = {}
    for id_ in sorted(records, key=lambda id_: (records[id_]["date"], id_)):
        record = records[id_]
        content = json.dumps([record[name] for name in ("lang", "title", "date", "body")])
        original = first.setdefault(content, id_)
        if original != id_:
            found[id_] = original
    return found


def stored(records: Records = LISTED) -> int:
    """How many records the JSON file has of them: duplicates are left out."""
    return len(records) - len(duplicates(records))
