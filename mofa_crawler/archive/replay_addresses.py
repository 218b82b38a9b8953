"""Addresses under which web archives replay pages: `…/20210127143000id_/https://…`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

# archive.org, pywb and the National Diet Library's WARP write them alike. A replay of a replay has
# two: the inner one is that of the page. Browsers make one slash of two in a path.
_REPLAY = re.compile(r".*/(\d{14})(?:[a-z]{2}_)?/(https?):/{1,2}([^/].*)", re.DOTALL)


class Original(NamedTuple):
    """The address that a replay shows, as it was captured, and the time of the capture."""

    url: str
    time: datetime


def original_of(address: str) -> Original | None:
    """What the replay under an address shows; None if the address is not that of a replay."""
    match = _REPLAY.fullmatch(address)
    if not match:
        return None
    try:
        time = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Original(f"{match[2]}://{match[3]}", time)
