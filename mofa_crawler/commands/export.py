"""`mofa-crawler export`: the dataset, or a part of it, in the formats that others read."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mofa_crawler.commands.base import (
    NotStarted,
    PlainCommand,
    UsageError,
    add_period_options,
    number,
    period_of,
    read_query,
)
from mofa_crawler.export.formats import FORMATS, TABULAR, TEXTS, ExportError
from mofa_crawler.export.writing import export
from mofa_crawler.printable import printable
from mofa_crawler.queries.snapshot import NoSuchRun
from mofa_crawler.store.records import Selection

if TYPE_CHECKING:
    from mofa_crawler.period import Period


class Command(PlainCommand):
    words = "-o PATH"

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--format",
            metavar="NAME",
            help=f"{'; '.join(f'{name}: {f.title}' for name, f in FORMATS.items())}. Needed unless "
            "the name of the file ends in the format",
        )
        parser.add_argument(
            "-o",
            dest="output",
            metavar="PATH",
            help="the file or folder to write, which is replaced as a whole; without -o, and with "
            f"-o -, the export goes to stdout ({', '.join(TEXTS)})",
        )
        add_period_options(parser)
        parser.add_argument(
            "--search",
            metavar="WORDS",
            help="only releases in which all words occur, as for mofa-crawler search",
        )
        parser.add_argument(
            "--table",
            choices=["releases", "catalogue"],
            default="releases",
            help="catalogue: a row for every release ever listed or read, also without its text "
            f"({', '.join(TABULAR)})",
        )
        parser.add_argument(
            "--with-duplicates",
            action="store_true",
            help="also releases with the same text as another",
        )
        parser.add_argument(
            "--with-drafts",
            action="store_true",
            help="also drafts of rejected pages, with the layout `draft`",
        )
        parser.add_argument(
            "--changed-since",
            type=number,
            metavar="RUN",
            help="only releases that a run after RUN changed (0: any run)",
        )

    def run(self, args: list[str], opts: Namespace) -> None:
        if args:
            hint = "see mofa-crawler export --help" if opts.output else f"write -o {args[0]}"
            raise UsageError(f"export has no argument {args[0]}; {hint}")
        target = None if opts.output in {None, "-", "/dev/stdout"} else Path(opts.output)
        name = _format(opts.format, target, opts.table)
        try:
            count = export(self.database, _selection(opts), name, target)
        except NoSuchRun as error:
            raise UsageError(str(error)) from error
        except ExportError as error:
            raise NotStarted(str(error)) from error
        what = "row" if opts.table == "catalogue" else "release"
        exported = f"{count} {what}{'' if count == 1 else 's'}"
        nothing = "" if count else "nothing matches: "
        message = f"{nothing}exported {exported} to {target or 'stdout'}"
        print(printable(message), file=sys.stderr)


def _selection(opts: Namespace) -> Selection | Period:
    """What to export: releases, or a period of the catalogue. Raises `UsageError`."""
    period = period_of(opts)
    if opts.with_drafts and opts.changed_since is not None:
        raise UsageError("--with-drafts: leave out --changed-since; drafts belong to no run")
    if opts.search is not None:
        read_query(opts.search)
        if opts.with_drafts:
            raise UsageError("--search: leave out --with-drafts; drafts are not searched")
    if opts.table == "releases":
        return Selection(
            period=period,
            with_duplicates=opts.with_duplicates,
            with_drafts=opts.with_drafts,
            changed_since=opts.changed_since or None,
            search=opts.search or "",
        )
    if opts.search is not None:
        raise UsageError("--table catalogue: leave out --search; it searches texts")
    if opts.with_duplicates or opts.with_drafts or opts.changed_since is not None:
        raise UsageError("--table catalogue: leave out --with-… and --changed-since")
    return period


def _format(name: str | None, target: Path | None, table: str) -> str:
    """The format by `--format`, else by the ending of the file, if the table has it.

    Raises `UsageError`.
    """
    formats = FORMATS if table == "releases" else TABULAR
    found = name or (target.suffix.removeprefix(".") if target else "")
    if found not in formats:
        if not name and not target:
            texts = ", ".join(text for text in TEXTS if text in formats)
            raise UsageError(f"write -o FILE.csv, or --format and one of {texts}")
        wrong = f"--format {name}" if name else f"-o {target}"
        if found in FORMATS:
            wrong = f"--table {table}"
        raise UsageError(f"{wrong}: write --format and one of {', '.join(formats)}")
    if target is None and found not in TEXTS:
        raise UsageError(f"--format {found}: write -o PATH")
    return found
