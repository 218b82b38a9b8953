"""What becomes of a listed release, counted in Scrapy's stats under `mofa/<language>/<outcome>`.

Every release that a run discovers is counted once as `listed` and once as one of `OUTCOMES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.site import LANGS

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector

    from mofa_crawler.site import Lang

LISTED = "listed"
OUTCOMES = (
    "new",
    "revised",
    "unchanged",
    "duplicate",
    "refused",
    "failed",
    "gone",
    "pending",
    "other",
)
# Listings that could not be got, and that could not be read.
LISTINGS = ("listings_failed", "listings_refused")

# Why a run was closed (Scrapy's closing reason) where the database could not be written.
STORE_FAILED = "store_failed"


def count(stats: StatsCollector, lang: Lang, what: str) -> None:
    """Count one of `LISTED`, `OUTCOMES` or `LISTINGS`."""
    stats.inc_value(f"mofa/{lang}/{what}")


def counts(stats: StatsCollector) -> dict[str, dict[str, int]]:
    """All counts so far, by language and then by what was counted; zeros are there too."""
    return {
        lang: {
            what: stats.get_value(f"mofa/{lang}/{what}", 0)
            for what in (LISTED, *OUTCOMES, *LISTINGS)
        }
        for lang in LANGS
    }
