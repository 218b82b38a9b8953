"""The card of a dataset on the Hugging Face Hub: its content, how it was made, its terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mofa_crawler import __version__
from mofa_crawler.export.about import LICENSE_TITLE, LICENSE_URL, PUBLISHER, TITLE, mirror_of
from mofa_crawler.export.field_tables import JSON_TYPES, RECORDS, field_table
from mofa_crawler.run.coverage import fields_of
from mofa_crawler.site import INDEXES, LANGS, Lang

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease
    from mofa_crawler.store.records import Selection

_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K"}
_LARGEST = "100K<n<1M"
_LANGUAGES = {"en": "English", "ja": "Japanese"}
_COVERED = {
    "points": "has points",
    "links": "has links",
    "section": "has a section",
    "translation": "links its translation",
    "page_date": "has its date on the page",
}
_TYPES = {**JSON_TYPES, "date": "date", "time": "timestamp (UTC)"}

_DRAFTS = (
    "Releases with the layout `draft` are drafts: a general program extracted their text. It may "
    "lack a part or contain something else.\n"
)

# An export replaces a folder only if its card has the last tag.
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

mofa_crawler {version} reads the press releases of the {publisher}
([English]({english}), [Japanese]({japanese})).
{mirrors}A page is read exactly, or rejected: nothing is guessed, summarised or translated.
Characters are as on the page. White space is folded.

Limits: the dataset has the releases that listings name. It has the addresses of attachments, but
neither attachments nor pictures. Press conferences and speeches are not in it. A page in an unknown
layout is missing. `translation` is the page's own link to the other language, if the page has one.
The ministry corrects its pages: a later export may have another text under the same `id`, with
another `content_hash`.

## Terms of use

The ministry publishes under the [{license_title}]({license_url}).
Whoever passes the texts on must name the source and say that they were edited. The field
`attribution` of each release is the line to use. This dataset is not the ministry's, and nothing
made with it should look as if it were.

## Releases by year

{by_year}

## How many releases have what

{covered}

## Fields

{fields}
"""


@dataclass(slots=True)
class Statistics:
    """Counts of the records that are exported.

    `releases` are by language and year; `having` are by field, as in `run/coverage.py`.
    """

    releases: Counter[tuple[Lang, str]] = field(default_factory=Counter)
    having: Counter[str] = field(default_factory=Counter)
    mirrors: set[str] = field(default_factory=set)  # hosts
    last_fetched: str = ""

    def count(self, record: PressRelease) -> None:
        self.releases[record.lang, record.date[:4]] += 1
        self.having.update(fields_of(record))
        if mirror := mirror_of(record.source):
            self.mirrors.add(mirror)
        self.last_fetched = max(self.last_fetched, record.fetched_at)

    @property
    def total(self) -> int:
        return self.releases.total()

    @property
    def langs(self) -> list[Lang]:
        """The languages that have a release."""
        return [lang for lang in LANGS if any(of == lang for of, _ in self.releases)]

    @property
    def years(self) -> list[str]:
        return sorted({year for _, year in self.releases})


def dataset_card(statistics: Statistics, selection: Selection) -> str:
    """The card as Markdown, with the front matter that the Hub and `datasets` read."""
    langs = statistics.langs
    return _CARD.format(
        title=TITLE,
        publisher=PUBLISHER,
        version=__version__,
        license_title=LICENSE_TITLE,
        license_url=LICENSE_URL,
        mirrors=_mirrors(statistics),
        english=INDEXES["en"],
        japanese=INDEXES["ja"],
        languages="\n".join(f"- {lang}" for lang in langs or selection.period.langs),
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
    are = "are included" if selection.with_duplicates else "are left out"
    drafts = _DRAFTS if selection.with_drafts else ""
    words = selection.search.replace("`", "'")
    search = f"Only releases in which these words occur: `{words}`.\n" if words else ""
    return (
        f"{statistics.total:,} releases of {years[0]} to {years[-1]} in {languages}: title, date, "
        "and the body block by block with its numbering.\n"
        f"{search}Releases that say the same at another address {are}.\n{drafts}"
        f"The latest change is of {statistics.last_fetched}."
    )


def _mirrors(statistics: Statistics) -> str:
    """A line that names the mirrors from which pages were fetched; empty without a mirror."""
    if not statistics.mirrors:
        return ""
    hosts = ", ".join(f"`{host}`" for host in sorted(statistics.mirrors))
    return f"Some pages were fetched from a mirror: {hosts}. The field `source` says which.\n"


def _calls(langs: list[Lang]) -> Iterator[str]:
    for arguments in ('"path/to/this/folder"', *(f'"path/to/this/folder", "{x}"' for x in langs)):
        yield f'releases = load_dataset({arguments}, split="train")'


def _by_year(statistics: Statistics) -> Iterator[str]:
    yield from _head("year", *(_LANGUAGES[lang] for lang in statistics.langs))
    for year in statistics.years:
        counts = [statistics.releases[lang, year] for lang in statistics.langs]
        yield _row(year, *(f"{count:,}" for count in counts))


def _covered(statistics: Statistics) -> Iterator[str]:
    yield from _head("a release", "of all")
    for name, what in _COVERED.items():
        share = f"{statistics.having[name] / statistics.total:.1%}" if statistics.total else ""
        yield _row(what, share)


def _fields() -> Iterator[str]:
    for record in RECORDS:
        yield f"### {record.__name__}\n{field_table(record, _TYPES)}"


def _head(*names: str) -> Iterable[str]:
    return _row(*names), _row(*("---" for _ in names))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
