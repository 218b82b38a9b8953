"""Crawler for the press releases of Japan's Ministry of Foreign Affairs (www.mofa.go.jp)."""

import sys

__version__ = "0.1.0"

# pip checks this at an installation. In a checkout, an old Python would end in a traceback.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("mofa_crawler needs Python 3.11 or newer; this is Python %s.%s" % sys.version_info[:2])  # noqa: UP031
