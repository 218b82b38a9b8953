"""The process of `mofa-crawler`: its streams, its exit code, and what interrupts it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

_NOT_STARTED = 1
_INTERRUPTED = 130  # 128 + SIGINT, as in shells


def main() -> NoReturn:
    """Run the command of this process's arguments, and end with its exit code."""
    _prepare_streams()
    try:
        # Ctrl-C during these imports is no traceback. A crawl handles Ctrl-C itself.
        from mofa_crawler.commands.command_line import run  # noqa: PLC0415
        from mofa_crawler.commands.printing import drop_output, print_message  # noqa: PLC0415

        try:
            try:
                code = run(sys.argv[1:])
            finally:
                sys.stdout.flush()
        except OSError as error:
            if not isinstance(error, BrokenPipeError):  # the reader has seen enough (`| head`)
                print_message(f"cannot write to stdout: {error.strerror or error}")
            drop_output()
            code = _NOT_STARTED
        try:
            sys.stderr.flush()
        except OSError:  # the terminal is gone
            drop_output(sys.stderr)
    except KeyboardInterrupt:
        with suppress(OSError):
            sys.stderr.write("mofa_crawler: error: stopped\n")
        code = _INTERRUPTED
    sys.exit(code)


def _prepare_streams() -> None:
    """Make streams that take every text, also if they are closed."""
    # A closed stream (`>&-`) is None, and the next file to be opened would take its number.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


if __name__ == "__main__":
    main()
