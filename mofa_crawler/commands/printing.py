"""What the commands print: tables on a terminal, plain text in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_LIMIT = 10_000
_ROOM_FOR_FRAMES = 100  # characters; in less, columns would be cut to nothing


def stdout_console() -> Console:
    """Standard output; texts are printed as they are. A pipe has no width."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _NO_LIMIT
    return console


def new_table(console: Console) -> Table:
    """A table: framed on a terminal that has room for it, else without a frame."""
    if console.is_terminal and console.width >= _ROOM_FOR_FRAMES:
        return Table()
    return Table(box=None, pad_edge=False)


def print_fields(fields: Iterable[str]) -> None:
    """A line of a list for other programs: the fields tab-separated."""
    print("\t".join(" ".join(field.split()) for field in fields))


def print_rows(names: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Rows as a table on a terminal; in a pipe one a line, tab-separated, without the names."""
    console = stdout_console()
    if not console.is_terminal:
        for row in rows:
            print_fields(row)
        return
    table = new_table(console)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
