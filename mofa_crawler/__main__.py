"""`mofa-crawler`: Scrapy's command line with this project's settings, from any folder."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path

from scrapy.cmdline import execute
from scrapy.settings import Settings

from mofa_crawler.commands import complain

_INTERRUPTED = 130  # as shells say it


def main() -> None:
    """Run `scrapy <command>` as if the working directory were this project's.

    A `scrapy.cfg` of another project in the working directory has no say.
    """
    module = "mofa_crawler.settings"
    os.environ["SCRAPY_SETTINGS_MODULE"] = module
    settings = Settings()
    settings.setmodule(module, priority="project")
    _prepare_streams()
    try:
        try:
            execute(settings=settings)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:  # a crawl hears of it itself
        complain("stopped")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:  # whoever reads has seen enough (`| head`)
        _drop_output()
        sys.exit(1)
    except OSError as error:
        if error.filename is not None:  # so it is not about stdout
            raise
        complain(f"cannot write to stdout: {error.strerror or error}")
        _drop_output()
        sys.exit(1)


def _prepare_streams() -> None:
    """Let whatever is printed be written, to wherever: a text, in both languages, never fails."""
    # Closed (`>&-`) it is None, and the next file to be opened would take its place.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


def _drop_output() -> None:
    """Let the interpreter not try again, at its end, to write what cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
