"""Downloader middlewares: robots.txt, pace, retries, redirects, and responses that block."""
