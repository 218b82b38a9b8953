"""`scrapy show`: what the parser makes of one page, from the site or from a file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import IgnoreRequest, UsageError

from mofa_crawler import site
from mofa_crawler.archive.saved_html import own_address
from mofa_crawler.commands import complain
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.identity import set_user_agent
from mofa_crawler.crawl.response import page_from_response
from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.record import as_json
from mofa_crawler.run.counters import reason_of
from mofa_crawler.run.verdict import Exit

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from mofa_crawler.record import Block, PressRelease

_WIDTHS = {"en": 100, "ja": 50}  # Japanese characters are twice as wide


class Command(ScrapyCommand):
    """Prints a record readably, or as JSON, or why there is none. Stores nothing."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] <url or file>"

    def short_desc(self) -> str:
        return "Show what the parser makes of a page, or why it refuses it"

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print the record as JSON")
        parser.add_argument(
            "--url", help="the page's own address, for a file that does not say it (og:url)"
        )
        parser.add_argument(
            "--date", metavar="YYYY-MM-DD", help="the listing's date, for a page without a date"
        )

    def run(self, args: list[str], opts: Namespace) -> None:
        try:
            page = self._page(args, opts.url, opts.date)
            release = parse_release(page, listed_date=opts.date)
        except (UsageError, ArgumentError) as error:
            complain(str(error))
            self.exitcode = Exit.USAGE
        except _NotGot as error:
            complain(f"not got: {error}")
            self.exitcode = Exit.ERRORS
        except ParseError as error:
            print(f"refused: {error}")
            self.exitcode = Exit.DRIFT
        else:
            for warning in page.warnings:
                complain(warning.message, "warning")
            print(_pretty(release) if opts.json else "\n".join(_readable(release)))

    def _page(self, args: list[str], url: str | None, day: str | None) -> Page:
        if len(args) != 1:
            raise UsageError("name one page: an address of the site, or a saved file")
        (name,) = args
        if day and not _is_day(day):
            raise UsageError(f"--date {day}: write YYYY-MM-DD")
        if site.canonical_url(name, "file:///") is not None:
            return self._fetch(name)
        try:
            body = Path(name).read_bytes()
        except OSError as error:
            raise UsageError(f"{name}: {error.strerror}") from None
        page = Page(url=site.ORIGIN, body=body, fetched_at=datetime.now(UTC))
        page.url = _address(url, page)
        return page

    def _fetch(self, name: str) -> Page:
        """Get a page of the site as a crawl would: with robots.txt, and from `MOFA_BASE_URL`."""
        assert self.settings is not None
        assert self.crawler_process is not None
        try:
            mirror = site.Mirror(self.settings["MOFA_BASE_URL"])
        except ValueError as error:
            raise UsageError(f"MOFA_BASE_URL: {error}") from None
        url = mirror.canonical(name)
        if url is None:
            raise UsageError(f"{name} is no address of the ministry's site")
        crawler = self.crawler_process.create_crawler(_OnePage)
        self.crawler_process.crawl(crawler, address=mirror.fetch_url(url))
        self.crawler_process.start()
        spider: Any = crawler.spider
        if spider is None or spider.page is None:
            raise _NotGot(spider.problem if spider else "the crawl did not start")
        page: Page = spider.page
        page.url = url
        return page


class _NotGot(Exception):
    """The page could not be fetched."""


class _OnePage(Spider):
    """Fetches one address and keeps the page."""

    name = "show"
    # Nothing is stored, counted or noted.
    custom_settings = {"ITEM_PIPELINES": {}, "EXTENSIONS": {}}  # noqa: RUF012 - Scrapy's own
    address: str
    page: Page | None = None
    problem = "no answer"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        set_user_agent(settings)

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.address, callback=self.keep, errback=self.tell, dont_filter=True)

    def keep(self, response: Response) -> None:
        if response.status != 200:  # noqa: PLR2004
            self.problem = f"the server answered {response.status} ({response.url})"
            return
        self.page = page_from_response(response, response.url)

    def tell(self, failure: Any) -> None:
        forbidden = isinstance(failure.value, IgnoreRequest)
        self.problem = str(failure.value) if forbidden else reason_of(failure.value)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _address(given: str | None, page: Page) -> str:
    """The address of a saved page: as given, or as the page says itself."""
    url = site.canonical_url(given) if given else own_address(page)
    if url is None or not site.is_on_site(url):
        raise UsageError("the file does not say its own address; give it with --url")
    return url


def _pretty(release: PressRelease) -> str:
    return json.dumps(json.loads(as_json(release)), ensure_ascii=False, indent=1)


def _readable(release: PressRelease) -> Iterator[str]:
    yield release.title
    yield f"{release.date} (from the {release.date_source}) · {release.lang} · {release.section}"
    yield release.url
    yield f"layout {release.layout} · translation {release.translation or 'none'}"
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
    """A block with its kind where it is no plain text, indented by its level."""
    indent = "    " * block.level
    mark = "" if block.kind in {"paragraph", "point"} else f"[{block.kind}] "
    rows = [[cell.replace("\n", " ") for cell in row] for row in block.rows]
    for number, line in enumerate(replace(block, rows=rows).as_text().split("\n")):
        first = indent + (mark if number == 0 else "")
        # Japanese has no spaces to break at: the one after the label would leave it alone.
        text = line.replace(f"{block.label} ", f"{block.label}\u00a0", 1) if block.label else line
        hanging = indent + ("  " if block.label else "")
        filled = fill(text, width, initial_indent=first, subsequent_indent=hanging)
        yield filled.replace("\u00a0", " ")
    if block.kind != "point":
        yield ""
