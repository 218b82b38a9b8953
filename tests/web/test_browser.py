"""What a person does in a browser. One Chromium and one server for all tests of this module."""

from __future__ import annotations

import csv
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.store.store import Store
from tests.factories import LATER, dated_listing, keep, not_parsed, numbered
from tests.web.browser import CHROMIUM, MISSING, chromium
from tests.web.browsing import browsing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.cli import Run

LONG = "W" * 500  # a word that no line has room for
REVISED = numbered(900_001, f"Two ministers met for 10 minutes. {LONG}", title=f"A meeting {LONG}")
REJECTED = numbered(900_002, title=f"A page that no parser reads {LONG}", date="2021-02-03")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ENGLISH, JAPANESE = (
    "Working Lunch between the Foreign Ministers of Japan and Portugal",
    "日・ポルトガル外相ワーキング・ランチ",
)


@pytest.fixture(scope="module")
def address(crawled: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo site, with a release that was revised, and one that was rejected."""
    database = tmp_path_factory.mktemp("browse") / "mofa.db"
    shutil.copy(crawled.database, database)
    store = Store(database)
    keep(store, REVISED)
    text = REVISED.text.replace("10", "15")
    keep(store, numbered(900_001, text, title=REVISED.title, fetched_at=LATER))
    days = (REJECTED.url, REJECTED.title, REJECTED.date)
    store.save(dated_listing(days, url="/press/release/202102_index.html"))
    store.save(not_parsed(REJECTED.url, "rejected", code="no_layout"))
    store.close()
    with browsing(database) as server:
        yield server.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that reports nothing in its console, and requests nothing of another host."""
    context = browser.new_context(base_url=address, viewport=WIDE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    said: list[str] = []
    requested: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on("request", lambda request: requested.append(request.url))
    yield page
    context.close()
    assert said == []
    assert requested
    assert [url for url in requested if not url.startswith(address + "/")] == []


def expect(shown: Any) -> Any:
    from playwright.sync_api import expect

    return expect(shown)


def search(page: Page, words: str) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="Search").click()


def test_find_a_release_read_it_and_go_to_its_other_language(page: Page) -> None:
    search(page, "Portugal")
    page.get_by_role("link", name=ENGLISH).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ENGLISH)
    expect(page.locator("article:lang(ja) .text")).to_contain_text("ポルトガル")
    page.get_by_role("link", name=JAPANESE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(JAPANESE)
    search(page, "ポルトガル 外相")
    page.get_by_role("link", name=JAPANESE).first.click()
    page.set_viewport_size(NARROW)
    page.get_by_role("link", name="English", exact=True).click()
    expect(page.get_by_role("heading", name=ENGLISH)).to_be_in_viewport()


def test_see_what_was_changed(page: Page) -> None:
    search(page, "two ministers met")
    page.get_by_role("link", name=REVISED.title).click()
    expect(page.locator(".diff del")).to_have_text("10")
    expect(page.locator(".diff ins")).to_have_text("15")


def test_follow_a_bar_to_a_month_and_a_cell_to_a_list(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="By month").click()
    page.locator("svg a[aria-label^='2021:']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Releases of 2021")
    page.locator("svg a[aria-label^='January 2021:']").click()
    expect(page).to_have_url(re.compile("/months/2021-01$"))
    expect(page.get_by_role("link", name=REVISED.title)).to_be_visible()
    page.get_by_role("link", name="Coverage").click()
    page.get_by_role("link", name="February 2021, EN: 1 rejected").click()
    expect(page.get_by_text(REJECTED.title)).to_be_visible()
    expect(page.get_by_role("link", name=REJECTED.url)).to_be_visible()


def test_download_a_search(page: Page) -> None:
    search(page, "Portugal")
    total = int(page.locator("#total").inner_text().split()[0])
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert len(rows) == total
    assert ENGLISH in [row["title"] for row in rows]


def test_every_page_fits_and_is_accessible(page: Page) -> None:
    """On a desk and on a phone at night, which changes sizes and colours alone."""
    from axe_playwright_python.sync_playwright import Axe, AxeResults

    script = Axe().axe_script
    sizes_and_colours = {"runOnly": ["color-contrast", "target-size"]}
    for path in (
        "/",
        "/search?q=Portugal",
        f"/release/{REVISED.id}",
        "/release/press/release/pressite_000001_02136",
        "/months",
        "/months/2021",
        "/months/2021-02?state=rejected",
        "/coverage",
        "/runs",
        "/about",
    ):
        page.goto(path)
        page.evaluate(script)
        for size, scheme, rules in ((WIDE, "light", {}), (NARROW, "dark", sizes_and_colours)):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], (path, scheme)
            options = {"resultTypes": ["violations"], **rules}
            results = AxeResults(page.evaluate("options => axe.run(options)", options))
            assert results.violations_count == 0, f"{path}, {scheme}: {results.generate_report()}"
