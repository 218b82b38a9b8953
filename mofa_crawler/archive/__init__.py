"""Writes the archive, and reads captures in WARC files, WACZ files and saved pages."""
