"""The card of a dataset on the Hugging Face Hub: what it holds, how it was made, its terms."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mofa_crawler.export.about import LICENSE_TITLE, LICENSE_URL, PUBLISHER, TITLE
from mofa_crawler.export.columns import columns_of
from mofa_crawler.record import Block, Link, Point, PressRelease
from mofa_crawler.run.coverage import fields_of
from mofa_crawler.site import INDEXES, LANGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mofa_crawler.export.columns import Column
    from mofa_crawler.site import Lang
    from mofa_crawler.store.records import Selection

_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K"}
_LARGEST = "100K<n<1M"
_LANGUAGES = {"en": "English", "ja": "Japanese"}
_COVERED = {
    "points": "has points",
    "links": "has links",
    "section": "has a section",
    "translation": "links its translation",
    "page_date": "bears its date on the page",
}
_TYPES = {"list": "list of list of string", "time": "timestamp (UTC)"}

# By its last tag, a folder is known as one of ours.
_CARD = """\
---
pretty_name: "{title}"
language:
{languages}
license: other
license_name: pdl-1.0
license_link: {license_url}
size_categories:
- {size}
tags:
- press-releases
- foreign-policy
- diplomacy
- japan
- mofa_crawler
configs:
{configs}
---

# {title}

{summary}

```python
from datasets import load_dataset

{calls}
```

## How it was made

mofa_crawler walked the listings of press releases of the {publisher}
([English]({english}), [Japanese]({japanese})),
and read every page listed exactly, or refused it by name: nothing is guessed, summarised or
translated. Characters are as on the page; white space is folded.

Limits: it holds what the listings list. Attachments and pictures are not in it, only the addresses
of attachments. Press conferences and speeches are not, nor lists that have left the site. Pages in
a layout that is not known are missing. `translation` is the page's own link to the other language,
where it has one. The ministry corrects its pages: a later export may say something else under the
same `id`, with another `content_hash`.

## Terms of use

The ministry publishes under the [{license_title}]({license_url}).
Whoever passes the texts on must name the source and say that they were edited; each release bears
the line to use as `attribution`. This dataset is not the ministry's, and nothing made with it
should look as if it were.

## Releases by year

{by_year}

## How many have what

{covered}

## Fields

{fields}
"""


class Statistics:
    """What is counted while the records go by."""

    def __init__(self) -> None:
        self._releases: Counter[tuple[Lang, str]] = Counter()  # by language and year
        self._having: Counter[str] = Counter()
        self.last_seen = ""

    def count(self, record: PressRelease) -> None:
        self._releases[record.lang, record.date[:4]] += 1
        self._having.update(fields_of(record))
        self.last_seen = max(self.last_seen, record.last_seen)

    @property
    def total(self) -> int:
        return self._releases.total()

    @property
    def langs(self) -> list[Lang]:
        """Those of which there are releases."""
        return [lang for lang in LANGS if any(of == lang for of, _ in self._releases)]

    @property
    def years(self) -> list[str]:
        return sorted({year for _, year in self._releases})

    def releases(self, lang: Lang, year: str) -> int:
        return self._releases[lang, year]

    def share_having(self, name: str) -> float:
        """The share (0 to 1) of the releases that have a field of `coverage`."""
        return self._having[name] / self.total


def dataset_card(statistics: Statistics, selection: Selection) -> str:
    """The card as Markdown, with the front matter that the Hub and `datasets` read."""
    langs = statistics.langs
    return _CARD.format(
        title=TITLE,
        publisher=PUBLISHER,
        license_title=LICENSE_TITLE,
        license_url=LICENSE_URL,
        english=INDEXES["en"],
        japanese=INDEXES["ja"],
        languages="\n".join(f"- {lang}" for lang in langs or selection.langs),
        size=next((name for n, name in _SIZES.items() if statistics.total < n), _LARGEST),
        configs="\n".join(_configs(langs)),
        summary=_summary(statistics, selection),
        calls="\n".join(_calls(langs)),
        by_year="\n".join(_by_year(statistics)),
        covered="\n".join(_covered(statistics)),
        fields="\n\n".join(_fields()),
    )


def _configs(langs: list[Lang]) -> Iterator[str]:
    files = [(lang, f"data/{lang}/*.parquet") for lang in langs]
    for name, path in [("default", "data/**/*.parquet"), *files]:
        yield f"- config_name: {name}"
        yield "  data_files:"
        yield "  - split: train"
        yield f"    path: {path}"


def _summary(statistics: Statistics, selection: Selection) -> str:
    if not statistics.total:
        return "No releases: nothing matched."
    years = statistics.years
    languages = " and ".join(_LANGUAGES[lang] for lang in statistics.langs)
    are = "are among them" if selection.with_duplicates else "are left out"
    return (
        f"{statistics.total:,} releases of {years[0]} to {years[-1]} in {languages}: title, date, "
        "and the body block by block with its numbering.\n"
        f"Releases that say the same at another address {are}.\n"
        f"Changes up to {statistics.last_seen} are in it."
    )


def _calls(langs: list[Lang]) -> Iterator[str]:
    for arguments in ('"path/to/this/folder"', *(f'"path/to/this/folder", "{x}"' for x in langs)):
        yield f'releases = load_dataset({arguments}, split="train")'


def _by_year(statistics: Statistics) -> Iterator[str]:
    yield from _head("year", *(_LANGUAGES[lang] for lang in statistics.langs))
    for year in statistics.years:
        counts = [statistics.releases(lang, year) for lang in statistics.langs]
        yield _row(year, *(f"{count:,}" for count in counts))


def _covered(statistics: Statistics) -> Iterator[str]:
    yield from _head("a release", "of all")
    for name, what in _COVERED.items():
        yield _row(what, f"{statistics.share_having(name):.1%}" if statistics.total else "")


def _fields() -> Iterator[str]:
    for record in (PressRelease, Block, Point, Link):
        yield f"### {record.__name__}"
        rows = (_field(column) for column in columns_of(record))
        yield "\n".join([*_head("field", "type", "null", "meaning"), *rows])


def _field(column: Column) -> str:
    kind = f"list of {column.record.__name__}" if column.record else column.kind
    null = "yes" if column.is_nullable else "no"
    return _row(f"`{column.name}`", _TYPES.get(kind, kind), null, column.meaning)


def _head(*names: str) -> Iterable[str]:
    return _row(*names), _row(*("---" for _ in names))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
