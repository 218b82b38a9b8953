"""`mofa-crawler show`: one page as the parser reads it, or a stored release."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from sqlite3 import Connection

import msgspec
from rich.table import Table
from rich.text import Text

from mofa_crawler import site
from mofa_crawler.archive.saved_html import own_address
from mofa_crawler.commands.base import PlainCommand, UsageError, number
from mofa_crawler.commands.printing import new_console, print_json, print_message
from mofa_crawler.crawl.arguments import parse_mirror
from mofa_crawler.export.article import html_page, markdown, text_lines
from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.period import is_day
from mofa_crawler.printable import printable
from mofa_crawler.queries.history import find_release, ids_named, revisions_of
from mofa_crawler.queries.pairs import other_language
from mofa_crawler.queries.read_only import no_database, reading
from mofa_crawler.record import DEFAULTS, PressRelease
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.connection import StoreError

_WIDTH, _LEAST = 100, 20  # columns of a text, at most and at least
_ROOM_FOR_TWO = 120  # columns
_FORMS = ("text", "markdown", "html", "json")


class Command(PlainCommand):
    words = "ID_OR_ADDRESS_OR_FILE"
    description = (
        "Name the id of a stored release, the address of a page to fetch, or a saved page. Nothing "
        "is stored. The exit code is 5 if the page is rejected, and 4 if it was not fetched."
    )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--format",
            choices=_FORMS,
            default=_FORMS[0],
            help="how to print a release (default: text)",
        )
        parser.add_argument(
            "--json", dest="format", action="store_const", const="json", help="--format json"
        )
        parser.add_argument(
            "--revision",
            type=number,
            metavar="N",
            help="show an earlier text of a stored release; mofa-crawler diff lists the revisions",
        )
        parser.add_argument(
            "--beside",
            action="store_true",
            help="also show the release in the other language: side by side if the terminal has "
            f"{_ROOM_FOR_TWO} columns, else one after the other",
        )
        parser.add_argument(
            "--url", help="the address of a saved page that does not name its own (og:url)"
        )
        parser.add_argument(
            "--date", metavar="YYYY-MM-DD", help="the listing's date, for a page without a date"
        )

    def run(self, args: list[str], opts: Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one release or page: an id, an address of the site, or a file")
        if opts.revision is not None and opts.beside:
            raise UsageError("--beside: leave out --revision")
        try:
            self._show(args[0], opts)
        except ParseError as error:
            print(printable(f"rejected: {error}"))
            self.exitcode = Exit.DRIFT

    def _show(self, name: str, opts: Namespace) -> None:
        if opts.date and not is_day(opts.date):
            raise UsageError(f"--date {opts.date}: write YYYY-MM-DD")
        is_address = site.canonical_url(name, "file:///") is not None
        if not is_address and not Path(name).exists():
            self._show_stored(name, opts)
            return
        if opts.revision is not None or opts.beside:
            raise UsageError("--revision and --beside: name the id of a stored release")
        page = self._fetch(name) if is_address else _read(Path(name), opts.url)
        if isinstance(page, str):
            print_message(f"not fetched: {page}")
            self.exitcode = Exit.ERRORS
            return
        release = parse_release(page, listed_date=opts.date)
        for warning in page.warnings:
            print_message(f"{warning.code}: {warning.message}", "warning")
        _print([release], opts.format)

    def _show_stored(self, name: str, opts: Namespace) -> None:
        if not self.database.is_file():
            raise StoreError(f"there is no file {name}, and {no_database(self.database)}")
        with reading(self.database) as db:
            release = find_release(db, ids_named(db, name))
            if release is None:
                raise UsageError(
                    f"there is no file {name}, and {self.database} has no release with this id; "
                    "`mofa-crawler search` finds stored releases"
                )
            if opts.revision is not None:
                _print_revision(db, release, opts)
                return
            releases = [release]
            if opts.beside:
                other = other_language(db, release)
                if other is None:
                    print_message("the other language is not stored, or not linked", "note")
                else:
                    releases = sorted([release, other], key=lambda one: one.lang)
        _print(releases, opts.format)

    def _fetch(self, name: str) -> Page | str:
        """A page, fetched as by a crawl (robots.txt, `MOFA_BASE_URL`), or why it is not fetched."""
        # Scrapy takes half a second to import, and only a fetch needs it.
        from mofa_crawler.crawl.one_page import fetch_page  # noqa: PLC0415

        mirror = parse_mirror(self.settings["MOFA_BASE_URL"])
        url = mirror.canonical(name)
        if url is None:
            raise UsageError(f"{name} is not an address of the ministry's site")
        page = fetch_page(mirror.fetch_url(url), self.given)
        if not isinstance(page, str):
            page.url = url
        return page


def _read(path: Path, url: str | None) -> Page:
    """A saved page. Its address is `url`, or the page names it. Raises `UsageError`."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    page = Page(url=site.ORIGIN, body=body, fetched_at=datetime.now(UTC))
    own = site.canonical_url(url) if url else own_address(page)
    if own is None or not site.is_on_site(own):
        raise UsageError(f"{path} does not name its own address; give the address with --url")
    page.url = own
    return page


def _print_revision(db: Connection, release: PressRelease, opts: Namespace) -> None:
    """Print the text of a revision, and a note if it was superseded. Raises `UsageError`."""
    texts = revisions_of(db, release)
    text = next((text for text in texts if text.revision == opts.revision), None)
    if text is None:
        raise UsageError(
            f"--revision {opts.revision}: {release.id} has the revisions "
            f"{', '.join(str(text.revision) for text in texts)}"
        )
    if text.superseded_at:
        print_message(
            f"revision {text.revision} of {release.revision}, superseded {text.superseded_at}",
            "note",
        )
    if opts.format == "json":
        print_json({"id": release.id, "url": release.url, **msgspec.to_builtins(text)}, indent=1)
        return
    changes = {
        field.name: getattr(text, field.name) for field in fields(text) if field.name in DEFAULTS
    }
    _print([replace(release, **changes)], opts.format)


def _print(releases: list[PressRelease], form: str) -> None:
    console = new_console()
    if form == "json":
        for release in releases:
            print_json(release, indent=1)
        return
    if form != "text":
        text = "\n\n".join(map(html_page if form == "html" else markdown, releases))
        print(printable(text) if console.is_terminal else text)  # a file has the text as it is
        return
    if len(releases) == 1 or not console.is_terminal or console.width < _ROOM_FOR_TWO:
        columns = get_terminal_size((_WIDTH, 0)).columns  # COLUMNS, also in a pipe
        width = max(_LEAST, min(columns, _WIDTH))
        lines = (line for release in releases for line in text_lines(release, width))
        print(printable("\n".join(lines)))
        return
    width = console.width // 2 - 2
    table = Table.grid(padding=(0, 4, 0, 0))
    table.add_row(*(Text(printable("\n".join(text_lines(one, width)))) for one in releases))
    console.print(table)
