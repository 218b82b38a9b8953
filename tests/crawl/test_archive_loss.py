"""A lost or cut archive file is noticed by the next run, which fetches its pages whole again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.cli import JANUARY_2021, SEED
from tests.factories import query

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli import Run


def archive_file(run: Run) -> Path:
    (file,) = (run.folder / "archive").glob("*.warc.gz")
    return file


NONE_OF = "has none of the archive files of this database; name their folder with -s MOFA_ARCHIVE="


def lost_files(run: Run, folder: str = "archive") -> list[tuple[str, int]] | None:
    """What `audit` says of the archive, which is the same in its two forms."""
    setting = ("-s", f"MOFA_ARCHIVE={folder}")
    lost = json.loads(run.call("audit", "--json", *setting).stdout)["lost_archive_files"]
    text = run.call("audit", *setting).stdout
    assert (f"archive: the folder {folder} {NONE_OF}" in text) == (lost is None)
    if lost is None:
        assert "lost or cut" not in text
        return None
    assert re.findall(r"archive: (\S+) is lost or cut", text) == [one["file"] for one in lost]
    return [(one["file"], one["pages"]) for one in lost]


@pytest.mark.parametrize("damage", ["lost", "cut"])
def test_pages_whose_archive_was_lost_are_fetched_whole_again(run: Run, damage: str) -> None:
    assert run.crawl(*JANUARY_2021, "-s", "MOFA_ARCHIVE=archive").returncode == 0
    file = archive_file(run)
    assert lost_files(run) == []
    assert lost_files(run, folder="elsewhere") is None
    if damage == "lost":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 4])
    lost = lost_files(run)
    assert lost is None if damage == "lost" else [name for name, _ in lost or ()] == [file.name]
    run.site.statuses.clear()
    again = run.crawl(*JANUARY_2021, "-a", "refresh=true", "-s", "MOFA_ARCHIVE=archive")
    assert again.returncode == 0, again.stderr
    assert set(run.site.statuses) == {200}  # no page by a 304
    assert lost_files(run) == []
    ((name,),) = query(run, f"SELECT archive_file FROM pages WHERE url LIKE '%{SEED}.html'")
    assert name != file.name
    assert (run.folder / "archive" / name).is_file()


def test_a_lost_file_among_others_is_named(run: Run) -> None:
    for period in (JANUARY_2021, ("-a", "lang=ja", *JANUARY_2021[2:])):
        assert run.crawl(*period, "-s", "MOFA_ARCHIVE=archive").returncode == 0
    file, _ = (run.folder / "archive").iterdir()
    file.unlink()
    ((name, pages),) = lost_files(run) or []
    assert (name, pages > 1) == (file.name, True)


def test_pages_that_are_archived_are_requested_conditionally(run: Run) -> None:
    assert run.crawl(*JANUARY_2021, "-s", "MOFA_ARCHIVE=archive").returncode == 0
    run.site.statuses.clear()
    run.crawl(*JANUARY_2021, "-a", "refresh=true", "-s", "MOFA_ARCHIVE=archive")
    assert 304 in run.site.statuses
