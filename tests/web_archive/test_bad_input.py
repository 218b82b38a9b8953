"""What archives send that is not the capture: each has a named outcome, and nothing is stored."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from tests.factories import SITE
from tests.web_archive.archive_org import Planned
from tests.web_archive.cdx import index_lines
from tests.web_archive.runs import ArchiveRun

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web_archive.archive_org import ArchiveOrg

ENGLISH = ("-a", "source=wayback", "-a", "lang=en")
JANUARY_2021 = (*ENGLISH, "-a", "since=2021-01", "-a", "until=2021-01")
HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
MEMENTO = {"memento-datetime": "Sat, 10 Jan 2026 03:00:00 GMT", "content-type": "text/html"}


def row(timestamp: str, number: int = 1) -> list[str]:
    url = f"http://www.mofa.go.jp/press/release/press9e_{number:06}.html"
    return [f"key{number}", timestamp, url, "text/html", "200", f"D{number}", "9"]


def index(*rows: list[str], key: str = "") -> Planned:
    lines = [HEADER, *rows, *([[], [key]] if key else [])]
    return Planned(200, {}, json.dumps(lines).encode())


@pytest.mark.parametrize(
    ("planned", "code", "line"),
    [
        ([index(row("20210101000000"), key="k")] * 2, 0, ""),
        ([index(row("20210101000000"), key=key) for key in "ab"], 4, "index_endless"),
        ([Planned(503, {}, b""), Planned(504, {}, b"")], 0, ""),
        (
            [Planned(504, {}, b"Time-out")] * 4,
            4,
            "index_status: the index has the status 504: Time-out",
        ),
        ([Planned(200, {}, b"<html>maintenance")], 4, "index_unreadable"),
        # The client repeats a request itself on a connection that was kept open.
        ([Planned(200, {}, None)] * 8, 4, "the index was not fetched"),
    ],
    ids=["repeated key", "endless keys", "503 and 504", "504 for good", "a page", "no response"],
)
def test_faults_of_the_index(
    tmp_path: Path, archive_org: ArchiveOrg, planned: list[Planned | None], code: int, line: str
) -> None:
    archive_org.planned = {"index": planned}
    # The rows of `row` have no capture.
    archive_org.changes = {row("")[2]: Planned(200, {**MEMENTO, "memento-datetime": "?"}, b"")}
    run = ArchiveRun(tmp_path, archive_org.address)
    result = run.crawl(*JANUARY_2021)
    assert result.returncode == code, result.stderr
    assert line in result.stderr
    if code == 0:
        assert run.rows.get("unfinished", 0) == 0


def test_a_row_with_a_bad_timestamp(tmp_path: Path, archive_org: ArchiveOrg) -> None:
    archive_org.planned = {"index": [index(row("20211301000000"), row("2021", 2))]}
    run = ArchiveRun(tmp_path, archive_org.address)
    assert run.crawl(*JANUARY_2021).returncode == 0
    assert run.rows["bad row"] == 2


def test_an_archive_that_cannot_be_read_is_one_line(
    tmp_path: Path, archive_org: ArchiveOrg
) -> None:
    link = tmp_path / "archive" / "lost.warc.gz"
    link.parent.mkdir()
    link.symlink_to("nowhere")
    result = ArchiveRun(tmp_path, archive_org.address).crawl(*JANUARY_2021)
    assert (result.returncode, archive_org.received) == (4, [])
    assert "cannot read archive/lost.warc.gz: No such file or directory" in result.stderr
    assert "Traceback" not in result.stderr


def test_replays_that_are_not_the_capture(
    tmp_path: Path, archive_org: ArchiveOrg, public_warc: Path
) -> None:
    rows = [json.loads(line.split(" ", 2)[2]) for line in index_lines(public_warc)]
    urls = [
        one["url"] for one in rows if one["status"] == "200" and "/announce/announce/" in one["url"]
    ][:8]
    assert len(urls) == 8
    page = b"<html>never the ministry's</html>"
    path = "/".join(urls[7].split("/")[3:])
    whole = (SITE / path).read_bytes()
    archive_org.changes = {
        urls[0]: Planned(200, {**MEMENTO, "memento-datetime": "Sat, 10 Jan 2026 03:00:01 GMT"}, page),
        urls[1]: Planned(200, {"content-type": "text/html"}, page),
        urls[2]: Planned(302, {**MEMENTO, "location": f"{archive_org.address}/elsewhere"}, b""),
        urls[3]: Planned(
            200, {**MEMENTO, "x-archive-orig-server": "AkamaiGHost"}, b"<title>Access Denied</title>"
        ),
        urls[4]: Planned(200, MEMENTO, gzip.compress(page)[:-9]),
        urls[5]: Planned(200, {**MEMENTO, "content-length": "1000"}, page),
        urls[6]: Planned(302, {"location": f"{archive_org.address}/web/20260111030000id_/{urls[6]}"}, b""),
        urls[7]: Planned(200, {**MEMENTO, "content-encoding": ""}, gzip.compress(whole)),
    }  # fmt: skip
    run = ArchiveRun(tmp_path, archive_org.address)
    result = run.crawl(*ENGLISH, "-s", "RETRY_TIMES=1", "-s", "DOWNLOAD_TIMEOUT=3")
    assert result.returncode == 4  # one was not fetched
    rows_by_outcome = run.rows
    assert rows_by_outcome["not that capture"] == 1
    assert rows_by_outcome["no memento"] == 2  # the archive's own page, its own redirect
    assert rows_by_outcome["other status"] == 3 + 1
    assert rows_by_outcome["block page"] == 1 + 1
    assert rows_by_outcome["damaged"] == 1
    assert rows_by_outcome["failed"] == 1
    assert "unfinished" not in rows_by_outcome
    assert "/elsewhere" not in [one.path for one in archive_org.received]
    files = (tmp_path / "archive").iterdir()
    assert not any(b"never the ministry" in gzip.decompress(file.read_bytes()) for file in files)
    stored = {record["url"] for record in run.records()}
    assert not {url for url in urls[:7] if url.replace("http://", "https://") in stored}
    assert any(url.endswith(path) for url in stored)
