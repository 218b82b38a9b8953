"""What of a response is a capture: of a replay, and of a byte range."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.archive.web_archives.ranges import RangedRecord, range_request, read_range
from mofa_crawler.archive.web_archives.replays import (
    Replay,
    WebArchiveResponse,
    nearest_capture,
    read_replay,
    replay_url,
)
from mofa_crawler.archive.web_archives.rows import IndexRow
from mofa_crawler.archive.web_archives.sources import Source
from tests.web_archive.public_warc import Record, write_records

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.archive.web_archives.ranges import NotRanged
    from mofa_crawler.archive.web_archives.replays import Headers, NotReplayed

URL = "http://www.mofa.go.jp:80/press/release/a.html"
TIME = "20140203040506"
MEMENTO = ("Memento-Datetime", "Mon, 03 Feb 2014 04:05:06 GMT")
BODY = b"<html>a page</html>"


def replayed(
    headers: Headers, body: bytes = BODY, status: int = 200, timestamp: str = TIME
) -> Replay | NotReplayed:
    response = WebArchiveResponse(status, headers, body)
    return read_replay(response, url=URL, timestamp=timestamp, limit=1000)


def test_a_replay_of_pywb() -> None:
    headers = [
        ("Content-Type", "text/html"), ("X-Archive-Orig-Content-Encoding", "gzip"), ("ETag", '"x"'),
        MEMENTO, ("Link", "<…>"), ("Content-Location", "http://archive.example/"),
        ("Date", "Sat, 28 Nov 2026 02:13:13 GMT"), ("Transfer-Encoding", "chunked"),
    ]  # fmt: skip
    assert replayed(headers) == Replay(
        url=URL,
        time=datetime(2014, 2, 3, 4, 5, 6, tzinfo=UTC),
        headers=[("Content-Type", "text/html"), ("Etag", '"x"')],
        body=BODY,
    )


def test_a_replay_of_archive_org() -> None:
    headers = [
        ("server", "nginx"), ("content-type", "text/html"), ("x-archive-orig-server", "Apache"),
        ("x-archive-orig-date", "Mon, 03 Feb 2014 04:05:06 GMT"), ("x-ts", "200"),
        ("memento-datetime", MEMENTO[1]), ("x-archive-src", "a.warc.gz"),
        ("x-archive-orig-last-modified", "yesterday"), ("server-timing", "x"),
    ]  # fmt: skip
    replay = replayed(headers)
    assert isinstance(replay, Replay)
    assert dict(replay.headers) == {
        "Server": "Apache",
        "Last-Modified": "yesterday",
        "Content-Type": "text/html",
    }


@pytest.mark.parametrize("header", [[], [("Content-Encoding", "")], [("Content-Encoding", "gzip")]])
def test_compressed_bytes_are_named_so_whatever_the_header_says(header: Headers) -> None:
    replay = replayed([MEMENTO, *header], gzip.compress(BODY, mtime=0))
    assert isinstance(replay, Replay)
    assert replay.headers == [("Content-Encoding", "gzip")]
    assert replay.body == gzip.compress(BODY, mtime=0)


@pytest.mark.parametrize(
    ("headers", "body", "status", "outcome"),
    [
        ([], BODY, 200, "no memento"),
        ([("Memento-Datetime", "soon")], BODY, 200, "no memento"),
        ([("Memento-Datetime", "31 Dec 9999 23:59:59 -0900")], BODY, 200, "no memento"),
        ([], b"", 404, "no memento"),
        ([("Memento-Datetime", "Mon, 03 Feb 2014 04:05:07 GMT")], BODY, 200, "not that capture"),
        ([MEMENTO, ("Location", "/other.html")], b"", 302, "other status"),
        ([MEMENTO], BODY, 404, "other status"),
        ([MEMENTO], gzip.compress(BODY, mtime=0)[:-9], 200, "damaged"),
        ([MEMENTO], gzip.compress(b"x" * 1001, mtime=0), 200, "damaged"),
        ([MEMENTO, ("X-Archive-Orig-Server", "AkamaiGHost")], b"Access Denied", 200, "block page"),
    ],
)
def test_what_is_not_the_capture(
    headers: Headers, body: bytes, status: int, outcome: NotReplayed
) -> None:
    assert replayed(headers, body, status) == outcome


def test_any_capture_will_do_if_none_was_named() -> None:
    assert isinstance(replayed([MEMENTO], timestamp=""), Replay)


def test_the_archives_own_redirect_names_the_nearest_capture() -> None:
    replays = "https://web.archive.org/web/"
    https = "https://www.mofa.go.jp/press/release/a.html"
    assert replay_url(replays, TIME, URL) == f"{replays}{TIME}id_/{URL}"
    assert nearest_capture(f"{replays}{TIME}id_/{https}", replays, URL) == TIME
    assert nearest_capture(f"{replays}{TIME}id_/https://www.mofa.go.jp/", replays, URL) == ""
    assert nearest_capture("https://www.mofa.go.jp/index.html", replays, URL) == ""
    assert nearest_capture(f"{replays}2014id_/{https}", replays, URL) == ""


# --- byte ranges ----------------------------------------------------------------------------------


@pytest.fixture
def member(tmp_path: Path) -> bytes:
    """The only response of a WARC file, as its bytes."""
    record = Record("https://www.mofa.go.jp/press/release/a.html", BODY, "2014-02-03T04:05:06Z")
    return write_records(tmp_path / "f.warc.gz", [record]).read_bytes()


def range_of(
    row: IndexRow, status: int, body: bytes, limit: int = 1000
) -> RangedRecord | NotRanged:
    return read_range(row, status=status, body=body, limit=limit)


def row(member: bytes, timestamp: str = TIME, url: str = URL) -> IndexRow:
    return IndexRow(url, timestamp, filename="crawl/f.warc.gz", offset=7, length=len(member))


def test_a_record_is_kept_as_it_lies_in_the_archives_file(member: bytes) -> None:
    url, bounds = range_request("https://data.example/", row(member))
    assert url == "https://data.example/crawl/f.warc.gz"
    assert bounds == f"bytes=7-{6 + len(member)}"
    record = range_of(row(member), 206, member)
    assert isinstance(record, RangedRecord)
    assert record.member == member
    assert record.time == datetime(2014, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert range_of(row(member, timestamp=""), 206, member) == record


def test_a_record_that_would_fill_the_memory_is_damaged(tmp_path: Path) -> None:
    for size in (10**6, 5 * 10**7):
        page = Record(URL, bytes(size), "2014-02-03T04:05:06Z")
        bomb = write_records(tmp_path / f"{size}.warc.gz", [page]).read_bytes()
        tracemalloc.start()
        assert range_of(row(bomb), 206, bomb, limit=10**5) == "damaged"
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 10**6


def test_what_is_not_the_record(member: bytes) -> None:
    assert range_of(row(member), 200, member) == "damaged"
    assert range_of(row(member), 206, member[:-1]) == "damaged"
    assert range_of(row(member), 206, member + b"x") == "damaged"
    assert range_of(row(member), 206, b"no gzip") == "damaged"
    assert range_of(row(member), 206, gzip.compress(b"no WARC")) == "damaged"
    later = row(member, "20140203040507")
    assert range_of(later, 206, member) == "not that capture"
    other = row(member, url="https://www.mofa.go.jp/press/release/b.html")
    assert range_of(other, 206, member) == "not that capture"


# --- sources --------------------------------------------------------------------------------------


def test_sources() -> None:
    wayback = Source.parse("wayback")
    assert wayback.host == "web.archive.org"
    assert wayback.replays == "https://web.archive.org/web/"
    crawls = Source.parse("commoncrawl:CC-MAIN-2024-10,CC-MAIN-2008-2009")
    assert crawls.indexes[1] == "https://index.commoncrawl.org/CC-MAIN-2008-2009-index"
    assert (crawls.host, crawls.replays) == ("data.commoncrawl.org", "")
    collection = Source.parse("http://127.0.0.1:8080/pub/")
    assert collection.indexes == ("http://127.0.0.1:8080/pub/cdx",)
    assert (collection.host, collection.replays) == ("127.0.0.1:8080", "http://127.0.0.1:8080/pub/")


@pytest.mark.parametrize(
    "text",
    ["", "waybak", "commoncrawl:", "commoncrawl:2024", "https://host/", "https://host/a b", "ftp://host/a", "http://[/a"],
)  # fmt: skip
def test_what_is_no_source(text: str) -> None:
    with pytest.raises(ValueError, match=r"source=.*(write|name|collection)"):
        Source.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "url,warc_filename,warc_record_offset,warc_record_length\nhttp://a/,f.warc.gz,5,7\n",
        '{"url": "http://a/", "filename": "f.warc.gz", "offset": "5", "length": "7"}\n',
    ],
)
def test_rows_of_a_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rows"
    file.write_text(text)
    source = Source.parse(str(file))
    assert source.rows == (IndexRow("http://a/", filename="f.warc.gz", offset=5, length=7),)


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "{}", "{", '{"url": 1}\n[]', "\x00", '{"url": ' + "[" * 99_999]
)
def test_files_without_such_rows(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rows"
    file.write_text(text)
    with pytest.raises(ValueError, match="source="):
        Source.parse(str(file))
