"""The rules that choose an exit code, without a run."""

from __future__ import annotations

import pytest

from mofa_crawler.run.counters import LOST, READ
from mofa_crawler.run.verdict import has_drifted_as_a_whole


@pytest.mark.parametrize(
    ("lost", "read", "of_last", "drifted"),
    [
        (0, 0, (20, 0), False),  # nothing was fetched
        (2, 0, (2, 0), False),  # too few to say so
        (3, 0, (3, 0), True),
        (4, 0, (4, 16), False),  # known to be gone, and retried
        (3, 0, (17, 3), True),  # earlier runs saw the same
        (10, 10, (20, 0), False),  # a run of twenty speaks for itself
        (11, 10, (0, 20), True),
    ],
)
def test_most_releases_are_gone(
    lost: int, read: int, of_last: tuple[int, int], drifted: bool
) -> None:
    assert has_drifted_as_a_whole({LOST: lost, READ: read}, of_last) is drifted
