"""A made dataset of any size, for the pages to browse and their pictures.

    python -m benchmarks.dataset RELEASES FILE

It is written through the store, without a crawl: texts of about 1,000 characters from 2009 to 2025,
pairs in both languages, month pages, revisions, and a few pages that were rejected or never
fetched.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate, groupby
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.site import LANGS, Release
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.record import Block
from mofa_crawler.run.counters import LISTED, LISTINGS, OUTCOMES, total_of
from mofa_crawler.run.report import not_started
from mofa_crawler.store.store import Store
from tests.factories import ORIGIN, dated_listing, keep, not_parsed, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mofa_crawler.record import PressRelease
    from mofa_crawler.run.report import Report
    from mofa_crawler.site import Lang

_FIRST, _LAST = date(2009, 1, 5), date(2025, 12, 26)
_SUNDAY = 7
_MODELS = 40  # parsed pages of a language; each release varies the text of one
_CHARACTERS = 1_000
_REJECTED, _NOT_FETCHED, _REVISED = 0.002, 0.001, 0.01  # shares of the releases
_ODD = {"2013-02": 0.2, "2019-11": 0.05}  # months of which so many pages were rejected
_UNREAD = {"2011-03", "2014-08"}  # months of which no listing was read
_FETCHED_AT, _REVISED_AT = "2026-01-10T03:00:00Z", "2026-01-11T03:00:00Z"
_HOUSEHOLDS = re.compile(r"\d+(?= households|世帯)")
_FOLDERS: dict[Lang, str] = {"en": "/press/release", "ja": "/mofaj/press/release"}


def make(path: Path, count: int) -> None:
    """Store a dataset of `count` releases, the rejected and the never fetched ones included."""
    store = Store(path)
    store.defer_commits()
    try:
        run = store.runs.begin("press_releases", {"since": _FIRST.isoformat()[:4]})
        outcomes = {lang: dict.fromkeys((LISTED, *OUTCOMES, *LISTINGS), 0) for lang in LANGS}
        for (month, lang), records in groupby(_releases(count), lambda r: (r.date[:7], r.lang)):
            of_month = list(records)
            if month not in _UNREAD:
                _store_month(store, month, lang, of_month, outcomes[lang])
            store.commit()
        store.runs.finish(run, _report(run, outcomes), completed=LANGS, newest_days={})
        store.commit()
    finally:
        store.close()


def last_release(count: int) -> str:
    """The id of the last English release of a dataset of `count` releases."""
    return _address("en", count // len(LANGS) - 1).removesuffix(".html").lstrip("/")


def _store_month(
    store: Store, month: str, lang: Lang, of_month: list[PressRelease], outcomes: dict[str, int]
) -> None:
    """A month page, and what became of the releases that it names."""
    entries = ((record.url, record.title, record.date) for record in of_month)
    listing = f"{_FOLDERS[lang]}/{month.replace('-', '')}_index.html"
    store.save(dated_listing(*entries, url=listing, month=month))
    rng = Random(f"{month} {lang}")
    for record in of_month:
        if rng.random() < _NOT_FETCHED:
            continue
        outcomes[LISTED] += 1
        if rng.random() < _ODD.get(month, _REJECTED):
            reason = {"code": "no_layout", "message": "no layout matches the page"}
            store.save(not_parsed(record.url, "rejected", body_hash=record.content_hash, **reason))
            outcomes["rejected"] += 1
            continue
        outcomes[keep(store, record)] += 1
        if rng.random() < _REVISED:
            keep(store, _corrected(record))


def _releases(count: int) -> Iterator[PressRelease]:
    """Releases of both languages in pairs, month by month, a language after the other."""
    models = {lang: _models(lang) for lang in LANGS}
    pairs = count // len(LANGS)
    days = _days(pairs)
    for _, of_month in groupby(enumerate(days), lambda pair: (pair[1].year, pair[1].month)):
        numbered = list(of_month)
        for lang in LANGS:
            for number, day in numbered:
                yield _varied(models[lang][number % _MODELS], lang, number, day)


def _days(count: int) -> list[date]:
    """Days in order. Some months have twice the releases of others, and Sundays have none."""
    rng = Random(0)
    days = [_FIRST + timedelta(n) for n in range((_LAST - _FIRST).days + 1)]
    of_month = {
        month: rng.uniform(0.6, 1.2) for month in dict.fromkeys((d.year, d.month) for d in days)
    }
    weights = [of_month[d.year, d.month] * (d.isoweekday() != _SUNDAY) for d in days]
    return sorted(rng.choices(days, weights, k=count))


def _models(lang: Lang) -> list[PressRelease]:
    """Parsed pages, with as much of their bodies as a release has characters."""
    models = []
    for number in range(_MODELS):
        page = Release(lang, 2025, 12, 1, number, number)
        record = parse_release(page_of(page.html(), page.path))
        starts = accumulate((len(block.as_text()) for block in record.body), initial=0)
        body = [b for b, start in zip(record.body, starts, strict=False) if start < _CHARACTERS]
        models.append(replace(record, body=body))
    return models


def _varied(model: PressRelease, lang: Lang, number: int, day: date) -> PressRelease:
    """A release of its own with the title of another number, and a link to its other language."""
    address = _address(lang, number)
    other = next(of for of in LANGS if of != lang)
    first, *others = model.body
    return replace(
        model,
        id=address.removesuffix(".html").lstrip("/"),
        url=ORIGIN + address,
        title=Release(lang, day.year, day.month, day.day, number, number).title(),
        date=day.isoformat(),
        body=[replace(first, text=f"{first.text} ({number})"), *others],
        translation=ORIGIN + _address(other, number),
        first_seen=_FETCHED_AT,
        last_seen=_FETCHED_AT,
        fetched_at=_FETCHED_AT,
    )


def _address(lang: Lang, number: int) -> str:
    return f"{_FOLDERS[lang]}/made_{number:06}.html"


def _corrected(record: PressRelease) -> PressRelease:
    """A later text of a release: other numbers, and a note more."""
    body = [
        replace(
            block, text=_HOUSEHOLDS.sub(lambda number: f"{int(number[0]) + 9}", block.text, count=1)
        )
        for block in record.body
    ]
    added = {"en": "This text was corrected.", "ja": "本文を訂正した。"}[record.lang]
    return replace(
        record,
        body=[*body, Block(kind="note", text=added)],
        last_seen=_REVISED_AT,
        fetched_at=_REVISED_AT,
    )


def _report(run: int, outcomes: dict[Lang, dict[str, int]]) -> Report:
    report = not_started("press_releases", {}, exit_code=0, reason="finished")
    counts = {**outcomes, "total": total_of(outcomes)}
    return {**report, "run_id": run, "counts": counts}


if __name__ == "__main__":
    make(Path(sys.argv[2]), int(sys.argv[1]))
