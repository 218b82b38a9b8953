"""Runs the command with the public web archives on loopback.

    python -m tests.web_archive.launch ADDRESS ARGUMENT…

The addresses of web.archive.org and Common Crawl are those of ADDRESS.
"""

from __future__ import annotations

import sys

from mofa_crawler.__main__ import main
from mofa_crawler.archive.web_archives import sources

if __name__ == "__main__":
    sources.WAYBACK = sources.COMMON_CRAWL_INDEX = sources.COMMON_CRAWL_DATA = sys.argv.pop(1)
    main()
