"""Downloader middlewares: how the site is asked, and which answers are followed."""
