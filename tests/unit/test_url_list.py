"""`-a urls=FILE`: pages that a file names, as people write them and as CDX indexes print them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.url_list import read_url_list
from tests.factories import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli import Run


OLD = "/announce/announce/1998/8/826.html"
JAPANESE = "/mofaj/press/release/press4_009165.html"
TOPIC = "/erp/we/ie/page6e_000319.html"
ARCHIVE = "/press/release/200808_index.html"

LINES = f"""\
\ufeff# my own addresses, of 1998/99

http://www.mofa.go.jp{OLD}
https://mofa.go.jp{JAPANESE}#top
{ORIGIN}{OLD}
{ORIGIN}{TOPIC}
https://www.mofa.go.jp{ARCHIVE}
"""
CDX = f"""\
 CDX N b a m s k r M S V g
jp,go,mofa)/announce 20080901000000 http://www.mofa.go.jp:80{OLD} text/html 200 AAAA 2345
jp,go,mofa)/mofaj 20210128000000 https://www.mofa.go.jp{JAPANESE} text/html 200 BBBB 2345
jp,go,mofa)/erp 20210128000000 https://www.mofa.go.jp{TOPIC} text/html 200 CCCC 2345
jp,go,mofa)/press 20210128000000 https://www.mofa.go.jp{ARCHIVE} text/html 200 CCCC 2345
"""
ARRAY = json.dumps(
    [
        ["urlkey", "timestamp", "original", "statuscode"],
        *(
            ["jp,go,mofa)/x", "2008", f"http://www.mofa.go.jp{path}", "200"]
            for path in (OLD, JAPANESE, TOPIC, ARCHIVE)
        ),
    ]
)
TEXTS = json.dumps([f"http://www.mofa.go.jp{path}" for path in (OLD, JAPANESE, TOPIC, ARCHIVE)])
OBJECTS = "\n".join(
    f'jp,go,mofa)/x 2008 {{"url": "http://www.mofa.go.jp{path}", "status": "200"}}'
    for path in (OLD, JAPANESE, TOPIC, ARCHIVE)
)


@pytest.mark.parametrize(
    "text",
    [LINES, CDX, ARRAY, TEXTS, OBJECTS],
    ids=["lines", "cdx", "array", "array of texts", "objects"],
)
def test_a_list_in_every_form(tmp_path: Path, text: str) -> None:
    (tmp_path / "list").write_text(text)
    found = read_url_list(tmp_path / "list", is_known=lambda _: False)
    assert found.releases == [ORIGIN + OLD, ORIGIN + JAPANESE]
    assert found.listings == [ORIGIN + ARCHIVE]
    assert found.skipped == [ORIGIN + TOPIC]
    known = read_url_list(tmp_path / "list", is_known=lambda url: url == ORIGIN + TOPIC)
    assert known.releases == [ORIGIN + OLD, ORIGIN + JAPANESE, ORIGIN + TOPIC]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file has no address of a press release"),
        (
            b"https://www.example.org/press/release/x.html\n",
            "the file has no address of a press release",
        ),
        (b"https://www.mofa.go.jp/press/release/x.html\nx.html\n", "row 2: 'x.html'"),
        (b"[[1, 2", "is not a response of a CDX index"),
        (b"[1, 2]", "is not a response of a CDX index"),
        (b"[" * 100_000, "is not a response of a CDX index"),
        (b"www.mofa.go.jp/x.html\nhttps://www.mofa.go.jp/press/release/x.html\n", "row 1: 'www."),
        (b"\xff\xfe\x00", "is not text in UTF-8"),
    ],
)
def test_a_list_that_cannot_be_meant(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(ArgumentError) as caught:
        read_url_list(tmp_path / "list", is_known=lambda _: False)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_pages_of_a_list_are_fetched_and_no_index_is(run: Run) -> None:
    (run.folder / "list.txt").write_text(LINES)
    result = run.crawl("-a", "urls=list.txt")
    assert result.returncode == 0, result.stderr
    assert (
        "addresses skipped: 1, https://www.mofa.go.jp/erp/we/ie/page6e_000319.html" in result.stderr
    )
    assert {"press/release/press4_009165", "announce/announce/1998/8/826"} <= {
        record["id"].removeprefix("mofaj/") for record in run.records()
    }
    assert sorted(run.site.requests)[:1] == [OLD]
    assert not {"/press/release/index.html", "/mofaj/press/release/index.html", TOPIC} & set(
        run.site.requests
    )
    # What the archive lists is read too.
    assert "/announce/announce/2008/8/1182841_1040.html" in run.site.requests
    before = len(run.site.requests)
    assert run.crawl("-a", "urls=list.txt", "-a", "lang=ja").returncode == 0
    assert len(run.site.requests) == before, "a stored page is not requested"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["urls=none.txt"], "urls=none.txt: No such file or directory"),
        (["urls=list.txt", "since=2008-01"], "leave since and until out"),
    ],
)
def test_wrong_usage(run: Run, arguments: list[str], message: str) -> None:
    (run.folder / "list.txt").write_text(LINES)
    result = run.crawl(*(text for argument in arguments for text in ("-a", argument)))
    assert result.returncode == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert run.site.requests == []
