"""`scrapy crawl`, with an exit code that says what happened and a table of what came of it."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError
from w3lib.url import file_uri_to_path

from mofa_crawler import settings
from mofa_crawler.commands import complain
from mofa_crawler.commands.printing import new_table
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.export.json_file import ENDINGS
from mofa_crawler.extensions.run_report import RunReport
from mofa_crawler.run.counters import LISTED, OUTCOMES, reason_of
from mofa_crawler.run.ping import PingError, check_ping_url, ping
from mofa_crawler.run.report import ReportError, check_report_file, not_started, write_report
from mofa_crawler.run.verdict import MEANINGS, Exit
from mofa_crawler.store.connection import StoreError, files_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from rich.table import Table
    from scrapy.settings import BaseSettings

    from mofa_crawler.run.report import Report

# These are in the table also where they are none; the others only where there are any.
_ALWAYS = {LISTED, "new", "revised", "unchanged", "duplicate", "rejected", "failed"}
_LISTINGS = {"listings_failed": "listings failed", "listings_rejected": "listings rejected"}


class Command(BaseRunSpiderCommand):
    """Runs a spider as Scrapy's own `crawl` does; the README has the exit codes."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] <spider>"

    def short_desc(self) -> str:
        return "Run a spider; the exit code says whether everything was read"

    def long_desc(self) -> str:
        meanings = "; ".join(f"{code.value} {text}" for code, text in MEANINGS.items())
        return (
            "Crawl the press releases: scrapy crawl press_releases [-a lang=en,ja] "
            "[-a since=YYYY-MM[-DD]] [-a until=YYYY-MM[-DD]] [-a refresh=true]. Without since and "
            "until it catches up with what is new; with -a urls=FILE it asks for the pages that a "
            "file names. Or read what was saved of the site, WARC files and HTML, without the "
            "network: scrapy crawl saved_pages -a path=FILE_OR_FOLDER[,...] [-a lang=...] "
            "[-a since=...] [-a until=...] [-a jobs=N]. Settings of its own (-s NAME=VALUE, or in "
            "the environment): MOFA_DB, MOFA_JSON, MOFA_ARCHIVE, MOFA_CONTACT, MOFA_BASE_URL, "
            "MOFA_PING_URL. "
            f"Exit codes: {meanings}."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--report", metavar="FILE", help="write what the run came to into FILE, as JSON"
        )

    def run(self, args: list[str], opts: Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("name one spider: crawl press_releases, or crawl saved_pages")
        if unknown := _unknown_setting(self.settings):
            complain(unknown)
            self.exitcode = Exit.USAGE
            return
        if ping_url := self.settings.get("MOFA_PING_URL"):
            try:
                check_ping_url(ping_url)
            except ValueError as error:
                complain(f"MOFA_PING_URL: {error}")
                self.exitcode = Exit.USAGE
                return
        _tell(ping_url, "start")
        self.exitcode = self._reported(args[0], opts.spargs, opts.report)
        _tell(ping_url, str(int(self.exitcode)))

    def _reported(self, spider: str, arguments: dict[str, str], file: str | None) -> int:
        """Run a spider and write the report, where it is asked for; returns the exit code."""
        if twice := self._named_twice(file):
            complain(f"{twice} is named for two things that a run writes; name another file")
            return Exit.NOT_STARTED
        try:
            if file:
                check_report_file(Path(file))
        except ReportError as error:
            complain(str(error))
            return Exit.NOT_STARTED
        report = self.crawl(spider, arguments)
        try:
            if file:
                write_report(Path(file), report)
        except ReportError as error:
            complain(str(error))
            return report["exit_code"] or Exit.ERRORS
        return report["exit_code"]

    def _named_twice(self, report: str | None) -> Path | None:
        """A file that two of database, JSON file, report and feeds would be written to, if any.

        The database is the first to be there, and whatever is written last would replace it.
        """
        assert self.settings is not None
        feeds = [file_uri_to_path(str(uri)) for uri in self.settings.getdict("FEEDS")]
        names = [self.settings.get("MOFA_JSON"), report, *feeds]
        files = files_of(Path(self.settings["MOFA_DB"]))
        files += [Path(name).resolve() for name in names if name]
        return next((file for file in files if files.count(file) > 1), None)

    def crawl(self, spider: str, arguments: dict[str, str]) -> Report:
        """Run a spider to its end and print the table; returns the report, however it ended."""
        try:
            ended, observer = self._run_spider(spider, arguments)
        except _NotStarted as error:
            complain(str(error))
            return not_started(
                spider,
                arguments,
                exit_code=error.code,
                meaning=MEANINGS[error.code],
                reason=str(error),
            )
        if ended:
            self._print(spider, observer)
        else:
            complain("stopped at once; the next run goes on from here")
        return observer.report

    def _run_spider(self, spider: str, arguments: dict[str, str]) -> tuple[bool, RunReport]:
        """Run a spider; returns whether it was let come to its end, and what observed it."""
        assert self.settings is not None
        assert self.crawler_process is not None
        json_file = self.settings.get("MOFA_JSON")
        if json_file and Path(json_file).suffix not in ENDINGS:
            raise _NotStarted(Exit.USAGE, f"MOFA_JSON={json_file}: end the name in .jsonl or .json")
        if spider not in self.crawler_process.spider_loader.list():
            names = ", ".join(self.crawler_process.spider_loader.list())
            raise _NotStarted(Exit.USAGE, f"there is no spider {spider!r}; there is {names}")
        try:
            crawler = self._create_crawler(spider)
            run = self.crawler_process.crawl(crawler, **arguments)
            # What has been imported stays; looking for garbage in it takes a twentieth of a crawl.
            gc.freeze()
            self.crawler_process.start()
            ended: bool = run.done()  # type: ignore[attr-defined]
            error = run.exception() if ended else None  # type: ignore[attr-defined]
        except ArgumentError as wrong:
            error = wrong
        if isinstance(error, ArgumentError):
            raise _NotStarted(Exit.USAGE, str(error))
        if isinstance(error, StoreError):
            raise _NotStarted(Exit.NOT_STARTED, str(error))
        if error is not None:
            raise _NotStarted(Exit.NOT_STARTED, reason_of(error))
        observer = crawler.get_extension(RunReport)
        assert observer is not None
        return ended, observer

    def _print(self, spider: str, observer: RunReport) -> None:
        assert self.settings is not None
        # A feed on stdout (`-O -:jsonl`) must hold nothing but its records.
        to_stderr = any(
            str(uri).startswith(("-", "stdout:")) for uri in self.settings.getdict("FEEDS")
        )
        seconds = observer.report["seconds"]
        console = Console(stderr=to_stderr, highlight=False, soft_wrap=True)
        code = observer.exit_code
        console.print(f"{spider}: {MEANINGS[code]} (exit {code.value}, {seconds:.0f} s)")
        console.print(_table(observer.counts, new_table(console)))
        if passed := observer.report["skipped"]:
            console.print("skipped: " + ", ".join(f"{n} {what}" for what, n in passed.items()))
        console.print(f"database: {self.settings['MOFA_DB']}")
        if json_file := self.settings.get("MOFA_JSON"):
            state = observer.json_state or "not written"
            console.print(f"JSON: {json_file} ({state})")
        if file := observer.report["archive"]:
            console.print(f"archive: {Path(self.settings['MOFA_ARCHIVE']) / file}")


def _unknown_setting(given: BaseSettings) -> str:
    """What is wrong with the name of a setting of ours, in a line; empty where nothing is."""
    ours = {name for name in vars(settings) if name.startswith("MOFA_")}
    names = {str(name) for name in given if str(name).startswith("MOFA_")}
    if unknown := sorted(names - ours):
        return f"there is no setting {unknown[0]}; there are {', '.join(sorted(ours))}"
    return ""


class _NotStarted(Exception):
    """The run could not start. `str()` is one line that says why."""

    def __init__(self, code: Exit, why: str) -> None:
        super().__init__(why)
        self.code = code


def _tell(ping_url: str | None, event: str) -> None:
    """Tell the monitor, if there is one, of an event. That it cannot be told ends no run."""
    if not ping_url:
        return
    try:
        ping(ping_url, event)
    except PingError as error:
        complain(f"MOFA_PING_URL was not told of {event}: {error}", "warning")


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
