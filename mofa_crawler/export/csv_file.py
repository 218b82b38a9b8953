"""The dataset as one CSV file (RFC 4180): a row a release, for spreadsheets."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from dataclasses import fields
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from mofa_crawler.record import PressRelease

if TYPE_CHECKING:
    from _csv import Writer
    from collections.abc import Iterable, Iterator

_FIELDS = [f.name for f in fields(PressRelease)]
# Spreadsheets take what begins with one of these for a formula, or drop it; in East Asian editions
# also the full-width ones. The apostrophe, so that a guarded cell can be told from one that began
# with it.
_GUARDED = tuple("=+-@\t\r\n＝＋－＠'")


def write_csv(records: Iterable[PressRelease], file: BinaryIO) -> None:
    """Write a row a release.

    Lists are JSON, null is empty. A cell that a spreadsheet could take for a formula gets an
    apostrophe in front, and so does one that begins with an apostrophe: take one off to read.
    """
    # Excel takes a file without the mark for one in the encoding of its country.
    with csv_rows(file, encoding="utf-8-sig") as rows:
        rows.writerow(_FIELDS)
        for record in records:
            rows.writerow(_guarded(as_cell(getattr(record, name))) for name in _FIELDS)


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
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_GUARDED) else cell
