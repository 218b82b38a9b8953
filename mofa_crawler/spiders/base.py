"""What every spider of the project has. Pipelines and extensions rely on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from scrapy import Spider

from mofa_crawler.crawl.arguments import check_names, parse_limit, parse_mirror, parse_period
from mofa_crawler.crawl.read_page import keep_period
from mofa_crawler.crawl.setting_values import check_no_reuse
from mofa_crawler.crawl.store import get_store
from mofa_crawler.run.control import stop_run
from mofa_crawler.run.report import LIMITED, NAMED, Months

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from mofa_crawler.outcome import ListingParsed
    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang, Mirror
    from mofa_crawler.store.store import Store


class Progress(NamedTuple):
    """How many pages are done, of how many known so far."""

    done: int
    total: int


class BaseSpider(Spider):
    """A spider that yields a `PageOutcome` for each address it discovers.

    `raw_arguments` are the arguments as given, `period` and `mirror` what they and the settings
    say, `store` the open store of the crawl. `has_gap` becomes true if months, or captures, are
    missing. `counted` has the addresses of pages whose outcome was counted, `releases` the ids of
    releases by their outcome (`run.report.NAMED`). `months` are, by language, the months that the
    run should read, and the missing ones. `release_limit` is the most releases of a limited run.
    """

    argument_names: ClassVar[tuple[str, ...]]
    # Whether pages come from captures, which may be of any age, and not from the site.
    reads_captures: ClassVar[bool] = False

    raw_arguments: dict[str, str]
    period: Period
    mirror: Mirror
    release_limit: int | None
    store: Store

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Check the settings. Raises `ArgumentError`."""
        super().update_settings(settings)
        check_no_reuse(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments, then open the store. Raises `ArgumentError` and `StoreError`."""
        check_names(kwargs, cls.argument_names)
        period = parse_period(kwargs)
        spider = super().from_crawler(crawler, *args)
        spider.raw_arguments = kwargs
        spider.period = period
        spider.mirror = parse_mirror(crawler.settings["MOFA_BASE_URL"])
        spider.release_limit = parse_limit(kwargs)
        spider.parse_arguments(kwargs)
        spider.store = get_store(crawler)
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_gap = False
        self.counted: set[str] = set()
        self.releases: dict[str, list[str]] = {outcome: [] for outcome in NAMED}
        self.months: dict[str, Months] = {}

    def parse_arguments(self, raw: Mapping[str, str]) -> None:
        """Read the arguments that only this spider has. Raises `ArgumentError`."""

    def to_store(self, outcome: ListingParsed) -> ListingParsed:
        """A listing as the store gets it: with the entries of the period.

        A listing that is stored whole stays whole. Catch-ups do not request partial month pages.
        The page of a month in the period is stored with its days of other months.
        """
        month = outcome.listing.month
        if (month and self.period.covers_whole_month(month)) or (
            self.store.pages.is_whole_listing(outcome.url)
        ):
            return outcome
        return keep_period(outcome, self.period)

    def end_at_limit(self) -> None:
        """End the run before everything was read."""
        stop_run(self.crawler, LIMITED)

    @property
    def completed_languages(self) -> list[Lang]:
        """The languages in which this run has caught up: it has read their listings to today."""
        return []

    @property
    def waiting(self) -> int:
        """How many pages are to be requested and are not yet scheduled."""
        return 0

    @property
    def progress(self) -> Progress | None:
        """The progress of a spider without requests; None if its requests show the progress."""
        return None
