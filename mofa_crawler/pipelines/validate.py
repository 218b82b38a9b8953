"""Checks every record against the contract of `record.py`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import msgspec
from itemadapter import ItemAdapter

from mofa_crawler import site
from mofa_crawler.outcome import Fetch, NotParsed, PageOutcome, ReleaseParsed
from mofa_crawler.record import PressRelease, timestamp

logger = logging.getLogger(__name__)

# A type with the same annotations. A new `PressRelease` would compute its hash and texts again.
_TYPES = get_type_hints(PressRelease, include_extras=True)
_CONTRACT = msgspec.json.Decoder(msgspec.defstruct("PressRelease", [*_TYPES.items()]))
_GIVEN = {field.name for field in fields(PressRelease) if field.init}
_COMPUTED = {field.name for field in fields(PressRelease)} - _GIVEN
_NEEDED = {"url", "title", "date", "body"}


class ValidatePipeline:
    """Rejects a record that breaks the contract, code `invalid_record`.

    An item of any spider that has the fields of a record (a dict, a dataclass, or what else
    `itemadapter` knows) becomes the outcome of its page. Other items pass unchanged.
    """

    def process_item(self, item: Any) -> Any:
        outcome = item if isinstance(item, PageOutcome) else _outcome_of(item)
        if not isinstance(outcome, ReleaseParsed):
            return outcome
        if problem := find_problem(outcome.release):
            return _rejected(outcome.url, outcome.fetch, problem, outcome.parser_version)
        return outcome


def find_problem(release: PressRelease) -> str | None:
    """What is wrong with a record, in one line; None if nothing is.

    This checks the annotations of `PressRelease` (types, patterns, lengths, as in the published
    JSON Schema), and that the date is a day of the calendar.
    """
    try:
        _CONTRACT.decode(msgspec.json.encode(release))
        date.fromisoformat(release.date)
    except (msgspec.ValidationError, ValueError) as error:
        return str(error)
    return None


def _outcome_of(item: Any) -> Any:
    """The outcome of an item with the fields of a record; any other item unchanged.

    `url`, `title`, `date` and `body` are needed. Fields that follow from the others are computed.
    """
    if not ItemAdapter.is_item(item):
        return item
    values = ItemAdapter(item).asdict()
    if not values.keys() >= _NEEDED:
        return item
    url = site.canonical_url(str(values["url"]))
    if url is None or not site.is_on_site(url):
        logger.warning("not stored: %r is no address of the ministry's site", values["url"])
        return item
    fetch = Fetch(fetched_at=timestamp(datetime.now(UTC)), http_status=200)
    try:
        release = _release_of(values, url, fetch)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        return _rejected(url, fetch, str(error))
    fetch = Fetch(
        fetched_at=release.fetched_at,
        source=release.source,
        http_status=200,
        answered_url=url,
        body_hash=release.content_hash,
    )
    return ReleaseParsed(
        url=url, fetch=fetch, parser_version=release.parser_version, release=release
    )


def _release_of(values: Mapping[str, Any], url: str, fetch: Fetch) -> PressRelease:
    unknown = sorted(values.keys() - _GIVEN - _COMPUTED)
    if unknown:
        raise ValueError(f"the record has no field {unknown[0]!r}")
    defaults: dict[str, Any] = {
        "section": "",
        "date_source": "page",
        "links": [],
        "translation": None,
        "layout": "item",
        "parser_version": 1,
        "fetched_at": fetch.fetched_at,
    }
    given = {name: value for name, value in values.items() if name in _GIVEN}
    follows = {"id": site.release_id(url), "url": url, "lang": site.lang_of(url)}
    record = {**defaults, **given, **follows}
    return PressRelease(
        **{name: msgspec.convert(value, _TYPES[name]) for name, value in record.items()}
    )


def _rejected(url: str, fetch: Fetch, problem: str, parser_version: int = 0) -> NotParsed:
    logger.warning("rejected: invalid_record: %s (%s)", problem, url)
    return NotParsed(
        url=url,
        fetch=fetch,
        parser_version=parser_version,
        role="release",
        status="rejected",
        code="invalid_record",
        message=problem,
    )
