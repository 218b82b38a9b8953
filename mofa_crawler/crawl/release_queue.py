"""The releases that a run is to fetch, and how many of them may be requested now."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mofa_crawler.outcome import DuePage

# The others wait as a `DuePage` each: a request takes some kilobytes, and a backfill has tens of
# thousands of releases.
_REQUESTED_AT_A_TIME = 64


class ReleaseQueue:
    """The releases of listings in their order, then the releases that earlier runs left.

    `limit` is how many releases the run may request; None: no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self._left = inf if limit is None else limit  # how many may still be requested
        self._listed: deque[DuePage] = deque()
        self._left_over: deque[DuePage] = deque()
        self._open = 0  # releases that were requested and have no outcome yet

    def add(self, page: DuePage) -> None:
        self._listed.append(page)

    def add_left_over(self, page: DuePage) -> None:
        self._left_over.append(page)

    def take(self) -> Iterator[DuePage]:
        """The releases to request now. `end` must be called once for each."""
        while (
            self._open < _REQUESTED_AT_A_TIME
            and self._left
            and (queue := self._listed or self._left_over)
        ):
            self._open += 1
            self._left -= 1
            yield queue.popleft()

    def end(self) -> None:
        """Note that a requested release has an outcome."""
        self._open -= 1

    @property
    def waiting(self) -> int:
        """How many releases are still to be requested."""
        return int(min(len(self._listed) + len(self._left_over), self._left))

    @property
    def is_empty(self) -> bool:
        return not self._listed and not self._left_over

    @property
    def has_reached_limit(self) -> bool:
        """Whether the run has requested as many releases as it may, each with an outcome."""
        return not self._left and not self._open
