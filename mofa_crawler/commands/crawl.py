"""`mofa-crawler crawl`: run a spider, with a true exit code and a summary of the run."""

from __future__ import annotations

import gc
import logging
from argparse import SUPPRESS
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import scrapy.exceptions
from scrapy.commands import BaseRunSpiderCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import default_settings
from scrapy.spiderloader import SpiderLoader
from w3lib.url import file_uri_to_path

from mofa_crawler.atomic_files import real_path
from mofa_crawler.commands.base import UsageError
from mofa_crawler.commands.overview import COMMANDS
from mofa_crawler.commands.printing import losable_output, new_console, print_message
from mofa_crawler.commands.setting_names import OWN_SETTINGS, check_settings
from mofa_crawler.commands.summary import print_details, print_summary
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.setting_values import check_values
from mofa_crawler.export.json_file import ENDINGS
from mofa_crawler.extensions.run_report import RunReport
from mofa_crawler.run.counters import reason_of
from mofa_crawler.run.ping import PingError, check_ping_url, ping
from mofa_crawler.run.report import ReportError, check_report_file, not_started, write_report
from mofa_crawler.run.verdict import MEANINGS, Exit
from mofa_crawler.store.connection import StoreError, files_of
from mofa_crawler.suggestion import suggest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from scrapy.settings import BaseSettings

    from mofa_crawler.run.report import Report

# Arguments of the spiders, with what the help shows for them. Each spider checks its own.
_SPIDER_ARGUMENTS = {
    "lang": ("LANGS", "en, ja or en,ja (the default)"),
    "since": ("DATE", "the first day: a year, a month or a day (2023, 2023-04, 2023-04-01)"),
    "until": ("DATE", "the last day"),
    "urls": ("FILE", "press_releases: fetch the pages that a file names"),
    "path": ("PATHS", "saved_pages: files and folders, separated by commas"),
    "source": ("SOURCE", "web_archive: wayback, commoncrawl:COLLECTION, an address, or a file"),
    "captures": ("WHICH", "web_archive: changes (the default), first or last"),
    "captured_since": ("DATE", "web_archive: the first day of captures"),
    "limit": ("NUMBER", "request or read at most NUMBER releases"),
    "captured_until": ("DATE", "web_archive: the last day of captures"),
}
# Options of Scrapy whose help is ours; those that a user of this project hardly needs are hidden.
_HELP = {
    "spargs": "an argument of the spider (may be repeated)",
    "output": "append the records that this run parses to FILE (.jsonl)",
    "overwrite_output": "write the records that this run parses into FILE (.jsonl or .json)",
    "set": "a setting (may be repeated)",
    "logfile": "write the log into FILE, not to stderr",
    **dict.fromkeys(("nolog", "profile", "pidfile", "pdb"), SUPPRESS),
}


class _WrongUsage(scrapy.exceptions.UsageError, UsageError):
    """Wrong usage, for Scrapy's command line as for ours."""


class Command(BaseRunSpiderCommand):
    """Runs a spider as Scrapy's own `crawl` does, which it replaces in a checkout."""

    requires_project = True
    # The command makes it, after it has checked the arguments.
    requires_crawler_process = False
    words = "SPIDER"
    _observer: RunReport | None = None

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
        shorten_help(parser)

    def process_options(self, args: list[str], opts: Namespace) -> None:
        try:
            super().process_options(args, opts)
        except scrapy.exceptions.UsageError as error:
            raise _WrongUsage(*error.args) from None
        for name in (*_SPIDER_ARGUMENTS, "refresh"):
            if (value := getattr(opts, name)) is None:
                continue
            if name in opts.spargs:
                raise _WrongUsage(f"--{name} and -a {name}= mean the same: write one of them")
            opts.spargs[name] = value

    def run(self, args: list[str], opts: Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            raise _WrongUsage(f"name one spider: {', '.join(self._spiders())}")
        try:
            _check_settings(self.settings)
        except UsageError as error:
            raise _WrongUsage(*error.args) from None
        _warn_of_settings(opts.set)
        ping_url = self.settings.get("MOFA_PING_URL")
        _ping(ping_url, "start")
        report = self.crawl(args[0], opts.spargs, opts.report)
        self.exitcode = report["exit_code"]
        _ping(ping_url, str(int(self.exitcode)))
        with losable_output():
            self.print_end(report, in_detail=True)

    def crawl(
        self, spider: str, arguments: dict[str, str], report_file: str | None = None
    ) -> Report:
        """Run a spider to its end; returns the report, however the run ended.

        If a file is named for the report, it is written.
        """
        try:
            self._check_files(report_file)
        except ReportError as error:
            return _not_started(spider, arguments, Exit.NOT_STARTED, str(error))
        try:
            report = self._crawl(spider, arguments)
        except ArgumentError as error:
            report = _not_started(spider, arguments, Exit.USAGE, str(error))
        except StoreError as error:
            report = _not_started(spider, arguments, Exit.NOT_STARTED, str(error))
        except Exception as error:  # noqa: BLE001 - of Scrapy, or of a part that it loads
            report = _not_started(spider, arguments, Exit.NOT_STARTED, reason_of(error))
        try:
            if report_file:
                write_report(Path(report_file), report)
        except ReportError as error:
            print_message(str(error))
            report["exit_code"] = report["exit_code"] or Exit.ERRORS
        return report

    def _check_files(self, report: str | None) -> None:
        """Raise `ReportError` if the report cannot be written, or would replace other files.

        What is written last would replace the database, the JSON file or a feed.
        """
        assert self.settings is not None
        feeds = [file_uri_to_path(str(uri)) for uri in self.settings.getdict("FEEDS")]
        names = [self.settings.get("MOFA_JSON"), report, *feeds]
        files = files_of(Path(self.settings["MOFA_DB"]))
        files += [real_path(Path(name)) for name in names if name]
        if twice := next((file for file in files if files.count(file) > 1), None):
            raise ReportError(
                f"{twice} is named for two things that a run writes; name another file"
            )
        if report:
            check_report_file(Path(report))

    def _spiders(self) -> list[str]:
        assert self.settings is not None
        return SpiderLoader.from_settings(self.settings).list()

    def _crawl(self, spider: str, arguments: dict[str, str]) -> Report:
        """Run a spider to its end. Raises whatever keeps it from its start."""
        assert self.settings is not None
        json_file = self.settings["MOFA_JSON"]
        if json_file and Path(json_file).suffix not in ENDINGS:
            raise ArgumentError(f"MOFA_JSON={json_file}: end the name in .jsonl or .json")
        if spider not in (spiders := self._spiders()):
            raise ArgumentError(f"there is no spider {spider!r}; {suggest(spider, spiders)}")
        check_values(self.settings)
        self.crawler_process = AsyncCrawlerProcess(self.settings)
        crawler = self._create_crawler(spider)
        run = self.crawler_process.crawl(crawler, **arguments)
        # Looking for garbage in what has been imported takes a twentieth of a crawl.
        gc.freeze()
        self.crawler_process.start()
        ended = run.done()
        if ended and (error := run.exception()):
            raise error
        observer = crawler.get_extension(RunReport)
        assert observer is not None
        if ended:
            self._observer = observer
        else:
            print_message("stopped at once; the next run continues from here")
        return observer.report

    def print_end(self, report: Report, *, in_detail: bool) -> None:
        """Print what a run did, unless it did not start or was stopped at once."""
        if self._observer is None:
            return
        assert self.settings is not None
        # A feed on stdout (`-O -:jsonl`) must contain nothing but its records.
        to_stderr = any(
            str(uri).startswith(("-", "stdout:")) for uri in self.settings.getdict("FEEDS")
        )
        console = new_console(stderr=to_stderr)
        print_summary(console, report, self._observer.json_state, self.settings)
        if in_detail:
            print_details(console, report, Path(self.settings["MOFA_DB"]))


def shorten_help(parser: ArgumentParser) -> None:
    """Give Scrapy's options our help, or none."""
    for action in parser._actions:
        action.help = _HELP.get(action.dest, action.help)


def _check_settings(given: BaseSettings) -> None:
    """Raise `UsageError` for a setting that does not exist, or has a value that fails only later.

    Scrapy writes points and links into CSV and XML as Python shows them, which nothing reads.
    """
    check_settings(str(name) for name in given)
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
    """Warn of settings that look like misspelt ones of Scrapy. Extensions may have their own."""
    known = [name for name in dir(default_settings) if name.isupper()]
    for text in given:
        name = text.partition("=")[0]
        if name not in known and (close := get_close_matches(name, known, n=1, cutoff=0.8)):
            print_message(f"there is no setting {name}; do you mean {close[0]}?", "warning")


def _not_started(spider: str, arguments: dict[str, str], code: Exit, reason: str) -> Report:
    """Print why a run could not start; returns its report."""
    print_message(reason)
    return not_started(spider, arguments, exit_code=code, meaning=MEANINGS[code], reason=reason)


def _ping(ping_url: str | None, event: str) -> None:
    """Tell the monitor, if there is one, of an event. A failed ping ends no run."""
    if not ping_url:
        return
    try:
        ping(ping_url, event)
    except PingError as error:
        print_message(f"no ping of {event} to MOFA_PING_URL: {error}", "warning")
