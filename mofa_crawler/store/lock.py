"""The lock of a run on its database."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

if sys.platform == "linux":
    import fcntl


class RunLock:
    """Keeps other runs from a database, until it is released or this process ends.

    On Linux the lock is on the database file itself. It holds under every name of the file, and no
    deleted lock file ends it. On Linux, `flock` and the locks of SQLite do not block each other. On
    other systems they may: there, the lock is a file beside `database`, a real path.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._beside = FileLock(f"{self._database}-lock", timeout=0)
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock; returns False if another process has it. Raises `OSError`."""
        if sys.platform != "linux":
            try:
                self._beside.acquire()
            except Timeout:
                return False
            return True
        descriptor = os.open(self._database, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                return False
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Release the lock. Call it when SQLite has closed the database.

        A process that closes any descriptor of a file loses its SQLite locks on the file.
        """
        self._beside.release()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
