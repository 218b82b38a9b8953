"""The arguments of a spider (`-a NAME=VALUE`) and settings of the project, checked before a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import nan
from pathlib import Path
from typing import Any

from mofa_crawler import site
from mofa_crawler.period import Period
from mofa_crawler.run.schedule import Schedule
from mofa_crawler.suggestion import suggest

_MOST = 100_000


class ArgumentError(ValueError):
    """An unknown or malformed argument. `str()` is one line that says what to write instead."""


def check_names(raw: Mapping[str, str], names: Sequence[str]) -> None:
    """Raise `ArgumentError` if an argument is not one of `names`."""
    if unknown := sorted(set(raw) - set(names)):
        raise ArgumentError(f"unknown argument {unknown[0]!r}; {suggest(unknown[0], names)}")


def parse_period(raw: Mapping[str, str]) -> Period:
    """The period of `lang`, `since` and `until`. Raises `ArgumentError`."""
    try:
        return Period.parse(lang=raw.get("lang"), since=raw.get("since"), until=raw.get("until"))
    except ValueError as error:
        raise ArgumentError(str(error)) from None


def parse_flag(raw: Mapping[str, str], name: str) -> bool:
    """An argument that is `true` or `false`; false if it is not given. Raises `ArgumentError`."""
    text = raw.get(name, "false")
    if text not in {"true", "false"}:
        raise ArgumentError(f"{name}={text}: write true or false")
    return text == "true"


def parse_limit(raw: Mapping[str, str]) -> int | None:
    """How many releases a run may take (`limit`); None: no limit. Raises `ArgumentError`."""
    if "limit" not in raw:
        return None
    text = raw["limit"]
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(_MOST))
    if not is_number or not 0 < int(text) <= _MOST:
        raise ArgumentError(f"limit={text}: write a number from 1 to {_MOST}")
    return int(text)


def parse_paths(text: str | None) -> list[Path]:
    """The files and folders of `path`. Raises `ArgumentError` if one does not exist."""
    if not text:
        raise ArgumentError(
            "path is missing: write --path FILE_OR_FOLDER[,…] with WARC or HTML files"
        )
    # A name may contain a comma.
    paths = [Path(text)] if Path(text).exists() else [Path(name) for name in text.split(",")]
    for path in paths:
        if not path.exists():
            raise ArgumentError(f"path={path}: there is no such file or folder")
    return paths


def parse_schedule(settings: Mapping[Any, Any]) -> Schedule:
    """The schedule with `MOFA_RECHECK_DAYS` and `MOFA_RECHECK_HOURS`. Raises `ArgumentError`."""
    days, hours = (_number(settings, f"MOFA_RECHECK_{unit}") for unit in ("DAYS", "HOURS"))
    return Schedule(recheck_for=timedelta(days=days), least=timedelta(hours=hours))


def _number(settings: Mapping[Any, Any], name: str) -> float:
    try:
        number = float(settings[name])
    except ValueError:
        number = nan
    if not 0 <= number <= _MOST:
        raise ArgumentError(f"{name}={settings[name]}: write a number from 0 to {_MOST}")
    return number


def parse_mirror(text: str) -> site.Mirror:
    """The mirror of the setting `MOFA_BASE_URL`. Raises `ArgumentError`."""
    try:
        return site.Mirror(text)
    except ValueError as error:
        raise ArgumentError(f"MOFA_BASE_URL: {error}") from None
