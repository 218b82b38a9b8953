"""The pictures of the documentation: `python -m tests.pictures` makes all of `docs/pictures/` again.

The pages show a made dataset, and the release in both languages is one of the demo site. Needs
Chromium and a Japanese font (`apt install chromium fonts-noto-cjk`).
"""

from __future__ import annotations

import re
import sqlite3
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import quote

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from benchmarks.dataset import make
from tests.cli import Run, served
from tests.factories import ROOT, SITE
from tests.web.browser import chromium
from tests.web.browsing import browsing

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PICTURES = ROOT / "docs" / "pictures"
_RELEASES = 20_000
_COLUMNS = 100
_LARGEST = 150_000  # bytes
_WIDE, _PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
_SMALLER = {"width": 1060, "height": 500}  # two columns of text make large files
_PAIR = "press/release/pressite_000001_02136"


def main() -> None:
    """Make every picture, and say how large each is."""
    _PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="pictures-") as temporary, served(SITE) as site:
        folder = Path(temporary)
        run = Run(folder, site)
        _draw_terminal(run)
        run.crawl("-a", "since=2021").check_returncode()
        made = folder / "made.db"
        make(made, _RELEASES)
        with chromium() as browser:
            page = browser.new_page(viewport=_WIDE)
            with browsing(made) as server:
                _photograph_dataset(page, server.address, _revised(made))
            page.set_viewport_size(_SMALLER)
            with browsing(run.database) as server:
                _photograph(page, f"{server.address}/release/{_PAIR}", "release")
    for picture in sorted(_PICTURES.iterdir()):
        size = picture.stat().st_size
        Console().print(f"{picture.name}: {size:,} bytes{', TOO LARGE' * (size > _LARGEST)}")


def _photograph_dataset(page: Page, address: str, revised: str) -> None:
    _photograph(page, f"{address}/", "home")
    _photograph(page, f"{address}/search?q={quote('さんご礁')}", "search")
    _photograph(page, f"{address}/coverage", "coverage")
    _photograph(page, f"{address}/months", "months")
    _photograph(page, f"{address}/release/{quote(revised)}", "diff", at="#revisions")
    page.set_viewport_size(_PHONE)
    _photograph(page, f"{address}/coverage", "coverage-phone", at="#y2014")


def _photograph(page: Page, address: str, name: str, *, at: str = "") -> None:
    """Take a picture of what a window shows of a page, from an element on if one is given."""
    page.goto(address)
    if at:
        page.locator(at).evaluate("element => element.scrollIntoView()")
    page.screenshot(path=_PICTURES / f"{name}.png")


def _revised(database: Path) -> str:
    """The id of the newest English release that was revised."""
    db = sqlite3.connect(database)
    try:
        query = "SELECT id FROM releases WHERE revision > 1 AND lang = 'en' ORDER BY date DESC"
        return str(db.execute(query).fetchone()[0])
    finally:
        db.close()


def _draw_terminal(run: Run) -> None:
    """Crawl the demo site and search it on a terminal, and draw what the terminal shows."""
    console = Console(record=True, width=_COLUMNS, file=StringIO())
    for shown, more in (
        (
            "crawl press_releases --lang en --since 2025-12",
            ["-s", "LOG_LEVEL=ERROR", *run.settings()],
        ),
        ("search Portugal -n 3", []),
    ):
        _, output = run.on_terminal(*shown.split(), *more, columns=_COLUMNS)
        console.print(Text(f"$ mofa-crawler {shown}", style="bold"))
        console.print(Text.from_ansi(output.replace("\r\n", "\n")))
    # Without rich's fonts, which come from another host.
    frame = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title="mofa-crawler", code_format=frame, unique_id="terminal")
    (_PICTURES / "terminal.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
