"""When rejected pages are drift (exit 5), and when they are not; what redirects may not do."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.cli import JANUARY_2021, SEED, table
from tests.factories import ORIGIN, query

if TYPE_CHECKING:
    from tests.cli import Run

INDEX = "/press/release/index.html"


def entry(number: int, day: int) -> str:
    return (
        f"<dt>January {day}</dt><dd><ul>"
        f'<li><a href="/press/release/press1e_9{number:05}.html">Talks {number}</a></li></ul></dd>'
    )


def page(number: int, day: int, *, template: str = "maincontents") -> str:
    """A release in the template of 2013; under another id, no layout knows the page."""
    return (
        "<!DOCTYPE html><html lang='en'><head><title>Talks | Ministry of Foreign Affairs of Japan"
        "</title></head><body><div id='wrapper'><main><div id='contents-header'>"
        f"<h1 class='title1'>Press Releases</h1><h2 class='title2'>Talks {number}</h2></div>"
        f"<div id='{template}'><div class='rightalign'>January {day}, 2026</div>"
        f"<div class='main-section'><div class='section'><p>Both sides met, number {number}.</p>"
        "</div></div></div></main><footer id='footer'>Foot</footer></div></body></html>"
    )


def publish(run: Run, numbers: range, **values: str) -> None:
    """Put releases on the site, a day each, and name them in the index."""
    index = run.site.folder / INDEX.lstrip("/")
    html = index.read_text("utf-8")
    for number in numbers:
        day = 1 + number % 9
        path = run.site.folder / f"press/release/press1e_9{number:05}.html"
        path.write_text(page(number, day, **values), "utf-8")
        html = html.replace(
            '<dl class="title-list">', f'<dl class="title-list">{entry(number, day)}'
        )
    index.write_text(html, "utf-8")
    # Two edits within a second have the same Last-Modified.
    later = index.stat().st_mtime + 60 * numbers.stop
    os.utime(index, (later, later))


def test_one_rejected_page_leaves_the_run_complete_and_the_json_file_up_to_date(run: Run) -> None:
    publish(run, range(1, 2), template="content")
    result = run.crawl("-a", "lang=en", "--report", "report.json")
    assert (result.returncode, table(result)["rejected"]) == (0, 1), result.stderr
    assert "(up to date)" in result.stdout
    report = json.loads((run.folder / "report.json").read_text("utf-8"))
    assert report["rejected_by_code"] == {"unknown_layout": 1}
    listed = query(
        run, "SELECT id, title, date, status, code FROM catalogue WHERE status = 'rejected'"
    )
    assert listed == [
        ("press/release/press1e_900001", "Talks 1", "2026-01-02", "rejected", "unknown_layout")
    ]


@pytest.mark.usefixtures("caught_up")
def test_releases_below_a_day_that_cannot_be_read_are_fetched_and_accounted_for(run: Run) -> None:
    publish(run, range(1, 2))
    publish(run, range(2, 3), template="content")
    index = run.site.folder / INDEX.lstrip("/")
    html = index.read_text("utf-8")
    for number, odd in ((1, "Januray 2"), (2, "Januray 3")):
        html = html.replace(entry(number, 1 + number), entry(number, 0).replace("January 0", odd))
    index.write_text(html, "utf-8")
    for new in (1, 0):
        result = run.crawl("-a", "lang=en")
        assert (result.returncode, table(result)["new"]) == (0, new), result.stderr
    listed = query(
        run, "SELECT title, date, status FROM catalogue WHERE title LIKE 'Talks%' ORDER BY title"
    )
    assert listed == [("Talks 1", "2026-01-02", "parsed"), ("Talks 2", None, "rejected")]
    audit = run.command("audit", "--missing", "--lang", "en")
    assert audit.returncode == 6
    assert "press1e_900002" in audit.stdout
    assert "press1e_900001" not in audit.stdout
    # Of a period of which the index has no other entry, they are not fetched.
    requested = len(run.site.requests)
    assert run.crawl("-a", "lang=en", "-a", "since=2021-01", "-a", "until=2021-01").returncode == 0
    assert not any("press1e_9" in path for path in run.site.requests[requested:])


@pytest.mark.usefixtures("caught_up")
def test_a_changed_template_is_drift_within_three_rejected_pages_of_three_runs(run: Run) -> None:
    for number, code in ((1, 0), (2, 0), (3, 5)):
        publish(run, range(number, number + 1), template="content")
        result = run.crawl("-a", "lang=en")
        assert (result.returncode, table(result)["new"]) == (code, 0), result.stderr
    # A person has checked one of them.
    url = f"{ORIGIN}/press/release/press1e_900003.html"
    query(run, f"UPDATE pages SET acknowledged_hash = body_hash WHERE url = '{url}'")
    assert run.crawl("-a", "lang=en").returncode == 0


def test_in_a_large_run_more_than_one_in_twenty_is_drift(run: Run) -> None:
    publish(run, range(1, 40))
    publish(run, range(40, 42), template="content")
    result = run.crawl("-a", "lang=en")
    assert (result.returncode, table(result)["rejected"]) == (0, 2), result.stderr
    publish(run, range(42, 45), template="content")
    publish(run, range(45, 60))
    result = run.crawl("-a", "lang=en")
    assert (result.returncode, table(result)["rejected"]) == (5, 5), result.stderr


def test_what_is_gone_or_rejected_is_not_requested_again_at_once(run: Run) -> None:
    publish(run, range(1, 2), template="content")
    run.site.responses["/press/release/pressite_000001_02136.html"] = (404, {})
    first = run.crawl("-a", "lang=en")
    assert (table(first)["rejected"], table(first)["gone"]) == (1, 1)
    run.site.requests.clear()
    second = run.crawl("-a", "lang=en")
    assert run.site.requests == ["/robots.txt", INDEX]
    assert (table(second)["rejected"], table(second)["gone"]) == (1, 1)
    query(run, "UPDATE pages SET checked_at = '2026-01-01T00:00:00Z' WHERE status = 'rejected'")
    run.site.requests.clear()
    run.crawl("-a", "lang=en")
    assert "/press/release/press1e_900001.html" in run.site.requests


NOTICE = page(99, 5)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_to_a_notice_never_becomes_the_text_of_a_release(
    run: Run, status: int
) -> None:
    assert run.crawl(*JANUARY_2021).returncode == 0
    before = run.records()
    (run.site.folder / "notice.html").write_text(NOTICE, "utf-8")
    for path in (SEED, "press/release/press4e_002994"):
        run.site.responses[f"/{path}.html"] = (status, {"Location": "/notice.html"})
    result = run.crawl(*JANUARY_2021, "-a", "refresh=true")
    assert (result.returncode, table(result)["failed"]) == (4, 2), result.stderr
    assert run.records() == before
    codes = query(run, "SELECT DISTINCT code FROM pages WHERE status = 'failed'")
    assert codes == [("temporary_redirect",)]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (f"/{SEED}.html", "/old_notice.html"),  # the site would answer 304 to conditional requests
        (f"/{SEED}.html", "/no_such_page.html"),
        (f"/{SEED}.html", "https://example.org/busy"),
        (INDEX, "/old_notice.html"),
    ],
)
def test_whatever_a_temporary_redirect_leads_to_is_an_error(
    run: Run, path: str, location: str
) -> None:
    period = ("-a", "lang=en") if path == INDEX else JANUARY_2021
    assert run.crawl(*period).returncode == 0
    before = run.records()
    notice = run.site.folder / "old_notice.html"
    notice.write_text(NOTICE, "utf-8")
    os.utime(notice, (0, 0))
    run.site.responses[path] = (302, {"Location": location})
    result = run.crawl(*period, "-a", "refresh=true")
    assert result.returncode == (5 if path == INDEX else 4), result.stderr
    assert table(result)["listings rejected" if path == INDEX else "failed"] == 1
    assert run.records() == before


def test_a_permanent_redirect_to_a_notice_is_another_page(run: Run) -> None:
    (run.site.folder / "notice.html").write_text(NOTICE, "utf-8")
    for path in (SEED, "press/release/press4e_002994"):
        run.site.responses[f"/{path}.html"] = (301, {"Location": "/notice.html"})
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (4, 2), result.stderr
    assert query(run, "SELECT count(*) FROM releases") == [(0,)]
    assert query(run, "SELECT DISTINCT code FROM pages WHERE status = 'failed'") == [
        ("another_page",)
    ]


def test_a_permanent_redirect_to_a_notice_of_the_same_day_is_another_page(run: Run) -> None:
    """The listed date alone does not show that it is the release."""
    (run.site.folder / "notice.html").write_text(
        NOTICE.replace("January 5, 2026", "January 27, 2021"), "utf-8"
    )
    run.site.responses[f"/{SEED}.html"] = (301, {"Location": "/notice.html"})
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["failed"]) == (4, 1), result.stderr
    assert query(run, "SELECT url FROM releases WHERE url LIKE '%notice%'") == []


def test_one_page_does_not_become_the_text_of_several_releases(run: Run) -> None:
    """No listing names the releases, and the page lies in a folder of releases."""
    (run.site.folder / "press/release/press1e_900099.html").write_text(page(99, 5), "utf-8")
    paths = [f"/press/release/press1e_{number:06}.html" for number in (801, 802, 803)]
    (run.folder / "urls.txt").write_text("".join(f"{ORIGIN}{path}\n" for path in paths), "utf-8")
    to = {"Location": "/press/release/press1e_900099.html"}
    run.site.responses |= dict.fromkeys(paths, (301, to))
    result = run.crawl("-a", "urls=urls.txt")
    assert (result.returncode, table(result)["failed"]) == (4, 2), result.stderr


def test_a_page_that_moved_for_good_may_be_rejected_as_any_other(run: Run) -> None:
    (run.site.folder / "moved.html").write_text(page(99, 5, template="content"), "utf-8")
    run.site.responses[f"/{SEED}.html"] = (301, {"Location": "/moved.html"})
    result = run.crawl(*JANUARY_2021)
    assert (result.returncode, table(result)["rejected"]) == (0, 1), result.stderr
    rows = query(run, "SELECT url, code FROM pages WHERE status = 'rejected'")
    assert rows == [(f"{ORIGIN}/{SEED}.html", "unknown_layout")]


def test_a_notice_is_no_release_for_addresses_that_no_listing_names(run: Run) -> None:
    (run.site.folder / "notice.html").write_text(NOTICE, "utf-8")
    paths = [f"/press/release/press1e_{number:06}.html" for number in (801, 802, 803)]
    (run.folder / "urls.txt").write_text("".join(f"{ORIGIN}{path}\n" for path in paths), "utf-8")
    run.site.responses |= dict.fromkeys(paths, (301, {"Location": "/notice.html"}))
    result = run.crawl("-a", "urls=urls.txt")
    assert (result.returncode, table(result)["failed"]) == (4, 3), result.stderr
    assert query(run, "SELECT count(*) FROM releases") == [(0,)]


def test_entries_that_are_added_to_an_earlier_month_are_found(run: Run) -> None:
    """The ministry adds entries under past days. The index reaches back a month only."""
    assert run.crawl("-a", "lang=en", "-a", "since=2025-11").returncode == 0
    run.crawl("-a", "lang=en")  # the first catch-up after a backfill fetches the newest two
    assert "/press/release/202512_index.html" in run.site.requests[-3:]
    run.site.edit(
        "press/release/202511_index.html",
        '<dl class="title-list">',
        '<dl class="title-list"><dt>November 30</dt><dd><ul>'
        '<li><a href="/press/release/press1e_900077.html">Talks 77</a></li></ul></dd>',
    )
    added = run.site.folder / "press/release/press1e_900077.html"
    added.write_text(page(77, 5).replace("January 5, 2026", "November 30, 2025"), "utf-8")
    run.site.requests.clear()
    assert table(run.crawl("-a", "lang=en"))["new"] == 0
    assert run.site.requests == ["/robots.txt", INDEX]  # the month page was fetched today
    query(run, "UPDATE pages SET checked_at = '2026-01-01T00:00:00Z' WHERE month IS NOT NULL")
    assert table(run.crawl("-a", "lang=en"))["new"] == 1


def test_a_month_page_that_has_lost_its_entries_is_drift(run: Run) -> None:
    month = ("-a", "lang=en", "-a", "since=2025-12", "-a", "until=2025-12")
    assert run.crawl(*month).returncode == 0
    page = run.site.folder / "press/release/202512_index.html"
    whole = page.read_text("utf-8")
    page.write_text(re.sub(r"(?s)<dt class=\"list-title\">.*?</dd>", "", whole), "utf-8")
    result = run.crawl(*month)
    assert (result.returncode, table(result)["listings rejected"]) == (5, 1)
    assert "rejected: listing_drift: no entries (" in result.stderr
