"""Hostile files among saved ones: each is a named problem, and the page beside it is read."""

from __future__ import annotations

import gzip
import os
import resource
import socket
import time
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.archive import discovery
from mofa_crawler.archive.captures import Capture, Damage, Skipped, UnreadableCapture
from mofa_crawler.archive.discovery import find, read
from mofa_crawler.archive.gzip_members import MOST_RATIO
from mofa_crawler.archive.warc_records import MOST_HEADER_BYTES
from mofa_crawler.site import Mirror
from tests.archives import Record, of_sample, write_warc
from tests.factories import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SEED = "press/release/press1e_000170.html"
PAGE = f"<!-- saved from url=(0061){ORIGIN}/announce/announce/1998/8/826.html --><html>".encode()
GOOD = f"{ORIGIN}/announce/announce/1998/8/826.html"
LIMIT = 1024 * 1024
ZEROS = 60_000_000  # bytes of a bomb: more than ever are unpacked of so small a file
SECONDS = 20  # on a busy machine; without the bounds, hours
MEMORY = 400 * 1024 * 1024  # bytes beside what the process has


@pytest.fixture(autouse=True)
def _bounded_memory() -> Iterator[None]:
    """Let what reserves too much memory fail, and not the machine."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        pages = int(file.read().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def warc(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def record(payload: bytes = b"x", **headers: str) -> bytes:
    """A record of a plain WARC file, with headers instead of its own or beside them."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + payload
    fields = {
        "WARC-Type": "response",
        "WARC-Record-ID": "<urn:uuid:7d4e5c2e-0000-4000-8000-000000000000>",
        "WARC-Date": "2026-01-10T03:00:00Z",
        "WARC-Target-URI": f"{ORIGIN}/{SEED}",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(http)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + http + b"\r\n\r\n"


def wacz(path: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)


def bad_name(path: Path) -> None:
    wacz(path, ("archive/däta.warc", record()))
    path.write_bytes(path.read_bytes().replace("dä".encode(), b"d\xff\xff"))


def damaged_lzma(path: Path) -> None:
    wacz(path, ("a.warc", record(os.urandom(5000))), method=zipfile.ZIP_LZMA)
    content = bytearray(path.read_bytes())
    content[2000:2100] = bytes(100)
    path.write_bytes(content)


def bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(record(bytes(ZEROS))))


def bomb_of_one_stream(path: Path) -> None:
    """Two records in a gzip member, and then a line without an end."""
    path.write_bytes(gzip.compress(record() + record() + b"WARC/1.0\r\nA: " + b"a" * ZEROS))


def modified_at(seconds: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(PAGE.replace(b"826", b"827"))
        os.utime(path, (seconds, seconds))
        if path.stat().st_mtime != seconds:
            pytest.skip("this file system has no such time")

    return make


def listens(path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(path.parent)  # the names of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.fchdir(here)
        os.close(here)


# What a gzip header needs to be taken for one, again and again.
GZIP_BEGIN = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
SOUND = record()
NOT_REGULAR = "not a regular file, so it is not read"


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("a.html", os.mkfifo, NOT_REGULAR),
        ("a.warc.gz", os.mkfifo, NOT_REGULAR),
        ("a.html", listens, NOT_REGULAR),
        ("a.html", lambda path: path.symlink_to("/dev/zero"), NOT_REGULAR),
        ("a.wacz", lambda path: path.symlink_to("/dev/zero"), NOT_REGULAR),
        ("a.html", lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
        ("a.html", modified_at(10**12), "the time of the file is no date"),
        ("a.html", warc(b"<meta property=og:url content='http://["), "its own address"),
        ("a.warc.gz", bomb, "no whole record"),
        ("a.warc.gz", bomb_of_one_stream, f"more than {MOST_RATIO} times its size"),
        ("a.warc", warc(record(Content_Length=str(10**30))), "no whole record"),
        ("a.warc.gz", warc(gzip.compress(record(Content_Length=str(10**30)))), "no whole record"),
        ("a.warc", warc(record(Content_Length="-5")), "bytes"),
        ("a.warc", warc(record(WARC_Date="9" * 5000)), "has no date that can be true"),
        ("a.warc", warc(record(WARC_Date="1970-01-01T00:00:00Z")), "has no date that can be true"),
        ("a.warc", warc(record(WARC_Date="9999-12-31T23:59:59Z")), "has no date that can be true"),
        ("a.warc", warc(b"WARC/1.0\r\nA: " + b"a" * 3_000_000), "no whole record"),
        ("a.warc", warc(b"WARC/1.0\r\n" + b"A: a\r\n" * 500_000), "no whole record"),
        ("a.warc", warc(SOUND + b"WARC/1.0\r\n" * 200_000), "no whole record"),
        ("a.warc", warc(SOUND + b"WARC/" * 600_000), "no whole record"),
        ("a.warc.gz", warc(gzip.compress(SOUND) + b"\x1f\x8b\x08" * 600_000), "no whole record"),
        ("a.warc.gz", warc(gzip.compress(SOUND) + GZIP_BEGIN * 180_000), "no whole record"),
        ("a.warc", warc(record(WARC_Block_Digest="sha1:?")), "is damaged"),
        (
            "a.warc",
            warc(record(b"", WARC_Type="warcinfo", WARC_Target_URI="") + SOUND),
            "",
        ),
        ("a.wacz", bad_name, "cannot be read: "),
        ("a.wacz", damaged_lzma, "its compression method is not read"),
        ("a.wacz", lambda path: wacz(path, ("a.warc", bytes(ZEROS))), "more than"),
        ("a.wacz", lambda path: wacz(path, ("a.warc.gz", b"")), "no response of a server in it"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_named_and_the_rest_is_read(
    tmp_path: Path, name: str, make: Callable[[Path], object], message: str
) -> None:
    problems = check_beside_a_page(tmp_path, lambda folder: make(folder / name))
    if message:
        assert any(message in line for line in problems), problems
    assert all(line.startswith(str(tmp_path / "in" / name)) for line in problems)
    assert all(len(line) < 1000 for line in problems)


def check_beside_a_page(tmp_path: Path, make: Callable[[Path], object]) -> list[str]:
    """What is said of files beside a page that is read, in time."""
    folder, unpacked = tmp_path / "in", tmp_path / "unpacked"
    folder.mkdir()
    unpacked.mkdir()
    make(folder)
    (folder / "z.html").write_bytes(PAGE)
    begin = time.monotonic()
    found = list(find([folder], folder=unpacked, limit=LIMIT, mirror=Mirror()))
    readable = {}
    for one in found:
        if isinstance(one, Capture):
            try:
                readable[one.url] = read(one, limit=LIMIT).body
            except UnreadableCapture as error:
                assert error.code  # noqa: PT017 - one of several
    assert readable[GOOD] == PAGE
    assert time.monotonic() - begin < SECONDS
    assert sum(file.stat().st_size for file in unpacked.iterdir()) < ZEROS
    return [one.message for one in found if isinstance(one, Damage)]


def test_a_response_without_http_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(Content_Length="0"))
    (skipped, _) = find([path], folder=tmp_path, limit=LIMIT, mirror=Mirror())
    assert skipped == Skipped("responses other than 200, 404 and 410")


def test_a_mirror_that_is_no_address_is_named(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        info = b"mirror: http://x.example/?y\r\n"
        fields = f"WARC-Type: warcinfo\r\nWARC-Date: x\r\nContent-Length: {len(info)}\r\n\r\n"
        begin = b"WARC/1.0\r\n" + fields.encode() + info + b"\r\n\r\n"
        (folder / "a.warc").write_bytes(begin + record())

    (line,) = check_beside_a_page(tmp_path, make)
    assert line.endswith("'http://x.example/?y' is not an http or https address")


def test_folders_that_are_not_read_are_named(tmp_path: Path) -> None:
    """Root may read everything: the folder that may not be read is one that went away."""

    def make(folder: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (folder / "linked").symlink_to(tmp_path / "elsewhere")
        (folder / "closed").mkdir()
        (folder / "closed").chmod(0)

    lines = check_beside_a_page(tmp_path, make)
    (tmp_path / "in" / "closed").chmod(0o700)
    linked = f"{tmp_path}/in/linked: links to folders are not followed; name the folder in path="
    assert linked in lines
    if os.geteuid():
        assert (
            f"{tmp_path}/in/closed: Permission denied: what is in this folder is not read" in lines
        )


def test_a_folder_that_cannot_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scandir(folder: Path) -> os.ScandirIterator[str]:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied", str(folder))
        return really_scan(folder)  # type: ignore[return-value]

    really_scan = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    (line,) = check_beside_a_page(tmp_path, lambda folder: (folder / "closed").mkdir())
    assert line.endswith("in/closed: Permission denied: what is in this folder is not read")


def test_folders_within_folders_end_somewhere(tmp_path: Path) -> None:
    """Deeper than a path may be, and than Python's recursion goes."""
    made: list[str] = []
    here = os.open(".", os.O_RDONLY)

    def make(folder: Path) -> None:
        os.chdir(folder)
        for _ in range(2500):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
            made.append("d")

    try:
        (line,) = check_beside_a_page(tmp_path, make)
    finally:  # pytest cannot remove so many
        for name in made:
            os.chdir("..")
            os.rmdir(name)  # noqa: PTH106
        os.fchdir(here)
        os.close(here)
    assert "File name too long" in line


def test_many_archives_in_one_file_cost_no_more_each(tmp_path: Path) -> None:
    content = gzip.compress(record())
    members = [(f"{number}.warc.gz", content) for number in range(1500)]
    assert check_beside_a_page(tmp_path, lambda folder: wacz(folder / "a.wacz", *members)) == []


def test_whatever_a_library_raises_is_of_that_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("mofa_crawler.archive.reading.find", fail)
    lines = check_beside_a_page(
        tmp_path, lambda folder: write_warc(folder / "a.warc", [of_sample(SEED)])
    )
    assert lines == [f"{tmp_path}/in/a.warc: cannot be read: MemoryError: "]


def test_headers_as_long_as_servers_send_are_read(tmp_path: Path) -> None:
    cookies = Record(SEED, b"x", headers={"Set-Cookie": "c" * (MOST_HEADER_BYTES // 2)})
    write_warc(tmp_path / "a.warc.gz", [cookies])
    (capture,) = find([tmp_path / "a.warc.gz"], folder=tmp_path, limit=LIMIT, mirror=Mirror())
    assert isinstance(capture, Capture)
    assert read(capture, limit=LIMIT).body == b"x"


# --- the work grows with the size ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "begin"), [("a.warc", b"WARC/1.0\r\n"), ("a.warc.gz", GZIP_BEGIN)]
)
def test_the_work_is_linear(tmp_path: Path, name: str, begin: bytes) -> None:
    def seconds(count: int) -> float:
        (tmp_path / name).write_bytes(SOUND + begin * count)
        start = time.process_time()
        list(find([tmp_path / name], folder=tmp_path, limit=LIMIT, mirror=Mirror()))
        return time.process_time() - start

    seconds(1000)
    once, fourfold = seconds(100_000), seconds(400_000)
    assert fourfold < 8 * max(once, 0.2)


def test_good_files_are_no_bombs(tmp_path: Path) -> None:
    """A page of one line a thousand times, as lists are."""
    page = b"<html>" + b'<li><a href="/press/release/press1e_000170.html">Talks</a></li>\n' * 10_000
    write_warc(tmp_path / "a.warc.gz", [Record(SEED, page)] * 60)
    found = list(find([tmp_path / "a.warc.gz"], folder=tmp_path, limit=LIMIT, mirror=Mirror()))
    assert [type(one) for one in found] == [Capture] * 60
    assert datetime(2026, 1, 10, 3, tzinfo=UTC) == found[0].fetched_at  # type: ignore[union-attr]


def test_the_number_of_archives_in_a_file_has_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "MOST_WARC_FILES", 1)
    two = [(f"archive/{name}.warc", SOUND) for name in "ab"]
    (line,) = check_beside_a_page(tmp_path, lambda folder: wacz(folder / "a.wacz", *two))
    assert "2 WARC files in it, and only the first 1 " in line
