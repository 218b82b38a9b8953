"""The archive of a crawl: the responses as they came, and their locations in the store."""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING
from unittest.mock import Mock

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from mofa_crawler.archive.locations import record_at
from mofa_crawler.archive.reading import read_response
from mofa_crawler.archive.recovery import finishing, unfinished_files
from mofa_crawler.archive.writing import ArchiveWriter, Exchange
from mofa_crawler.store.store import Store
from tests.archives import check_digests
from tests.cli import JANUARY_2021
from tests.factories import ORIGIN, SITE, query

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.outcome import WarcLocation
    from tests.cli import Run


PAGE = "/press/release/press1e_000170.html"


def archives(run: Run) -> list[Path]:
    return sorted((run.folder / "archive").iterdir(), key=lambda path: path.stat().st_mtime_ns)


def records(path: Path) -> list[tuple[str, str, dict[str, str], bytes]]:
    """Type, path of the address, headers and payload, as written, of every record of a file."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            headers = dict(record.rec_headers.headers)
            if record.http_headers:
                headers |= {f"http {name}": value for name, value in record.http_headers.headers}
            payload = record.raw_stream.read()
            found.append(
                (
                    record.rec_type,
                    "/" + address.partition("//")[2].partition("/")[2],
                    headers,
                    payload,
                )
            )
    return found


def check_locations(run: Run) -> None:
    """Every page that was read lies the store has it, with the bytes that were read."""
    locations = query(
        run,
        """SELECT url, body_hash, archive_file, archive_offset, archived_at, archive_digest
           FROM pages WHERE status IN ('parsed', 'rejected')""",
    )
    assert locations
    for url, body_hash, name, offset, archived_at, digest in locations:
        assert name, url
        with (run.folder / "archive" / name).open("rb") as file:
            file.seek(offset)
            record = next(iter(ArchiveIterator(file)))
        # The library itself undoes no brotli of today, and no zstd.
        body = read_response(run.folder / "archive" / name, offset, limit=1_000_000).body
        assert record.rec_type == "response"
        assert record.rec_headers.get_header("WARC-Target-URI").endswith(
            url.removeprefix("https://www.mofa.go.jp")
        )
        assert record.rec_headers.get_header("WARC-Date") == archived_at
        assert record.rec_headers.get_header("WARC-Payload-Digest") == digest
        assert sha256(body).hexdigest() == body_hash or not body_hash


def test_every_response_is_archived_as_it_came(run: Run) -> None:
    compressed = gzip.compress((SITE / PAGE[1:]).read_bytes())
    run.site.responses[PAGE] = (
        200,
        {"Content-Encoding": "gzip", "Content-Type": "text/html"},
        compressed,
    )
    run.site.responses["/press/release/press4e_002421.html"] = (
        404,
        {"X-Test": "gone"},
        "no such page",
    )
    result = run.crawl(
        *JANUARY_2021, "-s", "MOFA_CONTACT=you@example.org", "--report", "report.json"
    )
    assert result.returncode == 0, result.stderr
    (file,) = archives(run)
    assert file.name.endswith(".warc.gz")
    assert f"archive: archive/{file.name}\n" in result.stdout
    assert json.loads((run.folder / "report.json").read_text())["archive"] == file.name
    assert query(run, "SELECT archive_file FROM runs") == [(file.name,)]
    check_digests([file])
    written = records(file)
    info = written[0]
    assert info[0] == "warcinfo"
    assert b"robots: obey\r\n" in info[3]
    assert b"operator: you@example.org\r\n" in info[3]
    assert f"mirror: {run.site.address}\r\n".encode() in info[3]
    requested = [path for kind, path, _, _ in written if kind == "request"]
    assert (
        requested
        == [path for kind, path, _, _ in written if kind == "response"]
        == run.site.requests
    )
    (page,) = [record for record in written if record[:2] == ("response", PAGE)]
    assert page[3] == compressed
    assert page[2]["http Content-Encoding"] == "gzip"
    assert page[2]["WARC-IP-Address"] == "127.0.0.1"
    (request,) = [record for record in written if record[:2] == ("request", PAGE)]
    assert request[2]["WARC-Concurrent-To"] == page[2]["WARC-Record-ID"]
    assert request[2]["http User-Agent"].endswith("(+you@example.org)")
    check_locations(run)


def test_an_unchanged_page_is_archived_as_a_revisit(run: Run) -> None:
    # Without validators, this page is sent whole each time; for all others the status is 304.
    run.site.responses[PAGE] = (200, {"Content-Type": "text/html"}, (SITE / PAGE[1:]).read_bytes())
    assert run.crawl(*JANUARY_2021).returncode == 0
    locations = query(run, "SELECT url, archive_file, archive_offset FROM pages")
    assert run.crawl(*JANUARY_2021, "-a", "refresh=true").returncode == 0
    assert query(run, "SELECT url, archive_file, archive_offset FROM pages") == locations
    first, second = archives(run)
    check_digests([second])
    by_path = {
        path: (kind, headers)
        for kind, path, headers, _ in records(second)
        if kind in {"response", "revisit"}
    }
    responses = {path: headers for kind, path, headers, _ in records(first) if kind == "response"}
    dates = {path: headers["WARC-Date"] for path, headers in responses.items()}
    same, same_headers = by_path[PAGE]
    assert same == "revisit"
    assert same_headers["WARC-Profile"].endswith("/identical-payload-digest")
    assert same_headers["WARC-Refers-To-Date"] == dates[PAGE]
    assert same_headers["WARC-Payload-Digest"] == responses[PAGE]["WARC-Payload-Digest"]
    not_modified = {
        path: headers
        for path, (_, headers) in by_path.items()
        if headers.get("WARC-Profile", "").endswith("/server-not-modified")
    }
    assert len(not_modified) >= 2
    assert all(
        headers["WARC-Refers-To-Date"] == dates[path] for path, headers in not_modified.items()
    )


def test_a_page_that_is_not_archived_is_requested_whole(run: Run) -> None:
    assert run.crawl(*JANUARY_2021, "-s", "MOFA_ARCHIVE=").returncode == 0
    assert not (run.folder / "archive").exists()
    run.site.statuses.clear()
    assert run.crawl(*JANUARY_2021, "-a", "refresh=true").returncode == 0
    assert set(run.site.statuses) == {200}
    check_locations(run)


def test_a_page_whose_archive_file_is_lost_is_requested_whole(run: Run) -> None:
    assert run.crawl(*JANUARY_2021).returncode == 0
    (file,) = archives(run)
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    run.site.statuses.clear()
    assert run.crawl(*JANUARY_2021, "-a", "refresh=true").returncode == 0
    assert set(run.site.statuses) == {200, 304}
    check_locations(run)
    for file in archives(run):
        file.unlink()
    run.site.statuses.clear()
    assert run.crawl(*JANUARY_2021, "-a", "refresh=true").returncode == 0
    assert set(run.site.statuses) == {200}
    check_locations(run)


def test_a_response_that_is_no_page_takes_no_page_s_location(run: Run) -> None:
    assert run.crawl(*JANUARY_2021).returncode == 0
    locations = query(run, "SELECT url, archive_file, archive_offset FROM pages")
    run.site.responses[PAGE] = (200, {"Content-Encoding": "gzip"}, b"no gzip at all")
    assert run.crawl(*JANUARY_2021, "-a", "refresh=true").returncode == 4
    assert query(run, "SELECT url, archive_file, archive_offset FROM pages") == locations


def test_an_archive_that_lost_its_first_file_gets_the_page_itself(run: Run) -> None:
    run.site.responses[PAGE] = (200, {"Content-Type": "text/html"}, (SITE / PAGE[1:]).read_bytes())
    assert run.crawl(*JANUARY_2021).returncode == 0
    archives(run)[0].unlink()
    assert run.crawl(*JANUARY_2021, "-a", "refresh=true").returncode == 0
    (second,) = archives(run)
    assert ("response", PAGE) in [record[:2] for record in records(second)]


CODINGS = {
    "gzip": gzip.compress,
    "br": partial(brotli.compress, quality=1),
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("coding", CODINGS)
def test_the_file_of_a_killed_run_is_ended_by_the_next(run: Run, coding: str) -> None:
    for file in SITE.rglob("*.htm*"):
        run.site.responses[f"/{file.relative_to(SITE)}"] = (
            200,
            {"Content-Encoding": coding, "Content-Type": "text/html"},
            CODINGS[coding](file.read_bytes()),
        )
    process = run.start("-a", "since=2021-01", "-s", "DOWNLOAD_DELAY=0.1")  # commits come sooner
    while len(run.site.requests) < 12:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=60)
    (torn,) = archives(run)
    assert torn.name.endswith(".warc.gz.open")
    with torn.open("ab") as file:
        file.write(gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n")[:-9])
    assert run.crawl("-a", "since=2021-01").returncode == 0
    first, second = archives(run)
    assert first.name == torn.name.removesuffix(".open")
    if coding == "gzip":
        check_digests([first])
        check_digests([second])
    check_locations(run)
    assert query(
        run, "SELECT count(DISTINCT archive_file) FROM pages WHERE archive_file IS NOT NULL"
    ) == [(2,)]
    # No later run reads the file again.
    assert query(run, "SELECT archive_recovered FROM runs ORDER BY id") == [(1,), (0,)]
    store = Store(run.database)
    assert store.archive.unfinished_files() == {}
    store.close()


def exchange(path: str, body: bytes, status: int = 200) -> Exchange:
    return Exchange(
        time=datetime.now(UTC),
        url=ORIGIN + path,
        method="GET",
        target=path,
        request_headers=[],
        protocol="HTTP/1.1",
        status=status,
        headers=[("Content-Type", "text/html")],
        body=body,
        ip_address=None,
    )


def test_a_revisit_refers_to_a_response_of_the_same_address(tmp_path: Path) -> None:
    """The response to a redirected request is archived under the address that it came from."""
    writer = ArchiveWriter(tmp_path, {})
    location = writer.write(exchange("/from.html", b"<html>"), before=None)
    assert location
    assert writer.write(exchange("/to.html", b"<html>"), before=location)
    assert writer.write(exchange("/from.html", b"<html>"), before=location) is None
    assert writer.write(exchange("/from.html", b"<html>"), before=replace(location, offset=0))
    assert writer.write(exchange("/from.html", b"<html>"), before=replace(location, file="other"))
    assert writer.write(exchange("/from.html", b"<html>"), before=replace(location, offset=5))
    assert writer.write(exchange("/from.html", b"<html>"), before=replace(location, offset=10**9))
    writer.write(exchange("/to.html", b"", 304), before=location)
    writer.close()
    revisits = [record[2] for record in records(tmp_path / writer.name) if record[0] == "revisit"]
    assert [headers["WARC-Refers-To-Target-URI"] for headers in revisits] == [
        f"{ORIGIN}/from.html"
    ] * 2


def test_the_error_page_that_a_killed_run_archived_is_no_page(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, {})
    writer.write(exchange(PAGE, b"<html>not found", 404), before=None)
    location = writer.write(exchange(PAGE, b"<html>a page"), before=None)
    writer.close()
    (tmp_path / writer.name).rename(tmp_path / (writer.name + ".open"))
    with finishing(tmp_path, writer.name, 0, limit=1000) as locations:
        assert locations == [(sha256(b"<html>a page").hexdigest(), location)]
        assert (tmp_path / (writer.name + ".open")).exists(), "the locations are not stored yet"
    assert (tmp_path / writer.name).exists()
    # A run on another database may have finished it.
    with finishing(tmp_path, writer.name, 0, limit=1000) as locations:
        assert [location for _, location in locations] == [location]
    with finishing(tmp_path, "none.warc.gz", 0, limit=1000) as locations:
        assert locations == []


def written(folder: Path, *bodies: bytes) -> tuple[ArchiveWriter, list[WarcLocation]]:
    writer = ArchiveWriter(folder, {})
    locations = [
        writer.write(exchange(f"/{number}.html", body), before=None)
        for number, body in enumerate(bodies)
    ]
    return writer, [location for location in locations if location]


def finish(folder: Path, start: int = 0) -> list[str]:
    """The names of all files in a folder, when every file that can be finished is."""
    for name in unfinished_files(folder):
        with finishing(folder, name, start, limit=1000):
            pass
    return sorted(path.name for path in folder.iterdir())


def test_two_files_never_have_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs on two databases that begin in the same second, in containers."""
    one, two = ArchiveWriter(tmp_path, {}), ArchiveWriter(tmp_path, {})
    assert one.name != two.name
    two.close()
    name = two.name.removesuffix(".warc.gz").rpartition("-")
    now = datetime.strptime(name[0], "mofa_crawler-%Y%m%d%H%M%S").replace(tzinfo=UTC)
    monkeypatch.setattr("mofa_crawler.archive.writing.secrets.token_hex", lambda _: name[2])
    monkeypatch.setattr("mofa_crawler.archive.writing.datetime", Mock(now=lambda _: now))
    with pytest.raises(FileExistsError):
        ArchiveWriter(tmp_path, {})
    (tmp_path / one.name).write_bytes(b"of another run")
    with pytest.raises(FileExistsError):
        one.close()
    assert (tmp_path / one.name).read_bytes() == b"of another run"
    assert (tmp_path / f"{one.name}.open").is_file()


def test_a_file_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    writer, (location, *_) = written(tmp_path, b"<html>1")
    assert unfinished_files(tmp_path) == [writer.name]
    with finishing(tmp_path, writer.name, 0, limit=1000) as locations:
        assert locations == []
    assert finish(tmp_path) == [f"{writer.name}.open"]
    assert record_at(tmp_path, location)
    writer.write(exchange("/2.html", b"<html>2"), before=None)
    writer.close()
    assert finish(tmp_path) == [writer.name]
    check_digests([tmp_path / writer.name])


@pytest.mark.parametrize("function", ["os.fsync", "rename_new", "sync_folder"])
def test_a_file_that_could_not_be_closed_is_finished_by_the_next_run(
    tmp_path: Path, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    writer, locations = written(tmp_path, b"<html>1", b"<html>2")
    module = "atomic_files" if function == "sync_folder" else "archive.writing"
    with monkeypatch.context() as patch:
        patch.setattr(f"mofa_crawler.{module}.{function}", fail)
        with pytest.raises(OSError, match="Input/output error"):
            writer.sync() if function == "os.fsync" else writer.close()
    if function == "os.fsync":
        with pytest.raises(OSError, match="Input/output error"):
            writer.close()  # the system says it once only
    assert all(record_at(tmp_path, location) for location in locations)
    assert finish(tmp_path) == [writer.name]
    assert all(record_at(tmp_path, location) for location in locations)


def test_a_run_killed_while_it_gave_the_file_its_name(tmp_path: Path) -> None:
    """On systems that make a second name and then remove the first."""
    writer, _ = written(tmp_path, b"<html>")
    writer.close()
    (tmp_path / f"{writer.name}.open").hardlink_to(tmp_path / writer.name)
    assert finish(tmp_path) == [writer.name]


def test_a_file_without_a_response_is_removed(tmp_path: Path) -> None:
    for name in ("empty", "torn", "info"):
        writer, _ = written(tmp_path)
        writer._file.close()
        path = tmp_path / f"{writer.name}.open"
        if name != "info":
            path.write_bytes(path.read_bytes()[: 9 if name == "torn" else 0])
    assert finish(tmp_path) == []


def test_what_follows_damage_is_kept(tmp_path: Path) -> None:
    writer, (first, second, third) = written(tmp_path, b"<html>1", b"<html>2", b"<html>3")
    writer._file.close()
    path = tmp_path / f"{writer.name}.open"
    content = bytearray(path.read_bytes())
    content[second.offset + 20 : second.offset + 40] = bytes(20)
    path.write_bytes(content + gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n")[:-9])
    with finishing(tmp_path, writer.name, first.offset, limit=1000) as locations:
        assert [location for _, location in locations] == [first, third]
    assert (tmp_path / writer.name).read_bytes() == content


def test_lost_and_cut_records_are_noticed(tmp_path: Path) -> None:
    writer, (first, last) = written(tmp_path, b"<html>1" * 99, b"<html>2" * 99)
    writer.close()
    path = tmp_path / writer.name
    content = path.read_bytes()
    assert record_at(tmp_path, first)
    assert record_at(tmp_path, last)
    for lost in (
        replace(first, digest=last.digest),
        replace(first, archived_at=last.archived_at),
        replace(first, offset=first.offset + 1),
        replace(first, offset=10**12),
        replace(first, file="other.warc.gz"),
    ):
        assert not record_at(tmp_path, lost)
    path.write_bytes(content[: last.offset + 100])
    assert record_at(tmp_path, first)
    assert not record_at(tmp_path, last)
    path.write_bytes(bytes(len(content)))
    assert not record_at(tmp_path, first)
    path.unlink()
    assert not record_at(tmp_path, first)


def test_a_run_that_was_killed_before_it_stored_anything_leaves_no_open_file(run: Run) -> None:
    process = run.start("-a", "lang=en", "-s", "DOWNLOAD_DELAY=5")
    while not list(run.folder.glob("archive/*")):
        time.sleep(0.01)
    time.sleep(0.5)  # what is written next waits for the delay
    process.kill()
    process.communicate(timeout=60)
    assert run.crawl("-a", "lang=en").returncode == 0
    assert [path.name for path in archives(run) if path.name.endswith(".open")] == []


def test_no_room_for_the_archive_ends_the_run(run: Run) -> None:
    """A limit on the size of files, which the system holds as it would the size of a disk."""
    index = (SITE / "press/release/index.html").read_bytes()
    large = index + b"<!--" + random.Random(1).randbytes(2_000_000).hex().encode() + b"-->"  # noqa: S311
    run.site.responses["/press/release/index.html"] = (200, {}, large)
    result = run.crawl("-a", "lang=en", largest_file=750)
    assert result.returncode == 4, result.stderr
    assert "cannot write the archive archive: File too large" in result.stderr
    assert "Traceback" not in result.stderr
    (file,) = archives(run)
    check_digests([file])
    assert [record[:2] for record in records(file)[1:]] == [
        ("response", "/robots.txt"),
        ("request", "/robots.txt"),
    ]
    del run.site.responses["/press/release/index.html"]
    assert run.crawl("-a", "lang=en").returncode == 0
    check_locations(run)


@pytest.mark.parametrize("folder", ["mofa.txt", "mofa.txt/archive"])
def test_a_folder_that_cannot_be_one_is_named_before_any_request(run: Run, folder: str) -> None:
    (run.folder / "mofa.txt").write_text("")
    result = run.crawl("-s", f"MOFA_ARCHIVE={folder}")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "archive" in result.stderr.lower()
    assert run.site.requests == []
