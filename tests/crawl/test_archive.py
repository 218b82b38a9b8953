"""Captures out of WARC files and saved pages: what is found, what is read, and what is lost."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import sys
import zipfile
import zlib
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeGuard

import brotli
import pytest

from mofa_crawler.archive.captures import Capture, Damage, Skipped, UnreadableCapture
from mofa_crawler.archive.discovery import find, read
from mofa_crawler.content_encoding import decompress
from mofa_crawler.site import Mirror
from tests.archives import Record, of_sample, write_warc
from tests.factories import ORIGIN, SITE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mofa_crawler.archive.captures import Found

SEED = "press/release/press1e_000170.html"
PATHS = [SEED, "announce/announce/1998/8/826.html", "mofaj/press/release/press4_009165.html"]
BODIES = {f"{ORIGIN}/{path}": (SITE / path).read_bytes() for path in PATHS}
LIMIT = 1024 * 1024


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "unpacked").mkdir()
    return tmp_path


def found_in(folder: Path, *names: str) -> list[Found]:
    paths = [folder / name for name in names]
    return list(find(paths, folder=folder / "unpacked", limit=LIMIT, mirror=Mirror()))


def bodies(found: list[Found]) -> dict[str, bytes]:
    captures = [one for one in found if isinstance(one, Capture)]
    return {capture.url: read(capture, limit=LIMIT).body for capture in captures}


def problems(found: list[Found]) -> list[str]:
    return [one.message for one in found if isinstance(one, Damage)]


def sample(path: Path) -> Path:
    return write_warc(path, map(of_sample, PATHS))


def as_one_stream(path: Path) -> None:
    content = gzip.decompress(sample(path).read_bytes())
    path.write_bytes(gzip.compress(content, mtime=0))


def as_wacz(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(sample(path.with_name("data.warc.gz")), "archive/data.warc.gz")
        archive.writestr("datapackage.json", "{}")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.warc", sample),
        ("a.warc.gz", sample),
        ("A.WARC.GZ.OPEN", lambda path: sample(path.with_name("a.warc.gz")).rename(path)),
        ("one_stream.warc.gz", as_one_stream),
        ("a.wacz", as_wacz),
        ("renamed.gz", sample),
        ("renamed.zip", as_wacz),
    ],
)
def test_every_kind_of_archive(folder: Path, name: str, make: Callable[[Path], object]) -> None:
    make(folder / name)
    found = found_in(folder, name)
    assert bodies(found) == BODIES
    assert problems(found) == []
    for capture in found:
        assert isinstance(capture, Capture)
        assert (capture.source, capture.fetched_at) == (
            f"warc:{name}",
            datetime(2026, 1, 10, 3, tzinfo=UTC),
        )


# --- torn and damaged ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "one_stream.warc.gz"])
def test_whole_records_of_a_torn_file_are_read(folder: Path, name: str) -> None:
    (as_one_stream if "one" in name else sample)(folder / name)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-200])
    found = found_in(folder, name)
    assert list(bodies(found)) == list(BODIES)[:2]
    line, *_ = problems(found)
    assert line.startswith(f"{folder / name}: the ")
    assert line.endswith(
        ("no whole record; the records before are read", "what comes before that is read")
    )


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_records_beyond_damage_are_read(folder: Path, name: str) -> None:
    sample(folder / name)
    (first, second, third) = found_in(folder, name)
    assert isinstance(second, Capture)
    assert isinstance(third, Capture)
    assert second.offset is not None
    assert third.offset is not None
    content = bytearray((folder / name).read_bytes())
    # Of the plain file the record's own header, of the other one something within.
    at = second.offset if name == "a.warc" else second.offset + 500
    content[at : at + 20] = b"\xff" * 20
    (folder / name).write_bytes(content)
    found = found_in(folder, name)
    assert list(bodies(found)) == list(BODIES)[::2]
    assert problems(found) == [
        f"{folder / name}: {third.offset - second.offset} bytes at {second.offset} cannot be read; "
        "the rest is read"
    ]
    assert first in found


def test_a_file_that_is_no_archive(folder: Path) -> None:
    (folder / "noise.warc.gz").write_bytes(os.urandom(100_000))
    (folder / "empty.warc").write_bytes(b"")
    (folder / "none.wacz").write_bytes(b"PK")
    write_warc(folder / "nothing.warc", [])
    assert problems(found_in(folder, "noise.warc.gz")) == [
        f"{folder}/noise.warc.gz: the last 100000 bytes are no whole record; the records before are read",
        f"{folder}/noise.warc.gz: no response of a server in it",
    ]
    for name in ("empty.warc", "nothing.warc"):
        assert problems(found_in(folder, name)) == [
            f"{folder}/{name}: no response of a server in it"
        ]
    assert problems(found_in(folder, "none.wacz")) == [
        f"{folder}/none.wacz: cannot be read: BadZipFile: File is not a zip file"
    ]


def test_an_encrypted_archive_is_named(folder: Path) -> None:
    as_wacz(folder / "a.wacz")
    content = bytearray((folder / "a.wacz").read_bytes())
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + flags] |= 1
    (folder / "a.wacz").write_bytes(content)
    (problem,) = problems(found_in(folder, "a.wacz"))
    assert "encrypted" in problem


def test_several_records_in_one_member_are_named(folder: Path) -> None:
    name = "mixed.warc.gz"
    as_one_stream(folder / name)
    stream = (folder / name).read_bytes()
    (folder / name).write_bytes(sample(folder / name).read_bytes() + stream)
    (line,) = problems(found_in(folder, name))
    assert line.endswith("has several records, and only the first is read; run: warcio recompress")


# --- what is a capture --------------------------------------------------------------------------


def test_what_is_skipped(folder: Path) -> None:
    records = [
        Record("https://web.archive.org/web/2021/https://www.mofa.go.jp/press/release/x.html"),
        Record("https://www.mofa.go.jp.example/x.html"),
        Record("dns:www.mofa.go.jp", type="resource"),
        Record("files/1.pdf", headers={"Content-Type": "application/pdf"}),
        Record("press/release/a.html", status="301 Moved"),
        Record("press/release/b.html", status="304 Not Modified"),
        Record("press/release/c.html", status="503 Busy"),
        Record("press/release/d.html", type="revisit"),
        Record("press/release/e.html", type="request"),
        Record("press/release/f.html", b"x", date="yesterday"),
        Record("press/release/f.html", b"x", date="0001-01-01T00:00:00+09:00"),
        Record("http://mofa.go.jp/press//release/g.html?x=1#y", b"x"),
        Record("press/release/h.html", b"x", status="404 Not Found"),
        Record("press/release/i.html", b"x", type="resource"),
        Record("press/release/j.html", b"x", protocol="HTTP/2", status="200"),
        Record("press/release/", b"x", headers={"Content-Type": "text/html; charset=UTF-8"}),
        Record("press/release/k.html", b"x", headers={"Content-Type": "application/pdf"}),
    ]
    write_warc(folder / "a.warc", records)
    found = found_in(folder, "a.warc")
    passed = [one.reason for one in found if isinstance(one, Skipped)]
    assert passed == [
        *["of other hosts"] * 3,
        "not pages",
        *["responses other than 200, 404 and 410"] * 3,
        "revisits of captures that are not here",
    ]
    of_no_date = "(https://www.mofa.go.jp/press/release/f.html) has no date that can be true "
    assert [of_no_date in line for line in problems(found)] == [True, True]
    names = ["g.html", "h.html", "i.html", "j.html", "index.html", "k.html"]
    assert bodies(found) == {f"{ORIGIN}/press/release/{name}": b"x" for name in names}
    statuses = [read(one, limit=9).status for one in found if isinstance(one, Capture)]
    assert statuses == [200, 404, 200, 200, 200, 200]


# --- digests ------------------------------------------------------------------------------------


def test_bytes_that_were_changed_are_not_read(folder: Path) -> None:
    sample(folder / "a.warc")
    content = (folder / "a.warc").read_bytes()
    (folder / "a.warc").write_bytes(content.replace(b"</head>", b"</haed>", 1))
    found = found_in(folder, "a.warc")
    assert list(bodies(found)) == list(BODIES)[1:]
    (line,) = problems(found)
    assert line.endswith(
        f"({next(iter(BODIES))}) is damaged: the block digest is not that of the record's bytes"
    )


def digest(payload: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(payload).digest()).decode()  # noqa: S324


@pytest.mark.parametrize(
    ("value", "is_read"),
    [
        (digest(b"other"), False),
        ("sha256:" + hashlib.sha256(b"other").hexdigest(), False),
        ("unknown:ABC", True),
        # Programs compute it over what was sent, over that without chunks, and over the page.
        ("", True),
        ("decoded", True),
        ("unchunked", True),
    ],
)
def test_a_payload_digest_is_checked(folder: Path, value: str, is_read: bool) -> None:
    body = gzip.compress(HTML, mtime=0)
    value = {"decoded": digest(HTML), "unchunked": digest(body)}.get(value, value)
    headers = {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}
    extra = {"WARC-Payload-Digest": value} if value else {}
    record = Record(SEED, chunked(body), headers=headers, record_headers=extra)
    write_warc(folder / "a.warc.gz", [record])
    found = found_in(folder, "a.warc.gz")
    assert list(bodies(found).values()) == ([HTML] if is_read else [])
    assert ["payload digest" in line for line in problems(found)] == ([] if is_read else [True])


# --- revisits -----------------------------------------------------------------------------------

OSLO, BERGEN = b"<html>Oslo", b"<html>Bergen"


def revisit(date: str, *, of: bytes, refers_to: str = "", path: str = SEED) -> Record:
    headers = {"WARC-Payload-Digest": digest(of)} if of else {}
    if refers_to:
        headers |= {
            "WARC-Refers-To-Date": refers_to,
            "WARC-Refers-To-Target-URI": f"{ORIGIN}/{SEED}",
        }
    return Record(path, date=date, type="revisit", record_headers=headers)


@pytest.mark.parametrize(
    ("of", "refers_to"), [(OSLO, ""), (OSLO, "2026-01-01T00:00:00Z"), (b"", "2026-01-01T00:00:00Z")]
)
@pytest.mark.parametrize("has_address", [True, False])
def test_a_revisit_of_an_earlier_text_is_a_capture_of_that_text(
    folder: Path, of: bytes, refers_to: str, has_address: bool
) -> None:
    """Whatever file each of the records is in."""
    first = Record(SEED, OSLO, "2026-01-01T00:00:00.25Z")
    last = revisit("2026-01-03T00:00:00Z", of=of, refers_to=refers_to)
    if not has_address:
        last.record_headers.pop("WARC-Refers-To-Target-URI", None)
    write_warc(folder / "a.warc", [last])
    write_warc(folder / "b.warc.gz", [first, Record(SEED, BERGEN, "2026-01-02T00:00:00Z")])
    found = found_in(folder, "a.warc", "b.warc.gz")
    texts = {one.fetched_at.day: read(one, limit=LIMIT).body for one in found if is_capture(one)}
    assert texts == {1: OSLO, 2: BERGEN, 3: OSLO}
    assert problems(found) == []


def is_capture(found: Found) -> TypeGuard[Capture]:
    return isinstance(found, Capture)


def test_other_revisits_are_skipped(folder: Path) -> None:
    records = [
        Record(SEED, OSLO, "2026-01-01T00:00:00Z"),
        revisit("2026-01-02T00:00:00Z", of=OSLO),
        revisit("2026-01-03T00:00:00Z", of=b""),  # the server said that nothing had changed
        revisit("2026-01-04T00:00:00Z", of=b"elsewhere"),
        revisit("2026-01-05T00:00:00Z", of=b"", refers_to="2025-12-24T00:00:00Z"),
        revisit("2026-01-06T00:00:00Z", of=b"", path=PATHS[1]),
        revisit("2026-01-07T00:00:00Z", of=b"", path="files/1.pdf"),
    ]
    write_warc(folder / "a.warc", records)
    _, *others = found_in(folder, "a.warc")
    assert [one.fetched_at.day for one in others if is_capture(one)] == [3]  # the last to confirm
    assert [one.reason for one in others if isinstance(one, Skipped)] == [
        "not pages",
        "revisits of an unchanged page",
        *["revisits of captures that are not here"] * 3,
    ]


def test_the_same_page_at_another_address_is_a_capture_of_it(folder: Path) -> None:
    records = [Record(SEED, OSLO), revisit("2026-01-12T00:00:00Z", of=OSLO, path=PATHS[1])]
    write_warc(folder / "a.warc", records)
    assert bodies(found_in(folder, "a.warc")) == {
        f"{ORIGIN}/{SEED}": OSLO,
        f"{ORIGIN}/{PATHS[1]}": OSLO,
    }


# --- replays ------------------------------------------------------------------------------------

REPLAY = "https://web.archive.org/web/20210127143000id_/http://www.mofa.go.jp/press/release/r.html"


def test_a_replay_is_a_capture_of_the_page_and_the_time_that_it_names(folder: Path) -> None:
    memento = {"Memento-Datetime": "Wed, 27 Jan 2021 14:30:00 GMT"}
    records = [
        Record(REPLAY, b"x"),
        Record(REPLAY.replace("/r.", "/gone."), b"x", status="404 Not Found", headers=memento),
        # The web archive's own word for an address of which it has no capture.
        Record(REPLAY.replace("/r.", "/none."), b"x", status="404 Not Found"),
        Record(REPLAY.replace("www.mofa.go.jp", "www.mofa.go.jp.example"), b"x"),
        Record(REPLAY.replace("20210127143000", "20211327143000"), b"x"),
    ]
    write_warc(folder / "a.warc", records)
    found = found_in(folder, "a.warc")
    time = datetime(2021, 1, 27, 14, 30, tzinfo=UTC)
    assert [(one.url, one.fetched_at) for one in found if is_capture(one)] == [
        (f"{ORIGIN}/press/release/r.html", time),
        (f"{ORIGIN}/press/release/gone.html", time),
    ]
    assert found[2:] == [Skipped("of other hosts")] * 3


HTML = b"<html>" + b"lorem ipsum " * 1000 + b"</html>"
DEFLATE = zlib.compressobj(wbits=-15)
RAW_DEFLATE = DEFLATE.compress(HTML) + DEFLATE.flush()


def chunked(body: bytes) -> bytes:
    cuts = [*range(0, len(body), 5000), len(body)]
    chunks = [b"%x\r\n%s\r\n" % (b - a, body[a:b]) for a, b in pairwise(cuts)]
    return b"".join([*chunks, b"0\r\n\r\n"])


@pytest.mark.parametrize(
    ("payload", "headers"),
    [
        (HTML, {}),
        (gzip.compress(HTML, mtime=0), {"Content-Encoding": "gzip"}),
        (zlib.compress(HTML), {"content-encoding": "Deflate"}),
        (RAW_DEFLATE, {"Content-Encoding": "deflate"}),
        (brotli.compress(HTML), {"Content-Encoding": "br"}),
        (zstd.compress(HTML), {"Content-Encoding": "zstd"}),
        (chunked(HTML), {"Transfer-Encoding": "chunked"}),
        (
            chunked(gzip.compress(HTML, mtime=0)),
            {"Transfer-Encoding": "Chunked", "Content-Encoding": "x-gzip"},
        ),
        (
            gzip.compress(brotli.compress(HTML), mtime=0),
            {"Content-Encoding": "br, gzip"},
        ),
        (
            gzip.compress(HTML[:900], mtime=0) + gzip.compress(HTML[900:], mtime=0),
            {"Content-Encoding": "gzip"},
        ),
        (zstd.compress(HTML[:900]) + zstd.compress(HTML[900:]), {"Content-Encoding": "zstd"}),
        (HTML, {"Content-Encoding": "utf-8"}),  # of a server that was set up wrongly
        # A template that prints line ends behind the compressed page.
        (gzip.compress(HTML, mtime=0) + b"\r\n\r\n", {"Content-Encoding": "gzip"}),
        (gzip.compress(HTML, mtime=0) + bytes(512), {"Content-Encoding": "gzip"}),
        (zstd.compress(HTML) + b"\n<!-- -->", {"Content-Encoding": "zstd"}),
        (brotli.compress(HTML) + b" \r\n\t", {"Content-Encoding": "br"}),
        (chunked(HTML)[:-2] + b"X-Trailer: 1\r\n\r\n", {"Transfer-Encoding": "chunked"}),
        (chunked(gzip.compress(HTML, mtime=0)), {"Transfer-Encoding": "gzip, Chunked"}),
        (
            brotli.compress(gzip.compress(HTML, mtime=0)),
            {"Content-Encoding": "gzip", "content-encoding": "br"},
        ),
        # Browser extensions keep the headers of what they have undone.
        (HTML, {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}),
        (HTML, {"Content-Encoding": "br"}),
    ],
)
def test_codings_are_undone(folder: Path, payload: bytes, headers: dict[str, str]) -> None:
    write_warc(folder / "a.warc.gz", [Record(SEED, payload, headers=headers)])
    assert list(bodies(found_in(folder, "a.warc.gz")).values()) == [HTML]


def test_a_brotli_stream_may_end_like_the_line_ends_after_the_stream() -> None:
    pages = [b"<html>" + b"x" * length for length in range(500)]
    streams = {brotli.compress(page, quality=1): page for page in pages}
    ending = {stream: page for stream, page in streams.items() if stream[-1:] in b" \t\r\n\0"}
    assert ending
    for stream, page in ending.items():
        assert decompress(stream + b"\r\n\r\n", content="br", limit=LIMIT) == page


@pytest.mark.parametrize(
    ("payload", "headers", "message"),
    [
        (
            gzip.compress(HTML, mtime=0)[:-20],
            {"Content-Encoding": "gzip"},
            "the gzip payload is damaged: ",
        ),
        (
            gzip.compress(HTML, mtime=0)[:-8] + bytes(8),
            {"Content-Encoding": "gzip"},
            "the gzip payload is damaged: ",
        ),
        (
            gzip.compress(HTML, mtime=0) + b"\x1f\x8a" + gzip.compress(HTML, mtime=0)[2:],
            {"Content-Encoding": "gzip"},
            "the gzip payload is damaged: ",
        ),
        (
            gzip.compress(HTML, mtime=0) + gzip.compress(HTML, mtime=0)[:-20],
            {"Content-Encoding": "gzip"},
            "the gzip payload is damaged: ",
        ),
        (brotli.compress(HTML)[:-20], {"Content-Encoding": "br"}, "the br payload is damaged: it"),
        (b"noise", {"Content-Encoding": "deflate"}, "the deflate payload is damaged"),
        (chunked(HTML)[:-4000], {"Transfer-Encoding": "chunked"}, "the response breaks off"),
        (
            zstd.compress(HTML)[:-20],
            {"Content-Encoding": "zstd"},
            "the zstd payload is damaged: ",
        ),
        (b"noise", {"Content-Encoding": "zstd"}, "the zstd payload is damaged: "),
        (b"noise", {"Content-Encoding": "dcb"}, "the content encoding 'dcb' is not read"),
        (b" " * (LIMIT + 1), {}, "more than 1,048,576 bytes"),
        (
            gzip.compress(b" " * 3 * LIMIT, mtime=0),
            {"Content-Encoding": "gzip"},
            "more than 1,048,576",
        ),
        (brotli.compress(b" " * 3 * LIMIT), {"Content-Encoding": "br"}, "more than 1,048,576"),
        (zstd.compress(b" " * 3 * LIMIT), {"Content-Encoding": "zstd"}, "more than 1,048,576"),
        (
            gzip.compress(b"", mtime=0) * 1_001,
            {"Content-Encoding": "gzip"},
            "the gzip payload is damaged: it has more than 1000 parts",
        ),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(value),
)
def test_what_cannot_be_undone(
    folder: Path, payload: bytes, headers: dict[str, str], message: str
) -> None:
    write_warc(folder / "a.warc.gz", [Record(SEED, payload, headers=headers)])
    (capture,) = found_in(folder, "a.warc.gz")
    assert isinstance(capture, Capture)
    with pytest.raises(UnreadableCapture) as caught:
        read(capture, limit=LIMIT)
    assert str(caught.value).startswith(message)


# --- saved pages --------------------------------------------------------------------------------

MODIFIED = datetime(2025, 6, 1, 12, tzinfo=UTC)
CAPTURED = datetime(2021, 1, 27, 14, 30, tzinfo=UTC)
OF_CHROME = b"<!-- saved from url=(0061)http://www.mofa.go.jp/announce/announce/1998/8/826.html -->"
OF_SINGLE_FILE = (
    b"<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n"
    b" url: https://www.mofa.go.jp/announce/announce/1998/8/826.html \n"
    b" saved date: Thu Jan 08 2026 10:30:00 GMT+0900 (Japan Standard Time)\n-->"
)
OLD = f"{ORIGIN}/announce/announce/1998/8/826.html"


def save(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (MODIFIED.timestamp(), MODIFIED.timestamp()))
    return path


@pytest.mark.parametrize(
    ("name", "head", "url", "time"),
    [
        ("x.html", b'<meta property="og:url" content="' + OLD.encode() + b'">', OLD, MODIFIED),
        ("x.html", b'<link rel="canonical" href="/press/release/a.html"><meta property="og:url" '
         b'content="//www.mofa.go.jp/announce/announce/1998/8/826.html">', OLD, MODIFIED),
        ("x.html", b'<link rel="canonical" href="' + OLD.encode() + b'">', OLD, MODIFIED),
        ("press1e_000170 (1).html", b'<link rel="canonical" href="' + OLD.encode() + b'">', OLD, MODIFIED),
        ("x.htm", OF_CHROME, OLD, MODIFIED),
        ("x.html", OF_SINGLE_FILE, OLD, datetime(2026, 1, 8, 1, 30, tzinfo=UTC)),
        ("www.mofa.go.jp/announce/announce/1998/8/826.html", b"<html>", OLD, MODIFIED),
        ("www.mofa.go.jp/press/release/index.html?x=1", b"<html>",
         f"{ORIGIN}/press/release/index.html", MODIFIED),
        # A web archive rewrote what the page says; its time is that of the capture.
        ("x.html", b"<!-- saved from url=(0098)https://web.archive.org/web/20210127143000/" + OLD.encode() + b" -->", OLD, CAPTURED),
        ("x.html", b'<meta property="og:url" content="/pub/20210127143000mp_/' + OLD.encode() + b'">', OLD, CAPTURED),
        ("x.html", b'<link rel="canonical" href="https://warp.example/20210127143000/https:/www.mofa.go.jp/'
         b'announce/announce/1998/8/826.html">', OLD, CAPTURED),
        ("x.html", b"<!-- saved from url=(0080)https://warp.example/info:ndljp/pid/11/www.mofa.go.jp/"
         b"announce/announce/1998/8/826.html -->", OLD, MODIFIED),
        ("x.html", b'<meta property="og:url" content="' + OLD.encode() + b'"><a href="/web/20210127143000/'
         b'https://www.mofa.go.jp/index.html">', OLD, CAPTURED),
        ("x.html", OF_CHROME + b'<a href="/x.html"></a><a href="https://web.archive.org/web/20210127143000/'
         b'https://www.mofa.go.jp/x.html">', OLD, MODIFIED),
        ("x.html", OF_SINGLE_FILE.replace(b"2026", b"0001"), OLD, MODIFIED),
        # Second copies of wget and of editors.
        *(
            (f"www.mofa.go.jp/press/release/x.{end}", b"", f"{ORIGIN}/press/release/x.htm", MODIFIED)
            for end in ("htm", "htm.orig", "htm.1", "htm.12", "htm~", "htm?x=1.2")
        ),
        # What the page says counts for more than where it lies.
        ("www.mofa.go.jp/press/release/x.html", OF_CHROME, OLD, MODIFIED),
    ],
)  # fmt: skip
def test_the_address_and_the_time_of_a_saved_page(
    folder: Path, name: str, head: bytes, url: str, time: datetime
) -> None:
    body = head + b"<title>x</title><body>text</body></html>"
    path = save(folder, name, body)
    assert found_in(folder, name) == [Capture(url, time, path, None, f"file:{path.name}")]
    assert bodies(found_in(folder, name)) == {url: body}


def test_a_folder_of_all_sorts(folder: Path) -> None:
    page = OF_CHROME + b"<html>"
    save(folder, "in/page.html", page)
    save(folder, "in/page_files/frame.html", b"<html>")
    save(folder, "in/page_files/style.css", b"html {}")
    save(folder, "in/picture.png", b"\x89PNG")
    save(folder, "in/about.txt", b"<html>")
    save(folder, "in/without_ending", page)
    save(folder, "in/packed.html", gzip.compress(page))
    save(folder, "in/packed.gz", gzip.compress(page))
    save(folder, "in/packed_torn.html.gz", gzip.compress(page)[:-9])
    save(folder, "in/text.gz", gzip.compress(b"text"))
    for name, member in (
        ("zipped.zip", "a/x.html"),
        ("hts-cache/new.zip", "x.html"),
        ("b.docx", "x"),
    ):
        zipfile.ZipFile(save(folder, f"in/{name}", b""), "w").writestr(member, page)
    save(folder, "in/nameless.html", b"<html>nothing</html>")
    save(folder, "in/offsite.html", b"<!-- saved from url=(0022)https://example.org/x -->")
    save(folder, "in/mail.mht", b"From: <Saved>")
    # `curl -O` saves a page that the ministry made from a copy of another page.
    own_name = b'<meta property="og:url" content="/press1e_000170.html">'
    for name in ("press1e_000171", "202610_index", "8_10_index"):
        save(folder, f"in/{name}.html", own_name)
    save(folder, "in/large.html", OF_CHROME + b" " * LIMIT)
    write_warc(folder / "in" / "z.warc", [of_sample(SEED)])
    # What macOS writes beside a file on other disks, and into zip files.
    save(folder, "in/._page.html", b"\0\5\x16\7" + bytes(160))
    save(folder, "in/._z.warc", b"\0\5\x16\7" + bytes(160))
    save(folder, "in/__MACOSX/._page.html", b"\0\5\x16\7" + bytes(160))
    # The same in the folders of file servers, and what Word writes while a file is open.
    save(folder, "in/.AppleDouble/page.html", b"\0\5\x16\7" + bytes(160))
    save(folder, "in/~$page.html", b"\5Saved" + b" " * 156)
    (folder / "in" / "locked").symlink_to(folder / "nowhere")
    found = found_in(folder, "in")
    captures = [one.path.name for one in found if isinstance(one, Capture)]
    assert captures == ["packed.gz", "packed.html", "page.html", "without_ending", "z.warc"]
    assert found.count(Skipped("not pages")) == 12
    lines = [line.removeprefix(f"{folder}/in/") for line in problems(found)]
    nameless = (
        "the file does not say its own address (og:url); put it under its path in a folder named "
        "www.mofa.go.jp"
    )
    copied = (
        "the name of the file is that of another page than its og:url, "
        f"{ORIGIN}/press1e_000170.html; put the file under its path in a folder named "
        "www.mofa.go.jp"
    )
    assert lines == [
        f"202610_index.html: {copied}",
        f"8_10_index.html: {copied}",
        "large.html: more than 1,048,576 bytes",
        "locked: No such file or directory",
        "mail.mht: files of this kind are not read; HTML, WARC and WACZ files are",
        f"nameless.html: {nameless}",
        f"offsite.html: {nameless}",
        "packed_torn.html.gz: the gzip payload is damaged: it breaks off",
        f"press1e_000171.html: {copied}",
        "zipped.zip: pages in a zip file are not read; unpack it",
    ]


def test_dates_are_those_of_the_records(folder: Path) -> None:
    write_warc(folder / "a.warc", [Record(SEED, b"x", "2021-01-27T23:30:00.123+09:00")])
    (capture,) = found_in(folder, "a.warc")
    assert isinstance(capture, Capture)
    assert capture.fetched_at.astimezone(UTC).isoformat() == "2021-01-27T14:30:00.123000+00:00"
