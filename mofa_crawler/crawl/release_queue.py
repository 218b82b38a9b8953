"""The releases that a run is to fetch, and how many of them may be requested now."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

from mofa_crawler import site

if TYPE_CHECKING:
    from mofa_crawler.outcome import DuePage
    from mofa_crawler.site import Lang

# The others wait as a `DuePage` each: a request takes some kilobytes, and a backfill has tens of
# thousands of releases.
_REQUESTED_AT_A_TIME = 64


class ReleaseQueue:
    """The releases of listings, the newest first, and then other releases in their order.

    The releases of a language come in the order of its listings. `limit` is how many releases the
    run may request; None: no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self._left = inf if limit is None else limit  # how many may still be requested
        self._listed: defaultdict[Lang, deque[DuePage]] = defaultdict(deque)
        self._others: deque[DuePage] = deque()
        self._open = 0  # releases that were requested and have no outcome yet

    def add_listed(self, page: DuePage) -> None:
        self._listed[site.lang_of(page.url)].append(page)

    def add(self, page: DuePage) -> None:
        self._others.append(page)

    def take(self) -> Iterator[DuePage]:
        """The releases to request now. `end` must be called once for each."""
        while self._open < _REQUESTED_AT_A_TIME and self._left and not self.is_empty:
            self._open += 1
            self._left -= 1
            yield self._newest().popleft()

    def _newest(self) -> deque[DuePage]:
        """The queue whose first release is requested next."""
        return max(
            filter(None, self._listed.values()),
            key=lambda pages: pages[0].listed_date or "9999",  # an entry without a day: in its turn
            default=self._others,
        )

    def end(self) -> None:
        """Note that a requested release has an outcome."""
        self._open -= 1

    @property
    def waiting(self) -> int:
        """How many releases are still to be requested."""
        return int(min(sum(map(len, self._queues())), self._left))

    @property
    def is_empty(self) -> bool:
        return not any(self._queues())

    @property
    def needs_more(self) -> bool:
        """Whether the run may request more releases than it knows."""
        return self.is_empty and bool(self._left)

    @property
    def has_reached_limit(self) -> bool:
        """Whether the run has requested as many releases as it may, each with an outcome."""
        return not self._left and not self._open

    def _queues(self) -> list[deque[DuePage]]:
        return [*self._listed.values(), self._others]
