"""Field coverage: what counts as having a field, and when too few releases have it."""

from __future__ import annotations

import pytest

from mofa_crawler.record import Block
from mofa_crawler.run.coverage import Coverage, Loss, coverage_of, fields_of, lost_fields
from tests.factories import ORIGIN, release


def coverage(n: int, **shares: float) -> Coverage:
    return coverage_of(n, {name: round(share * n) for name, share in shares.items()})


def test_which_fields_a_release_has() -> None:
    whole = release(translation=ORIGIN + "/mofaj/x.html")
    bare = release(
        body=[Block(kind="paragraph", text="x")], links=[], section="", date_source="listing"
    )
    assert set(fields_of(whole)) == {"points", "page_date", "translation", "links", "section"}
    assert list(fields_of(bare)) == []


def test_shares_are_of_the_releases_read() -> None:
    assert coverage_of(3, {"points": 2, "links": 3}) == Coverage(
        n=3, points=0.6667, page_date=0.0, translation=0.0, links=1.0, section=0.0
    )
    nothing = coverage_of(0, {})
    assert (nothing.n, nothing.points, nothing.section) == (0, None, None)


@pytest.mark.parametrize(
    ("now", "earlier", "expected"),
    [
        # Half of what it was is not yet below half.
        (coverage(20, points=0.4), [coverage(20, points=0.8)], []),
        (coverage(20, points=0.35), [coverage(20, points=0.8)], [Loss("points", 0.35, 0.8)]),
        (coverage(19, points=0.0), [coverage(20, points=0.8)], []),
        (coverage(20, points=0.0), [coverage(19, points=0.8)], []),
        (coverage(20, points=0.0), [], []),
        (coverage(0), [coverage(20, points=0.8)], []),
        # What few ever had may be missing.
        (coverage(20, links=0.0), [coverage(20, links=0.2)], []),
        (coverage(20, links=0.0), [coverage(20, links=0.25)], [Loss("links", 0.0, 0.25)]),
        # Runs weigh by what they read: 100 of 0.9 and 20 of 0.3 are 0.8.
        (
            coverage(100, page_date=0.39),
            [coverage(100, page_date=0.9), coverage(20, page_date=0.3)],
            [Loss("page_date", 0.39, pytest.approx(0.8))],
        ),
        (
            coverage(100, page_date=0.41),
            [coverage(100, page_date=0.9), coverage(20, page_date=0.3)],
            [],
        ),
        # Not judged.
        (coverage(20), [coverage(20, translation=1.0, section=1.0)], []),
    ],
)
def test_a_field_is_lost_below_half_of_the_average(
    now: Coverage, earlier: list[Coverage], expected: list[Loss]
) -> None:
    assert lost_fields(now, earlier) == expected
