"""The archive: the site's responses, as WARC files, written by crawls and read again later."""
