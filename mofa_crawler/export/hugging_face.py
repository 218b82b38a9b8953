"""The dataset as a folder for the Hugging Face Hub: Parquet by language and year, and a card."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from mofa_crawler.export.dataset_card import Statistics, dataset_card
from mofa_crawler.export.parquet_file import ParquetRows
from mofa_crawler.record import PressRelease

if TYPE_CHECKING:
    from mofa_crawler.queries.snapshot import Snapshot
    from mofa_crawler.site import Lang


def write(snapshot: Snapshot, folder: Path) -> None:
    """Write `data/<language>/<year>.parquet` into an empty folder, and the card.

    If there is no release, a file without rows has the columns.
    """
    statistics = Statistics()
    data = folder / "data"
    data.mkdir()
    for year, records in groupby(snapshot.records(), lambda record: record.date[:4]):
        with ExitStack() as stack:
            rows: dict[Lang, ParquetRows] = {}
            for record in records:
                if record.lang not in rows:
                    path = data / record.lang / f"{year}.parquet"
                    path.parent.mkdir(exist_ok=True)
                    file = stack.enter_context(path.open("wb"))
                    rows[record.lang] = stack.enter_context(ParquetRows(file, PressRelease))
                rows[record.lang].add(record)
                statistics.count(record)
    if not statistics.total:
        with (data / "empty.parquet").open("wb") as file, ParquetRows(file, PressRelease):
            pass
    card = dataset_card(statistics, snapshot.selection)
    (folder / "README.md").write_text(card, "utf-8", newline="\n")
