"""`mofa-crawler rejected`: the rejected pages, and to acknowledge one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.commands.base import (
    ReadsDatabase,
    UsageError,
    add_period_options,
    check_no_arguments,
    period_of,
)
from mofa_crawler.commands.printing import print_entries, print_json, print_message
from mofa_crawler.period import Period
from mofa_crawler.queries.history import ids_of
from mofa_crawler.queries.rejected import read_rejected
from mofa_crawler.store.store import Store

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

_COLUMNS = ("date", "lang", "id", "code", "message", "title", "url")


class Command(ReadsDatabase):
    def long_desc(self) -> str:
        return (
            "Title and date are those of the listing. An acknowledged page is not listed, and does "
            "not count for exit code 5, until the page changes."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        add_period_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON, a page a line")
        parser.add_argument(
            "--acknowledge", metavar="ID", help="take a page, by id or address, off the list"
        )

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        check_no_arguments("rejected", args)
        if opts.acknowledge is not None:
            _acknowledge(database, opts.acknowledge)
            return
        pages = [
            page for page in read_rejected(database, period_of(opts)) if not page.is_acknowledged
        ]
        if opts.json:
            for page in pages:
                print_json({name: getattr(page, name) for name in _COLUMNS})
        elif pages:
            rows = [{name: getattr(page, name) for name in _COLUMNS} for page in pages]
            print_entries(rows, ("date", "lang"), ("title", "id", "code", "message", "url"))
        else:
            print_message("no rejected pages", "note")


def _acknowledge(database: Path, name: str) -> None:
    """Acknowledge a rejected page. Raises `UsageError` if no rejected page has this name."""
    wanted = set(ids_of(name))
    page = next((p for p in read_rejected(database, Period()) if p.id in wanted), None)
    if page is None:
        raise UsageError(f"no rejected page is {name}; see mofa-crawler rejected")
    store = Store(database)
    try:
        store.pages.acknowledge(page.url)
    finally:
        store.close()
    print_message(f"acknowledged {page.id}: {page.code}", "note")
