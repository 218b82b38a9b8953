"""`mofa-crawler`: the command line."""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import scrapy
from scrapy.cmdline import ScrapyArgumentParser, execute
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from mofa_crawler import __version__
from mofa_crawler.commands.printing import drop_output, print_message
from mofa_crawler.run.verdict import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

# Each is a module of `commands` with a class `Command`.
COMMANDS = (
    "demo",
    "crawl",
    "show",
    "search",
    "diff",
    "export",
    "audit",
    "rejected",
    "runs",
    "schema",
    "regold",
)
# Scrapy's own, for work on a spider or a parser; they run with this project's settings.
_OF_SCRAPY = ("fetch", "list", "shell", "view")
_INTERRUPTED = 130  # as shells say it


def main() -> NoReturn:
    """Run the command of this process's arguments, and end with its exit code."""
    _prepare_streams()
    try:
        try:
            code = run(sys.argv[1:])
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:  # a crawl handles Ctrl-C itself
        print_message("stopped")
        code = _INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough (`| head`)
        drop_output()
        code = Exit.NOT_STARTED
    except OSError as error:
        if error.filename is not None:  # so it is not about stdout
            raise
        print_message(f"cannot write to stdout: {error.strerror or error}")
        drop_output()
        code = Exit.NOT_STARTED
    sys.exit(code)


def run(argv: Sequence[str]) -> int:
    """Run a command, with its arguments as a shell splits them; returns the exit code.

    `argv` begins with the command's name. The working directory need not be the project's.
    """
    name, *rest = argv or ["--help"]
    if name in {"--version", "-V"}:
        print(f"mofa_crawler {__version__} (Scrapy {scrapy.__version__})")  # noqa: T201
        return 0
    if name in {"--help", "-h", "help"}:
        print(_overview())  # noqa: T201
        return 0
    try:
        if name in _OF_SCRAPY:
            return _run_scrapy([name, *rest])
        if name not in COMMANDS:
            print_message(_no_command(name))
            return Exit.USAGE
        return _run(name, rest)
    except SystemExit as ended:  # how argparse ends, and Scrapy
        return int(ended.code or 0)


class _Parser(ScrapyArgumentParser):
    def error(self, message: str) -> NoReturn:
        print_message(message)
        sys.exit(Exit.USAGE)


def _command(name: str) -> Any:
    return import_module(f"mofa_crawler.commands.{name}").Command()


def _settings() -> Settings:
    settings = Settings()
    settings.setmodule("mofa_crawler.settings", priority="project")
    return settings


def _run(name: str, args: list[str]) -> int:
    command, settings = _command(name), _settings()
    settings.setdict(command.default_settings, priority="command")
    command.settings = settings
    parser = _Parser(
        prog=f"mofa-crawler {name}",
        usage=f"mofa-crawler {name} {command.syntax()}".rstrip(),
        description=command.long_desc(),
        epilog=f"Example: {command.example}",
        conflict_handler="resolve",  # as Scrapy's own command line: a command may replace options
    )
    command.add_options(parser)
    opts, others = parser.parse_known_args(args)
    try:
        command.process_options(others, opts)
        command.run(others, opts)
    except UsageError as error:
        print_message(str(error))
        return Exit.USAGE
    return int(command.exitcode)


def _run_scrapy(argv: list[str]) -> int:
    os.environ["SCRAPY_SETTINGS_MODULE"] = "mofa_crawler.settings"  # so it is inside a project
    execute(["mofa-crawler", *argv], _settings())
    return 0


def _overview() -> str:
    lines = [f"  {name:<9} {_command(name).short_desc()}" for name in COMMANDS]
    return "\n".join(
        [
            "usage: mofa-crawler COMMAND [options]",
            "",
            *lines,
            "",
            "mofa-crawler COMMAND --help shows the options of a command and an example.",
            "mofa-crawler --version shows the versions.",
            f"Scrapy's own commands {', '.join(_OF_SCRAPY)} work too.",
        ]
    )


def _no_command(name: str) -> str:
    close = get_close_matches(name, COMMANDS, n=1)
    hint = f"do you mean {close[0]}?" if close else f"there are {', '.join(COMMANDS)}"
    return f"mofa-crawler has no command {name}; {hint}"


def _prepare_streams() -> None:
    """Make streams that take every text, also if they are closed."""
    # Closed (`>&-`) it is None, and the next file to be opened would take its place.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


if __name__ == "__main__":
    main()
