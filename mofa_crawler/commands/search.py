"""`mofa-crawler search`: the releases in which words occur, in either language."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from mofa_crawler.commands.base import (
    PlainCommand,
    add_count_option,
    add_period_options,
    period_of,
    read_query,
)
from mofa_crawler.commands.printing import (
    new_console,
    print_entries,
    print_fields,
    print_json,
    print_message,
    print_table,
)
from mofa_crawler.export.csv_file import write_rows
from mofa_crawler.export.hits import as_json, write_csv
from mofa_crawler.export.writing import stdout
from mofa_crawler.printable import printable
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.search import Hit, find, read_hits

if TYPE_CHECKING:
    from mofa_crawler.queries.snippets import Marked

_MARKS = ("«", "»")


class Command(PlainCommand):
    words = "WORDS"
    description = (
        "A release is found if all words occur in it. Words in double quotes are a phrase. "
        "Releases with the words in their titles come first, then the newest. Write words that "
        "begin with - after --."
    )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        add_period_options(parser)
        add_count_option(parser, "releases")
        parser.add_argument(
            "--by",
            choices=["year", "month"],
            help="count the releases for each year or month, instead of listing them",
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="print JSON, one object a line")
        form.add_argument("--csv", action="store_true", help="print a table for spreadsheets")

    def run(self, args: list[str], opts: Namespace) -> None:
        terms, period = read_query(" ".join(args)), period_of(opts)
        with reading(self.database) as db:
            found = find(db, terms, period)
            if opts.by:
                counts = found.by_year() if opts.by == "year" else found.by_month()
                _print_counts(opts.by, counts, opts)
                shown = found.total
            else:
                shown = min(opts.count or found.total, found.total)
                _print_hits(read_hits(db, found, limit=shown), opts)
        if found.total > shown:
            print_message(f"{found.total} found, {shown} shown; -n 0 shows all", "note")
        elif not found.total:
            print_message("nothing found", "note")


def _print_hits(hits: Iterator[Hit], opts: Namespace) -> None:
    if opts.csv:
        with stdout() as file:
            write_csv(hits, file)
    elif opts.json:
        for hit in hits:
            print_json(as_json(hit))
    else:
        _print(hits)


def _print_counts(name: str, counts: dict[str, int], opts: Namespace) -> None:
    names, rows = (name, "releases"), [(key, str(count)) for key, count in counts.items()]
    if opts.csv:
        with stdout() as file:
            write_rows(names, rows, file)
    elif opts.json:
        for key, count in counts.items():
            print_json({name: key, "releases": count})
    else:
        print_table(names, rows, right=["releases"])


def _print(hits: Iterator[Hit]) -> None:
    if not new_console().is_terminal:
        for hit in hits:
            snippet = hit.snippet.between(*_MARKS)
            print_fields([hit.date, hit.lang, hit.id, str(hit.title), hit.url, snippet])
        return
    rows: list[dict[str, str | Text]] = [
        {
            "date": hit.date,
            "lang": hit.lang,
            "title": _bold(hit.title),
            "url": Text(printable(hit.url), style="dim"),
            "snippet": _bold(hit.snippet),
        }
        for hit in hits
    ]
    print_entries(rows, ("date", "lang"), ("title", "url", "snippet"))


def _bold(text: Marked) -> Text:
    return Text.assemble(
        *((printable(piece), "bold" if found else "") for piece, found in text.pieces)
    )
