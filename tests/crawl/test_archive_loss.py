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


def lost_files(run: Run) -> list[tuple[str, int]]:
    """What `audit` says of the archive, which is the same in its two forms."""
    lost = json.loads(run.call("audit", "--json").stdout)["lost_archive_files"]
    text = run.call("audit").stdout
    assert re.findall(r"archive: (\S+) is lost or cut", text) == [one["file"] for one in lost]
    return [(one["file"], one["pages"]) for one in lost]


@pytest.mark.parametrize("damage", ["lost", "cut"])
def test_pages_whose_archive_was_lost_are_fetched_whole_again(run: Run, damage: str) -> None:
    assert run.crawl(*JANUARY_2021, "-s", "MOFA_ARCHIVE=archive").returncode == 0
    file = archive_file(run)
    assert lost_files(run) == []
    if damage == "lost":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 4])
    ((name, pages),) = lost_files(run)
    assert (name, pages > 1) == (file.name, True)
    run.site.statuses.clear()
    again = run.crawl(*JANUARY_2021, "-a", "refresh=true", "-s", "MOFA_ARCHIVE=archive")
    assert again.returncode == 0, again.stderr
    assert set(run.site.statuses) == {200}  # no page by a 304
    assert lost_files(run) == []
    ((name,),) = query(run, f"SELECT archive_file FROM pages WHERE url LIKE '%{SEED}.html'")
    assert name != file.name
    assert (run.folder / "archive" / name).is_file()


def test_pages_that_are_archived_are_requested_conditionally(run: Run) -> None:
    assert run.crawl(*JANUARY_2021, "-s", "MOFA_ARCHIVE=archive").returncode == 0
    run.site.statuses.clear()
    run.crawl(*JANUARY_2021, "-a", "refresh=true", "-s", "MOFA_ARCHIVE=archive")
    assert 304 in run.site.statuses
