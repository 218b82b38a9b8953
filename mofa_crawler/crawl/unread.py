"""Captures that cannot be read: each counts only if no other capture of the page can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mofa_crawler.outcome import ListingParsed, NotParsed, ReleaseParsed

if TYPE_CHECKING:
    from mofa_crawler.archive.captures import SkipReason

_BESIDE_ANOTHER: SkipReason = "unreadable beside another capture of the page"


class UnreadPages:
    """The pages without a readable capture so far, each with its last outcome.

    `skip` counts an unreadable capture of a page that has another capture.
    """

    def __init__(self, skip: Callable[[SkipReason], None]) -> None:
        self._skip = skip
        self._outcomes: dict[str, NotParsed] = {}  # by address

    def sift(
        self, outcome: ReleaseParsed | ListingParsed | NotParsed
    ) -> ReleaseParsed | ListingParsed | NotParsed | None:
        """The outcome if it counts at once; None if it waits for other captures of the page."""
        is_gone = outcome.status == "gone" and outcome.role == "release"
        if outcome.url in self._outcomes:
            self._skip(_BESIDE_ANOTHER)
        if isinstance(outcome, NotParsed) and not is_gone:
            self._outcomes[outcome.url] = outcome
            return None
        self._outcomes.pop(outcome.url, None)
        return outcome

    def add(self, outcome: NotParsed) -> None:
        """Let the outcome of an address that redirects wait for other captures."""
        self._outcomes[outcome.url] = outcome

    def discard(self, url: str) -> None:
        """Forget an address whose release was read under another address."""
        self._outcomes.pop(url, None)

    def take(self, is_stored: Callable[[str], bool]) -> Iterator[NotParsed]:
        """The outcomes of the pages without a readable capture, unless they are stored."""
        outcomes, self._outcomes = self._outcomes, {}
        for url, outcome in outcomes.items():
            if is_stored(url):
                self._skip(_BESIDE_ANOTHER)
            else:
                yield outcome
