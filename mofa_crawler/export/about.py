"""The texts about the dataset that several exports have: title, terms, source."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease

TITLE = "Press releases of Japan's Ministry of Foreign Affairs"
PUBLISHER = "Ministry of Foreign Affairs of Japan"
LICENSE_TITLE = "Public Data License (Version 1.0)"
LICENSE_URL = "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0"
TERMS = (
    f"Source: {PUBLISHER} website, {LICENSE_TITLE}. Edited by mofa_crawler, which is not the "
    "ministry's. Whoever passes the texts on must name the source and say that they were edited. "
    "The field `attribution` of each release is the line to use."
)


def mirror_of(source: str) -> str:
    """The host of the mirror in the field `source` of a record; empty for any other source."""
    kind, _, host = source.partition(":")
    return host if kind == "mirror" else ""


def attribution(record: PressRelease) -> str:
    """The line that the licence requires, with a warning if the text comes from a mirror."""
    mirror = mirror_of(record.source)
    warning = f" The text comes from a mirror ({mirror}), not from the ministry's site."
    return record.attribution + (warning if mirror else "")
