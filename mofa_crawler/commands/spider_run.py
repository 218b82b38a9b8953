"""One run of a spider, from the check of its files to the summary."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.spiderloader import SpiderLoader
from w3lib.url import file_uri_to_path

from mofa_crawler.atomic_files import check_writable, real_path
from mofa_crawler.commands.printing import losable_output, new_console, print_message
from mofa_crawler.commands.summary import print_details, print_summary
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.setting_values import check_values
from mofa_crawler.crawl.store import get_store, has_store
from mofa_crawler.export.json_file import ENDINGS
from mofa_crawler.extensions.run_report import RunReport
from mofa_crawler.run.counters import reason_of
from mofa_crawler.run.report import (
    Report,
    ReportError,
    check_report_file,
    not_started,
    write_report,
)
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.connection import InUse, StoreError, files_of
from mofa_crawler.suggestion import suggest

if TYPE_CHECKING:
    from scrapy.settings import Settings


class SpiderRun(NamedTuple):
    """What became of a run. `json_state` is None if it did not start, or was stopped at once.

    `is_second`: the run did not start because another run uses the database.
    """

    report: Report
    json_state: str | None = None
    is_second: bool = False


def run_spider(
    settings: Settings,
    spider: str,
    arguments: dict[str, str],
    report_file: str | None = None,
    *,
    on_start: Callable[[], None] | None = None,
) -> SpiderRun:
    """Run a spider to its end, and write its report into `report_file`, if that is given.

    `on_start` is called when the run has started.
    """
    try:
        _check_files(settings, report_file)
        run = _run(settings, spider, arguments, on_start)
    except Exception as error:  # noqa: BLE001 - also of Scrapy, or of a part that it loads
        is_ours = isinstance(error, ArgumentError | ReportError | StoreError)
        reason = str(error) if is_ours else reason_of(error)
        code = Exit.USAGE if isinstance(error, ArgumentError) else Exit.NOT_STARTED
        report = not_started(spider, arguments, exit_code=code, reason=reason)
        print_message(reason)
        run = SpiderRun(report, is_second=isinstance(error, InUse))
        if isinstance(error, ReportError):
            return run
    try:
        if report_file:
            write_report(Path(report_file), run.report)
    except ReportError as error:
        print_message(str(error))
        run.report["exit_code"] = run.report["exit_code"] or Exit.ERRORS
    return run


def spiders(settings: Settings) -> list[str]:
    """The names of the spiders."""
    return SpiderLoader.from_settings(settings).list()


def print_end(run: SpiderRun, settings: Settings, *, in_detail: bool) -> None:
    """Print what a run did, unless it did not start or was stopped at once."""
    if run.json_state is None:
        return
    # A feed on stdout (`-O -:jsonl`) must contain nothing but its records.
    to_stderr = any(str(uri).startswith(("-", "stdout:")) for uri in settings.getdict("FEEDS"))
    with losable_output():
        console = new_console(stderr=to_stderr)
        print_summary(console, run.report, run.json_state, settings)
        if in_detail:
            print_details(console, run.report, Path(settings["MOFA_DB"]))


def _check_files(settings: Settings, report: str | None) -> None:
    """Raise an error if a file cannot be written, or if two files have the same name.

    The files are the database, the JSON file, the feeds and the report. Of two files with the same
    name, the later one would replace the other. Raises `ReportError`, and `StoreError` for a feed.
    """
    uris = [str(uri) for uri in settings.getdict("FEEDS")]
    feeds = [file_uri_to_path(uri) for uri in uris if "://" not in uri or uri.startswith("file:")]
    files = files_of(Path(settings["MOFA_DB"]))
    files += [real_path(Path(name)) for name in (settings["MOFA_JSON"], report, *feeds) if name]
    if twice := next((file for file in files if files.count(file) > 1), None):
        raise ReportError(f"{twice} is named for two things that a run writes; name another file")
    if report:
        check_report_file(Path(report))
    for feed in filter(None, feeds):
        _check_feed(Path(feed))


def _check_feed(file: Path) -> None:
    """Raise `StoreError` if a feed cannot be written: Scrapy opens it at its first record."""
    try:
        if not file.exists():
            check_writable(file.parent)
        elif file.is_file() or file.is_dir():  # to open a pipe would end what its reader reads
            file.open("ab").close()
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}") from error


def _end_at_hangup(process: AsyncCrawlerProcess) -> None:
    """Let a terminal that closes end the run as SIGTERM does, unless `nohup` started the run.

    The system sends SIGHUP, and then the shell does, maybe after SIGTERM. Scrapy would take the
    second signal for a request to end at once.
    """

    def end(*_: object) -> None:
        if signal.getsignal(signal.SIGTERM) in {signal.SIG_DFL, process._signal_shutdown}:
            signal.raise_signal(signal.SIGTERM)

    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, end)


def _run(
    settings: Settings,
    spider: str,
    arguments: dict[str, str],
    on_start: Callable[[], None] | None,
) -> SpiderRun:
    """Run a spider to its end. Raises any error that prevents its start."""
    json_file = settings["MOFA_JSON"]
    if json_file and Path(json_file).suffix not in ENDINGS:
        raise ArgumentError(f"MOFA_JSON={json_file}: end the name in .jsonl or .json")
    if spider not in (known := spiders(settings)):
        raise ArgumentError(f"there is no spider {spider!r}; {suggest(spider, known)}")
    check_values(settings)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    if on_start:
        crawler.signals.connect(on_start, signals.spider_opened)
    run = process.crawl(crawler, **arguments)
    # Without this, the garbage collector searches all imported modules: 5 % of a crawl's time.
    gc.freeze()
    _end_at_hangup(process)
    process.start()
    has_ended = run.done()
    if has_ended and (error := run.exception()):
        if has_store(crawler):  # the store was opened, and then another component failed
            get_store(crawler).close()
        raise error
    observer = crawler.get_extension(RunReport)
    assert observer is not None
    if not has_ended:
        print_message("stopped at once; the next run continues from here")
    return SpiderRun(observer.report, observer.json_state if has_ended else None)
