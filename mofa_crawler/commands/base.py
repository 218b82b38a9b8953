"""What the commands share: their options, and how they end."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from mofa_crawler import site
from mofa_crawler.commands.printing import print_message
from mofa_crawler.period import Period
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from scrapy.settings import Settings

_LONGEST_NUMBER = 9  # digits; SQLite takes twice as many


class PlainCommand:
    """A command without a crawl. Stands before `ScrapyCommand` among the bases of a command.

    It is not a `ScrapyCommand` itself: Scrapy would take it for a command.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}
    example: str  # a line of the shell, for the help
    settings: Settings | None
    exitcode: int

    def add_options(self, parser: ArgumentParser) -> None:
        """Of Scrapy's options, the one that a command without a crawl can use."""
        parser.add_argument(
            "-s",
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a setting, such as MOFA_DB=FILE",
        )
        parser.set_defaults(profile=None)  # Scrapy's own command line reads it

    def process_options(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002 - Scrapy's
        assert self.settings is not None
        try:
            self.settings.setdict(arglist_to_dict(opts.set), priority="cmdline")
        except ValueError:
            raise UsageError("-s: write NAME=VALUE") from None


class ReadsDatabase(PlainCommand):
    """A command that reads the database, also while a run writes to it."""

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        """Do the command's work.

        Raises `UsageError` and `StoreError`, with one line as text, before anything is printed.
        """
        raise NotImplementedError

    def run(self, args: list[str], opts: Any) -> None:
        assert self.settings is not None
        try:
            self.read(Path(self.settings["MOFA_DB"]), args, opts)
        except StoreError as error:
            print_message(str(error))
            self.exitcode = Exit.NOT_STARTED


def check_no_arguments(name: str, args: list[str]) -> None:
    """Raise `UsageError` if a command that takes options only was given more."""
    if args:
        what = "option" if args[0].startswith("-") else "argument"
        raise UsageError(f"{name} has no {what} {args[0]}; see mofa-crawler {name} --help")


def add_period_options(parser: ArgumentParser) -> None:
    """Add `--lang`, `--since` and `--until`, the same for every command."""
    parser.add_argument("--lang", help="en, ja or en,ja (the default)")
    for name, which in (("--since", "first"), ("--until", "last")):
        parser.add_argument(
            name,
            metavar="DATE",
            help=f"the {which} day: a year, a month or a day (2023, 2023-04, 2023-04-01)",
        )


def period_of(opts: Namespace) -> Period:
    """The languages and the period that were given. Raises `UsageError`."""
    today = datetime.now(site.JAPAN).date()
    try:
        return Period.parse(lang=opts.lang, since=opts.since, until=opts.until, today=today)
    except ValueError as error:
        raise UsageError(str(error)) from None


def number(text: str) -> int:
    """The value of an option that is a number."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise ArgumentTypeError(f"{text} is not a number")
    return int(text)
