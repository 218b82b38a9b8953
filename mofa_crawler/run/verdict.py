"""How a run ended: the exit codes, what each means, and the rules that choose one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from mofa_crawler.run.counters import (
    BLOCKED,
    FIELDS_LOST,
    FORBIDDEN,
    LISTED,
    LOST,
    OUTCOMES,
    READ,
    REJECTED_NOW,
    STORE_ERRORS,
    totals,
)
from mofa_crawler.run.coverage import ENOUGH

if TYPE_CHECKING:
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
    Exit.BLOCKED: "blocked: by the site, or by a robots.txt that forbids pages or is unusable",
    Exit.ERRORS: "errors: something was not fetched, or not stored",
    Exit.DRIFT: "drift: the site's pages have changed",
    Exit.INCOMPLETE: "incomplete: stopped early, a gap, or a file or capture that was not read",
}

# Fewer lost or rejected releases than this are no sign of drift.
_MANY = 3
# If a run is small, the last so many releases are judged.
LAST = 20
_TOLERATED = 0.05  # the share of releases that may be rejected


def judge(  # noqa: PLR0913 - all that an exit code depends on
    stats: Mapping[str, Any],
    *,
    reason: str,
    has_lost_items: bool,
    has_gap: bool,
    rejected_of_last: Mapping[Lang, int],
    lost_of_last: tuple[int, int],
) -> Exit:
    """The exit code of a run that has ended.

    `reason` is Scrapy's closing reason. `has_lost_items`: an exception lost an item, or a feed was
    not written. `has_gap`: months or captures are missing. `rejected_of_last`: by language, how
    many of the last twenty releases read were rejected. `lost_of_last` is as for
    `has_drifted_as_a_whole`.
    """
    total = totals(stats)
    if has_lost_items or stats.get(STORE_ERRORS):
        return Exit.ERRORS
    if stats.get(BLOCKED) or stats.get(FORBIDDEN):
        return Exit.BLOCKED
    if stats.get("log_count/ERROR") or total["failed"] or total["listings_failed"]:
        return Exit.ERRORS
    if has_gap or reason != "finished" or total[LISTED] != sum(total[name] for name in OUTCOMES):
        return Exit.INCOMPLETE
    if has_drifted_as_a_whole(stats, lost_of_last) or _rejections_pile_up(stats, rejected_of_last):
        return Exit.DRIFT
    return Exit.COMPLETE


def has_drifted_as_a_whole(stats: Mapping[str, Any], lost_of_last: tuple[int, int]) -> bool:
    """Whether the JSON file must not be replaced before a person has looked at the run.

    There are three reasons: a listing was rejected; most releases are gone or redirected; or most
    releases have lost a field.
    `lost_of_last`: of the last twenty releases fetched, how many are gone or redirected, and how
    many are not.
    """
    return (
        bool(totals(stats)["listings_rejected"])
        or _most_are_lost(stats, lost_of_last)
        or bool(stats.get(FIELDS_LOST))
    )


def _most_are_lost(stats: Mapping[str, Any], lost_of_last: tuple[int, int]) -> bool:
    """Whether so many releases are gone or redirected that something is wrong with the site.

    A site under maintenance, or a mirror that was set up wrongly, reports every page as gone. At
    least three releases must be lost, and more than are read. In a run of twenty releases or more,
    only this run counts. In a smaller run, the last twenty releases of all runs count: a run
    without news may retry only a few pages that are known to be gone.
    """
    lost, read = stats.get(LOST, 0), stats.get(READ, 0)
    if 0 < lost < ENOUGH - read:
        lost, read = lost_of_last
    return bool(lost >= _MANY and lost > read)


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
