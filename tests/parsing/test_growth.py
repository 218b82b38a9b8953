"""Work grows with the size of a text, and not with its square, whatever the text is made of.

The regular expressions by themselves are in `tests/unit/test_patterns.py`.
"""

from __future__ import annotations

import gc
from time import process_time
from typing import TYPE_CHECKING

import pytest

from mofa_crawler import site
from mofa_crawler.parsers.body.outline import Outline
from mofa_crawler.parsers.body.rendering import render
from mofa_crawler.parsers.dates import date_at_end, is_date, read_day, read_month
from mofa_crawler.parsers.decoding import decode
from mofa_crawler.parsers.listing import parse_listing
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.parsers.text import collapse_spaces, find_mojibake
from tests.factories import page_of, sample_page

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 20_000  # characters: work that grows with the square takes seconds
MOST = 5  # seconds: machines are shared, and what grows with a square takes minutes
UNITS = [
    *" \n\u3000\u00a0\u200b\u200e\u00ad()（）[]【】<・●1１aA.。,-/:#?\\%一あアｱ､縺Ã年",
    "()", "1.", "1 ", "a ", " \n", "\u3000\n", "あ\n", "(1)", "令和", "十年", "<q>", "../", "%2e/",
]  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


@pytest.mark.parametrize("unit", UNITS)
def test_functions_of_text(unit: str) -> None:
    text = (unit * SIZE)[:SIZE]
    for work in (
        collapse_spaces,
        find_mojibake,
        is_date,
        read_day,
        read_month,
        date_at_end,
        site.resolve,
    ):
        assert seconds(lambda work=work: work(text)) < MOST  # type: ignore[misc]
    assert seconds(lambda: decode(text.encode("cp932", "ignore"), "", "ja")) < MOST


@pytest.mark.parametrize(
    "unit",
    [
        "<b style='text-decoration:a'>a</b>", "<sup>1</sup>", "<sup></sup>", "<s>a</s>", "<q>a</q>", "<ruby>a<rt>b</ruby>", "<x>a</x>",
        "<li>a", "<p>1. a", "<p>(1) a", "<p>・a", "<br>", "a<br>", "<dl><dt>a<dd>b</dl>", "<hr>a",
        "<ol><li>a</ol>", "<table><tr><td>a</table>", "<h3>a</h3>", "<p><b>Plain Words</b></p>",
    ],
)  # fmt: skip
def test_articles(unit: str) -> None:
    def work(count: int) -> None:
        page = page_of("<html><body><div>" + unit * count + "</div></body></html>")
        render(page.tree, page)
        outline = Outline(page)
        outline.walk(page.tree[0])
        assert outline.blocks is not None

    work(10)
    few, many = seconds(lambda: work(400)), seconds(lambda: work(3_200))
    assert many < max(24 * few, MOST)


def test_listings() -> None:
    def work(count: int) -> None:
        days = "<dt>January 4</dt><dd><a href='/a.html'>A</a><p>b</p></dd>" * count
        html = f"<div id='maincontents'><div id='pressrelease'><dl class='title-list'>{days}</dl>"
        row = "<tr><td>2026</td><td><a href='/202601_index.html'>January</a></td></tr>"
        html += f"</div><table class='archives-wrapper'>{row}</table></div></html>"
        parse_listing(page_of(html, "/press/release/index.html"))

    few, many = seconds(lambda: work(300)), seconds(lambda: work(2_400))
    assert many < max(24 * few, MOST)


# BeautifulSoup's tree of a page from before 2013 waits for the collector in any case.
@pytest.mark.parametrize("encoding", ["utf-8", "euc_jp"])
def test_a_page_needs_no_garbage_collection(encoding: str) -> None:
    """Else its tree stays in memory until the collector runs, and parsing is slower by a tenth."""
    page = sample_page("mofaj/press/release/press4_004711.html")
    body = page.body.decode().encode(encoding)
    gc.collect()
    gc.disable()
    try:
        parse_release(page_of(body, "/mofaj/press/release/press4_004711.html"))
        assert gc.collect() == 0
    finally:
        gc.enable()
