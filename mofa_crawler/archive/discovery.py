"""What lies under the paths given: WARC files, web archives of them, saved pages, other files."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING

from mofa_crawler.archive import reading, saved_html
from mofa_crawler.archive.captures import Damage, Skipped, UnreadableCapture
from mofa_crawler.atomic_files import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mofa_crawler import site
    from mofa_crawler.archive.captures import Capture, Found
    from mofa_crawler.parsers.page import Page

_WARC = re.compile(r"\.warc(?:\.gz)?(?:\.open)?$", re.IGNORECASE)
_SUPPORTED = "HTML, WARC and WACZ files are"
_NOT_READ = (".mht", ".mhtml", ".maff", ".webarchive", ".arc", ".arc.gz", ".warc.zst")
_HTML = {".html", ".htm", ".xhtml", ".shtml"}
_NO_PAGES = {".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".md", ".map"}
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|title|meta)[\s>]", re.IGNORECASE)
# Browsers put the parts of a page into a folder beside it, frames in HTML among them.
_PARTS = re.compile(r"(?:_files|\.files|_Dateien)$")


def find(
    paths: Iterable[Path], *, folder: Path, limit: int, mirror: site.Mirror
) -> Iterator[Found]:
    """The captures under files and folders, in the order of their names.

    `mirror` is where they were fetched from, unless they say that themselves.
    `folder` is for what must be unpacked to be read, and must stay while captures are read; `limit`
    is in bytes of a page. What cannot be read is a `Damage` each.
    """
    for path in paths:
        for file in _files(path):
            try:
                yield from _find(file, folder=folder, limit=limit, mirror=mirror)
            except OSError as error:
                yield Damage(f"{file}: {error.strerror or error}")
            except UnreadableCapture as error:
                yield Damage(f"{file}: {error}")


def read(capture: Capture, *, limit: int) -> Page:
    """The page of a capture; `limit` in bytes. Raises `UnreadableCapture`, `OSError`."""
    if capture.offset is None:
        return saved_html.read(capture, limit=limit)
    return reading.read(capture, limit=limit)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(names))


def _find(path: Path, *, folder: Path, limit: int, mirror: site.Mirror) -> Iterator[Found]:
    with path.open("rb") as file:
        head = file.read(2048)
    name, suffix = path.name.lower(), path.suffix.lower()
    if head.startswith(b"WARC/") or _WARC.search(name):
        yield from reading.find(
            path, source=f"warc:{as_text(path.name)}", folder=folder, mirror=mirror
        )
    elif suffix == ".wacz":
        yield from _find_in_wacz(path, folder, mirror)
    elif name.endswith(_NOT_READ):
        yield Damage(f"{path}: files of this kind are not read; {_SUPPORTED}")
    elif _PARTS.search(path.parent.name):
        yield Skipped("not pages")
    elif suffix in _HTML or (suffix not in _NO_PAGES and _MARKUP.search(head)):
        yield saved_html.find(path, limit=limit)
    else:
        yield Skipped("not pages")


def _find_in_wacz(path: Path, folder: Path, mirror: site.Mirror) -> Iterator[Found]:
    """The captures of a web archive of browser extensions: a zip file with WARC files in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if _WARC.search(name))
            if not names:
                yield Damage(f"{path}: no WARC file in it")
            for name in names:
                unpacked = folder / f"{len(list(folder.iterdir()))}.warc"
                with archive.open(name) as file, unpacked.open("wb") as copy:
                    copyfileobj(file, copy)
                yield from reading.find(
                    unpacked,
                    source=f"warc:{as_text(path.name)}",
                    folder=folder,
                    mirror=mirror,
                    name=f"{path}/{name}",
                )
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        yield Damage(f"{path}: {error}")
