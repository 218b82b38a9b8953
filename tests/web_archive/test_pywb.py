"""The pure part against a real pywb, and against a server that plays archive.org."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from mofa_crawler import site
from mofa_crawler.archive.web_archives.indexes import Query, ResumedWalk
from mofa_crawler.archive.web_archives.replays import (
    Replay,
    WebArchiveResponse,
    read_replay,
    replay_url,
)
from mofa_crawler.archive.web_archives.selection import Accounts, Selection
from mofa_crawler.archive.web_archives.sources import Source
from mofa_crawler.content_encoding import decompress
from mofa_crawler.period import Period
from tests.factories import SITE
from tests.web_archive.cdx import index_lines
from tests.web_archive.public_warc import CHANGED

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.archive.web_archives.indexes import PagedWalk
    from mofa_crawler.archive.web_archives.rows import IndexRow
    from tests.web_archive.archive_org import ArchiveOrg

MOST_REQUESTS = 50


def fetch(url: str) -> WebArchiveResponse:
    try:
        with urlopen(url, timeout=30) as response:
            return WebArchiveResponse(response.status, response.headers.items(), response.read())
    except HTTPError as error:
        with error:
            return WebArchiveResponse(error.code, error.headers.items(), error.read())


def walked(walk: ResumedWalk | PagedWalk) -> list[IndexRow]:
    rows: list[IndexRow] = []
    for _ in range(MOST_REQUESTS):
        if not walk.next_url:
            return rows
        response = fetch(walk.next_url)
        rows += walk.read(response.status, response.body)
    raise AssertionError("the walk does not end")


def prefix(path: str) -> Query:
    return Query(url=f"www.mofa.go.jp{path}", match="prefix")


def keys_below(warc: Path, path: str) -> list[str]:
    """The keys and times of an index that a prefix query has to list."""
    lines = [line.split(" ", 2)[:2] for line in index_lines(warc)]
    return [f"{key} {time}" for key, time in lines if key.startswith(f"jp,go,mofa){path}")]


@pytest.mark.parametrize("collection", ["flat", "zipnum"])
def test_a_prefix_query_lists_every_row(pywb: str, public_warc: Path, collection: str) -> None:
    source = Source.parse(f"{pywb}/{collection}")
    rows = walked(source.walk(source.indexes[0], prefix("/press/release/")))
    assert len(rows) == len(keys_below(public_warc, "/press/release/")) > 30
    # A page of the ZipNum collection has thirty rows.
    assert len(set(rows)) == len(rows)


def test_a_prefix_query_lacks_the_bare_folder(pywb: str) -> None:
    source = Source.parse(f"{pywb}/flat")
    exact = Query(url="www.mofa.go.jp/press/release/", match="exact")
    folder = walked(source.walk(source.indexes[0], exact))
    assert {urlsplit(row.url).path for row in folder} == {"/press/release/"}
    below = walked(source.walk(source.indexes[0], prefix("/press/release/")))
    assert not {row.url for row in folder} & {row.url for row in below}


@pytest.mark.parametrize("collection", ["flat", "zipnum", "empty"])
def test_nothing_found(pywb: str, collection: str) -> None:
    source = Source.parse(f"{pywb}/{collection}")
    assert walked(source.walk(source.indexes[0], prefix("/zzz/"))) == []


def test_archive_orgs_dialect_lists_what_pywb_lists(archive_org: ArchiveOrg, pywb: str) -> None:
    source = Source.parse(f"{pywb}/flat")
    expected = walked(source.walk(source.indexes[0], prefix("/press/release/")))
    walk = ResumedWalk(f"{archive_org.address}/cdx/search/cdx", prefix("/press/release/"))
    rows = walked(walk)
    assert len(archive_org.paths("index")) > 2
    assert [(row.url, row.timestamp, row.digest) for row in rows] == [
        (row.url, row.timestamp, row.digest) for row in expected
    ]


@pytest.mark.parametrize("plays_archive_org", [False, True])
def test_every_chosen_capture_is_the_page_to_the_byte(
    pywb: str, archive_org: ArchiveOrg, *, plays_archive_org: bool
) -> None:
    source = Source.parse(f"{pywb}/flat")
    replays = f"{archive_org.address}/web/" if plays_archive_org else source.replays
    accounts = Accounts()
    selection = Selection(site.LANGS, accounts)
    for folder in ("/press/release/", "/mofaj/press/release/", "/announce/announce/"):
        selection.add(walked(source.walk(source.indexes[0], prefix(folder))))
    wanted = [*selection.listings(Period(), {}), *selection.releases(Period(), "changes", {}.get)]
    bodies: dict[str, list[bytes]] = {}
    for one in wanted:
        response = fetch(replay_url(replays, one.row.timestamp, one.row.url))
        replay = read_replay(
            response, url=one.row.url, timestamp=one.row.timestamp, limit=1_000_000
        )
        if isinstance(replay, Replay):
            accounts.close("kept")
            coding = dict(replay.headers).get("Content-Encoding", "")
            page = decompress(replay.body, content=coding, limit=1_000_000)
            bodies.setdefault(one.url, []).append(page)
        else:
            accounts.close(replay)
    assert len(bodies[f"{site.ORIGIN}/{CHANGED}"]) == 3
    for url, pages in bodies.items():
        assert pages[0] == (SITE / url.removeprefix(f"{site.ORIGIN}/")).read_bytes(), url
    outcomes = accounts.end()
    assert "unfinished" not in outcomes
    assert outcomes["block page"] == 1
    assert outcomes["other type"] == 1
    assert outcomes["other status"] == 3
    assert outcomes["kept"] == sum(map(len, bodies.values()))
    assert set(outcomes) == {
        "kept", "same as before", "block page", "other type", "other status",
    }  # fmt: skip
