"""The options `--lang`, `--since` and `--until`, the same wherever the dataset is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from mofa_crawler.crawl.arguments import parse_period

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mofa_crawler.period import Period
    from mofa_crawler.site import Lang

_NAMES = ("lang", "since", "until")


def add_period_options(parser: ArgumentParser) -> None:
    """Add the options to a command's."""
    parser.add_argument("--lang", help="en, ja or en,ja (the default)")
    parser.add_argument("--since", metavar="YYYY-MM[-DD]", help="the first day or month")
    parser.add_argument("--until", metavar="YYYY-MM[-DD]", help="the last day or month")


class Bounds(TypedDict):
    """Keyword arguments of queries."""

    langs: tuple[Lang, ...]
    since: str | None
    until: str | None


def bounds_of(period: Period) -> Bounds:
    """A period as keyword arguments of queries."""
    return Bounds(langs=period.langs, since=period.since, until=period.until)


def period_of(opts: Namespace) -> Period:
    """The period of the options. Raises `ArgumentError`."""
    return parse_period(
        {name: getattr(opts, name) for name in _NAMES if getattr(opts, name) is not None}
    )
