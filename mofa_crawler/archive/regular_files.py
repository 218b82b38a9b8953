"""Opens files of other people's folders: regular files only."""

from __future__ import annotations

import errno
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises `OSError`, also for a pipe, a socket or a device: the read may never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file, so it is not read", str(path))
    return path.open("rb")
