"""What becomes of a listed release, counted in Scrapy's stats under `mofa/<language>/<outcome>`.

Every release that a run discovers is counted once as `listed` and once as one of `OUTCOMES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from mofa_crawler.run.coverage import fields_of
from mofa_crawler.site import LANGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.statscollectors import StatsCollector

    from mofa_crawler.record import PressRelease
    from mofa_crawler.site import Lang

LISTED = "listed"
OUTCOMES = (
    "new",
    "revised",
    "unchanged",
    "duplicate",
    "rejected",
    "failed",
    "gone",
    "placeholder",
    "redirected",
    "skipped",
    "outdated",
)
_MANY_LOST = 3
# Listings that could not be got, and that could not be read.
LISTINGS = ("listings_failed", "listings_rejected")

# Why a run was closed (Scrapy's closing reason) where the database could not be written.
STORE_FAILED = "store_failed"
# Stats: how often the store failed; releases that were read, held before or not; what became of
# the JSON file; the run's file in the archive; what robots.txt kept the run from; whether the site
# refused this client.
STORE_ERRORS = "mofa/store_errors"
READ = "mofa/read"
JSON_STATE = "mofa/json"
ARCHIVE = "mofa/archive"
FORBIDDEN = "mofa/forbidden"
# That fields are gone from most of the releases read (`coverage.py`).
FIELDS_LOST = "mofa/fields_lost"
# Before the name of what is counted: of the releases read, their layouts, the months of their dates
# and the fields that they have; and why pages were refused.
LAYOUT, MONTH, FIELD, CODE = "mofa/layout/", "mofa/month/", "mofa/field/", "mofa/code/"
BLOCKED = "mofa/blocked"
# Before what was no capture to read (`archive.captures.SkipReason`).
PASSED_OVER = "mofa/passed_over/"


def count(stats: StatsCollector, lang: Lang, what: str) -> None:
    """Count one of `LISTED`, `OUTCOMES` or `LISTINGS`."""
    stats.inc_value(f"mofa/{lang}/{what}")


def count_read(stats: StatsCollector, release: PressRelease) -> None:
    """Count a release that was read, held before or not, by what it is like."""
    stats.inc_value(READ)
    stats.inc_value(LAYOUT + release.layout)
    stats.inc_value(MONTH + release.date[:7])
    for field in fields_of(release):
        stats.inc_value(FIELD + field)


def counted_under(stats: Mapping[str, Any], prefix: str) -> dict[str, int]:
    """What was counted under names that begin so, by the rest of the name, sorted."""
    names = sorted(name for name in stats if name.startswith(prefix))
    return {name.removeprefix(prefix): stats[name] for name in names}


def counts(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """All counts so far, by language and then by what was counted; zeros are there too."""
    return {
        lang: {what: stats.get(f"mofa/{lang}/{what}", 0) for what in (LISTED, *OUTCOMES, *LISTINGS)}
        for lang in LANGS
    }


def totals(stats: StatsCollector) -> dict[str, int]:
    """The counts so far of both languages together."""
    return total_of(counts(stats.get_stats()))


def total_of(by_lang: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The counts of both languages together, of the counts by language."""
    return {
        what: sum(of_lang[what] for of_lang in by_lang.values())
        for what in (LISTED, *OUTCOMES, *LISTINGS)
    }


def drifted_as_a_whole(stats: StatsCollector) -> bool:
    """Whether the site as a whole did not look as it did, so that a person should look first.

    A listing that could not be read; or several releases gone or moved away, and fewer read: a
    site under maintenance, or a mirror badly set up, says so of every page; or fields gone from
    most of the releases read.
    """
    of_all = totals(stats)
    lost = of_all["gone"] + of_all["redirected"]
    return (
        bool(of_all["listings_rejected"])
        or (lost >= _MANY_LOST and lost > stats.get_value(READ, 0))
        or bool(stats.get_value(FIELDS_LOST))
    )


def reason_of(error: BaseException) -> str:
    """Why something was not got, in a line."""
    # Twisted hands on the causes of a failed download as a list of failures.
    while error.args and isinstance(error.args[0], list) and error.args[0]:
        error = cast("BaseException", getattr(error.args[0][0], "value", error.args[0][0]))
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
