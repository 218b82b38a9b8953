"""Finds captures under files and folders: in WARC files, WACZ files and saved pages."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from mofa_crawler.archive import reading, saved_html
from mofa_crawler.archive.captures import (
    Capture,
    Damage,
    Found,
    Revisit,
    Skipped,
    UnreadableCapture,
)
from mofa_crawler.archive.gzip_members import CHUNK, FREE_BYTES, MOST_RATIO
from mofa_crawler.archive.regular_files import open_regular
from mofa_crawler.archive.revisits import resolve
from mofa_crawler.printable import printable

if TYPE_CHECKING:
    from mofa_crawler import site
    from mofa_crawler.parsers.page import Page

_WARC = re.compile(r"\.warc(?:\.gz)?(?:\.open)?$", re.IGNORECASE)
_SUPPORTED = "HTML, WARC and WACZ files are"
_NOT_READ = (".mht", ".mhtml", ".maff", ".webarchive", ".arc", ".arc.gz", ".warc.zst")
_HTML = {".html", ".htm", ".xhtml", ".shtml"}
_NO_PAGES = {".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".md", ".map"}
_ZIP = b"PK\3\4"
_HEAD = 2048  # bytes
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|title|meta)[\s>]", re.IGNORECASE)
# Browsers save the parts of a page, also HTML frames, in a folder beside the page. HTTrack keeps a
# second copy of all pages in `hts-cache`.
_PARTS = re.compile(r"(?:_files|\.files|_Dateien|^hts-cache)$")
# Metadata that macOS writes beside each file, on disks of other systems and in zip files.
_OF_MACOS = re.compile(r"(?:^|/)(?:__MACOSX/|\._[^/]*$)")
_APPLE_DOUBLE = b"\0\5\x16\7"  # the same metadata, under any name
_OF_WORD = "~$"  # who has the file open
# In a WACZ file. Browser extensions write one WARC file, crawlers write one for each gigabyte.
MOST_WARC_FILES = 10_000
# Browser extensions use these. With other methods, a few bytes may expand without a limit.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def find(
    paths: Iterable[Path], *, folder: Path, limit: int, mirror: site.Mirror
) -> Iterator[Found]:
    """Yield the captures under files and folders, in the order of their names.

    `mirror` is the mirror from which the pages were fetched; our own WARC files name their mirror
    themselves. Compressed files are unpacked into `folder`, which must exist until the captures are
    read. `limit` is the most bytes of a page. If something cannot be read, a `Damage` says so, and
    the rest is read. Captures of revisit records come last, because a revisit may refer to any
    other capture.
    """
    captures: list[Capture] = []
    revisits: list[Revisit] = []
    for found in _find_all(paths, folder, limit, mirror):
        if isinstance(found, Revisit):
            revisits.append(found)
            continue
        if isinstance(found, Capture):
            captures.append(found)
        yield found
    yield from resolve(revisits, captures)


def read(capture: Capture, *, limit: int) -> Page:
    """The page of a capture; `limit` in bytes. Raises `UnreadableCapture`, `OSError`."""
    if capture.offset is None:
        return saved_html.read(capture, limit=limit)
    return reading.read(capture, limit=limit)


def _find_all(
    paths: Iterable[Path], folder: Path, limit: int, mirror: site.Mirror
) -> Iterator[Found | Revisit]:
    for path in paths:
        for file in _files(path):
            if isinstance(file, Damage):
                yield file
            else:
                yield from _guard(str(file), _find(file, folder, limit, mirror))


def _guard(name: str, found: Iterator[Found | Revisit]) -> Iterator[Found | Revisit]:
    """Yield what is found in a file. An error becomes a `Damage`, so that other files are read."""
    try:
        yield from found
    except OSError as error:
        yield Damage(f"{name}: {error.strerror or error}")
    except UnreadableCapture as error:
        yield Damage(f"{name}: {error}")
    except Exception as error:  # noqa: BLE001 - other people's files
        yield Damage(f"{name}: cannot be read: {type(error).__name__}: {error}")


def _files(top: Path) -> Iterator[Path | Damage]:
    """The files under a path, by name, and a `Damage` for each folder that cannot be read."""
    if not os.path.isdir(top):  # noqa: PTH112 - never raises
        yield top
        return
    folders = [top]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                in_order = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Damage(f"{folder}: {error.strerror}: what is in this folder is not read")
            continue
        below = []
        for entry in in_order:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                below.append(path)
            elif os.path.isdir(path):  # noqa: PTH112 - never raises
                yield Damage(f"{path}: links to folders are not followed; name the folder in path=")
            else:
                yield path
        folders += reversed(below)


def _find(path: Path, folder: Path, limit: int, mirror: site.Mirror) -> Iterator[Found | Revisit]:
    with open_regular(path) as file:
        head = _begin(file)
    name, suffix = path.name.lower(), path.suffix.lower()
    is_companion = _OF_MACOS.search(path.as_posix()) or name.startswith(_OF_WORD)
    if head.startswith(_APPLE_DOUBLE) or (is_companion and not _MARKUP.search(head)):
        yield Skipped("not pages")
    elif head.startswith(b"WARC/") or _WARC.search(name):
        yield from reading.find(
            path, source=f"warc:{printable(path.name)}", folder=folder, mirror=mirror
        )
    elif name.endswith(_NOT_READ):
        yield Damage(f"{path}: files of this kind are not read; {_SUPPORTED}")
    elif _PARTS.search(path.parent.name):
        yield Skipped("not pages")
    elif suffix == ".wacz" or head.startswith(_ZIP):
        yield from _find_in_zip(path, folder, mirror)
    elif suffix in _HTML or (suffix not in _NO_PAGES and _MARKUP.search(head)):
        yield saved_html.find(path, limit=limit)
    else:
        yield Skipped("not pages")


def _begin(file: BinaryIO) -> bytes:
    """The first bytes of a file, decompressed if they are gzip."""
    head = file.read(_HEAD)
    with suppress(zlib.error):
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, _HEAD)
    return head


def _find_in_zip(path: Path, folder: Path, mirror: site.Mirror) -> Iterator[Found | Revisit]:
    """The captures in a WACZ file, which is a zip file with WARC files in it."""
    with open_regular(path) as file, zipfile.ZipFile(file) as wacz:
        members = sorted(
            (
                member
                for member in wacz.infolist()
                if _WARC.search(member.filename) and not _OF_MACOS.search(member.filename)
            ),
            key=lambda member: member.filename,
        )
        if not members and path.suffix.lower() == ".wacz":
            yield Damage(f"{path}: no WARC file in it")
        elif not members and any(Path(name).suffix in _HTML for name in wacz.namelist()):
            yield Damage(f"{path}: pages in a zip file are not read; unpack it")
        elif not members:
            yield Skipped("not pages")
        if len(members) > MOST_WARC_FILES:
            yield Damage(
                f"{path}: {len(members):,} WARC files in it, and only the first "
                f"{MOST_WARC_FILES:,} are read; unpack it"
            )
        left = FREE_BYTES + MOST_RATIO * path.stat().st_size
        for member in members[:MOST_WARC_FILES]:
            name = f"{path}/{member.filename}"
            try:
                unpacked = _unpack(wacz, member, folder, left)
            except Exception as error:  # noqa: BLE001 - other people's files
                yield Damage(f"{name}: cannot be read: {type(error).__name__}: {error}")
                continue
            left -= unpacked.stat().st_size
            source = f"warc:{printable(path.name)}"
            yield from _guard(
                name,
                reading.find(unpacked, source=source, folder=folder, mirror=mirror, name=name),
            )


def _unpack(wacz: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, limit: int) -> Path:
    """Unpack a member into a new file in `folder`. Raises `OSError`, and errors of zipfile."""
    if member.compress_type not in _METHODS:
        raise NotImplementedError("its compression method is not read; unpack it")
    handle, unpacked = reading.new_file(folder)
    try:
        with wacz.open(member) as file, os.fdopen(handle, "wb") as copy:
            _copy(file, copy, limit)
    except BaseException:
        unpacked.unlink()
        raise
    return unpacked


def _copy(file: IO[bytes], copy: BinaryIO, limit: int) -> None:
    while data := file.read(CHUNK):
        copy.write(data)
        if copy.tell() > limit:
            raise ValueError(f"it expands to more than {MOST_RATIO} times its size")
