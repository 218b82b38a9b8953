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

from mofa_crawler.commands.base import OWN_SETTINGS, UsageError, check_settings
from mofa_crawler.commands.months import advice
from mofa_crawler.commands.overview import COMMANDS
from mofa_crawler.commands.printing import losable_output, new_console, new_table, print_message
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.setting_values import check_values
from mofa_crawler.export.json_file import ENDINGS
from mofa_crawler.extensions.run_report import RunReport
from mofa_crawler.printable import printable
from mofa_crawler.queries.runs import NamedRelease, read_named
from mofa_crawler.run.counters import LISTED, OUTCOMES, reason_of
from mofa_crawler.run.ping import PingError, check_ping_url, ping
from mofa_crawler.run.report import (
    LIMITED,
    ReportError,
    check_report_file,
    not_started,
    write_report,
)
from mofa_crawler.run.verdict import MEANINGS, Exit
from mofa_crawler.store.connection import StoreError, files_of
from mofa_crawler.suggestion import suggest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from rich.table import Table
    from scrapy.settings import BaseSettings

    from mofa_crawler.run.report import Report

# Rows of the summary that are printed also if they are zero.
_MOST_NAMED = 20
_ALWAYS = {LISTED, "new", "revised", "unchanged", "duplicate", "rejected", "failed"}
_LISTINGS = {"listings_failed": "listings failed", "listings_rejected": "listings rejected"}
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
    _observer: RunReport | None = None

    def syntax(self) -> str:
        return "SPIDER [options]"

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
        report = self._reported(args[0], opts.spargs, opts.report)
        self.exitcode = report["exit_code"]
        _ping(ping_url, str(int(self.exitcode)))
        with losable_output():
            self.print_summary(report)

    def _reported(self, spider: str, arguments: dict[str, str], file: str | None) -> Report:
        """Run a spider and write the report, if a file is named for it; returns the report."""
        try:
            self._check_files(file)
        except ReportError as error:
            return _not_started(spider, arguments, Exit.NOT_STARTED, str(error))
        report = self.crawl(spider, arguments)
        try:
            if file:
                write_report(Path(file), report)
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
        files += [Path(name).resolve() for name in names if name]
        if twice := next((file for file in files if files.count(file) > 1), None):
            raise ReportError(
                f"{twice} is named for two things that a run writes; name another file"
            )
        if report:
            check_report_file(Path(report))

    def _spiders(self) -> list[str]:
        assert self.settings is not None
        return SpiderLoader.from_settings(self.settings).list()

    def crawl(self, spider: str, arguments: dict[str, str]) -> Report:
        """Run a spider to its end; returns the report, however the run ended."""
        assert self.settings is not None
        json_file = self.settings.get("MOFA_JSON")
        if json_file and Path(json_file).suffix not in ENDINGS:
            reason = f"MOFA_JSON={json_file}: end the name in .jsonl or .json"
            return _not_started(spider, arguments, Exit.USAGE, reason)
        if spider not in (spiders := self._spiders()):
            reason = f"there is no spider {spider!r}; {suggest(spider, spiders)}"
            return _not_started(spider, arguments, Exit.USAGE, reason)
        try:
            check_values(self.settings)
            self.crawler_process = AsyncCrawlerProcess(self.settings)
            crawler = self._create_crawler(spider)
            run = self.crawler_process.crawl(crawler, **arguments)
            # Looking for garbage in what has been imported takes a twentieth of a crawl.
            gc.freeze()
            self.crawler_process.start()
            ended: bool = run.done()
            error = run.exception() if ended else None
        except ArgumentError as wrong:
            ended, error = True, wrong
        if isinstance(error, ArgumentError):
            return _not_started(spider, arguments, Exit.USAGE, str(error))
        if isinstance(error, StoreError):
            return _not_started(spider, arguments, Exit.NOT_STARTED, str(error))
        if error is not None:
            return _not_started(spider, arguments, Exit.NOT_STARTED, reason_of(error))
        observer = crawler.get_extension(RunReport)
        assert observer is not None
        if ended:
            self._observer = observer
        else:
            print_message("stopped at once; the next run continues from here")
        return observer.report

    def print_summary(self, report: Report) -> None:
        """Print what a run did, unless it did not start or was stopped at once."""
        if self._observer is None:
            return
        assert self.settings is not None
        # A feed on stdout (`-O -:jsonl`) must contain nothing but its records.
        to_stderr = any(
            str(uri).startswith(("-", "stdout:")) for uri in self.settings.getdict("FEEDS")
        )
        console = new_console(stderr=to_stderr)
        console.soft_wrap = True
        ending = f"{_ending(report)} (exit {report['exit_code']}, {report['seconds']:.0f} s)"
        console.print(f"{report['spider']}: {ending}")
        if _has_unlisted_months(report):
            console.print(_listed_months(report))
        console.print(_table(self._observer.counts, new_table(console)))
        lines = []
        if skipped := report["skipped"]:
            lines.append("skipped: " + ", ".join(f"{n} {what}" for what, n in skipped.items()))
        if web_archive := report["web_archive"]:
            rows = ", ".join(f"{n} {what}" for what, n in web_archive["rows"].items())
            lines.append(f"index of {web_archive['host']}: {rows or 'no rows'}")
            if outside := web_archive["outside_folders"]:
                counts = ", ".join(f"{n} {what}" for what, n in outside.items())
                lines.append(f"releases outside the folders: {counts}")
        lines.append(f"database: {self.settings['MOFA_DB']}")
        if json_file := self.settings.get("MOFA_JSON"):
            lines.append(f"JSON: {json_file} ({self._observer.json_state or 'not written'})")
        if file := report["archive"]:
            lines.append(f"archive: {Path(self.settings['MOFA_ARCHIVE']) / file}")
        for line in [*lines, *self.details(report)]:
            console.print(printable(line))

    def details(self, report: Report) -> Iterator[str]:
        """Which months are missing, and which releases are new, revised or rejected."""
        assert self.settings is not None
        for lang, months in report["months"].items():
            yield from advice(lang, months["spans"])
        yield from _named(report, read_named(Path(self.settings["MOFA_DB"]), [report]))


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


def _ending(report: Report) -> str:
    """What the exit code means for this run."""
    if report["reason"] == LIMITED:
        return f"incomplete: limit={report['arguments']['limit']}"
    if report["exit_code"] == Exit.COMPLETE and _has_unlisted_months(report):
        return "complete for the months that the site lists"
    return report["meaning"]


def _listed_months(report: Report) -> str:
    """How many of the months of a run the site lists, by language."""
    counts = ", ".join(
        f"{months['due'] - months['missing']} of {months['due']} ({lang})"
        for lang, months in report["months"].items()
    )
    return f"months that the site lists: {counts}"


def _has_unlisted_months(report: Report) -> bool:
    return any(months["missing"] for months in report["months"].values())


def _named(report: Report, releases: list[NamedRelease]) -> Iterator[str]:
    """The releases that are worth a line each; of many, how many more there are."""
    for release in releases[:_MOST_NAMED]:
        day, title = release.date or "", release.title or release.id
        yield f"{release.outcome}: {day} {release.lang} {title}"
    if (more := len(releases) - _MOST_NAMED) > 0:
        yield f"and {more} more: mofa-crawler runs -v {report['run_id']}"


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


def _table(counts: dict[str, dict[str, int]], table: Table) -> Table:
    langs = [lang for lang, of_lang in counts.items() if any(of_lang.values())] or list(counts)
    table.add_column("releases")
    for name in [*langs, "total"]:
        table.add_column(name, justify="right")
    rows = {what: [counts[lang][what] for lang in langs] for what in (LISTED, *OUTCOMES)}
    rows["unfinished"] = [
        counts[lang][LISTED] - sum(counts[lang][outcome] for outcome in OUTCOMES) for lang in langs
    ]
    rows |= {name: [counts[lang][what] for lang in langs] for what, name in _LISTINGS.items()}
    for name, row in rows.items():
        if any(row) or name in _ALWAYS:
            table.add_row(name, *map(str, row), str(sum(row)))
    return table
