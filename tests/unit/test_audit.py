"""`mofa-crawler audit`: every listed release, by its page status."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.period import Period
from mofa_crawler.queries.audit import Audit, Row, fold, read_audit
from mofa_crawler.queries.read_only import reading
from mofa_crawler.store.store import Store
from tests import sample
from tests.factories import LATER, ORIGIN, dated_listing, keep, not_parsed, numbered, query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mofa_crawler.outcome import PageStatus
    from tests.cli import Run

INDEX = "/press/release/index.html"
JANUARY = "/press/release/202101_index.html"
FEBRUARY = "/press/release/202102_index.html"
READ_AT = "2026-01-10T03:00:00Z"


def url_of(number: int) -> str:
    return numbered(number).url


def name(
    store: Store, path: str, *entries: tuple[int, str], title: str = "A visit", **changes: Any
) -> None:
    """Read a listing that names releases by number and day."""
    named = [(url_of(number), title, day) for number, day in entries]
    store.save(dated_listing(*named, url=path, **{"fetched_at": READ_AT, **changes}))


def end(store: Store, url: str, status: PageStatus, **changes: Any) -> None:
    """Note that a page came to something else than a release."""
    store.save(not_parsed(url, status, **{"fetched_at": READ_AT, **changes}))


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every page status, in two months; February's month page was not fetched."""
    path = tmp_path_factory.mktemp("audit") / "mofa.db"
    statuses: list[PageStatus] = [
        "rejected",
        "failed",
        "gone",
        "placeholder",
        "redirected",
        "skipped",
    ]
    with opened(path) as store:
        january = [(number, "2021-01-27") for number in range(1, 9)]
        name(store, JANUARY, *january)
        # Named twice; once it counts, in the month of the newest listing.
        name(store, INDEX, (8, "2021-01-27"), (9, "2021-03-01"), fetched_at=LATER)
        end(
            store,
            ORIGIN + FEBRUARY,
            "failed",
            role="listing",
            month="2021-02",
            code="http_500",
            message="answered",
        )
        keep(store, numbered(1))
        for number, status in enumerate(statuses, start=2):
            end(store, url_of(number), status, code=f"c{number}", message=f"m\t{number}")
        keep(store, numbered(9, "Other.", date="2021-03-02"))
        keep(store, numbered(10, "By address.", date="2020-11-30"))
    return path


def audit_of(path: Path, period: Period) -> Audit:
    with reading(path) as db:
        return read_audit(db, period)


def test_every_page_counts_once_by_its_status(path: Path) -> None:
    rows = audit_of(path, Period(langs=("en",))).rows()
    counted = {(row.month, row.listing): dict(+row.counts) for row in rows}
    assert counted == {
        ("2020-11", "none"): {"unlisted": 1},
        ("2020-12", "none"): {},
        ("2021-01", "whole"): {
            "listed": 8,
            **dict.fromkeys(
                "parsed rejected failed gone placeholder redirected skipped discovered".split(), 1
            ),
        },
        ("2021-02", "failed"): {},
        ("2021-03", "index"): {"listed": 1, "parsed": 1},
    }


def test_pages_and_listings_that_were_not_read_are_missing(path: Path) -> None:
    audit = audit_of(path, Period())
    assert [page.status for page in audit.missing()] == ["rejected", "failed", "discovered"]
    assert [listing.url for listing in audit.missing_listings()] == [ORIGIN + FEBRUARY]
    assert audit.listing_statuses() == {"parsed": 2, "rejected": 0, "failed": 1}


@pytest.mark.parametrize(
    ("period", "pages", "listings"),
    [
        (Period(langs=("ja",)), 0, 0),
        (Period(since="2021-01-28"), 0, 1),
        (Period(since="2021-02-28"), 0, 1),
        (Period(since="2021-03-01"), 0, 0),
        (Period(until="2021-01-26"), 0, 0),
        (Period(until="2021-01-31"), 3, 0),
    ],
)
def test_languages_and_period(path: Path, period: Period, pages: int, listings: int) -> None:
    audit = audit_of(path, period)
    assert (len(audit.missing()), len(audit.missing_listings())) == (pages, listings)
    assert audit.is_accounted == (pages + listings == 0)


def test_months_without_a_listing_are_one_span_whatever_is_stored(path: Path) -> None:
    period = Period(langs=("en",), since="2020-10", until="2021-04-09")
    assert audit_of(path, period).months_without_listing() == {
        "en": ["2020-10", "2020-11", "2020-12", "2021-04"]
    }


def listings(path: Path) -> dict[str, str]:
    return {row.month: row.listing for row in audit_of(path, Period(langs=("en",))).rows()}


def test_a_month_page_that_lacks_days_is_read_in_part(tmp_path: Path) -> None:
    path = tmp_path / "mofa.db"
    with opened(path) as store:
        # The last hours of January in Japan, and the first of February.
        name(store, JANUARY, (1, "2021-01-27"), fetched_at="2021-01-31T14:59:59Z")
        name(store, FEBRUARY, (2, "2021-02-27"), is_partial=True)
        assert listings(path) == {"2021-01": "part", "2021-02": "part"}
        name(store, JANUARY, (1, "2021-01-27"), fetched_at="2021-01-31T15:00:00Z")
        name(store, FEBRUARY, (2, "2021-02-27"))
        assert listings(path) == {"2021-01": "whole", "2021-02": "whole"}
        end(
            store,
            ORIGIN + JANUARY,
            "rejected",
            role="listing",
            month="2021-01",
            code="listing_drift",
        )
        assert listings(path) == {"2021-01": "rejected", "2021-02": "whole"}


def test_a_time_in_the_future_proves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mofa.db"
    with opened(path) as store:
        name(store, JANUARY, (1, "2021-01-27"), fetched_at="2999-01-01T00:00:00Z")
    assert listings(path) == {"2021-01": "part"}
    assert audit_of(path, Period()).has_future
    assert not audit_of(path, Period(langs=("ja",))).has_future


def test_records_are_compared_with_their_newest_listing(tmp_path: Path) -> None:
    path = tmp_path / "mofa.db"
    with opened(path) as store:
        name(store, JANUARY, (1, "2021-01-28"), title="Another visit")
        keep(store, numbered(1))
        title, day = audit_of(path, Period()).differences()
        assert (title.url, title.field, title.listing, title.page) == (
            url_of(1),
            "title",
            "Another visit",
            "A visit",
        )
        assert (day.field, day.listing, day.page) == ("date", "2021-01-28", "2021-01-27")
        # Widths, case and white space are the listing's own.
        name(store, INDEX, (1, "2021-01-27"), title="Ａ  VISIT", fetched_at=LATER)
        assert audit_of(path, Period()).differences() == []


def test_revisions_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "mofa.db"
    with opened(path) as store:
        name(store, JANUARY, (1, "2021-01-27"), (2, "2021-01-27"))
        for text in ("First.", "Second.", "Third."):
            keep(store, numbered(1, text))
        keep(store, numbered(2, "Other."))
    assert audit_of(path, Period()).revisions() == [2]


# --- the command ----------------------------------------------------------------------------------


def test_the_demo_site_is_accounted_for(crawled: Run) -> None:
    result = crawled.call("audit")
    assert (result.returncode, result.stderr) == (0, "")
    header, *rows = (line.split() for line in result.stdout.splitlines())
    assert header == "month lang listing listed parsed rejected failed discovered other".split()
    january = Counter(record["lang"] for record in sample.of_month("2021-01").values())
    assert rows[:3] == [
        "2008-08 en whole 1 1 0 0 0 0".split(),
        "2008-09..2020-12 en none 0 0 0 0 0 0".split(),
        f"2021-01 en whole {january['en']} {january['en']} 0 0 0 0".split(),
    ]

    def row(parsed: int) -> list[str]:
        """The numbers of a row with the one entry that is skipped."""
        return f"{parsed + sample.SKIPPED} {parsed} 0 0 0 {sample.SKIPPED}".split()

    english = sample.since("", lang="en")
    december = sample.since("2025-12", english).keys() - sample.since("2026", english).keys()
    assert ["2025-12", "en", "whole", *row(len(december))] in rows
    assert ["total", "en", *row(len(english))] in rows
    assert ["total", *row(len(sample.LISTED))] in rows
    assert f"2021-01 ja whole {january['ja']} {january['ja']} 0 0 0 0".split() in rows
    lines = result.stdout.splitlines()
    assert f"accounted for: all {len(sample.LISTED) + sample.SKIPPED} listed" in lines
    assert "listings: 11 parsed, 0 rejected, 0 failed" in lines
    assert f"other: {sample.SKIPPED} skipped" in lines


def test_what_is_missing_ends_with_6_whatever_is_printed(run: Run, path: Path) -> None:
    settings = ("-s", f"MOFA_DB={path}")
    table = run.call("audit", *settings)
    assert table.returncode == 6
    lines = table.stdout.splitlines()
    assert "not accounted for: 3 of 9 listed, 1 of 3 listings (`audit --missing`)" in lines
    assert "2020-11 en none 0 0 0 0 0 1".split() in [line.split() for line in lines]
    assert "2020-12 en none 0 0 0 0 0 0".split() in [line.split() for line in lines]
    assert "total 9 2 1 1 1 5".split() in [line.split() for line in lines]
    assert "other: 1 gone, 1 placeholder, 1 redirected, 1 skipped, 1 unlisted" in lines
    assert "unlisted: stored, and named by no listing" in lines
    missing = run.call("audit", "--missing", *settings)
    assert (missing.returncode, missing.stderr) == (6, "")
    assert [line.split("\t") for line in missing.stdout.splitlines()] == [
        [ORIGIN + FEBRUARY, "failed", "http_500", "answered", "2021-02", ""],
        [url_of(2), "rejected", "c2", "m 2", "2021-01-27", "A visit"],
        [url_of(3), "failed", "c3", "m 3", "2021-01-27", "A visit"],
        [url_of(8), "discovered", "", "", "2021-01-27", "A visit"],
    ]
    differences = run.call("audit", "--differences", *settings)
    assert differences.returncode == 6
    assert differences.stdout == f"{url_of(9)}\tdate\t2021-03-01\t2021-03-02\n"


@pytest.mark.parametrize(
    ("not_linked", "requested"),
    [([], "2020-11 --until 2020-12"), (["2020-11"], "2020-12 --until 2020-12")],
)
def test_months_without_a_listing_are_crawled_from_the_site_first(
    run: Run, path: Path, not_linked: list[str], requested: str
) -> None:
    with _a_run_that_missed(path, not_linked):
        text = run.call("audit", "-s", f"MOFA_DB={path}").stdout
    assert (
        "no listing, en: 2020-11..2020-12; crawl first what the site lists, then from a web archive "
        "what remains:\n"
        f"  mofa-crawler crawl press_releases --lang en --since {requested}\n"
        "  mofa-crawler crawl web_archive --source wayback --lang en --since 2020-11 "
        "--until 2020-12\n"
    ) in text


def test_months_that_the_site_does_not_link_are_for_a_web_archive(run: Run, path: Path) -> None:
    with _a_run_that_missed(path, ["2013-01..2020-12"]):
        text = run.call("audit", "-s", f"MOFA_DB={path}").stdout
    assert (
        "no listing, en: 2020-11..2020-12; a web archive may have these months:\n"
        "  mofa-crawler crawl web_archive --source wayback --lang en --since 2020-11 "
        "--until 2020-12\n"
    ) in text


@contextmanager
def _a_run_that_missed(path: Path, spans: list[str]) -> Iterator[None]:
    """The report of a run, which names months that the site does not link."""
    months = {"en": {"due": 9, "missing": 9, "spans": spans}}
    query(
        path,
        """INSERT INTO runs (started_at, spider, arguments, version, pid, report)
           VALUES ('', '', '{}', '', 1, ?)""",
        json.dumps({"months": months}),
    )
    yield
    query(path, "DELETE FROM runs")


def test_that_nothing_listed_is_missing_does_not_hide_what_is_not_known(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "mofa.db"
    settings = ("--missing", "-s", f"MOFA_DB={path}")
    with opened(path) as store:
        name(store, JANUARY, (1, "2021-01-27"))
        keep(store, numbered(1))
        result = run.call("audit", *settings)
        assert result.returncode == 0
        assert result.stderr.endswith("note: nothing that is listed is missing\n")
        keep(store, numbered(10, "By address.", date="2020-11-30"))
        end(store, url_of(2), "rejected", code="missing_date")
        assert run.call("audit", *settings).stderr.endswith(
            "note: nothing that is listed is missing; months without a listing: 2 (en) (`audit`); "
            "rejected pages that no listing names: 1 (`rejected`)\n"
        )


def test_on_a_terminal_it_is_framed_if_there_is_room(run: Run, path: Path) -> None:
    settings = ("-s", f"MOFA_DB={path}")
    text = run.call("audit", *settings, columns=100).stdout
    assert "│ 2021-01 │ en   │ whole   │" in text
    assert "…" not in text
    text = run.call("audit", "--since", "2019", *settings, columns=80).stdout
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    assert (
        lines[0] == "month            lang listing listed parsed rejected failed discovered other"
    )
    assert lines[1].startswith("2019-01..2020-10 en   none ")
    assert all(len(line) <= 80 or line.startswith("  mofa-crawler ") for line in lines)
    assert "…" not in text
    text = run.call("audit", "--missing", *settings, columns=40).stdout
    assert "2021-02    failed     http_500\n" in text
    assert f"\n    {ORIGIN}{FEBRUARY}\n" in text
    assert "…" not in text


def test_for_machines_it_is_json(run: Run, path: Path) -> None:
    settings = ("-s", f"MOFA_DB={path}", "--json")
    summary = json.loads(
        run.call("audit", "--since", "2021-02", "--until", "2021-04", *settings).stdout
    )
    assert summary["accounted_for"] is False
    assert [
        (row["month"], row["last_month"], row["lang"], row["listing"]) for row in summary["months"]
    ] == [
        ("2021-02", "2021-02", "en", "failed"),
        ("2021-03", "2021-03", "en", "index"),
        ("2021-04", "2021-04", "en", "none"),
        ("2021-02", "2021-04", "ja", "none"),
    ]
    assert summary["total"]["en"]["parsed"] == summary["total"]["total"]["parsed"] == 1
    assert summary["differences"] == 1
    listing, *_, page = run.call("audit", "--missing", *settings).stdout.splitlines()
    assert json.loads(listing)["code"] == "http_500"
    assert list(json.loads(page)) == ["url", "status", "code", "message", "date", "title"]


def test_the_complete_months_of_a_year_are_one_row() -> None:
    months = [f"2021-{month:02}" for month in range(9, 13)] + ["2022-01", "2022-02", "2022-03"]
    rows = [
        Row(
            month=month,
            last_month=month,
            lang=lang,
            listing="whole",
            counts=Counter(listed=3, parsed=3),
        )
        for lang in ("en", "ja")
        for month in months
    ]
    rows[1].counts["rejected"] = 1
    rows[5].listing = "part"
    folded = [
        (row.lang, row.month, row.last_month, row.counts["listed"], row.listing)
        for row in fold(rows)
    ]
    assert folded == [
        ("en", "2021-09", "2021-09", 3, "whole"),
        ("en", "2021-10", "2021-10", 3, "whole"),
        ("en", "2021-11", "2021-12", 6, "whole"),
        ("en", "2022-01", "2022-01", 3, "whole"),
        ("en", "2022-02", "2022-02", 3, "part"),
        ("en", "2022-03", "2022-03", 3, "whole"),
        ("ja", "2021-09", "2021-12", 12, "whole"),
        ("ja", "2022-01", "2022-03", 9, "whole"),
    ]


@pytest.mark.parametrize("arguments", [(), ("--missing",), ("--differences",)])
def test_in_a_pipe_there_are_tabs_and_no_colours(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = run.call("audit", *arguments, "-s", f"MOFA_DB={path}").stdout
    assert "\x1b" not in text
    assert "\t" in text.partition("\n")[0]
