"""How a run ended: the exit codes, what each means, and the rules that choose one."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from mofa_crawler.run.counters import (
    BLOCKED,
    FIELDS_LOST,
    FORBIDDEN,
    LISTED,
    OUTCOMES,
    READ,
    REJECTED_NOW,
    STORE_ERRORS,
    totals,
)
from mofa_crawler.run.coverage import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mofa_crawler.site import Lang


class Exit(IntEnum):
    """The exit codes of `crawl`."""

    COMPLETE = 0
    NOT_STARTED = 1
    USAGE = 2
    BLOCKED = 3
    ERRORS = 4
    DRIFT = 5
    INCOMPLETE = 6


MEANINGS = {
    Exit.COMPLETE: "complete",
    Exit.NOT_STARTED: "could not start",
    Exit.USAGE: "wrong usage",
    Exit.BLOCKED: "blocked by the site, or robots.txt forbids pages or cannot be read",
    Exit.ERRORS: "errors: something was not fetched, or not stored",
    Exit.DRIFT: "drift: the site's pages have changed",
    Exit.INCOMPLETE: "incomplete: stopped early, or listings or saved pages are missing",
}

# Several gone or redirected releases, and fewer parsed ones, are a site under maintenance or a
# mirror that was set up wrongly: such a site says so of every page.
_MANY = 3
# Of so many releases, one in twenty may be odd. The last so many tell of a changed template.
LAST = 20
_TOLERATED = 0.05


def judge(
    stats: Mapping[str, Any],
    *,
    reason: str,
    has_lost_items: bool,
    has_gap: bool,
    rejected_of_last: Mapping[Lang, int],
) -> Exit:
    """The exit code of a run that has ended.

    `reason` is Scrapy's closing reason. `has_lost_items`: an exception lost an item, or a feed was
    not written. `has_gap`: months or captures are missing. `rejected_of_last` has, for each
    language, how many of the last twenty releases read were rejected.
    """
    total = totals(stats)
    if has_lost_items or stats.get(STORE_ERRORS):
        return Exit.ERRORS
    if stats.get(BLOCKED) or stats.get(FORBIDDEN):
        return Exit.BLOCKED
    if stats.get("log_count/ERROR") or total["failed"] or total["listings_failed"]:
        return Exit.ERRORS
    if reason != "finished" or total[LISTED] != sum(total[name] for name in OUTCOMES):
        return Exit.INCOMPLETE
    if has_gap:
        return Exit.INCOMPLETE
    if has_drifted_as_a_whole(stats) or _rejections_pile_up(stats, rejected_of_last):
        return Exit.DRIFT
    return Exit.COMPLETE


def has_drifted_as_a_whole(stats: Mapping[str, Any]) -> bool:
    """Whether a person must look before the JSON file is replaced.

    A listing was rejected; or several releases are gone or redirected, and fewer were read; or most
    releases have lost a field.
    """
    total = totals(stats)
    lost = total["gone"] + total["redirected"]
    return (
        bool(total["listings_rejected"])
        or (lost >= _MANY and lost > stats.get(READ, 0))
        or bool(stats.get(FIELDS_LOST))
    )


def _rejections_pile_up(stats: Mapping[str, Any], rejected_of_last: Mapping[Lang, int]) -> bool:
    """Whether so many pages are rejected that the template must have changed.

    In a run that read twenty releases or more: more than 5 % of them, and at least three. In a
    smaller run: at least three of the last twenty of a language, those of earlier runs included. A
    changed template must not hide behind runs of two pages each.
    """
    rejected = sum(stats.get(f"mofa/{lang}/{REJECTED_NOW}", 0) for lang in rejected_of_last)
    read = stats.get(READ, 0) + rejected
    if read >= ENOUGH:
        return bool(rejected >= _MANY and rejected > _TOLERATED * read)
    return any(number >= _MANY for number in rejected_of_last.values())
