"""The pages about the dataset as a whole: by month, coverage, runs, about."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.record import PressRelease
from mofa_crawler.web.charts import BOTTOM, TOP, Bar, draw
from mofa_crawler.web.contexts.months import name_of
from mofa_crawler.web.rendering import age
from tests.factories import dated_listing, keep, not_parsed, numbered, query
from tests.web.pages import get

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.store.store import Store
    from mofa_crawler.web.charts import DrawnBar
    from tests.cli import Run


MONTH_PAGE = "/press/release/2021{}_index.html"


@pytest.fixture
def path(store: Store) -> Path:
    """Releases of January 2021: two stored, one rejected, one never fetched; and one of March."""
    titles = {"stored": numbered(1), "rejected": numbered(2), "new": numbered(3)}
    days = ((record.url, f"Title {name} <b>", record.date) for name, record in titles.items())
    store.save(dated_listing(*days, url="/press/release/202101_index.html"))
    keep(store, numbered(1, "One."))
    keep(store, numbered(4, "One."))  # a duplicate
    keep(store, numbered(5, "Five.", date="2021-03-02"))
    reason = {"code": "no_layout", "message": "no <layout>"}
    store.save(not_parsed(numbered(2).url, "rejected", body_hash="x", **reason))
    return store.path


def links(page: Any) -> dict[str, str]:
    """The addresses that a page links to in its main part, each with the link's text."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', main, re.DOTALL)
    return {
        href.replace("&amp;", "&"): " ".join(re.sub(r"<[^>]*>", "", text).split())
        for href, text in found
    }


def test_bars_stand_on_each_other_and_fit() -> None:
    bars = [
        Bar(name=f"{n}", short="", place=0, href="/", counts={"en": n, "ja": 2 * n})
        for n in (0, 10, 400)
    ]
    chart = draw("key", "Title", bars)
    assert chart.ticks[-1] == (1200, TOP)
    empty, small, large = chart.bars
    assert empty.parts == []
    english, japanese = large.parts
    assert (english.y + english.height, japanese.y) == (BOTTOM, TOP)
    assert japanese.y + japanese.height == english.y
    assert small.parts[0].height > 0
    assert empty.slot_x + empty.slot_width == pytest.approx(small.slot_x, abs=0.01)
    assert large.x + large.width < 100
    assert "1,230 releases in all, the most in 400, 1,200" in chart.description


@pytest.mark.parametrize("most", [1, 2, 3, 9, 10, 11, 99, 100, 101, 1_001, 99_999])
def test_the_scale_is_a_little_above_the_most(most: int) -> None:
    chart = draw("key", "", [Bar(name="", short="", place=0, href="/", counts={"en": most})])
    (half, _), (top, _) = chart.ticks
    assert most <= top <= max(2, 2 * most)
    assert top == 2 * half


def drawn(*places: int, under: str = "") -> list[DrawnBar]:
    """Bars at these places of their sequence, in a chart. Each character of `under` is of a bar."""
    return list(
        draw(
            "key",
            "",
            [
                Bar(name="", short="", href="/", counts={}, place=place, under=text)
                for place, text in zip_longest(places, under, fillvalue="")
            ],
        ).bars
    )


def test_few_bars_are_named_on_a_phone() -> None:
    years = drawn(*range(2008, 2027))
    always = [n for n, bar in enumerate(years, 2008) if bar.named == "always"]
    wide = [n for n, bar in enumerate(years, 2008) if bar.named]
    assert always == [2008, 2012, 2016, 2020, 2024]
    assert wide == [*range(2008, 2027, 2)]
    assert (years[-1].is_end, years[-1].name_x) == (True, 100)
    assert not drawn(1, 2, 3)[-1].is_end


def test_the_year_stands_under_its_first_month() -> None:
    months = [1, 2, *([*range(12)] * 2)][:24]
    assert [bar.under for bar in drawn(*months, under="a" * 2 + "b" * 12 + "c" * 10)] == [
        *[""] * 2, "b", *[""] * 11, "c", *[""] * 9
    ]  # fmt: skip
    assert drawn(*months, under="a" * 4 + "b" * 20)[0].under == "a"


def test_years_of_which_nothing_is_known_are_a_line(store: Store) -> None:
    for number, year in enumerate((2008, 2010, 2013)):
        keep(store, numbered(number, f"{year}", date=f"{year}-06-01"))
    (page,) = get(store.path, "/coverage")
    shown = re.findall(r'<h2 id="y(\d+)"|<p class="gap">(.*?)</p>', page.text)
    assert [year or line for year, line in shown] == [
        "2013",
        "2011 to 2012: nothing is known",
        "2010",
        "2009: nothing is known",
        "2008",
    ]


def test_bars_lists_and_search_count_alike(path: Path) -> None:
    year, duplicates, table = get(
        path, "/months/2021-01", "/months/2021-01?state=duplicate", "/search.json?since=2021"
    )
    stored = {release["id"] for release in table.json()}
    assert stored == {numbered(1).id, numbered(5).id}
    (overview,) = get(path, "/months")
    assert 'aria-label="2021: 2 releases"' in overview.text
    assert links(year)["/months/2021-01?state=duplicate"] == "1 duplicate"
    assert f"/release/{numbered(4).id}" not in links(year)
    assert f'Says the same as <a href="/release/{numbered(1).id}">' in duplicates.text


def test_what_is_missing_is_said_where_the_dataset_is_shown(path: Path) -> None:
    home, calendar, january, march, nothing = get(
        path, "/", "/coverage", "/months/2021-01", "/months/2021-03?lang=en", "/search?q=nothing"
    )
    assert "2 releases are stored. Without a text: 1 rejected, 1 never fetched." in home.text
    assert "of years before 2021, and of years after 2021" in " ".join(calendar.text.split())
    assert "English</span>: " not in january.text
    assert "日本語</span>: no listing read, so releases may be missing" in january.text
    assert "English</span>: no listing read" in march.text
    assert "日本語</span>: " not in march.text
    assert "/coverage" in links(nothing)


def test_releases_that_no_listing_names_are_not_called_listed(store: Store) -> None:
    keep(store, numbered(1))
    store.save(not_parsed(numbered(2).url, "rejected", code="missing_date"))
    home, calendar = get(store.path, "/", "/coverage")
    assert "1 release is stored. Without a text: 1 rejected." in home.text
    assert "No listing names 1 of the releases without a text." in calendar.text


def test_a_cell_says_whether_something_is_missing(store: Store) -> None:
    store.save(dated_listing((numbered(1).url, "T", "2021-01-27"), url=MONTH_PAGE.format("01")))
    store.save(dated_listing((numbered(2).url, "T", "2021-02-27"), url=MONTH_PAGE.format("02")))
    store.save(dated_listing((numbered(3).url, "T", "2021-03-27"), url="/press/release/index.html"))
    for number, day in ((1, "2021-01-27"), (3, "2021-03-27"), (4, "2021-04-27")):
        keep(store, numbered(number, f"{number}", date=day))
    (page,) = get(store.path, "/coverage")
    cells = re.findall(
        r'<div class="side (\w+)">\s*<span class="code">EN</span>(.*?)</div>', page.text, re.DOTALL
    )
    assert [
        (kind, "".join(re.findall(r'class="note">(.*?)<', cell))) for kind, cell in cells[:5]
    ] == [
        ("whole", ""),
        ("lacking", ""),
        ("lacking", "only the index read"),
        ("unknown", "no listing read"),
        ("unknown", ""),
    ]


@pytest.mark.parametrize(
    ("sources", "is_said"), [(("mirror:a", "mirror:b"), True), (("mirror:a", "live"), False)]
)
def test_a_dataset_of_a_mirror_says_so(
    store: Store, sources: tuple[str, ...], *, is_said: bool
) -> None:
    for number, source in enumerate(sources):
        keep(store, numbered(number, source, source=source), source=source)
    (page,) = get(store.path, "/")
    assert ("All texts come from a mirror" in page.text) is is_said


def test_bars_lead_to_lists_and_lists_to_releases(path: Path) -> None:
    overview, year, month = get(path, "/months", "/months/2021", "/months/2021-01")
    assert links(overview)["/months/2021"] == "2021"
    assert {"/months/2021-01", "/months/2021-02", "/months/2021-03"} <= set(links(overview))
    assert len([href for href in links(year) if href.startswith("/months/2021-")]) == 12
    assert f"/release/{numbered(5).id}" in links(year)
    assert [href for href in links(month) if href.startswith("/release/")] == [
        f"/release/{numbered(1).id}"
    ]
    (march,) = get(path, "/months/2021-03?lang=en&page=1")
    for page, other in ((month, "/months/2021-03"), (march, "/months/2021-01?lang=en")):
        assert links(page)[other] == name_of(other[8:15])
    assert links(march)["/months/2021?lang=en"] == "2021"


def test_cells_of_the_calendar_lead_to_lists(path: Path) -> None:
    (coverage,) = get(path, "/coverage")
    cells = links(coverage)
    rejected = "/months/2021-01?lang=en&state=rejected"
    discovered = "/months/2021-01?lang=en&state=discovered"
    assert cells["/months/2021-01?lang=en"] == "January 2021, EN: 1 stored"
    assert cells[rejected] == "January 2021, EN: 1 rejected"
    assert cells[discovered] == "January 2021, EN: 1 never fetched"
    assert "/months/2021-02?lang=en" not in cells
    assert "no listing read" in coverage.text  # of March, which no listing names
    for href, title, record in (
        (rejected, "Title rejected", numbered(2)),
        (discovered, "Title new", numbered(3)),
    ):
        (page,) = get(path, href)
        assert links(page)[f"/release/{record.id}"] == f"{title} &lt;b&gt;"
        assert links(page)[record.url] == record.url
    (page,) = get(path, rejected)
    assert "<code>no_layout</code>: no &lt;layout&gt;" in page.text


def test_the_calendar_counts_what_the_dataset_has(crawled: Run) -> None:
    (coverage,) = get(crawled.database, "/coverage")
    counts: dict[str, int] = {}
    for href, text in links(coverage).items():
        number = int(text.partition(": ")[2].split()[0].replace(",", ""))
        state = href.partition("state=")[2] or "stored"
        counts[state] = counts.get(state, 0) + number
    ((stored,),) = query(crawled, "SELECT count(*) FROM releases WHERE duplicate_of IS NULL")
    lacking = query(
        crawled,
        """SELECT status, count(*) FROM catalogue WHERE text != 'exact' AND date IS NOT NULL
           AND status IN ('rejected', 'failed', 'discovered') GROUP BY status""",
    )
    assert counts == {"stored": stored, **dict(lacking)}


def test_a_list_is_in_pages(store: Store) -> None:
    for number in range(101):
        keep(store, numbered(number, f"{number}"))
    first, second = get(store.path, "/months/2021-01", "/months/2021-01?page=2")
    assert 'rel="next" href="/months/2021-01?page=2"' in first.text
    assert "/release/press/release/press1e_000000" in links(second)
    assert 'rel="prev" href="/months/2021-01?page=1"' in second.text
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/months/2021-01?state=lost", 400, "state=lost: write stored, duplicate"),
        ("/months/2021-01?lang=fr", 400, "write en, ja or en,ja"),
        ("/months/2021-13", 400, "2021-13 is not a date"),
        ("/months/9999", 400, "in the future"),
        ("/months/2021-01?page=2", 404, "fewer pages"),
        ("/months/2021-1", 404, "no such page"),
        ("/months/2020-01?state=gone", 200, "No release of January 2020 is gone."),
    ],
)
def test_wrong_addresses(path: Path, address: str, status: int, says: str) -> None:
    (page,) = get(path, address)
    assert (page.status_code, says in page.text) == (status, True), page.text


def test_a_dataset_without_a_release(store: Store) -> None:
    for page in get(store.path, "/", "/months", "/coverage", "/runs"):
        assert page.status_code == 200
        assert "yet" in page.text


def test_runs_and_rejected_pages(crawled: Run, path: Path) -> None:
    (page,) = get(crawled.database, "/runs")
    ((run, started, origin),) = query(
        crawled, "SELECT id, started_at, json_extract(report, '$.fetched_from') FROM runs"
    )
    assert f"ago (run {run}, " in page.text
    assert f'datetime="{started}"' in page.text
    assert "0 complete" in page.text
    assert f" from {origin.removeprefix('http://')}</td>" in page.text
    (page,) = get(path, "/runs")
    assert "none yet" in page.text
    assert links(page)[numbered(2).url] == numbered(2).url
    query(path, "UPDATE pages SET acknowledged_hash = body_hash WHERE status = 'rejected'")
    (page,) = get(path, "/runs")
    assert numbered(2).url not in links(page)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.5, "less than an hour ago"),
        (1, "1 hour ago"),
        (47.9, "47 hours ago"),
        (48, "2 days ago"),
        (24 * 1_200, "1,200 days ago"),
    ],
)
def test_ages_in_words(hours: float, words: str) -> None:
    assert age((datetime.now(UTC) - timedelta(hours=hours)).isoformat()) == words


def test_about_describes_every_field(crawled: Run) -> None:
    (page,) = get(crawled.database, "/about")
    for field in fields(PressRelease):
        assert f"<dt><code>{field.name}</code></dt>" in page.text
    assert "Public Data License" in page.text
