"""The options `--lang`, `--since` and `--until`, the same wherever the dataset is read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from mofa_crawler import site
from mofa_crawler.crawl.arguments import Arguments, parse_arguments

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mofa_crawler.site import Lang

_NAMES = ("lang", "since", "until")


def add_period_options(parser: ArgumentParser) -> None:
    """Add the options to a command's."""
    parser.add_argument("--lang", help="en, ja or en,ja (the default)")
    parser.add_argument("--since", metavar="YYYY-MM[-DD]", help="the first day or month")
    parser.add_argument("--until", metavar="YYYY-MM[-DD]", help="the last day or month")


class Bounds(TypedDict):
    """A period as the store takes it: first and last day (`YYYY-MM-DD`), None where it is open."""

    langs: tuple[Lang, ...]
    since: str | None
    until: str | None


def bounds_of(period: Arguments) -> Bounds:
    """Languages and period for the store."""
    return Bounds(
        langs=period.langs,
        since=period.since.isoformat() if period.since else None,
        until=period.until.isoformat() if period.until else None,
    )


def period_of(opts: Namespace) -> Arguments:
    """Languages and period as given. Raises `ArgumentError`."""
    given = {name: getattr(opts, name) for name in _NAMES if getattr(opts, name) is not None}
    return parse_arguments(given, today=datetime.now(site.JAPAN).date(), names=_NAMES)
