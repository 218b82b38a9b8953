"""What the commands share: their options, and how they end."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mofa_crawler import settings, site
from mofa_crawler.commands.printing import print_message
from mofa_crawler.period import Period
from mofa_crawler.queries.terms import QueryError, operators_in, read_terms
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.connection import StoreError
from mofa_crawler.suggestion import suggest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from mofa_crawler.queries.terms import Term

OWN_SETTINGS = sorted(name for name in vars(settings) if name.startswith("MOFA_"))
_NEAR = 0.8  # as difflib measures: MFA_DB is near, and no setting of Scrapy is
_LONGEST_NUMBER = 9  # digits; SQLite takes twice as many


class UsageError(Exception):
    """Wrong usage of a command. `str()` is one line that says what to write instead."""


class PlainCommand:
    """A command without a crawl. It does not import Scrapy, which takes half a second.

    `settings` are those of `mofa_crawler.settings` and of `-s`; `given` are those of `-s` alone.
    """

    exitcode: int = 0

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {
            name: value for name, value in vars(settings).items() if name.isupper()
        }
        self.given: dict[str, str] = {}

    def syntax(self) -> str:
        """What stands behind the name of the command in its usage."""
        return "[options]"

    def long_desc(self) -> str:
        """What the help says beside the line of the overview."""
        return ""

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-s",
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a setting, such as MOFA_DB=FILE",
        )

    def process_options(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002 - as Scrapy's
        """Take the settings of `-s`, whose names are checked. Raises `UsageError`."""
        for text in opts.set:
            name, equals, value = text.partition("=")
            if not equals:
                raise UsageError("-s: write NAME=VALUE")
            self.given[name] = value
        self.settings |= self.given

    def run(self, args: list[str], opts: Any) -> None:
        """Do the command's work, and set `exitcode`. Raises `UsageError`."""
        raise NotImplementedError


class ReadsDatabase(PlainCommand):
    """A command that reads the database, also while a run writes to it."""

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        """Do the command's work.

        Raises `UsageError` and `StoreError`, with one line as text, before anything is printed.
        """
        raise NotImplementedError

    def run(self, args: list[str], opts: Any) -> None:
        try:
            self.read(Path(self.settings["MOFA_DB"]), args, opts)
        except StoreError as error:
            print_message(str(error))
            self.exitcode = Exit.NOT_STARTED


def check_settings(names: Iterable[str]) -> None:
    """Raise `UsageError` for a misspelt name of a setting of the project."""
    for name in names:
        if is_misspelt(name):
            raise UsageError(f"there is no setting {name}; {suggest(name.upper(), OWN_SETTINGS)}")


def is_misspelt(name: str) -> bool:
    """Whether a name is near a setting of the project, and is no setting."""
    if name in OWN_SETTINGS:
        return False
    letters = re.sub(r"[^A-Z]", "", name.upper())
    return letters.startswith("MOFA") or bool(
        get_close_matches(name.upper(), OWN_SETTINGS, n=1, cutoff=_NEAR)
    )


def check_no_arguments(name: str, args: list[str]) -> None:
    """Raise `UsageError` if a command that takes options only was given more."""
    if args:
        raise UsageError(f"{name} has no argument {args[0]}; see mofa-crawler {name} --help")


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


def read_query(query: str) -> list[Term]:
    """The terms of a query, one at least; a note says which operators are words.

    Raises `UsageError`.
    """
    if not query.isprintable():  # bytes that this locale cannot read
        raise UsageError("the words are not text: write them in UTF-8, in a locale of UTF-8")
    try:
        terms = read_terms(query)
    except QueryError as error:
        raise UsageError(str(error)) from None
    if not terms:
        raise UsageError("write the words to search for")
    for operator in operators_in(query):
        print_message(f"{operator} is searched as a word; all words must occur", "note")
    return terms


def number(text: str) -> int:
    """The value of an option that is a number."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise ArgumentTypeError(f"{text} is not a number")
    return int(text)
