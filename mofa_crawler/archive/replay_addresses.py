"""Addresses under which web archives replay pages: `…/20210127143000id_/https://…`."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from mofa_crawler.archive.captures import can_be_true

# The form of archive.org, pywb and the National Diet Library's WARP. In the replay of a replay, the
# inner address is that of the page. Browsers may write `https:/` for `https://` within a path.
_REPLAY = re.compile(r".*/(\d{14})(?:[a-z]{2}_)?/(https?):/{1,2}([^/].*)", re.DOTALL)
# WARP's older form has neither time nor scheme.
_OLD_REPLAY = re.compile(r".*/info:ndljp/pid/\d+/([\w-]+(?:\.[\w-]+)+/.*)", re.DOTALL)
_TIMESTAMP = re.compile(r"[0-9]{14}")
_FORMAT = "%Y%m%d%H%M%S"
_TIME = re.compile(rb"/(\d{14})(?:[a-z]{2}_)?/https?:/")


class Original(NamedTuple):
    """The captured address of a replay, and the time of the capture if it is known."""

    url: str
    time: datetime | None


def original_of(address: str) -> Original | None:
    """The original of a replay's address; None if the address is not that of a replay."""
    if match := _REPLAY.fullmatch(address):
        time = time_of(match[1])
        return Original(f"{match[2]}://{match[3]}", time) if time else None
    if match := _OLD_REPLAY.fullmatch(address):
        return Original(f"http://{match[1]}", None)
    return None


def captured_at(replay: bytes) -> datetime | None:
    """The time of a replay's capture: the time in most links of the page; None without a time."""
    times = Counter(_TIME.findall(replay))
    return time_of(times.most_common(1)[0][0].decode()) if times else None


def time_of(timestamp: str) -> datetime | None:
    """The time (UTC) of a text of 14 digits; None if it is no time, or not `can_be_true`."""
    if not _TIMESTAMP.fullmatch(timestamp):
        return None
    try:
        time = datetime.strptime(timestamp, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return time if can_be_true(time) else None


def timestamp_of(time: datetime) -> str:
    """An aware time as 14 digits."""
    return time.astimezone(UTC).strftime(_FORMAT)
