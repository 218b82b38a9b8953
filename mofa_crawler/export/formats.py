"""The formats of `mofa-crawler export`: a line each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from mofa_crawler.export import atom_feed, csv_file, data_package, json_file


class ExportError(Exception):
    """The export cannot be written. `str()` is one line that says why, and what to do."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format that is one file. Only text may go to stdout."""

    title: str
    write: Callable[[Any, BinaryIO], None]
    is_text: bool = True


@dataclass(frozen=True, slots=True)
class FolderFormat:
    """A format that is a folder. `write` fills an empty folder.

    A folder of this format has files that match `files` (names below the folder) and no others. Its
    file `descriptor` contains the text `label`.
    """

    title: str
    write: Callable[[Any, Path], None]
    files: re.Pattern[str]
    descriptor: str
    label: str


def _by_pyarrow(module: str) -> Callable[[Any, Any], None]:
    """The `write` of a module that needs pyarrow, which is optional and slow to import."""

    def write(table: Any, target: Any) -> None:
        try:
            exporter = import_module(f"mofa_crawler.export.{module}")
        except ModuleNotFoundError as error:
            if error.name and error.name.partition(".")[0] == "pyarrow":
                raise ExportError(
                    "this format needs pyarrow: install mofa_crawler with its extra parquet "
                    "(pip install '.[parquet]'), or pyarrow itself"
                ) from error
            raise
        exporter.write(table, target)

    return write


# By name, which is also the ending of a file.
FORMATS: dict[str, FileFormat | FolderFormat] = {
    "jsonl": FileFormat("JSON, a release a line", json_file.write_lines),
    "json": FileFormat("JSON, one array", json_file.write_array),
    "csv": FileFormat("a table for spreadsheets", csv_file.write),
    "atom": FileFormat("a feed of the newest releases", atom_feed.write),
    "parquet": FileFormat("a Parquet file", _by_pyarrow("parquet_file"), is_text=False),
    "datapackage": FolderFormat(
        "a folder of CSV tables with a Data Package descriptor",
        data_package.write,
        files=re.compile("|".join(map(re.escape, data_package.FILES))),
        descriptor=data_package.DESCRIPTOR,
        label=data_package.NAME,
    ),
    "huggingface": FolderFormat(
        "a folder for the Hugging Face Hub: Parquet files and a dataset card",
        _by_pyarrow("hugging_face"),
        files=re.compile(r"README\.md|data/(?:empty|[a-z]{2}/\d{4})\.parquet"),
        descriptor="README.md",
        label="\n- mofa_crawler\n",
    ),
}
# These write records of any type, and so the catalogue too.
TABULAR = ("jsonl", "json", "csv", "parquet")
TEXTS = {n: f for n, f in FORMATS.items() if isinstance(f, FileFormat) and f.is_text}
