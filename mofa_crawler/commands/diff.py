"""`mofa-crawler diff`: what the ministry changed in a release, revision by revision."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.text import Text

from mofa_crawler.commands.base import PlainCommand, UsageError
from mofa_crawler.commands.printing import new_console, print_json, print_lines
from mofa_crawler.diffs import piece_diff
from mofa_crawler.printable import printable
from mofa_crawler.queries.history import (
    Revision,
    changed_words,
    find_release,
    ids_named,
    revisions_of,
)
from mofa_crawler.queries.read_only import reading

if TYPE_CHECKING:
    from mofa_crawler.record import Block, Link, PressRelease

_MARKS = {"same": ("", "", ""), "removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}


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
            release = find_release(db, ids_named(db, args[0]))
            if release is None:
                raise UsageError(
                    f"{self.database} has no release {args[0]}; `mofa-crawler search` finds stored "
                    "releases, `mofa-crawler audit --missing` lists the pages that were not read"
                )
            revisions = revisions_of(db, release)
        if opts.json:
            print_json(_as_json(release, revisions), indent=1)
        else:
            _print(release, revisions)


# --- for people -----------------------------------------------------------------------------------


def _print(release: PressRelease, revisions: list[Revision]) -> None:
    """Print the changes: on a terminal the changed words, in a pipe lines as `diff -u` does."""
    console = new_console()
    print_lines(_head(release, revisions), console)
    for old, new in pairwise(revisions):
        print()
        if console.is_terminal:
            print_lines([_times(old), _times(new)], console)
            for name, words in changed_words(old, new, release.lang):
                console.print(Text.assemble(f"\n{name}:\n", *map(_marked, words)))
        else:
            texts = list(_lines(old)), list(_lines(new))
            for line in unified_diff(*texts, _times(old), _times(new), n=2, lineterm=""):
                print(printable(line))  # rich would put spaces for the tabs of a table


def _head(release: PressRelease, revisions: list[Revision]) -> Iterator[str]:
    yield f"{release.id}: {release.title}"
    yield release.url
    if release.gone_since:
        yield f"gone since {release.gone_since}"
    if len(revisions) == 1:
        yield f"one revision, fetched {release.fetched_at}: no change of its text is known"


def _marked(word: tuple[str, str]) -> tuple[str, str]:
    """A piece with its style. The brackets, as of `git diff --word-diff`, need no colours."""
    how, piece = word
    before, after, style = _MARKS[how]
    return f"{before}{printable(piece)}{after}", style


def _times(revision: Revision) -> str:
    until = f", superseded {revision.superseded_at}" if revision.superseded_at else ""
    return f"revision {revision.revision}, fetched {revision.fetched_at}{until}"


def _lines(revision: Revision) -> Iterator[str]:
    """A revision in lines, which show all that can differ: also kinds and levels of blocks."""
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


def _as_json(release: PressRelease, revisions: list[Revision]) -> dict[str, Any]:
    return {
        "id": release.id,
        "url": release.url,
        "gone_since": release.gone_since,
        "revisions": revisions,
        "changes": [_change(old, new) for old, new in pairwise(revisions)],
    }


def _change(old: Revision, new: Revision) -> dict[str, Any]:
    """What changed from one revision to the next. An unchanged part is null or empty."""
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
