"""The values of Scrapy's settings (`-s NAME=VALUE`), checked before a run."""

from __future__ import annotations

from math import isfinite, nan

from scrapy.settings import BaseSettings, default_settings

from mofa_crawler.crawl.arguments import ArgumentError

_DEFAULTS = {
    name: default
    for name, default in vars(default_settings).items()
    if isinstance(default, int | float)
} | {"MOFA_DRAFTS": False}
# Settings that may be fractions, although their defaults are whole numbers.
_FRACTIONS = {"CLOSESPIDER_TIMEOUT", "DNS_TIMEOUT", "DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT"}
# With 0, Scrapy would wait for ever, or reject every page as too large.
_NOT_ZERO = {
    "AUTOTHROTTLE_TARGET_CONCURRENCY",
    "CONCURRENT_ITEMS",
    "CONCURRENT_REQUESTS",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_TIMEOUT",
}
_TRUE_OR_FALSE = {"true", "false", "True", "False", "1", "0"}


def check_no_reuse(settings: BaseSettings) -> None:
    """Raise `ArgumentError` if Scrapy would use requests or pages of an earlier run again."""
    if folder := settings["JOBDIR"]:
        raise ArgumentError(
            f"JOBDIR={folder}: leave it out; the database remembers what is left to fetch"
        )
    if (value := settings["HTTPCACHE_ENABLED"]) and value not in {"0", "false", "False"}:
        raise ArgumentError(
            f"HTTPCACHE_ENABLED={value}: leave it out; a cached listing lacks new releases"
        )


def check_values(settings: BaseSettings) -> None:
    """Check the flags and numbers that were given as text. Raises `ArgumentError`.

    Scrapy converts them in the middle of its start, and would end with a traceback.
    """
    for name, default in _DEFAULTS.items():
        text = settings.get(name)
        if not isinstance(text, str):
            continue
        if isinstance(default, bool):
            allowed = None if text in _TRUE_OR_FALSE else "true or false"
        else:
            is_whole = isinstance(default, int) and name not in _FRACTIONS
            allowed = _allowed_numbers(name, text, is_whole=is_whole)
        if allowed:
            raise ArgumentError(f"{name}={text}: write {allowed}")


def _allowed_numbers(name: str, text: str, *, is_whole: bool) -> str | None:
    """Which numbers a setting may have; None if `text` is one of them."""
    try:
        number = float(text)  # infinite if it has thousands of digits
        if is_whole:
            int(text)
    except ValueError:
        number = nan
    kind = "a whole number" if is_whole else "a number"
    if "PRIORITY" in name:
        return None if isfinite(number) else kind
    if name in _NOT_ZERO:
        return None if isfinite(number) and number > 0 else f"{kind} above 0"
    return None if isfinite(number) and number >= 0 else f"{kind} from 0 on"
