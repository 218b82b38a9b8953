"""Field coverage: how many of the releases read in a run have a field, and whether too few do.

If a template moves its date line or its list of links, each record is still valid by itself. Only a
comparison with earlier runs shows that nearly all records lack a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease

# Fewer releases than this say nothing about the site.
ENOUGH = 20
# If fewer than this share of releases had a field, a whole run may lack the field by chance.
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
    """The share (0 to 1) of `n` parsed releases that have each field; null if `n` is 0.

    `page_date`: the date stands on the page itself.
    """

    n: int
    points: float | None
    page_date: float | None
    translation: float | None
    links: float | None
    section: float | None


@dataclass(frozen=True, slots=True)
class Loss:
    """A field that most releases lack: its share in this run, and in earlier runs."""

    field: str
    now: float
    before: float


def fields_of(release: PressRelease) -> list[str]:
    """The names of the covered fields that a release has."""
    return [name for name, has in _HAS.items() if has(release)]


def coverage_of(n: int, having: Mapping[str, int]) -> Coverage:
    """The coverage of `n` releases; `having` says how many have each field."""
    shares = {name: round(having.get(name, 0) / n, 4) if n else None for name in _HAS}
    return Coverage(n=n, **shares)


def lost_fields(now: Coverage, earlier: Iterable[Coverage]) -> list[Loss]:
    """The fields whose coverage is below half of what it was in earlier runs.

    Earlier runs weigh by the number of releases that they read. A run that read fewer than `ENOUGH`
    is neither judged nor compared with.
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
