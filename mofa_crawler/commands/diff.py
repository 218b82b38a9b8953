"""`mofa-crawler diff`: what the ministry changed in a release since it was first read."""

from __future__ import annotations

from difflib import unified_diff
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mofa_crawler.commands.base import PlainCommand, UsageError
from mofa_crawler.commands.printing import new_console, print_json
from mofa_crawler.diffs import piece_diff
from mofa_crawler.printable import printable
from mofa_crawler.queries.history import ids_named, read_history
from mofa_crawler.queries.read_only import reading
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from mofa_crawler.queries.history import History, Revision
    from mofa_crawler.record import Block, Link

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


class Command(PlainCommand):
    words = "ID_OR_ADDRESS"

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--json", action="store_true", help="print revisions and changes as JSON"
        )

    def run(self, args: list[str], opts: Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one release: its id, or the address of its page")
        with reading(self.database) as db:
            history = read_history(db, ids_named(db, args[0]))
        if history is None:
            raise StoreError(
                f"{self.database} has no release {args[0]}; `mofa-crawler search` finds stored "
                "releases, `mofa-crawler audit --missing` lists the pages that were not read"
            )
        if opts.json:
            print_json(_as_json(history), indent=1)
        else:
            _print(history)


# --- for people -----------------------------------------------------------------------------------


def _print(history: History) -> None:
    console = new_console()
    for line in map(printable, _readable(history)):
        if console.is_terminal:
            console.print(line, style=_STYLES.get(line[:1]), soft_wrap=True)
        else:
            print(line)  # rich would put spaces for the tabs of a table


def _readable(history: History) -> Iterator[str]:
    last = history.revisions[-1]
    yield f"{history.id}: {last.title}"
    yield history.url
    if history.gone_since:
        yield f"gone since {history.gone_since}"
    if len(history.revisions) == 1:
        yield f"one revision, fetched {last.fetched_at}: no change of its text is known"
    for old, new in pairwise(history.revisions):
        yield ""
        yield from unified_diff(
            list(_lines(old)), list(_lines(new)), _times(old), _times(new), n=2, lineterm=""
        )


def _times(revision: Revision) -> str:
    until = f", superseded {revision.superseded_at}" if revision.superseded_at else ""
    return f"revision {revision.revision}, fetched {revision.fetched_at}{until}"


def _lines(revision: Revision) -> Iterator[str]:
    """A text in lines. If two texts, their kinds or their levels differ, so do their lines."""
    yield f"title: {revision.title}"
    yield f"date: {revision.date}"
    for block in revision.body:
        kind = f"{block.kind} {block.level}" if block.level else block.kind
        first, *more = block.as_text().split("\n")
        yield f"{kind}: {first}"
        yield from (f"    {line}" for line in more)
    for link in revision.links:
        yield f"link, {link.kind}: {link.text} {link.url}"


# --- for machines ---------------------------------------------------------------------------------


def _as_json(history: History) -> dict[str, Any]:
    return {
        "id": history.id,
        "url": history.url,
        "gone_since": history.gone_since,
        "revisions": history.revisions,
        "changes": [_change(old, new) for old, new in pairwise(history.revisions)],
    }


def _change(old: Revision, new: Revision) -> dict[str, Any]:
    """What changed from one revision to the next; null or empty if nothing did."""
    return {
        "from": old.revision,
        "to": new.revision,
        "title": _pair(old.title, new.title),
        "date": _pair(old.date, new.date),
        "body": _pieces(old.body, new.body),
        "links": _pieces(old.links, new.links),
    }


def _pair(old: str, new: str) -> dict[str, str] | None:
    return None if old == new else {"before": old, "after": new}


def _pieces(old: Sequence[Block | Link], new: Sequence[Block | Link]) -> list[dict[str, Any]]:
    """The differences of two lists, each with the pieces before and after."""
    return [
        {"change": how, "before": before, "after": after}
        for how, before, after in piece_diff(old, new)
        if how != "same"
    ]
