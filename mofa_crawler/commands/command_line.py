"""The command line: runs a command, and turns errors into messages and exit codes."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib.metadata import version
from platform import python_version

from mofa_crawler import __version__
from mofa_crawler.commands.base import NotStarted, UsageError
from mofa_crawler.commands.overview import COMMANDS, OF_SCRAPY, overview
from mofa_crawler.commands.parser import command_of, parser_of, scrapy_settings, words_of
from mofa_crawler.commands.printing import print_message
from mofa_crawler.commands.setting_names import check_settings, hint_of
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.connection import StoreError
from mofa_crawler.suggestion import suggest

# Commands of Scrapy that write code, into the installed package or into a new project.
_LEFT_OUT = {"genspider", "edit", "startproject"}


def run(argv: Sequence[str]) -> int:
    """Run a command, with its arguments as a shell splits them; returns the exit code.

    `argv` begins with the command's name. The working directory need not be the project's.
    """
    name, *rest = argv or ["--help"]
    if name == "help" and rest:
        name, rest = rest[0], ["--help"]
    if name in {"--version", "-V", "version"}:
        print(_versions())
        return 0
    if name in {"--help", "-h", "help"}:
        print(overview())
        return 0
    _warn_of_environment()
    try:
        _check_given(rest)
        if name in OF_SCRAPY:
            return _run_scrapy([name, *rest])
        if name not in COMMANDS:
            print_message(_no_command(name))
            return Exit.USAGE
        return _run(name, rest)
    except (UsageError, ArgumentError) as error:
        print_message(str(error))
        return Exit.USAGE
    except (NotStarted, StoreError) as error:
        print_message(str(error))
        return Exit.NOT_STARTED
    except OSError as error:
        if error.filename is None:  # the error is about stdout
            raise
        print_message(f"{error.filename}: {error.strerror}")
        return Exit.NOT_STARTED
    except SystemExit as ended:  # argparse and Scrapy end in this way
        return int(ended.code or 0)


def _run(name: str, args: list[str]) -> int:
    command = command_of(name)
    parser = parser_of(name, command)
    opts, others = parser.parse_known_args(args)
    words = words_of(name, others, parser, command)
    command.process_options(words, opts)
    command.run(words, opts)
    return int(command.exitcode)


def _check_given(args: list[str]) -> None:
    """Raise `UsageError` for a wrong setting of `-s`, which every command has."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-s", "--set", action="append", nargs="?", const="", default=[])
    given = parser.parse_known_args(args)[0].set
    check_settings(text.partition("=")[0] for text in given)
    if wrong := [text for text in given if text.find("=") < 1]:
        raise UsageError(f"{f'-s {wrong[0]}'.rstrip()}: write NAME=VALUE")


def _run_scrapy(argv: list[str]) -> int:
    from scrapy.cmdline import execute  # noqa: PLC0415

    os.environ["SCRAPY_SETTINGS_MODULE"] = "mofa_crawler.settings"  # so it is inside a project
    execute(["mofa-crawler", *argv], scrapy_settings())
    return 0


def _versions() -> str:
    return f"mofa-crawler {__version__} (Scrapy {version('scrapy')}, Python {python_version()})"


def _no_command(name: str) -> str:
    if name in _LEFT_OUT:
        return f"{name} is a command of Scrapy, and is left out: it writes code, not data"
    if name.startswith("-"):
        return f"{name} stands before the command; write mofa-crawler COMMAND [options]"
    return f"mofa-crawler has no command {name}; {suggest(name, COMMANDS)}"


def _warn_of_environment() -> None:
    """Warn of misspelt settings of the project in the environment."""
    for name in sorted(os.environ):
        if hint := hint_of(name):
            print_message(f"the environment has {name}, which is no setting; {hint}", "warning")
