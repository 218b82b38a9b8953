"""The dialects of CDX indexes, from responses written down here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from mofa_crawler.archive.replay_addresses import time_of
from mofa_crawler.archive.web_archives.indexes import IndexFault, PagedWalk, Query, ResumedWalk
from mofa_crawler.archive.web_archives.rows import IndexRow, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

INDEX = "https://archive.example/cdx"
QUERY = Query(url="www.mofa.go.jp/press/release/", match="prefix", since="2005", until="2006")
HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def array_row(number: int, timestamp: str = "20050101000000") -> list[str]:
    url = f"http://www.mofa.go.jp/press/release/{number}.html"
    return [f"key{number}", timestamp, url, "text/html", "200", f"D{number}", "9"]


def arrays(*numbers: int, key: str = "") -> bytes:
    lines: list[list[str]] = [HEADER, *map(array_row, numbers)]
    return json.dumps(lines + ([[], [key]] if key else [])).encode()


def objects(*numbers: int) -> bytes:
    rows = [
        dict(zip(["url", "timestamp"], [f"u{n}", "20050101000000"], strict=True)) for n in numbers
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def parameters(url: str | None) -> dict[str, str]:
    assert url is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_archive_org_is_walked_by_resume_keys_to_the_page_without_one() -> None:
    walk = ResumedWalk(INDEX, QUERY)
    first = parameters(walk.next_url)
    assert first["matchType"] == "prefix"
    assert (first["from"], first["to"], first["showResumeKey"]) == ("2005", "2006", "true")
    assert "page" not in first
    assert "fl" not in first
    rows = walk.read(200, arrays(1, 2, key="jp%2Cgo%2Cmofa%29%2F+20050101000001"))
    assert rows[0] == IndexRow(
        "http://www.mofa.go.jp/press/release/1.html", "20050101000000", "text/html", "200", "D1",
        length=9,
    )  # fmt: skip
    assert parameters(walk.next_url)["resumeKey"] == "jp,go,mofa)/ 20050101000001"
    assert [row.digest for row in walk.read(200, arrays(3))] == ["D3"]
    assert walk.next_url is None


def test_a_repeated_resume_key_ends_the_walk() -> None:
    walk = ResumedWalk(INDEX, QUERY)
    walk.read(200, arrays(1, key="k"))
    assert len(walk.read(200, arrays(2, key="k"))) == 1
    assert walk.next_url is None


def test_new_resume_keys_without_new_rows_are_a_fault() -> None:
    walk = ResumedWalk(INDEX, QUERY)
    walk.read(200, arrays(1, key="a"))
    with pytest.raises(IndexFault, match="no new rows") as error:
        walk.read(200, arrays(1, key="b"))
    assert error.value.code == "index_endless"
    assert walk.next_url is None


def test_a_flat_collection_sends_all_its_rows_to_the_first_request() -> None:
    walk = PagedWalk(INDEX, QUERY)
    assert parameters(walk.next_url)["showNumPages"] == "true"
    assert len(walk.read(200, objects(1, 2))) == 2
    assert walk.next_url is None


def test_every_page_of_a_zipnum_collection_is_requested_by_its_number() -> None:
    walk = PagedWalk(INDEX, QUERY)
    assert walk.read(200, b'{"pages": 2, "pageSize": 10, "blocks": 11}') == []
    assert parameters(walk.next_url)["page"] == "0"
    assert len(walk.read(200, objects(1, 2))) == 2
    assert parameters(walk.next_url)["page"] == "1"
    assert len(walk.read(200, objects(3))) == 1
    assert walk.next_url is None


def test_a_flat_collection_ignores_the_time_bounds() -> None:
    times = [b"20041231235959", b"20050101000000", b"20061231235959", b"20070101000000"]
    body = b"\n".join(b'{"url": "u", "timestamp": "%s"}' % time for time in times)
    rows = PagedWalk(INDEX, QUERY).read(200, body)
    assert [row.timestamp for row in rows] == ["20050101000000", "20061231235959"]


NO_CAPTURES = b'{"message": "No Captures found for: x"}'


@pytest.mark.parametrize(
    ("walk", "status", "body"),
    [
        (ResumedWalk, 200, b"[]"),
        (ResumedWalk, 200, b""),
        (PagedWalk, 200, b"\n"),
        (PagedWalk, 404, NO_CAPTURES),
        (PagedWalk, 200, b'{"pages": 0}'),
    ],
)
def test_nothing_found(walk: Callable[..., ResumedWalk], status: int, body: bytes) -> None:
    one = walk(INDEX, QUERY)
    assert one.read(status, body) == []
    assert one.next_url is None


def test_an_endless_number_of_pages_is_a_fault() -> None:
    with pytest.raises(IndexFault, match="the number of pages is no number"):
        PagedWalk(INDEX, QUERY).read(200, b'{"pages": 1e999}')


def test_names_of_columns_are_texts() -> None:
    assert ResumedWalk(INDEX, QUERY).read(200, b'[["timestamp", []], ["2005", 1]]')[0].url == ""


@pytest.mark.parametrize("walk", [ResumedWalk, PagedWalk])
@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"<html>Sorry</html>", "index_unreadable"),
        (200, b'"a text"', "index_unreadable"),
        (200, b"[" * 100_000, "index_unreadable"),
        (404, b"<html>", "index_status"),
        (504, b"Gateway Time-out", "index_status"),
    ],
)
def test_anything_else_is_a_named_fault(
    walk: Callable[..., ResumedWalk], status: int, body: bytes, code: str
) -> None:
    one = walk(INDEX, QUERY)
    with pytest.raises(IndexFault) as error:
        one.read(status, body)
    assert error.value.code == code
    assert one.next_url is None


def test_a_number_that_is_too_long_is_no_number() -> None:
    walk = PagedWalk(INDEX, QUERY)
    (row,) = walk.read(200, b'{"timestamp": "20050101000000", "offset": "%s"}' % (b"9" * 5000))
    assert row.offset == 0


def test_arrays_without_column_names_are_a_fault() -> None:
    with pytest.raises(IndexFault, match="no columns"):
        ResumedWalk(INDEX, QUERY).read(200, json.dumps([array_row(1)]).encode())


def test_the_columns_of_all_indexes_make_the_same_row() -> None:
    row = IndexRow("http://a/", "20200131235959", "text/html", "200", "D", "f.warc.gz", 5, 7)
    assert row == row_of(
        {
            "url": "http://a/",
            "fetch_time": "2020-01-31 23:59:59.000",
            "content_mime_type": "text/html",
            "fetch_status": 200,
            "content_digest": "D",
            "warc_filename": "f.warc.gz",
            "warc_record_offset": "5",
            "warc_record_length": 7,
        }
    )
    assert row_of({"original": "http://a/", "statuscode": "-"}) == IndexRow("http://a/")


@pytest.mark.parametrize(
    "timestamp",
    ["", "2005", "20051301000000", "2005010100000x", "19800101000000", "99991231235959"],
)
def test_what_is_no_time(timestamp: str) -> None:
    assert time_of(timestamp) is None
