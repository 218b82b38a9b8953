"""What the commands share: options, settings and errors."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mofa_crawler import settings
from mofa_crawler.commands.printing import print_message
from mofa_crawler.crawl.arguments import parse_period
from mofa_crawler.queries.terms import QueryError, Term, operators_in, read_terms

if TYPE_CHECKING:
    from mofa_crawler.period import Period

_LONGEST_NUMBER = 9  # digits; SQLite takes twice as many


class UsageError(Exception):
    """Wrong usage of a command. `str()` is one line that says what to write instead."""


class NotStarted(Exception):
    """A command cannot do its work. `str()` is one line that says why."""


class PlainCommand:
    """A command without Scrapy's options. Scrapy takes half a second to import.

    `words` are the arguments after the options, as the usage shows them; empty if the command takes
    none. `settings` are those of `mofa_crawler.settings` and of `-s`; `given` are those of `-s`.
    """

    words: str = ""
    description: str = ""  # the help has it after the line of the overview
    exitcode: int = 0

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {
            name: value for name, value in vars(settings).items() if name.isupper()
        }
        self.given: dict[str, str] = {}

    @property
    def database(self) -> Path:
        """The file of `MOFA_DB`."""
        return Path(self.settings["MOFA_DB"])

    def syntax(self) -> str:
        """What the usage has after the name of the command."""
        return f"[options] {self.words}"

    def long_desc(self) -> str:
        return self.description

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
        """Set the settings of `-s`, which `command_line.run` has checked."""
        self.given = dict(text.split("=", 1) for text in opts.set)
        self.settings |= self.given

    def run(self, args: list[str], opts: Any) -> None:
        """Do the command's work, and set `exitcode`.

        Raises `UsageError`, `ArgumentError`, `NotStarted` and `StoreError` before it prints.
        """
        raise NotImplementedError


def add_period_options(parser: ArgumentParser) -> None:
    """Add `--lang`, `--since` and `--until`, the same for every command."""
    add_lang_option(parser)
    for name, which in (("--since", "first"), ("--until", "last")):
        parser.add_argument(
            name,
            metavar="DATE",
            help=f"the {which} day: a year, a month or a day (2023, 2023-04, 2023-04-01)",
        )


def add_lang_option(parser: ArgumentParser) -> None:
    parser.add_argument("--lang", help="en, ja or en,ja (the default)")


def add_count_option(parser: ArgumentParser, what: str) -> None:
    """Add `-n`: how many to print, as `opts.count`; 0 is all."""
    parser.add_argument(
        "-n",
        dest="count",
        type=number,
        default=20,
        metavar="COUNT",
        help=f"how many {what} (default: 20; 0: all)",
    )


def period_of(opts: Namespace) -> Period:
    """The languages and the period that were given. Raises `ArgumentError`."""
    given = {name: getattr(opts, name, None) for name in ("lang", "since", "until")}
    return parse_period({name: text for name, text in given.items() if text is not None})


def read_query(query: str) -> list[Term]:
    """The terms of a query, at least one. Raises `UsageError`.

    Prints a note for each operator of other search programs: it is searched as a word.
    """
    try:
        query.encode()
        terms = read_terms(query)
    except UnicodeEncodeError:  # bytes that this locale cannot read
        raise UsageError(
            "the words are not valid UTF-8; write them in UTF-8, in a UTF-8 locale"
        ) from None
    except QueryError as error:
        raise UsageError(str(error)) from None
    if not terms:
        raise UsageError("write the words to search for")
    for operator in operators_in(query):
        print_message(f"{operator} is searched as a word; all words must occur", "note")
    return terms


def number(text: str) -> int:
    """The value of a numeric option. Raises `ArgumentTypeError`."""
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"{text} is not a number")
    if len(text) > _LONGEST_NUMBER:
        raise ArgumentTypeError(f"{text} is too large")
    return int(text)
