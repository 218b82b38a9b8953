"""The dataset as one CSV file (RFC 4180): a row a release, for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, BinaryIO

from mofa_crawler.record import as_json

if TYPE_CHECKING:
    from _csv import Writer

    from mofa_crawler.export.columns import Table

# A spreadsheet takes a cell that begins with such a character for a formula, or drops the
# character. East Asian editions do so with the full-width characters, too. The apostrophe is in the
# list, so that a program can take the first apostrophe off every cell.
_GUARDED = tuple("=+-@\t\r\n＝＋－＠'")


def write(table: Table, file: BinaryIO) -> None:
    """Write a row a record.

    Lists are JSON, null is empty. A cell that a spreadsheet could take for a formula gets an
    apostrophe in front, and so does a cell that begins with an apostrophe.
    """
    names = [f.name for f in fields(table.record_type)]
    rows = ([as_cell(getattr(record, name)) for name in names] for record in table.records())
    write_rows(names, rows, file)


def write_rows(names: Iterable[str], rows: Iterable[Iterable[str]], file: BinaryIO) -> None:
    """Write a table of texts, with cells as in `write`."""
    # Without a byte order mark, Excel uses the encoding of its country, not UTF-8.
    with csv_rows(file, encoding="utf-8-sig") as writer:
        writer.writerow(names)
        writer.writerows(map(guarded, row) for row in rows)


@contextmanager
def csv_rows(file: BinaryIO, encoding: str = "utf-8") -> Iterator[Writer]:
    """A writer of rows into an open file, which stays open."""
    text = TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield csv.writer(text)
    finally:
        text.detach()


def as_cell(value: Any) -> str:
    """A field as text: lists as JSON, null as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else as_json(value)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_GUARDED) else cell
