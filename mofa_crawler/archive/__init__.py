"""The archive: what the site answered, as WARC files, written by crawls and read again later."""
