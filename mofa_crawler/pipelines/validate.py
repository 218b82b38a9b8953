"""Holds every record against the contract of `items.py` before it goes any further."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any, get_type_hints

import msgspec

from mofa_crawler import site
from mofa_crawler.outcome import Visit
from mofa_crawler.record import PressRelease

logger = logging.getLogger(__name__)

# The annotations alone: a `PressRelease` that is read anew computes its hash and its texts again.
_CONTRACT = msgspec.json.Decoder(
    msgspec.defstruct("PressRelease", [*get_type_hints(PressRelease, include_extras=True).items()])
)


class ValidatePipeline:
    """Turns a visit whose record breaks the contract into a refused one, code `invalid_record`."""

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Visit) and item.release:
            problem = find_problem(item.release)
            if problem:
                item.status, item.code, item.message = "rejected", "invalid_record", problem
                item.release = None
                logger.warning("refused: invalid_record: %s (%s)", problem, item.url)
        return item


def find_problem(release: PressRelease) -> str | None:
    """What is wrong with a record, in a line; None for a good one.

    The annotations of `PressRelease` (types, patterns, lengths, as in the published JSON Schema),
    and what they cannot say: days of the calendar, the id that follows from the address.
    """
    try:
        _CONTRACT.decode(msgspec.json.encode(release))
        date.fromisoformat(release.date)
    except (msgspec.ValidationError, ValueError) as error:
        return str(error)
    if release.id != site.release_id(release.url):
        return f"id {release.id!r} does not follow from the address"
    if release.lang != site.lang_of(release.url):
        return f"lang {release.lang!r} does not follow from the address"
    return None
