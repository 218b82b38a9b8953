"""Finds the capture that each revisit record stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from mofa_crawler.archive.captures import Capture, Revisit, Skipped


def resolve(
    revisits: Iterable[Revisit], captures: Iterable[Capture]
) -> Iterator[Capture | Skipped]:
    """Yield a capture for each revisit that adds something, and a `Skipped` for each other one.

    The capture has the time of the revisit, and the bytes of the capture that the revisit refers
    to. A revisit adds something if the page had changed back to an earlier text. The last revisit
    that confirms a text also adds something: another source may have a different text from an
    earlier time. A revisit is skipped too if its capture is not among `captures`.
    """
    known = _KnownCaptures(captures)
    by_url: dict[str, list[Revisit]] = defaultdict(list)
    for revisit in revisits:
        by_url[revisit.url].append(revisit)
    for url, of_url in by_url.items():
        events: list[Capture | Revisit] = [*known.by_url[url], *of_url]
        events.sort(key=lambda event: event.fetched_at)
        before: Capture | None = None
        confirmed: Capture | None = None
        for event in events:
            if isinstance(event, Capture):
                current = event
            elif (original := known.original_of(event, before)) is None:
                yield Skipped("revisits of captures that are not here")
                continue
            else:
                current = original._replace(url=url, fetched_at=event.fetched_at)
            is_confirmed = not isinstance(event, Capture) and before and _is_same(current, before)
            if confirmed:
                yield Skipped("revisits of an unchanged page") if is_confirmed else confirmed
            confirmed = current if is_confirmed else None
            if not is_confirmed and current is not event:
                yield current
            before = current
        if confirmed:
            yield confirmed


class _KnownCaptures:
    def __init__(self, captures: Iterable[Capture]) -> None:
        self.by_url: dict[str, list[Capture]] = defaultdict(list)
        self._by_second: dict[tuple[str, datetime], list[Capture]] = defaultdict(list)
        self._by_digest: dict[str, list[Capture]] = defaultdict(list)
        for capture in captures:
            self.by_url[capture.url].append(capture)
            self._by_second[capture.url, _second(capture.fetched_at)].append(capture)
            if capture.digest:
                self._by_digest[capture.digest].append(capture)

    def original_of(self, revisit: Revisit, before: Capture | None) -> Capture | None:
        """The capture that a revisit refers to; `before` is the previous capture of its address."""
        digest = revisit.digest
        if revisit.original_time:
            url = revisit.original_url or revisit.url
            for capture in reversed(self._by_second[url, _second(revisit.original_time)]):
                if not digest or not capture.digest or capture.digest == digest:
                    return capture
        if digest:
            same = self._by_digest[digest]
            of_url = (capture for capture in reversed(same) if capture.url == revisit.url)
            return next(of_url, same[0] if same else None)
        # A response 304: the page is the same as in the previous capture.
        return None if revisit.original_time else before


def _second(time: datetime) -> datetime:
    """WARC 1.0 writes dates to the second, and 1.1 more exactly."""
    return time.replace(microsecond=0)


def _is_same(one: Capture, other: Capture) -> bool:
    if one.digest and other.digest:
        return one.digest == other.digest
    return (one.path, one.offset) == (other.path, other.offset)
