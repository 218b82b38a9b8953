"""`mofa-crawler regold`: where goldens and the parser differ, for developers of the parser."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

from mofa_crawler import site
from mofa_crawler.commands.base import PlainCommand, UsageError
from mofa_crawler.commands.printing import print_message
from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.page import Page
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.record import DEFAULTS, PAGE_FIELDS, as_json
from mofa_crawler.run.verdict import Exit

_PAGES, _GOLDENS = Path("fixtures/site"), Path("fixtures/expected")


class Command(PlainCommand):
    words = "[PAGE_OR_FOLDER ...]"
    description = "Pages and folders lie under fixtures/site. Without --write, nothing is written."

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--write", action="store_true", help="write the goldens; read them afterwards"
        )
        parser.add_argument("--why", help="what a new page is for; its golden says so")
        parser.add_argument(
            "--listed", metavar="YYYY-MM-DD", help="a new page's date in the listing"
        )

    def run(self, args: list[str], opts: Namespace) -> None:
        for page in list(_pages(args)):
            try:
                changed = _regold(page, opts)
            except (ParseError, UsageError) as error:
                print_message(f"{page}: {error}")
                changed = True
            if changed:
                self.exitcode = Exit.DRIFT


def _pages(names: list[str]) -> Iterator[Path]:
    """The release pages among files and folders of the demo site."""
    if not _PAGES.is_dir():
        raise UsageError(f"there is no {_PAGES} here; run this in a checkout")
    for name in names or [str(_PAGES)]:
        path = _relative(Path(name))
        if not path.exists() or _PAGES not in [path, *path.parents]:
            raise UsageError(f"{name} is no page or folder under {_PAGES}")
        found = sorted(path.rglob("*.htm*")) if path.is_dir() else [path]
        yield from (page for page in found if not site.is_index(page.name))


def _relative(path: Path) -> Path:
    """A path relative to the current folder, if it lies below; any other path unchanged."""
    here = Path.cwd()
    return path.resolve().relative_to(here) if here in path.resolve().parents else path


def _regold(path: Path, opts: Namespace) -> bool:
    """Show how a page's golden differs from what the parser reads; write it with `--write`.

    Returns whether golden and parser still differ. Raises `ParseError` and `UsageError`.
    """
    golden_path = (_GOLDENS / path.relative_to(_PAGES)).with_suffix(".json")
    old: dict[str, Any] = {}
    if golden_path.exists():
        old = json.loads(golden_path.read_text("utf-8"))
    elif not opts.why or not opts.listed:
        raise UsageError("a new golden needs --why and --listed")
    new = {
        "why": opts.why or old["why"],
        "listed_date": opts.listed or old["listed_date"],
        "record": {},
    }
    url = f"{site.ORIGIN}/{path.relative_to(_PAGES)}"
    page = Page(url=url, body=path.read_bytes(), fetched_at=datetime.now(UTC))
    release = json.loads(as_json(parse_release(page, listed_date=new["listed_date"])))
    # Fields with their default are left out, so that a new field changes few goldens.
    new["record"] = {name: release[name] for name in PAGE_FIELDS if release[name] != DEFAULTS[name]}
    if new == old:
        return False
    before, after = (_lines(golden) if golden else [] for golden in (old, new))
    print("".join(unified_diff(before, after, str(golden_path), "what the parser reads", n=2)))
    if opts.write:
        golden_path.parent.mkdir(parents=True, exist_ok=True)
        golden_path.write_text("".join(_lines(new)), "utf-8")
    return not opts.write


def _lines(golden: dict[str, Any]) -> list[str]:
    return (json.dumps(golden, ensure_ascii=False, indent=1) + "\n").splitlines(keepends=True)
