"""The search as a page, and its result as CSV, JSON and a feed."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from urllib.parse import quote

import bibtexparser
import feedparser
import pytest
from lxml import html

from mofa_crawler.store.store import Store
from tests.factories import keep, numbered
from tests.web.pages import get

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 60


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Releases from 2001 to 2060, the even ones Japanese; the third has a hostile title."""
    path = tmp_path_factory.mktemp("search_pages") / "mofa.db"
    store = Store(path)
    for n in range(1, COUNT + 1):
        lang = "en" if n % 2 else "ja"
        title = '=HYPERLINK("<x>")' if n == 3 else f"Title {n}"
        keep(
            store,
            numbered(
                n, f"Ministers spoke, 外相も: {n}.", lang=lang, date=f"20{n:02}-05-06", title=title
            ),
        )
    store.close()
    return path


def hrefs(page: html.HtmlElement, xpath: str) -> list[str]:
    return [str(href) for href in page.xpath(f"{xpath}/@href")]


def numbers(page: html.HtmlElement) -> list[int]:
    return [int(href[-6:]) for href in hrefs(page, "//a[@class = 'title']")]


def test_the_pages_of_a_search_have_every_release_once(path: Path) -> None:
    found, address = [], f"/search?q={quote('外相')}&until=2058"
    for expected in (25, 25, 8):
        (response,) = get(path, address)
        page = html.document_fromstring(response.text)
        assert "58 found" in page.xpath("//*[@id = 'total']")[0].text_content()
        assert page.xpath("//mark/text()") == ["外相"] * expected
        found += numbers(page)
        address = next(iter(hrefs(page, "//a[@rel = 'next']")), "")
    assert address == ""
    assert found == list(range(58, 0, -1))


def test_without_words_all_releases_are_listed(path: Path) -> None:
    first, third, later = (
        html.document_fromstring(r.text)
        for r in get(
            path, "/search?lang=en", "/search?lang=en&page=2", "/search?since=2020&until=2021"
        )
    )
    assert numbers(first) == list(range(59, 10, -2))
    assert hrefs(first, "//a[@rel = 'prev']") == hrefs(third, "//a[@rel = 'next']") == []
    assert numbers(third) == [9, 7, 5, 3, 1]
    assert hrefs(third, "//a[@rel = 'prev']") == ["/search?lang=en"]
    assert "Years" not in first.xpath("//nav/@aria-label")
    counts = [page.xpath("//*[@id = 'total']")[0].text_content() for page in (first, later)]
    assert counts == ["30 found: the newest first", "2 found: the newest first"]
    assert not first.xpath("//select[@name = 'order']")
    assert numbers(later) == [21, 20]


def test_the_count_without_words_leaves_out_duplicates_as_the_list_does(store: Store) -> None:
    keep(store, numbered(1, "One."))
    keep(store, numbered(2, "One."))
    some, none = (
        html.document_fromstring(response.text)
        for response in get(store.path, "/search", "/search?until=2000")
    )
    for page, total in ((some, 1), (none, 0)):
        assert page.xpath("//*[@id = 'total']")[0].text_content() == f"{total} found"
        assert len(numbers(page)) == total
    assert "No release of this period is stored." in none.text_content()


def test_years_lead_to_their_releases(path: Path) -> None:
    (response,) = get(path, "/search?q=Ministers&since=2003-02&until=2005")
    page = html.document_fromstring(response.text)
    years = page.xpath("//nav[@aria-label = 'Years']//a")
    assert [(a.text, a.get("href")) for a in years] == [
        ("2005", "/search?q=Ministers&since=2005&until=2005"),
        ("2004", "/search?q=Ministers&since=2004&until=2004"),
        ("2003", "/search?q=Ministers&since=2003-02&until=2003"),
    ]
    (response,) = get(path, years[-1].get("href"))
    assert numbers(html.document_fromstring(response.text)) == [3]
    # A year between them without a release has no link.
    (response,) = get(path, "/search?q=Ministers&lang=en&until=2005")
    page = html.document_fromstring(response.text)
    assert page.xpath("//nav[@aria-label = 'Years']//a/text()") == ["2005", "2003", "2001"]


def test_the_newest_come_first_on_request(store: Store) -> None:
    keep(store, numbered(1, "One visit.", title="A visit", date="2020-01-01"))
    keep(store, numbered(2, "Two visits.", title="Two", date="2021-01-01"))
    titles, dates, table = get(
        store.path,
        *(
            f"/search{end}"
            for end in ("?q=visit", "?q=visit&order=date", ".csv?q=visit&order=date")
        ),
    )
    pages = [html.document_fromstring(page.text) for page in (titles, dates)]
    assert [numbers(page) for page in pages] == [[1, 2], [2, 1]]
    assert "the newest first" in dates.text
    rows = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    assert [row["title"] for row in rows] == ["Two", "A visit"]


def test_the_form_keeps_what_was_searched_for(path: Path) -> None:
    query = '"a" <b> & 外相'
    (response,) = get(path, f"/search?q={quote(query)}&lang=ja&since=2001&until=2002-03&order=date")
    page = html.document_fromstring(response.text)
    assert page.xpath("//input[@name = 'q']/@value") == [query]
    assert page.xpath("//select/option[@selected]/@value") == ["ja", "date"]
    assert page.xpath("//input[@name = 'since' or @name = 'until']/@value") == ["2001", "2002-03"]


def test_an_empty_field_of_the_form_is_no_bound(path: Path) -> None:
    empty, plain = get(
        path, "/search?q=Ministers&lang=&since=&until=&order=", "/search?q=Ministers"
    )
    assert empty.text == plain.text


def test_the_same_search_is_a_table_json_and_a_feed(path: Path) -> None:
    query = "q=Ministers&lang=en&since=2001&until=2006"
    table, rows, feed = get(path, *(f"/search.{form}?{query}" for form in ("csv", "json", "atom")))
    assert table.headers["content-disposition"] == 'attachment; filename="releases.csv"'
    found = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["date"] for row in found] == ["2005-05-06", "2003-05-06", "2001-05-06"]
    assert found[1]["title"] == '\'=HYPERLINK("<x>")'
    assert found[0]["snippet"].startswith("Ministers spoke")
    guarded = [{**row, "title": row["title"].removeprefix("'")} for row in found]
    assert rows.json() == guarded
    assert feed.headers["content-type"].startswith("application/atom+xml")
    entries = feedparser.parse(feed.content)
    assert not entries.bozo
    assert [entry.link for entry in entries.entries] == [row["url"] for row in found]
    assert entries.feed.title.endswith(": Ministers")


def test_the_citations_of_a_search_are_one_file(path: Path) -> None:
    query = "q=Ministers&lang=en&since=2001&until=2006"
    found, one, page = get(
        path, f"/search.bib?{query}", f"/cite/{numbered(5).id}.bib", f"/search?{query}"
    )
    assert found.headers["content-disposition"] == 'attachment; filename="releases.bib"'
    assert found.headers["content-type"] == one.headers["content-type"]
    entries = bibtexparser.parse_string(found.text)
    assert entries.failed_blocks == []
    assert [entry["year"] for entry in entries.entries] == ["2005", "2003", "2001"]
    assert found.text.startswith(one.text)
    assert f"/search.bib?{query}" in hrefs(html.document_fromstring(page.text), "//a")


def test_every_form_of_a_search_names_a_mirror(store: Store) -> None:
    keep(store, numbered(1, source="mirror:example.org"))
    for query in ("", "?q=first"):
        table, rows, feed, bib = get(
            store.path, *(f"/search.{form}{query}" for form in ("csv", "json", "atom", "bib"))
        )
        assert rows.json()[0]["source"] == "mirror:example.org"
        for response in (table, feed, bib):
            assert "example.org" in response.text


def test_feeds_of_two_searches_are_two_feeds_of_the_newest(path: Path) -> None:
    ministers, title, everything = (
        feedparser.parse(r.content)
        for r in get(path, "/search.atom?q=Ministers", "/search.atom?q=Title", "/search.atom")
    )
    assert len({feed.feed.id for feed in (ministers, title, everything)}) == 3
    for feed in (ministers, everything):
        assert [e.published[:4] for e in feed.entries] == [str(y) for y in range(2060, 2010, -1)]


def test_every_form_of_a_search_knows_wrong_parameters(path: Path) -> None:
    for form in ("csv", "json", "atom", "bib"):
        wrong, date, empty = get(
            path, *(f"/search.{form}?{q}" for q in ("page=2", "since=soon", "q=nothing+at+all"))
        )
        assert (wrong.status_code, date.status_code, empty.status_code) == (400, 400, 200)
        assert "Its parameters: lang, order, q, since, until." in wrong.text
