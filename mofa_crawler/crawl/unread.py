"""Captures that cannot be read: each counts only if no other capture of the page can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler.outcome import NotParsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mofa_crawler.archive.captures import SkipReason
    from mofa_crawler.outcome import ListingParsed, ReleaseParsed

_BESIDE_ANOTHER: SkipReason = "unreadable beside another capture of the page"


class UnreadPages:
    """The pages of which no capture could be read so far: the last outcome of each.

    `skip` counts a capture that cannot be read and is not needed.
    """

    def __init__(self, skip: Callable[[SkipReason], None]) -> None:
        self._skip = skip
        self._outcomes: dict[str, NotParsed] = {}  # by address

    def sift(
        self, outcome: ReleaseParsed | ListingParsed | NotParsed
    ) -> ReleaseParsed | ListingParsed | NotParsed | None:
        """An outcome that counts by itself; None if another capture may be read."""
        is_gone = outcome.status == "gone" and outcome.role == "release"
        was_unread = outcome.url in self._outcomes
        if was_unread:
            self._skip(_BESIDE_ANOTHER)
        if isinstance(outcome, NotParsed) and not is_gone:
            self._outcomes[outcome.url] = outcome
            return None
        self._outcomes.pop(outcome.url, None)
        return outcome

    def add(self, outcome: NotParsed) -> None:
        """Take the outcome of an address that redirects to another page."""
        self._outcomes[outcome.url] = outcome

    def discard(self, url: str) -> None:
        """The release was read under another address."""
        self._outcomes.pop(url, None)

    def take(self, is_stored: Callable[[str], bool]) -> Iterator[NotParsed]:
        """The outcomes of the pages of which no capture was read and that are not stored."""
        outcomes, self._outcomes = self._outcomes, {}
        for url, outcome in outcomes.items():
            if is_stored(url):
                self._skip(_BESIDE_ANOTHER)
            else:
                yield outcome
