"""Imports what a run of the command imports, but for the reactor: each process installs its own."""

import gc
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages

import scrapy

import mofa_crawler

# No crawl needs them, and they take a third of the time.
_LEFT_OUT = (
    "mofa_crawler.export.hugging_face",
    "mofa_crawler.export.parquet_file",
    "mofa_crawler.web.",
    "scrapy.core.downloader.handlers._",
)

for _package in (mofa_crawler, scrapy):
    for _module in walk_packages(_package.__path__, f"{_package.__name__}."):
        if not _module.name.endswith("__main__") and not _module.name.startswith(_LEFT_OUT):
            # Some of Scrapy's modules are deprecated, and some need an optional package.
            with suppress(ImportError), warnings.catch_warnings(action="ignore"):
                import_module(_module.name)

assert "twisted.internet.reactor" not in sys.modules

# No collection in a fork looks at what was imported here, which would copy its memory too.
gc.collect()
gc.freeze()
