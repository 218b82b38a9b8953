"""`mofa-crawler rejected`: the rejected pages, and to acknowledge one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.commands.base import PlainCommand, UsageError, add_period_options, period_of
from mofa_crawler.commands.printing import print_list, print_message
from mofa_crawler.period import Period
from mofa_crawler.queries.history import ids_of
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.rejected import read_rejected
from mofa_crawler.store.store import Store

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

_COLUMNS = ("date", "lang", "id", "code", "message", "title", "url")


class Command(PlainCommand):
    description = (
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

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        if opts.acknowledge is not None:
            _acknowledge(self.database, opts.acknowledge)
            return
        period = period_of(opts)
        with reading(self.database) as db:
            pages = read_rejected(db, period)
        rows = [
            {name: getattr(page, name) for name in _COLUMNS}
            for page in pages
            if not page.is_acknowledged
        ]
        print_list(
            rows,
            ("date", "lang"),
            ("title", "id", "code", "message", "url"),
            as_json=opts.json,
            nothing="no rejected pages",
        )


def _acknowledge(database: Path, name: str) -> None:
    """Acknowledge a rejected page. Raises `UsageError` if no rejected page has this name."""
    wanted = set(ids_of(name))
    with reading(database) as db:
        page = next((p for p in read_rejected(db, Period()) if p.id in wanted), None)
    if page is None:
        raise UsageError(f"no rejected page is {name}; see mofa-crawler rejected")
    store = Store(database)
    try:
        store.pages.acknowledge(page.url)
    finally:
        store.close()
    print_message(f"acknowledged {page.id}: {page.code}", "note")
