"""The pages as Datasette serves them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from mofa_crawler.store.store import Store
from mofa_crawler.web.rendering import NAVIGATION
from tests.factories import ORIGIN, keep, numbered, query
from tests.web.pages import get

if TYPE_CHECKING:
    from tests.cli import Run

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def test_the_front_page_shows_the_newest_releases(crawled: Run) -> None:
    (page,) = get(crawled.database, "/")
    newest = query(
        crawled,
        "SELECT id, title FROM releases WHERE duplicate_of IS NULL ORDER BY date DESC, id DESC",
    )
    places = [page.text.find(f'href="/release/{id_}">{title}<') for id_, title in newest[:12]]
    assert page.status_code == 200
    assert -1 not in places
    assert places == sorted(places)
    assert newest[12][0] not in page.text


def test_every_page_forbids_all_that_it_does_not_need(crawled: Run) -> None:
    for page in get(crawled.database, "/", "/search", "/search?x=1", "/no-such-page"):
        assert page.headers["content-security-policy"] == POLICY
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in page.headers


def test_what_a_page_links_to_is_there(crawled: Run) -> None:
    (home,) = get(crawled.database, "/")
    paths = [part.partition('"')[0] for part in home.text.split('href="')[1:]]
    own = [path for path in paths if path.startswith("/") and "/release/" not in path]
    assert {response.status_code for response in get(crawled.database, *own)} == {200}


def test_behind_a_prefix_every_address_of_a_page_has_the_prefix(crawled: Run) -> None:
    """Datasette's setting `base_url`, for a server that passes one path of many on."""
    paths = ["/", "/search?q=minister&page=1", "/months", "/months/2021", "/coverage", "/nothing"]
    paths += [f"/release/{record['id']}" for record in crawled.records()[:3]]
    addresses: set[str] = set()
    for page in get(crawled.database, *paths, base_url="/a/b/"):
        found = html.document_fromstring(page.text).xpath("//@href | //@action")
        addresses |= {str(address) for address in found if address.startswith("/")}
    assert {f"/a/b/{path}" for path in ("", "search", "months/2021", "coverage")} < addresses
    assert all(address.startswith("/a/b/") for address in addresses)
    own = [address.removeprefix("/a/b") for address in addresses]
    assert {page.status_code for page in get(crawled.database, *own, base_url="/a/b/")} == {200}


def test_pages_are_read_only_and_never_kept(crawled: Run) -> None:
    for method in ("POST", "PUT", "DELETE"):
        (page,) = get(crawled.database, "/search", method=method)
        assert page.status_code == 405
    for page in get(crawled.database, "/", "/search.json", method="HEAD"):
        assert (page.status_code, page.content) == (200, b"")
        assert {"etag", "last-modified", "cache-control"}.isdisjoint(page.headers)


def test_the_menu_says_which_page_is_open(crawled: Run) -> None:
    paths = [path for path, _ in NAVIGATION]
    for path, page in zip(paths, get(crawled.database, *paths), strict=True):
        assert page.text.count("aria-current") == 1
        assert f'<a href="{path}" aria-current="page">' in page.text
    assert "aria-current" not in get(crawled.database, "/")[0].text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/search?colour=red", 400, "Its parameters: lang, order, page, q, since, until."),
        ("/search?q=a&q=b", 400, "twice"),
        ("/search?since=yesterday", 400, "since=yesterday is not a date; write YYYY"),
        ("/search?since=2022&until=2021", 400, "is after until=2021"),
        ("/search?lang=fr", 400, "write en, ja or en,ja"),
        ("/search?order=size", 400, "order=size: write date"),
        ("/search?page=0", 400, "Write 1, 2, 3"),
        ("/search?page=-1", 400, "Write 1, 2, 3"),
        ("/search?page=99999", 404, "Go back to its first page"),
        ("/search?q=" + "x" * 10_001, 400, "write at most 10,000"),
        ("/?" + "&".join(f"p{n}=1" for n in range(1000)), 400, "too many parameters"),
        ("/nothing", 404, "There is no such page"),
        ("/assets/0/style.txt", 404, "There is no such file"),
    ],
)
def test_a_wrong_address_gets_a_page_that_says_what_is_wrong(
    crawled: Run, path: str, status: int, says: str
) -> None:
    (page,) = get(crawled.database, path)
    assert (page.status_code, says in page.text) == (status, True), page.text


@pytest.mark.parametrize(
    "words", ["%22", "AND OR NOT", "NEAR(a b)", "*", "^a:b", "');--", "%00", "%ff", "{{7*7}}"]
)
def test_no_sign_is_special_in_a_search(crawled: Run, words: str) -> None:
    (page,) = get(crawled.database, f"/search?q={words}")
    assert page.status_code == 200
    assert "49" not in page.text


def test_markup_of_a_title_is_text(store: Store) -> None:
    keep(store, numbered(1, title='<script>alert("1")</script> & "x"', date="2021-01-27"))
    home, search = get(store.path, "/", "/search?q=alert")
    for page in (home, search):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text


def test_addresses_are_those_of_the_ministry_only_as_links(crawled: Run) -> None:
    """Nothing is loaded from another host."""
    for page in get(crawled.database, "/", "/search"):
        assert 'src="http' not in page.text
        assert "url(" not in page.text
        assert ORIGIN not in page.text.partition("</head>")[0]


@pytest.mark.parametrize("replace", [Path.unlink, lambda path: path.write_bytes(b"other" * 999)])
def test_a_database_that_is_gone_gets_a_page_that_says_so(tmp_path: Path, replace: Any) -> None:
    path = tmp_path / "mofa.db"
    Store(path).close()
    from mofa_crawler.web.server import make_datasette

    datasette = make_datasette(path, allow_sql=False)
    replace(path)

    async def requests() -> list[Any]:
        await datasette.invoke_startup()
        return [await datasette.client.get(page) for page in ("/", "/search.csv", "/mofa/releases")]

    for page in asyncio.run(requests()):
        assert (page.status_code, '<p id="message">' in page.text) == (503, True)


def test_a_database_that_is_replaced_gets_a_page_that_says_so(tmp_path: Path) -> None:
    Store(tmp_path / "mofa.db").close()
    query(tmp_path / "mofa.db", "PRAGMA user_version = 99")
    (page,) = get(tmp_path / "mofa.db", "/")
    assert page.status_code == 503
    assert "was written by a newer mofa_crawler" in page.text
