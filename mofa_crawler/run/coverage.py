"""Field coverage: how many of the releases read in a run have a field, and whether too few do.

A template that moves its date line or its list of links still gives records that are valid one by
one. Only next to earlier runs does it show that a field is gone from nearly all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mofa_crawler.record import PressRelease

# Fewer releases than these say nothing of the site.
ENOUGH = 20
# A field that only so many releases had may be missing from all of a run's by chance.
_RARE = 0.2

_HAS: dict[str, Callable[[PressRelease], bool]] = {
    "points": lambda release: bool(release.points),
    "page_date": lambda release: release.date_source == "page",
    "translation": lambda release: release.translation is not None,
    "links": lambda release: bool(release.links),
    "section": lambda release: bool(release.section),
}
# Translations and sections come and go with the kind of release.
_JUDGED = ("points", "page_date", "links")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of `n` releases read, the share (0 to 1) that has a field; null where none was read.

    `page_date`: the page itself bears the date.
    """

    n: int
    points: float | None
    page_date: float | None
    translation: float | None
    links: float | None
    section: float | None


@dataclass(frozen=True, slots=True)
class Loss:
    """A field that most releases have lost: its share in this run, and in earlier ones."""

    field: str
    now: float
    before: float


def fields_of(release: PressRelease) -> list[str]:
    """The fields, of those whose coverage is kept, that a release has."""
    return [name for name, has in _HAS.items() if has(release)]


def coverage_of(n: int, having: Mapping[str, int]) -> Coverage:
    """The coverage of `n` releases, of which so many have each field."""
    shares = {name: round(having.get(name, 0) / n, 4) if n else None for name in _HAS}
    return Coverage(n=n, **shares)


def lost_fields(now: Coverage, earlier: Iterable[Coverage]) -> list[Loss]:
    """The fields whose coverage is below half of what it was in earlier runs.

    Earlier runs count by the number of releases that they read. Runs that read fewer than `ENOUGH`
    neither are judged nor count.
    """
    runs = [run for run in earlier if run.n >= ENOUGH]
    if now.n < ENOUGH or not runs:
        return []
    losses = []
    for field in _JUDGED:
        before = sum(run.n * getattr(run, field) for run in runs) / sum(run.n for run in runs)
        share = getattr(now, field)
        if before > _RARE and share < before / 2:
            losses.append(Loss(field, share, before))
    return losses
