"""`scrapy export`: the dataset, or a part of it, in the formats that others read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from mofa_crawler.commands.base import ReadsDatabase
from mofa_crawler.commands.period import add_period_options, bounds_of, period_of
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.export.formats import FORMATS, TEXTS, ExportError
from mofa_crawler.export.writing import export
from mofa_crawler.queries.snapshot import NoSuchRun
from mofa_crawler.store.connection import StoreError
from mofa_crawler.store.records import Selection

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(ReadsDatabase, ScrapyCommand):
    """Writes what the database holds. Reads it beside a run that may go on, and changes nothing."""

    def syntax(self) -> str:
        return "--format FORMAT [-o PATH] [options]"

    def short_desc(self) -> str:
        return "Write the dataset as JSON, CSV, Parquet, a feed, or a data package"

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--format",
            help=f"{', '.join(FORMATS)}; may be left out where the name of the file ends in it",
        )
        parser.add_argument(
            "-o",
            dest="output",
            metavar="PATH",
            help="the file or folder to write, replaced as a whole; without it, and with -, "
            f"stdout ({', '.join(TEXTS)})",
        )
        add_period_options(parser)
        parser.add_argument(
            "--with-duplicates", action="store_true", help="also releases that say the same"
        )
        parser.add_argument(
            "--changed-since", metavar="RUN", help="only what runs after this one have changed"
        )

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        target = None if opts.output in {None, "-"} else Path(opts.output)
        name = _format(opts.format, target)
        try:
            count = export(database, _selection(args, opts), name, target)
        except NoSuchRun as error:
            raise UsageError(str(error)) from error
        except ExportError as error:
            raise StoreError(str(error)) from error
        nothing = "" if count else "nothing matches: "
        number = "1 release" if count == 1 else f"{count} releases"
        print(f"{nothing}exported {number} to {target or 'stdout'}", file=sys.stderr)


def _format(given: str | None, target: Path | None) -> str:
    """The format asked for, else the one that the file's name ends in."""
    name = given or (target.suffix.removeprefix(".") if target else "")
    if name not in FORMATS:
        wrong = f"--format {given}" if given else "no format"
        raise ArgumentError(f"{wrong}: write --format and one of {', '.join(FORMATS)}")
    if target is None and name not in TEXTS:
        raise ArgumentError(f"--format {name}: write -o and where to")
    return name


def _selection(args: list[str], opts: Namespace) -> Selection:
    if args:
        raise ArgumentError(f"export knows no {args[0]!r}; see export --help")
    run = opts.changed_since
    if run is not None and not run.isdecimal():
        raise ArgumentError(f"--changed-since {run}: write the number of a run")
    return Selection(
        **bounds_of(period_of(opts)),
        with_duplicates=opts.with_duplicates,
        changed_since=None if run is None else int(run),
    )
