"""The frames of the made pages: all but the article, from pages of the demo site."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tests.factories import SITE

if TYPE_CHECKING:
    from benchmarks.articles import Lang

INDEXES = {"en": "/press/release/index.html", "ja": "/mofaj/press/release/index.html"}


@cache
def release_frame(lang: Lang) -> tuple[str, str]:
    """What stands before the date line and after the article; `{TITLE}`, `{PATH}` to be filled."""
    path, title = {
        "en": (
            "/press/release/pressite_000001_02136.html",
            "Working Lunch between the Foreign Ministers of Japan and Portugal",
        ),
        "ja": (
            "/mofaj/press/release/pressit_000001_03301.html",
            "日・ポルトガル外相ワーキング・ランチ",
        ),
    }[lang]
    html = _fixture(path).replace(title, "{TITLE}").replace(path, "{PATH}")
    html = html.replace(path.replace("/", "%2F"), "{PATH}")
    before, found, rest = html.partition('                        <div class="rightalign">')
    _, end, after = rest.partition(
        "                        </div>\n                        <!-- /#main"
    )
    if not found or not end:
        raise ValueError(f"{path} does not look as it did: its frame is not found")
    return before, end + after


@cache
def listing_frame(lang: Lang) -> tuple[str, str, str]:
    """What stands before the days, up to the rows of the table of months, and after them."""
    html = _fixture(INDEXES[lang])
    old = {"en": "Press Releases", "ja": "報道発表"}[lang]
    html = html.replace(
        f'<h2 class="title2"><span>{old}</span>', '<h2 class="title2"><span>{HEADING}</span>'
    )
    match = re.fullmatch(
        r'(.*<dl class="title-list">\n).*?(\n *</dl>.*<tbody class="archives-body">\n)'
        r".*?(\n</tbody>.*)",
        html,
        re.DOTALL,
    )
    if not match or "{HEADING}" not in html:
        raise ValueError(f"{INDEXES[lang]} does not look as it did: its list is not found")
    return match[1], match[2], match[3]


def _fixture(path: str) -> str:
    return (SITE / path.lstrip("/")).read_bytes().decode().replace("\r\n", "\n")
