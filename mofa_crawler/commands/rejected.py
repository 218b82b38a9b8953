"""`mofa-crawler rejected`: lists the rejected pages, or acknowledges one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from mofa_crawler.commands.base import PlainCommand, UsageError, add_period_options, period_of
from mofa_crawler.commands.printing import print_list, print_message
from mofa_crawler.queries.history import ids_of
from mofa_crawler.queries.page_state import read_page_state
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.rejected import read_rejected
from mofa_crawler.store.store import Store


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
        print_list(
            [asdict(page) for page in pages],
            ("date", "lang"),
            ("title", "id", "code", "message", "url"),
            as_json=opts.json,
            nothing="no rejected pages",
        )


def _acknowledge(database: Path, name: str) -> None:
    """Acknowledge a rejected page. Raises `UsageError` if no rejected page has this name."""
    with reading(database) as db:
        pages = [(id_, read_page_state(db, id_)) for id_ in ids_of(name)]
    for id_, page in pages:
        if page and page.status == "rejected":
            with closing(Store(database)) as store:
                store.pages.acknowledge(page.url)
            print_message(f"acknowledged {id_}: {page.code}", "note")
            return
    raise UsageError(f"there is no rejected page {name}; see mofa-crawler rejected")
