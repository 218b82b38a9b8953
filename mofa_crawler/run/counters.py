"""What a run counts, in Scrapy's stats: `mofa/<language>/<outcome>` and the names below.

Each release that a run discovers is counted once as `listed` and once as one of `OUTCOMES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from mofa_crawler.run.coverage import fields_of
from mofa_crawler.site import LANGS, Lang

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector

    from mofa_crawler.record import PressRelease

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
LISTINGS = ("listings_failed", "listings_rejected")
# By language: releases that this run rejected and nobody has acknowledged.
REJECTED_NOW = "rejected_now"

# Scrapy's closing reason if the database could not be written.
STORE_FAILED = "store_failed"
STORE_ERRORS = "mofa/store_errors"
# Releases that were parsed or confirmed by this run.
READ = "mofa/read"
LOST = "mofa/lost"  # releases that this run itself found gone or redirected
JSON_STATE = "mofa/json"  # what became of the JSON file
ARCHIVE = "mofa/archive"  # the name of the run's WARC file
FORBIDDEN = "mofa/forbidden"  # requests that robots.txt forbids
BLOCKED = "mofa/blocked"  # responses that block this client
WEB_ARCHIVE = "mofa/web_archive"  # what a web archive's index listed (`run.report.WebArchive`)
LISTING_PROBLEMS = "mofa/listing_problems"  # entries and days that could not be read
FIELDS_LOST = "mofa/fields_lost"  # fields that most of the parsed releases lack
# Prefixes. Of parsed releases: layouts, months of their dates, fields that they have, warnings. Of
# rejected pages: codes. Of captures that are not read: the reasons (`archive.captures.SkipReason`).
LAYOUT, MONTH, FIELD = "mofa/layout/", "mofa/month/", "mofa/field/"
WARNING, CODE, SKIPPED = "mofa/warning/", "mofa/code/", "mofa/skipped/"


def count(stats: StatsCollector, lang: Lang, what: str) -> None:
    """Count one of `LISTED`, `OUTCOMES`, `LISTINGS` or `REJECTED_NOW`."""
    stats.inc_value(f"mofa/{lang}/{what}")


def count_parsed(stats: StatsCollector, release: PressRelease) -> None:
    """Count a parsed release by its layout, month and fields."""
    stats.inc_value(READ)
    stats.inc_value(LAYOUT + release.layout)
    stats.inc_value(MONTH + release.date[:7])
    for field in fields_of(release):
        stats.inc_value(FIELD + field)


def parsed_count(stats: Mapping[str, Any]) -> int:
    """How many releases were parsed. Releases that a 304 confirmed do not count."""
    return sum(counted_under(stats, LAYOUT).values())


def counted_under(stats: Mapping[str, Any], prefix: str) -> dict[str, int]:
    """The stats whose names begin with a prefix, by the rest of the name, sorted."""
    names = sorted(name for name in stats if name.startswith(prefix))
    return {name.removeprefix(prefix): stats[name] for name in names}


def counts(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """All counts so far, by language and then by what was counted, zeros included."""
    return {
        lang: {what: stats.get(f"mofa/{lang}/{what}", 0) for what in (LISTED, *OUTCOMES, *LISTINGS)}
        for lang in LANGS
    }


def totals(stats: Mapping[str, Any]) -> dict[str, int]:
    """The counts so far of both languages together."""
    return total_of(counts(stats))


def total_of(by_lang: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The counts of both languages together, from those by language."""
    return {
        what: sum(of_lang[what] for of_lang in by_lang.values())
        for what in (LISTED, *OUTCOMES, *LISTINGS)
    }


def reason_of(error: BaseException) -> str:
    """An error in one line: its type and text; for a file, its name and what is wrong."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    # Twisted raises a failed download with a list of causes. Scrapy's text is that whole list.
    cause = error.__cause__
    while cause and cause.args and isinstance(cause.args[0], list) and cause.args[0]:
        error = cause = cast("BaseException", cause.args[0][0].value)
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
