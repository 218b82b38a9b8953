"""Files and folders that are replaced at once or not at all."""

from __future__ import annotations

import filecmp
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable


def as_text(name: str) -> str:
    """A file's name, or a line with one, as text that UTF-8 can hold.

    On Linux a name is bytes, those of older Japanese systems in Shift_JIS or EUC-JP: Python keeps
    what is no UTF-8 as surrogates, which can be neither stored nor sent.
    """
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> bool:
    """Put what `write` writes in the place of `path`; returns whether that changed it.

    A file that holds the same already is left as it is, with its time. Raises `OSError`, and
    whatever `write` raises, the file untouched.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and filecmp.cmp(new, path, shallow=False):
            return False
        # mkstemp makes files for the owner's eyes only.
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        new.replace(path)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()
    return True


def replace_folder(path: Path, fill: Callable[[Path], object]) -> None:
    """Put the folder that `fill` fills in the place of `path`, which may hold anything.

    Raises `OSError`, and whatever `fill` raises, the folder untouched. For an instant there is
    none: a folder cannot be put over a full one.
    """
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as name:
        new, old = Path(name, "new"), Path(name, "old")
        new.mkdir()  # by the umask: a temporary folder is for the owner's eyes only
        fill(new)
        for file in new.rglob("*"):
            if file.is_file():
                with file.open("rb+") as written:
                    os.fsync(written.fileno())
        try:
            if path.exists():
                new.chmod(path.stat().st_mode & 0o777)
                path.rename(old)
            new.rename(path)
        finally:
            if old.exists() and not path.exists():
                old.rename(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
