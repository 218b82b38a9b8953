"""`mofa-crawler completion`: the script with which a shell completes commands and options."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace

import shtab

from mofa_crawler.commands.base import PlainCommand, UsageError
from mofa_crawler.commands.overview import COMMANDS
from mofa_crawler.commands.parser import command_of
from mofa_crawler.export.formats import FORMATS

_FILES = {"FILE", "FOLDER", "PATH", "PATHS"}  # what the help shows for the name of a file
_VALUES = {"lang": ("en", "ja", "en,ja"), "format": (*FORMATS,), "source": ("wayback",)}


class Command(PlainCommand):
    words = f"{{{','.join(shtab.SUPPORTED_SHELLS)}}}"
    description = (
        "For bash, run the example, and add this line to ~/.bashrc: . ~/.mofa-crawler.bash"
    )

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        if len(args) != 1 or args[0] not in shtab.SUPPORTED_SHELLS:
            raise UsageError(f"name one shell: {', '.join(shtab.SUPPORTED_SHELLS)}")
        print(shtab.complete(_parser(), args[0]))


def _parser() -> ArgumentParser:
    """One parser for all commands, with their options and arguments."""
    parser = ArgumentParser("mofa-crawler")
    parser.add_argument("-V", "--version", action="store_true", help="show the versions")
    commands = parser.add_subparsers()
    for name, summary in COMMANDS.items():
        command = command_of(name)
        of_command = commands.add_parser(name, help=summary.line, conflict_handler="resolve")
        command.add_options(of_command)
        of_command._actions[:] = [one for one in of_command._actions if one.help is not SUPPRESS]
        for action in of_command._actions:
            action.choices = _VALUES.get(action.dest, action.choices)
            if action.metavar in _FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
        _add_words(name, of_command)
    return parser


def _add_words(name: str, parser: ArgumentParser) -> None:
    """Add the arguments that are no options: spiders, shells, and files to show."""
    if name == "crawl":
        parser.add_argument("spider", choices=("press_releases", "saved_pages", "web_archive"))
    elif name == "completion":
        parser.add_argument("shell", choices=shtab.SUPPORTED_SHELLS)
    elif name == "show":
        parser.add_argument("file").complete = shtab.FILE  # type: ignore[attr-defined]
