"""`mofa-crawler crawl`: run a spider, with a true exit code and a summary of the run."""

from __future__ import annotations

import logging
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Iterable
from difflib import get_close_matches

import scrapy.exceptions
from scrapy.commands import BaseRunSpiderCommand
from scrapy.settings import BaseSettings, default_settings

from mofa_crawler.commands.base import UsageError
from mofa_crawler.commands.overview import COMMANDS
from mofa_crawler.commands.printing import print_message
from mofa_crawler.commands.setting_names import OWN_SETTINGS, check_settings
from mofa_crawler.commands.spider_run import print_end, run_spider, spiders
from mofa_crawler.run.ping import PingError, check_ping_url, ping
from mofa_crawler.run.verdict import MEANINGS
from mofa_crawler.suggestion import suggest

# The arguments of the spiders: placeholder and help. Each spider checks its own arguments.
_SPIDER_ARGUMENTS = {
    "lang": ("LANGS", "en, ja or en,ja (the default)"),
    "since": ("DATE", "the first day: a year, a month or a day (2023, 2023-04, 2023-04-01)"),
    "until": ("DATE", "the last day"),
    "urls": ("FILE", "press_releases: fetch the pages that a file names"),
    "path": ("PATHS", "saved_pages: files and folders, separated by commas"),
    "source": ("SOURCE", "web_archive: wayback, commoncrawl:COLLECTION, an address, or a file"),
    "captures": ("WHICH", "web_archive: changes (the default), first or last"),
    "captured_since": ("DATE", "web_archive: the first day of captures"),
    "captured_until": ("DATE", "web_archive: the last day of captures"),
    "limit": ("NUMBER", "request or read at most NUMBER releases"),
}
# Our help for options of Scrapy. Options that users of this project hardly need are hidden.
_HELP = {
    "spargs": "an argument of the spider (may be repeated)",
    "output": "append the records that this run parses to FILE (.jsonl)",
    "overwrite_output": "write the records that this run parses into FILE (.jsonl or .json)",
    "set": "a setting (may be repeated)",
    "logfile": "write the log into FILE, not to stderr",
    **dict.fromkeys(("nolog", "profile", "pidfile", "pdb"), SUPPRESS),
}


class _WrongUsage(scrapy.exceptions.UsageError, UsageError):
    """Wrong usage. Scrapy's command line and ours both catch it."""


class Command(BaseRunSpiderCommand):
    """Runs a spider as Scrapy's own `crawl` does, which it replaces in a checkout."""

    requires_project = True
    requires_crawler_process = False  # `run_spider` makes it, after it has checked the arguments
    words = "SPIDER"

    def syntax(self) -> str:
        return f"{self.words} [options]"

    def short_desc(self) -> str:
        return COMMANDS["crawl"].line

    def long_desc(self) -> str:
        meanings = "; ".join(f"{code.value} {text}" for code, text in MEANINGS.items())
        return (
            "The spider press_releases fetches what is new, or with --since and --until a period. "
            "saved_pages reads WARC files and HTML pages, without the network. web_archive fetches "
            "captures from the Wayback Machine, Common Crawl or another web archive. Settings "
            f"(-s NAME=VALUE, or in the environment): {', '.join(OWN_SETTINGS)}. "
            f"Exit codes: {meanings}."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        group = parser.add_argument_group("arguments of the spider (--since 2025 is -a since=2025)")
        for name, (metavar, text) in _SPIDER_ARGUMENTS.items():
            group.add_argument(f"--{name.replace('_', '-')}", dest=name, metavar=metavar, help=text)
        group.add_argument(
            "--refresh",
            action="store_const",
            const="true",
            help="press_releases: fetch stored releases again",
        )
        super().add_options(parser)
        parser.add_argument(
            "--report", metavar="FILE", help="write a report of the run into FILE, as JSON"
        )
        for action in parser._actions:
            action.help = _HELP.get(action.dest, action.help)

    def process_options(self, args: list[str], opts: Namespace) -> None:
        assert self.settings is not None
        try:
            super().process_options(args, opts)
            _check_settings(self.settings)
        except (scrapy.exceptions.UsageError, UsageError) as error:
            if "output format" in str(error):  # Scrapy would name CSV and XML, too
                raise _WrongUsage("-o, -O: end the name in .jsonl or .json") from None
            raise _WrongUsage(*error.args) from None
        for name in (*_SPIDER_ARGUMENTS, "refresh"):
            if (value := getattr(opts, name)) is None:
                continue
            if name in opts.spargs:
                option = name.replace("_", "-")
                raise _WrongUsage(f"--{option} and -a {name}= mean the same: write one of them")
            opts.spargs[name] = value

    def run(self, args: list[str], opts: Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            known = spiders(self.settings)
            wrong = [word for word in args if word not in known]
            if not wrong or len(wrong) == len(args):
                raise _WrongUsage(f"name one spider: {', '.join(known)}")
            hint = f"write -a {wrong[0]}" if "=" in wrong[0] else "see mofa-crawler crawl --help"
            raise _WrongUsage(f"crawl has no argument {wrong[0]}; {hint}")
        _warn_of_settings(opts.set)
        ping_url = self.settings.get("MOFA_PING_URL")
        run = run_spider(
            self.settings,
            args[0],
            opts.spargs,
            opts.report,
            on_start=lambda: _ping(ping_url, "start"),
        )
        self.exitcode = run.report["exit_code"]
        if not run.is_second:  # the monitor waits for the first run
            _ping(ping_url, str(int(self.exitcode)))
        print_end(run, self.settings, in_detail=True)


def _check_settings(given: BaseSettings) -> None:
    """Raise `UsageError` for a setting that does not exist, or whose value would fail only later.

    CSV and XML are such values: Scrapy writes lists there as Python shows them, and no other
    program reads that.
    """
    check_settings(str(name) for name in given if not hasattr(default_settings, str(name)))
    level, levels = str(given["LOG_LEVEL"]), logging.getLevelNamesMapping()
    if level not in levels and not level.isdecimal():
        raise UsageError(f"there is no log level {level}; {suggest(level.upper(), levels)}")
    for uri, feed in given.getdict("FEEDS").items():
        if feed["format"] in {"csv", "xml"}:
            raise UsageError(
                f"{uri}: a run writes .jsonl or .json; then `mofa-crawler export -o FILE.csv`"
            )
    try:
        if ping_url := given.get("MOFA_PING_URL"):
            check_ping_url(ping_url)
    except ValueError as error:
        raise UsageError(f"MOFA_PING_URL: {error}") from None


def _warn_of_settings(given: Iterable[str]) -> None:
    """Warn of settings that look like misspelt settings of Scrapy.

    This is no error, because an extension may have a setting with such a name.
    """
    known = [name for name in dir(default_settings) if name.isupper()]
    for text in given:
        name = text.partition("=")[0]
        if name not in known and (close := get_close_matches(name, known, n=1, cutoff=0.8)):
            print_message(f"there is no setting {name}; do you mean {close[0]}?", "warning")


def _ping(ping_url: str | None, event: str) -> None:
    """Send an event to the monitor, if there is one. A failed ping is only a warning."""
    if not ping_url:
        return
    try:
        ping(ping_url, event)
    except PingError as error:
        print_message(f"no ping of {event} to MOFA_PING_URL: {error}", "warning")
