"""Commands and their argument parsers: options, help, and arguments that are no options."""

from __future__ import annotations

import re
import sys
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from difflib import get_close_matches
from importlib import import_module
from textwrap import fill
from typing import Any, NoReturn

from mofa_crawler.commands.base import PlainCommand, UsageError
from mofa_crawler.commands.overview import COMMANDS
from mofa_crawler.commands.printing import print_message
from mofa_crawler.run.verdict import Exit

_WIDEST = 80  # columns of the help


class _Parser(ArgumentParser):
    def _parse_optional(self, arg_string: str) -> Any:
        """None for a feed on stdout (`-O -:jsonl`), which is no option, as in Scrapy's parser."""
        return None if arg_string.startswith("-:") else super()._parse_optional(arg_string)

    def error(self, message: str) -> NoReturn:
        print_message(message)
        sys.exit(Exit.USAGE)


def parser_of(name: str, command: Any) -> ArgumentParser:
    """The parser of a command's options, with its help."""
    summary = COMMANDS[name]
    texts = (f"{summary.line}.", command.long_desc())
    examples = "\n".join(f"  {example}" for example in summary.examples)
    parser = _Parser(
        prog=f"mofa-crawler {name}",
        usage=f"mofa-crawler {name} {command.syntax()}".rstrip(),
        description="\n\n".join(fill(text, _WIDEST) for text in texts if text),
        epilog=f"Example{'s' if summary.examples[1:] else ''}:\n{examples}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,  # a misspelt option is an error, and not the option that it begins
        conflict_handler="resolve",  # as Scrapy's own command line: a command may replace options
    )
    command.add_options(parser)
    return parser


def command_of(name: str) -> Any:
    """The command of a name, with the project's settings."""
    command = import_module(f"mofa_crawler.commands.{name}").Command()
    if not isinstance(command, PlainCommand):
        command.settings = scrapy_settings()
    return command


def words_of(name: str, others: list[str], parser: ArgumentParser, command: Any) -> list[str]:
    """The arguments that are no options, from `others`: what the parser did not know.

    All after `--` is no option. Raises `UsageError` for an unknown option, and for an argument if
    the command takes none.
    """
    before = others[: others.index("--")] if "--" in others else others
    wrong = next((text for text in before if re.match(r"-\S+$", text)), None)
    if wrong:
        shown = [action for action in parser._actions if action.help is not SUPPRESS]
        known = [option for action in shown for option in action.option_strings]
        close = get_close_matches(wrong.partition("=")[0], known, n=1)
        hint = f"do you mean {close[0]}?" if close else f"see mofa-crawler {name} --help"
        raise UsageError(f"{name} has no option {wrong}; {hint}")
    words = [word for word in before + others[len(before) + 1 :] if word]
    if words and not command.words:
        is_database = words[0].endswith(".db")
        hint = f"write -s MOFA_DB={words[0]}" if is_database else f"see mofa-crawler {name} --help"
        raise UsageError(f"{name} has no argument {words[0]}; {hint}")
    return words


def scrapy_settings() -> Any:
    """The settings of the project, as Scrapy's commands take them."""
    from scrapy.settings import Settings  # noqa: PLC0415 - Scrapy takes half a second to import

    settings = Settings()
    settings.setmodule("mofa_crawler.settings", priority="project")
    return settings
