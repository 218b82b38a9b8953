"""Crawler for the press releases of Japan's Ministry of Foreign Affairs (www.mofa.go.jp)."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mofa_crawler.dataset import Dataset, parse, read_archive

__version__ = "0.1.0"
__all__ = ["Dataset", "parse", "read_archive"]

# pip checks this at an installation. In a checkout, an old Python would end in a traceback.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("mofa_crawler needs Python 3.11 or newer; this is Python %s.%s" % sys.version_info[:2])  # noqa: UP031


def __getattr__(name: str) -> Any:
    """The public API, imported when it is used: the command line starts without it."""
    if name in __all__:
        return getattr(import_module("mofa_crawler.dataset"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
