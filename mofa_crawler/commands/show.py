"""`mofa-crawler show`: one page as the parser reads it, or a stored release."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.archive.saved_html import own_address
from mofa_crawler.commands.base import PlainCommand, UsageError
from mofa_crawler.commands.printing import print_json, print_message
from mofa_crawler.crawl.arguments import ArgumentError, parse_mirror
from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.printable import printable
from mofa_crawler.queries.history import find_release, ids_of
from mofa_crawler.queries.read_only import reading
from mofa_crawler.record import as_json
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from mofa_crawler.record import Block, PressRelease

_WIDTHS = {"en": 100, "ja": 50}  # Japanese characters are twice as wide


class Command(PlainCommand):
    """Stores nothing."""

    def syntax(self) -> str:
        return "[options] ID_OR_ADDRESS_OR_FILE"

    def long_desc(self) -> str:
        return (
            "Name the id of a stored release, the address of a page to fetch, or a saved page. The "
            "exit code is 5 if the page is rejected, and 4 if it was not fetched."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print the record as JSON")
        parser.add_argument(
            "--url", help="the address of a saved page that does not name its own (og:url)"
        )
        parser.add_argument(
            "--date", metavar="YYYY-MM-DD", help="the listing's date, for a page without a date"
        )

    def run(self, args: list[str], opts: Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one release or page: an id, an address of the site, or a file")
        try:
            release = self._release(args[0], opts.url, opts.date)
        except ArgumentError as error:
            raise UsageError(str(error)) from None
        except StoreError as error:
            print_message(str(error))
            self.exitcode = Exit.NOT_STARTED
        except _NotFetched as error:
            print_message(f"not fetched: {error}")
            self.exitcode = Exit.ERRORS
        except ParseError as error:
            print(printable(f"rejected: {error}"))
            self.exitcode = Exit.DRIFT
        else:
            if opts.json:
                print_json(json.loads(as_json(release)), indent=1)
            else:
                print(printable("\n".join(_readable(release))))

    def _release(self, name: str, url: str | None, day: str | None) -> PressRelease:
        """A stored release, or what the parser makes of a page. Prints the page's warnings."""
        if day and not _is_day(day):
            raise UsageError(f"--date {day}: write YYYY-MM-DD")
        if site.canonical_url(name, "file:///") is not None:
            page = self._fetch(name)
        elif Path(name).exists():
            page = _read(Path(name), url)
        else:
            with reading(Path(self.settings["MOFA_DB"])) as db:
                stored = find_release(db, ids_of(name))
            if stored is None:
                raise UsageError(f"{name} is neither a file nor the id of a stored release")
            return stored
        release = parse_release(page, listed_date=day)
        for warning in page.warnings:
            print_message(f"{warning.code}: {warning.message}", "warning")
        return release

    def _fetch(self, name: str) -> Page:
        """Fetch a page as a crawl does: with robots.txt, and from `MOFA_BASE_URL`."""
        # Scrapy takes half a second to import, and the other ways need none of it.
        from mofa_crawler.crawl.one_page import fetch_page  # noqa: PLC0415

        mirror = parse_mirror(self.settings["MOFA_BASE_URL"])
        url = mirror.canonical(name)
        if url is None:
            raise UsageError(f"{name} is not an address of the ministry's site")
        page = fetch_page(mirror.fetch_url(url), self.given)
        if isinstance(page, str):
            raise _NotFetched(page)
        page.url = url
        return page


class _NotFetched(Exception):
    """The page could not be fetched. `str()` is one line that says why."""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read(path: Path, url: str | None) -> Page:
    """A saved page, with the address that was given or that the page names. Raises `UsageError`."""
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


def _readable(release: PressRelease) -> Iterator[str]:
    yield release.title
    yield f"{release.date} (from the {release.date_source}) · {release.lang} · {release.section}"
    yield release.url
    yield f"layout {release.layout} · translation {release.translation or 'none'}"
    if release.warnings:
        yield f"warnings: {', '.join(release.warnings)}"
    yield ""
    last = ""
    for block in release.body:
        if last == "point" and block.kind != "point":
            yield ""
        yield from _lines(block, _WIDTHS[release.lang])
        last = block.kind
    if release.body[-1].kind == "point":
        yield ""
    for link in release.links:
        yield f"-> {link.kind}: {link.text} {link.url}"


def _lines(block: Block, width: int) -> Iterator[str]:
    """A block, indented by its level, with its kind unless it is a paragraph or a point."""
    indent = "    " * block.level
    mark = "" if block.kind in {"paragraph", "point"} else f"[{block.kind}] "
    rows = [[cell.replace("\n", " ") for cell in row] for row in block.rows]
    for number, line in enumerate(replace(block, rows=rows).as_text().split("\n")):
        first = indent + (mark if number == 0 else "")
        # Japanese has no other space to break at: the label would stand alone on its line.
        text = line.replace(f"{block.label} ", f"{block.label}\u00a0", 1) if block.label else line
        hanging = indent + ("  " if block.label else "")
        filled = fill(text, width, initial_indent=first, subsequent_indent=hanging)
        yield filled.replace("\u00a0", " ")
    if block.kind != "point":
        yield ""
