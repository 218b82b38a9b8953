"""`crawl web_archive` from Common Crawl: records by byte ranges, unchanged."""

from __future__ import annotations

import csv
import json
import zlib
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from tests.cli import serving
from tests.web_archive.cdx import index_lines
from tests.web_archive.common_crawl import COLLECTION
from tests.web_archive.runs import ArchiveRun

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web_archive.common_crawl import CommonCrawl


def test_a_collection_makes_the_dataset_of_its_warc_file(
    tmp_path: Path, common_crawl: CommonCrawl, saved: ArchiveRun, public_warc: Path
) -> None:
    run = ArchiveRun(tmp_path, common_crawl.address)
    result = run.crawl("-a", f"source=commoncrawl:{COLLECTION}")
    assert result.returncode == 0, result.stderr
    assert run.records() == saved.records()
    assert run.revisions() == saved.revisions()
    assert run.sources() == {f"archive:{common_crawl.address.removeprefix('http://')}"}
    (file,) = (tmp_path / "archive").iterdir()
    ours, theirs = file.read_bytes(), public_warc.read_bytes()
    for bounds in common_crawl.ranges:
        first, last = map(int, bounds.removeprefix("bytes=").split("-"))
        record = theirs[first : last + 1]
        assert ours.count(record) == (0 if "edge.html" in _address(record) else 1)
    before = len(common_crawl.ranges)
    run.crawl("-a", f"source=commoncrawl:{COLLECTION}")
    again = common_crawl.ranges[before:]
    assert len(again) == run.rows["block page"] == 1
    assert run.records() == saved.records()


def test_rows_of_a_file(
    tmp_path: Path, common_crawl: CommonCrawl, saved: ArchiveRun, public_warc: Path
) -> None:
    file = tmp_path / "rows.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["url", "warc_filename", "warc_record_offset", "warc_record_length"])
        for line in index_lines(public_warc):
            row = json.loads(line.split(" ", 2)[2])
            if row["status"] == "200":
                writer.writerow([row["url"], row["filename"], row["offset"], row["length"]])
    run = ArchiveRun(tmp_path, common_crawl.address)
    result = run.crawl("-a", f"source={file}")
    assert result.returncode == 0, result.stderr
    assert run.records() == saved.records()
    assert run.revisions() == saved.revisions()
    fetched = len(common_crawl.ranges)
    run.crawl("-a", f"source={file}")
    assert len(common_crawl.ranges) == fetched + 1  # the block page, of which nothing was kept


def test_no_response_to_the_request_for_robots_txt_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(
        "url,warc_filename,warc_record_offset,warc_record_length\n"
        "https://www.mofa.go.jp/press/release/press1e_000170.html,a.warc.gz,0,100\n"
    )
    with serving(_Silent) as address:
        run = ArchiveRun(tmp_path, address)
        result = run.crawl("-a", "source=rows.csv", "-s", "RETRY_TIMES=0")
    assert (result.returncode, run.rows) == (4, {"failed": 1})
    assert "robots.txt was not fetched, so no request is made" in result.stderr


class _Silent(BaseHTTPRequestHandler):
    """Closes each connection without a response."""

    def handle(self) -> None:
        self.rfile.readline()


def test_503_means_too_many_requests(tmp_path: Path, common_crawl: CommonCrawl) -> None:
    common_crawl.statuses += [503]
    run = ArchiveRun(tmp_path, common_crawl.address)
    arguments = ("-a", f"source=commoncrawl:{COLLECTION}", "-a", "lang=en", "-a", "since=2021", "-a", "until=2021")  # fmt: skip
    assert run.crawl(*arguments).returncode == 0
    assert common_crawl.ranges[0] == common_crawl.ranges[1]
    common_crawl.statuses += [503, 206, 503]
    before = len(common_crawl.ranges)
    stopped = ArchiveRun(tmp_path / "stopped", common_crawl.address)
    stopped.folder.mkdir()
    assert stopped.crawl(*arguments).returncode == 3
    assert len(common_crawl.ranges) == before + 3


def _address(record: bytes) -> str:
    text = zlib.decompress(record, zlib.MAX_WBITS | 16).decode("latin-1")
    return text.partition("WARC-Target-URI: ")[2].partition("\r\n")[0]
