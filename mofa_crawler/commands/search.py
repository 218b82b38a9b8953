"""`mofa-crawler search`: the releases in which words occur, in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mofa_crawler.commands.base import (
    ReadsDatabase,
    UsageError,
    add_period_options,
    number,
    period_of,
)
from mofa_crawler.commands.printing import (
    new_console,
    new_table,
    print_fields,
    print_json,
    print_message,
)
from mofa_crawler.printable import printable
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.search import find, read_hits
from mofa_crawler.queries.terms import QueryError, read_terms

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from rich.console import Console

    from mofa_crawler.queries.search import Hit
    from mofa_crawler.queries.snippets import Marked
    from mofa_crawler.queries.terms import Term

_MARKS = ("«", "»")


class Command(ReadsDatabase):
    def syntax(self) -> str:
        return "[options] WORDS"

    def long_desc(self) -> str:
        return (
            "A release is found if all words occur in it. Words in double quotes are a phrase. "
            "Releases with the words in their titles come first, then the newest. Write words that "
            "begin with - after --."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        add_period_options(parser)
        parser.add_argument(
            "-n",
            dest="count",
            type=number,
            default=20,
            metavar="COUNT",
            help="how many releases (default: 20)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON, a release a line")

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        terms, period = _terms(args), period_of(opts)
        with reading(database) as db:
            found = find(db, terms, period)
            hits = list(read_hits(db, found, limit=opts.count))
        if opts.json:
            for hit in hits:
                print_json(_as_json(hit))
        else:
            _print(hits)
        if found.total > len(hits):
            print_message(
                f"{found.total} found, {len(hits)} shown; -n {found.total} shows all", "note"
            )
        elif not hits:
            print_message("nothing found", "note")


def _terms(args: list[str]) -> list[Term]:
    """The terms to search for. Raises `UsageError`."""
    if any(not word.isprintable() for word in args):  # bytes that this locale cannot read
        raise UsageError("the words are not text: write them in UTF-8, in a locale of UTF-8")
    try:
        terms = read_terms(" ".join(args))
    except QueryError as error:
        raise UsageError(str(error)) from None
    if not terms:
        raise UsageError("write the words to search for")
    return terms


def _as_json(hit: Hit) -> dict[str, str]:
    return {
        "id": hit.id,
        "date": hit.date,
        "lang": hit.lang,
        "title": str(hit.title),
        "url": hit.url,
        "snippet": str(hit.snippet),
    }


def _print(hits: list[Hit]) -> None:
    console = new_console()
    if console.is_terminal:
        _print_table(console, hits)
        return
    for hit in hits:
        print_fields(
            [hit.date, hit.lang, hit.id, str(hit.title), hit.url, hit.snippet.between(*_MARKS)]
        )


def _print_table(console: Console, hits: list[Hit]) -> None:
    table = new_table(console)
    table.show_lines = True
    for name in ("date", "lang", "release"):
        table.add_column(name, overflow="fold")
    for hit in hits:
        release = Text("\n").join(
            [_bold(hit.title), Text(printable(hit.url), style="dim"), _bold(hit.snippet)]
        )
        table.add_row(hit.date, hit.lang, release)
    if hits:
        console.print(table)


def _bold(text: Marked) -> Text:
    return Text.assemble(
        *((printable(piece), "bold" if found else "") for piece, found in text.pieces)
    )
