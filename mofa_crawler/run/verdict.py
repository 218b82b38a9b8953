"""How a run ended: the exit codes, and what each means."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of `scrapy crawl`, and what each says."""

    COMPLETE = 0
    NOT_STARTED = 1
    USAGE = 2
    BLOCKED = 3
    ERRORS = 4
    DRIFT = 5
    INCOMPLETE = 6


MEANINGS = {
    Exit.COMPLETE: "complete",
    Exit.NOT_STARTED: "could not start",
    Exit.USAGE: "wrong usage",
    Exit.BLOCKED: "blocked by the site, forbidden by robots.txt, or robots.txt was refused",
    Exit.ERRORS: "errors: something was not got, or not kept",
    Exit.DRIFT: "drift: pages do not look as they did",
    Exit.INCOMPLETE: "incomplete: stopped early, or listings or saved pages are missing",
}
