"""Collections for pywb: a flat index, and a ZipNum index as Common Crawl has."""

from __future__ import annotations

import socket
from gzip import compress
from io import BytesIO
from typing import TYPE_CHECKING

from tests.web_archive.cdx import index_lines

if TYPE_CHECKING:
    from pathlib import Path

# So small that the demo site fills several pages of ten blocks.
_BLOCK_LINES = 3


def write_collections(folder: Path, warc: Path) -> None:
    """Write pywb's configuration and indexes for one WARC file into its working folder."""
    lines = index_lines(warc)
    (folder / "flat.cdxj").write_text("".join(lines))
    (folder / "empty.cdxj").write_text("")
    write_zipnum(folder / "zipnum", lines)
    indexes = {"flat": "flat.cdxj", "zipnum": "zipnum/cluster.idx", "empty": "empty.cdxj"}
    config = ["collections:"]
    for name, index in indexes.items():
        config += [
            f"  {name}:",
            f"    index: {folder / index}",
            f"    archive_paths: {warc.parent}/",
        ]
    (folder / "config.yaml").write_text("\n".join(config) + "\n")
    (folder / "collections").mkdir()


def write_zipnum(folder: Path, lines: list[str]) -> None:
    """Write sorted index lines in blocks: `cdx-00000.gz`, `cluster.idx` and `cluster.loc`.

    A line of `cluster.idx` has the first key of a block, the file, the block's offset and length,
    and its number from 1 on.
    """
    folder.mkdir()
    blocks, idx = BytesIO(), []
    for start in range(0, len(lines), _BLOCK_LINES):
        block = compress("".join(lines[start : start + _BLOCK_LINES]).encode())
        key = " ".join(lines[start].split(" ", 2)[:2])
        number = start // _BLOCK_LINES + 1
        idx.append(f"{key}\tcdx-00000.gz\t{blocks.tell()}\t{len(block)}\t{number}\n")
        blocks.write(block)
    (folder / "cdx-00000.gz").write_bytes(blocks.getvalue())
    (folder / "cluster.idx").write_text("".join(idx))
    (folder / "cluster.loc").write_text("cdx-00000.gz\tcdx-00000.gz\n")


def free_port() -> int:
    """A port that the system chose. It is free when this returns."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
