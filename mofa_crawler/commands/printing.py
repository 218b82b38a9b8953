"""What the commands print: messages, tables on a terminal, plain text in a pipe, JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal, TextIO

import msgspec
from rich.console import Console, OverflowMethod
from rich.table import Table
from rich.text import Text

from mofa_crawler.printable import printable, printable_json

# Widths in characters.
_NO_LIMIT = 10_000
_ROOM_FOR_FRAMES = 100  # with frames, columns in a narrower terminal would be cut to nothing
_LEAST = 20  # COLUMNS=1 has no room for a word
_LEAST_FOR_TABLES = 80  # a narrower terminal breaks the lines itself
_INDENT = "    "  # of lines that belong to the line above


def print_message(message: str, kind: Literal["error", "warning", "note"] = "error") -> None:
    """Print one line on stderr, beside what is printed on stdout."""
    with suppress(OSError):  # a full disk under stderr changes nothing
        print(f"mofa_crawler: {kind}: {printable(message)}", file=sys.stderr)


def print_json(value: Any, *, indent: int | None = None) -> None:
    """Print a value as JSON, on one line or indented."""
    text = msgspec.json.encode(value)
    if indent is not None:
        text = msgspec.json.format(text, indent=indent)
    print(printable_json(text.decode()))


def print_fields(fields: Iterable[str]) -> None:
    """Print a line for other programs: the fields, tab-separated."""
    print("\t".join(printable(" ".join(field.split())) for field in fields))


def print_table(
    names: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str],
    folded: Sequence[str] = (),
) -> None:
    """Print a table with its names: on a terminal in columns, in a pipe tab-separated.

    The columns in `right` are aligned to the right. A cell of the columns in `folded` may have
    several lines.
    """
    console = new_console()
    if not console.is_terminal:
        for row in (names, *rows):
            print_fields(row)
        return
    console.width = max(console.width, _LEAST_FOR_TABLES)
    table = new_table(console)
    for name in names:
        justify: Literal["right", "left"] = "right" if name in right else "left"
        table.add_column(name, justify=justify, no_wrap=name not in folded, overflow="fold")
    for row in rows:
        table.add_row(*map(printable, row))
    console.print(table)


def print_list(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    lines: Sequence[str],
    *,
    as_json: bool,
    nothing: str,
) -> None:
    """Print entries, or JSON with an object a line. Without rows, print the note `nothing`."""
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        print_entries(rows, columns, lines)
    else:
        print_message(nothing, "note")


def print_entries(
    rows: Sequence[Mapping[str, str | Text]], columns: Sequence[str], lines: Sequence[str]
) -> None:
    """Print one entry after the other.

    On a terminal an entry begins with its `columns`. Its other fields follow in `lines` of their
    own, so that no address is broken. In a pipe an entry is one line: all its values,
    tab-separated.
    """
    console = new_console()
    if not console.is_terminal:
        for row in rows:
            print_fields(map(str, row.values()))
        return
    widths = {name: max((len(row[name]) for row in rows), default=0) for name in columns}
    for row in rows:
        head = "".join(f"{printable(str(row[name])):{widths[name]}} " for name in columns)
        first, *others = [_as_text(row[name]) for name in lines if row[name]] or [Text()]
        broken: list[Text] = []
        for text in (Text(head) + first, *others):
            is_address = text.plain.isascii() and " " not in text.plain
            overflow: OverflowMethod = "ignore" if is_address else "fold"
            broken += text.wrap(console, console.width - len(_INDENT), overflow=overflow)
        for line in broken:
            line.rstrip()
        console.print(Text(f"\n{_INDENT}").join(broken), soft_wrap=True)


def print_lines(lines: Iterable[str], console: Console | None = None) -> None:
    """Print lines on stdout, or on a console.

    A terminal breaks lines between words. Lines that begin with a space are commands for the
    shell, and stay whole.
    """
    console = console or new_console()
    for line in lines:
        console.print(printable(line), soft_wrap=line.startswith(" ") or not console.is_terminal)


def _as_text(value: str | Text) -> Text:
    return value if isinstance(value, Text) else Text(printable(value))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave a closed pipe to the caller: rich would end the process with 1."""
        raise BrokenPipeError


def new_console(*, stderr: bool = False) -> Console:
    """A console on stdout, or on stderr; texts are printed as they are. A pipe has no width.

    The variable FORCE_COLOR does not make a pipe a terminal.
    """
    stream = sys.stderr if stderr else sys.stdout
    console = _Console(
        stderr=stderr, force_terminal=stream.isatty(), highlight=False, markup=False, emoji=False
    )
    console.width = max(console.width, _LEAST) if console.is_terminal else _NO_LIMIT
    return console


def new_table(console: Console) -> Table:
    """A table: framed on a terminal that has room for a frame, else without."""
    if not console.is_terminal:
        return Table(box=None, pad_edge=False)
    if console.width >= _ROOM_FOR_FRAMES:
        return Table()
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))


@contextmanager
def losable_output() -> Iterator[None]:
    """A context for output that may be lost: a failed write is a warning, and no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough (`| head`)
        drop_output()
    except OSError as error:
        print_message(f"cannot write to stdout: {error.strerror or error}", "warning")
        drop_output()


def drop_output(stream: TextIO | None = None) -> None:
    """Send a stream (default: stdout) to nowhere.

    At exit, Python would write again what cannot be written, and change the exit code.
    """
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())
