"""Files and folders that are replaced in one step or not at all, whenever the process ends."""

from __future__ import annotations

import ctypes
import errno
import filecmp
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl


_AT_FDCWD = -100
_NO_REPLACE, _EXCHANGE = 1, 2  # flags of renameat2
# An old kernel, or a file system that cannot do it.
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def real_path(path: Path) -> Path:
    """The full path of what a path leads to. To replace a file there keeps the links to the file.

    Links in a circle lead to themselves; `Path.resolve` would raise `RuntimeError`.
    """
    return Path(os.path.realpath(path))


def check_writable(folder: Path) -> None:
    """Raise `OSError` if no file can be made in a folder.

    If the folder does not exist yet, the nearest folder above it counts.
    """
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    tempfile.TemporaryFile(dir=nearest).close()


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> bool:
    """Put what `write` writes in the place of `path`; returns whether that changed it.

    A file that already has the same bytes keeps its time. Raises `OSError`, and whatever `write`
    raises; then the file is unchanged.
    """
    with _temporary(path) as new:
        with new.open("wb") as file:
            write(file)
            _sync(file)
        if path.exists() and filecmp.cmp(new, path, shallow=False):
            return False
        if path.exists():
            new.chmod(path.stat().st_mode & 0o777)
        new.replace(path)
        sync_folder(path.parent)
    return True


def replace_folder(path: Path, fill: Callable[[Path], object]) -> None:
    """Put the folder that `fill` fills in the place of `path`, which may be of any kind.

    Raises `OSError`, and whatever `fill` raises; then the folder is unchanged. On systems that
    cannot exchange two names there is no folder for an instant. If the process is killed just then,
    the next call restores the old folder.
    """
    with _temporary(path) as folder:
        new, old = folder / "new", folder / "old"
        new.mkdir(parents=True)
        fill(new)
        for file in new.rglob("*"):
            if file.is_file():
                with file.open("rb+") as written:
                    _sync(written)
            else:
                sync_folder(file)
        sync_folder(new)
        if path.exists():
            new.chmod(path.stat().st_mode & 0o777)
        try:
            rename_new(new, path)
        except FileExistsError:
            if not _rename(new, path, _EXCHANGE):
                try:
                    path.rename(old)
                    new.rename(path)
                finally:
                    _restore(old, path)
            sync_folder(path.parent)


@contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """A folder in the system's folder for temporary files, which is removed at the end.

    Folders that killed processes left under the same name are removed first. Raises `OSError`.
    """
    with _temporary(Path(tempfile.gettempdir(), name)) as folder:
        folder.mkdir(mode=0o700)
        yield folder


def rename_new(source: Path, target: Path) -> None:
    """Rename a file or folder. Raises `OSError`, `FileExistsError` if the new name is taken."""
    if not _rename(source, target, _NO_REPLACE):
        try:
            os.link(source, target)
        except OSError as error:
            if error.errno not in {*_UNSUPPORTED, errno.EPERM}:
                raise
            # A file system without links: another process may take the name before the rename.
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from None
            source.rename(target)
        else:
            source.unlink()
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk. Raises `OSError`."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return  # a folder that may be written into and not read
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(handle)


def try_lock(handle: int) -> bool:
    """Lock an open file or folder, unless another process has locked it; returns whether it worked.

    The system unlocks it when it is closed or the process ends. On Windows it always works: there,
    nobody can rename or remove what another process has open.
    """
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """A free name beside `path` for a new file or folder, which is removed at the end.

    What killed processes left behind is removed first. The locked file beside the new one shows
    that its process still runs.
    """
    _remove_left_over(path)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    lock = new.with_suffix(".lock")
    with lock.open("xb") as file:
        try_lock(file.fileno())
        try:
            yield new
        finally:
            _remove(new)
            with suppress(FileNotFoundError):
                lock.unlink()


def _remove_left_over(path: Path) -> None:
    """Remove what killed processes left beside `path`, and restore a folder that they moved."""
    pattern = re.compile(re.escape(f".{path.name}.") + r"[0-9a-f]{8}\.lock")
    try:
        locks = [file for file in path.parent.iterdir() if pattern.fullmatch(file.name)]
    except PermissionError:
        return  # a folder that may be written into and not read
    for lock in locks:
        with suppress(OSError), lock.open("rb") as file:
            if try_lock(file.fileno()):
                new = lock.with_suffix(".tmp")
                _restore(new / "old", path)
                _remove(new)
                lock.unlink()


def _restore(old: Path, path: Path) -> None:
    if os.path.lexists(old) and not os.path.lexists(path):
        old.rename(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _rename(source: Path, target: Path, flags: int) -> bool:
    """Rename by Linux's renameat2; returns False if the system cannot. Raises `OSError`."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), flags) == 0:
        return True
    error = ctypes.get_errno()
    if error in _UNSUPPORTED:
        return False
    raise OSError(error, os.strerror(error), str(source), None, str(target))
