"""Which releases are requested, in which order, and how many at a time."""

from __future__ import annotations

from mofa_crawler.crawl.release_queue import ReleaseQueue
from mofa_crawler.outcome import DuePage


def filled(limit: int | None, listed: int, others: int = 0) -> ReleaseQueue:
    queue = ReleaseQueue(limit)
    for number in range(others):
        queue.add(DuePage(f"other {number}", None))
    for number in range(listed):
        queue.add_listed(DuePage(f"listed {number}", None))
    return queue


def test_listed_releases_come_first_and_in_their_order() -> None:
    queue = filled(None, 2, 1)
    assert [page.url for page in queue.take()] == ["listed 0", "listed 1", "other 0"]
    assert queue.is_empty
    assert not queue.has_reached_limit


def test_each_outcome_lets_another_release_be_requested() -> None:
    queue = filled(None, 100)
    assert (len([*queue.take()]), queue.waiting) == (64, 36)
    assert [*queue.take()] == []
    queue.end()
    assert [page.url for page in queue.take()] == ["listed 64"]


def test_a_limit_is_reached_when_each_release_has_an_outcome() -> None:
    queue = filled(2, 3)
    assert queue.waiting == 2
    assert len([*queue.take()]) == 2
    assert (queue.waiting, queue.is_empty) == (0, False)
    queue.end()
    assert not queue.has_reached_limit
    queue.end()
    assert queue.has_reached_limit
    assert [*queue.take()] == []
