"""The figures, each with what it says, the bar that it must reach, and the aim behind that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reached = Literal["aim", "bar", "no", ""]


@dataclass(frozen=True)
class Figure:
    """A figure; `is_rate`: the more the better, else the less. Without a bar it is information only."""

    name: str
    says: str
    bar: float | None = None
    aim: float | None = None
    is_rate: bool = False
    floor: float | None = None  # what may not be lost; without one, half the bar

    def reached(self, value: float) -> Reached:
        """How far a value gets."""
        if self.aim is not None and self._meets(value, self.aim):
            return "aim"
        if self.bar is None:
            return "" if self.aim is None else "no"
        return "bar" if self._meets(value, self.bar) else "no"

    def is_far_off(self, value: float) -> bool:
        """Whether a value is so much worse than its bar that no noise explains it."""
        if self.bar is None:
            return False
        half = self.bar / 2 if self.is_rate else self.bar * 2
        return not self._meets(value, self.floor or half)

    def _meets(self, value: float, mark: float) -> bool:
        return value >= mark if self.is_rate else value <= mark

    def mark(self, mark: float | None) -> str:
        """A bar or an aim as the table has it."""
        return "" if mark is None else f"{'≥' if self.is_rate else '≤'} {mark:g}"


FIGURES = (
    # The bar is not reached (docs/performance.md says why): what is, may not be lost.
    Figure("parse_vs_lxml", "time of our parser ÷ of lxml's bare tree", bar=1.5, aim=0.5, floor=13),
    Figure("parse_vs_trafilatura", "times faster than trafilatura", is_rate=True),
    Figure("parse_vs_newspaper4k", "times faster than newspaper4k", is_rate=True),
    Figure("parse_vs_bs4", "times faster than BeautifulSoup and selects", is_rate=True),
    Figure(
        "crawl_vs_bare_scrapy",
        "pages a second ÷ of a bare Scrapy spider with our settings",
        bar=0.75,
        aim=0.95,
        is_rate=True,
    ),
    Figure(
        "crawl_archive_vs_bare_scrapy",
        "the same, with the WARC archive written",
        bar=0.5,
        is_rate=True,
    ),
    Figure(
        "crawl_vs_default_scrapy",
        "pages a second ÷ of a bare spider with Scrapy's defaults",
        bar=1.2,
        aim=1.6,
        is_rate=True,
    ),
    Figure(
        "crawl_vs_usual_spider",
        "pages a second ÷ of a spider with BeautifulSoup and a feed",
        bar=8,
        is_rate=True,
    ),
    Figure("crawl_vs_crawlee", "pages a second ÷ of Crawlee with its files", bar=3, is_rate=True),
    Figure("crawl_vs_crawlee_memory", "pages a second ÷ of Crawlee in memory", is_rate=True),
    Figure("memory_12k_vs_1k", "peak memory after 12,000 pages ÷ after 1,000", bar=1.15),
    Figure("memory_49k_vs_1k", "peak memory after 49,000 pages ÷ after 1,000", aim=1.25),
    Figure("polite_pace", "time of a polite crawl ÷ requests × delay", bar=1.05, aim=1.02),
    Figure(
        "no_change_vs_scrapy_start",
        "time of a run that finds no change ÷ of a bare spider's",
        bar=1.5,
    ),
    Figure("reparse_pages_per_second", "pages read again from an archive, a second", is_rate=True),
    Figure("store_rows_per_second", "rows stored, a second", is_rate=True),
    Figure("store_vs_executemany", "the same ÷ of executemany in one transaction", is_rate=True),
    Figure("store_growth", "time to store a release among 40,000 ÷ among 1,000"),
    Figure("export_rows_per_second", "releases exported, a second, of 40,000", is_rate=True),
    Figure("export_growth", "time to export a release of 40,000 ÷ of 1,000"),
    Figure(
        "json_file_memory",
        "peak memory to update the JSON file of 300,000 releases ÷ of 3,000",
        bar=1.2,
    ),
    Figure("search_ms", "milliseconds of a search in 40,000 releases"),
    Figure("search_growth", "time of a search in 40,000 releases ÷ in 1,000"),
    *(
        Figure(f"browse_{page}", f"time of {name} to browse ÷ of Datasette's table page", bar=0.2)
        for page, name in {
            "home": "the front page",
            "search_ja": "a search for two Japanese characters",
            "search_en": "a search for a long English word",
            "release": "a release in both languages",
            "coverage": "the calendar",
            "months": "the charts",
        }.items()
    ),
)
