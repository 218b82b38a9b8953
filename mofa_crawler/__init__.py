"""Crawler for the press releases of Japan's Ministry of Foreign Affairs (www.mofa.go.jp)."""

__version__ = "0.1.0"
