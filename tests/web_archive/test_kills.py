"""SIGKILLs at random moments: nothing is lost, and nothing is fetched twice."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from typing import TYPE_CHECKING

from tests.archives import check_digests
from tests.web_archive.runs import ArchiveRun

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web_archive.archive_org import ArchiveOrg

KILLS = int(os.environ.get("MOFA_TEST_KILLS", "3"))  # twenty were run by hand, in six minutes


def test_kills_at_random_moments(
    tmp_path: Path, archive_org: ArchiveOrg, saved: ArchiveRun
) -> None:
    run = ArchiveRun(tmp_path, archive_org.address)
    chance = random.Random(20)  # noqa: S311 - no secret
    for _ in range(KILLS):
        seen = len(archive_org.received)
        process = run.start("-a", "source=wayback")
        end = time.monotonic() + 60
        # The index is read first: the moments lie in the reading of it, between captures, and in
        # the reading of pages.
        while len(archive_org.received) < seen + chance.randrange(1, 30):
            assert time.monotonic() < end
            if process.poll() is not None:
                break
            time.sleep(0.002)
        time.sleep(chance.random() / 10)
        process.kill()
        process.communicate(timeout=60)
    result = run.crawl("-a", "source=wayback")
    assert result.returncode == 0, result.stderr
    assert run.records() == saved.records()
    assert run.revisions() == saved.revisions()
    assert len(run.captures()) == len(set(run.captures()))
    # A block page is never kept, and so is requested by every run.
    requested = Counter(path for path in archive_org.paths("replay") if "edge.html" not in path)
    assert sum(requested.values()) - len(requested) <= KILLS
    files = list((tmp_path / "archive").iterdir())
    assert not [file for file in files if file.suffix == ".open"]
    check_digests(files)
