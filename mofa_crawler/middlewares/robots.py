"""Obeys robots.txt, and makes no request if it cannot be read."""

from __future__ import annotations

import asyncio
import codecs
import logging
import re
from http import HTTPStatus
from math import inf
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http.request import NO_CALLBACK

from mofa_crawler.crawl.component import Component
from mofa_crawler.run.control import RulesUnknown, RunStopped, stop_run
from mofa_crawler.run.counters import FORBIDDEN, reason_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_MOST_BYTES = 500 * 1024  # RFC 9309 requires so many; to parse 12 MB takes half a minute
_VALID_FOR = 24 * 60 * 60  # seconds, by RFC 9309; a long backfill takes more than a day
_LONGEST_DELAY = 600  # seconds, as for Retry-After
CRAWL_DELAY_TOO_LONG = "crawl_delay_too_long"  # a closing reason
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_DIRECTIVE = re.compile(r"(?im)^[ \t]*(?:user-agent|allow|disallow|sitemap|crawl-delay|host|#)")
# Characters that editors and joined files leave unseen. They must not hide a rule.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# Our name as a webmaster may write it: that of the command, or the whole User-Agent.
_OUR_NAME = re.compile(r"(?im)^([ \t]*user-agent[ \t]*:[ \t]*)mofa[_-]crawler\b.*$")
_ABSENT = {404, 410}  # a site without a robots.txt forbids nothing


class RobotsMiddleware(Component):
    """Fetches robots.txt of an origin once a day, and drops requests that it forbids.

    If robots.txt cannot be read (server error, time-out, block, a page in its place), Scrapy's own
    middleware lets every request pass. This one drops every request. Then pages count as failed if
    there was no response, else as forbidden. On a later day of a run, the rules of the day before
    stay.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        # By origin: the rules, or why no request is made.
        self._rules: dict[str, Protego | IgnoreRequest] = {}
        self._valid_until: dict[str, float] = {}  # by origin, on the monotonic clock
        self._reading = asyncio.Lock()

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise `IgnoreRequest` with the reason."""
        if request.callback is NO_CALLBACK:  # robots.txt itself
            return
        if not request.url.startswith("http"):  # `data:` and `file:` have none
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self._reading:
            if monotonic() > self._valid_until.get(origin, -inf):
                rules = await self._read(origin)
                self._valid_until[origin] = monotonic() + _VALID_FOR
                if isinstance(rules, Protego):
                    self._rules[origin] = rules
                    self._apply_delay(request, rules.crawl_delay(self._agent) or 0)
                else:
                    self._rules.setdefault(origin, rules)
        rules = self._rules[origin]
        if isinstance(rules, IgnoreRequest):
            if not isinstance(rules, RulesUnknown):
                self._crawler.stats.inc_value(FORBIDDEN)
            raise type(rules)(str(rules))
        if not rules.can_fetch(request.url, self._agent):
            self._crawler.stats.inc_value(FORBIDDEN)
            raise IgnoreRequest("forbidden by robots.txt")

    async def _read(self, origin: str) -> Protego | IgnoreRequest:
        robots = Request(f"{origin}/robots.txt", callback=NO_CALLBACK)
        try:
            response = await self._crawler.engine.download_async(robots)
        except RunStopped:
            raise
        except Exception as error:  # noqa: BLE001 - after any error the rules are unknown
            reason = reason_of(error)
            return RulesUnknown(f"robots.txt was not fetched, so no request is made: {reason}")
        if response.status in _ABSENT:
            return Protego.parse("")
        if response.status != HTTPStatus.OK:
            return _unreadable(f"HTTP status {response.status}")
        if len(response.body) > _MOST_BYTES:
            return _unreadable(f"it has more than {_MOST_BYTES // 1024} KiB")
        if (text := read_robots(response.body)) is None:
            return _unreadable("the response is a page, or something else that is no robots.txt")
        return Protego.parse(text)

    def _apply_delay(self, request: Request, crawl_delay: float) -> None:
        """Make the longer of DOWNLOAD_DELAY and Crawl-delay the least time between requests."""
        least = self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        if crawl_delay > _LONGEST_DELAY:
            stop_run(self._crawler, CRAWL_DELAY_TOO_LONG)
            logger.error("robots.txt wants %g s between requests: the run stops", crawl_delay)
            raise RunStopped("the Crawl-delay of robots.txt is longer than ten minutes")
        delay = max(least, crawl_delay)
        downloader = self._crawler.engine.downloader
        slot = downloader.get_slot_key(request)
        # Scrapy drops a slot that was idle, and makes the next one from these settings.
        downloader.per_slot_settings[slot] = {"delay": delay}
        if current := downloader.slots.get(slot):
            current.delay = max(current.delay, delay)
        if throttle := self._crawler.get_extension(AutoThrottle):
            throttle.mindelay = delay
            throttle.maxdelay = max(throttle.maxdelay, delay)
        if delay > least:
            logger.info("the delay is %g s, by the Crawl-delay of robots.txt", delay)


def _unreadable(reason: str) -> IgnoreRequest:
    return IgnoreRequest(f"robots.txt could not be read, so no request is made: {reason}")


def read_robots(body: bytes) -> str | None:
    """The text of a robots.txt; None if the body cannot be one.

    RFC 9309 requires UTF-8; a byte order mark may name UTF-16. A body without text forbids nothing.
    A body with text and without a directive, such as a page, JSON or a picture, is no robots.txt.
    """
    for bom, encoding in _BOMS.items():
        if body.startswith(bom):
            text = body[len(bom) :].decode(encoding, "replace")
            break
    else:
        text = body.decode("utf-8", "replace")
    text = _OUR_NAME.sub(r"\1mofa_crawler", _UNSEEN.sub("", text))
    if "\0" in text or text.lstrip().startswith("<"):
        return None
    return text if not text.strip() or _DIRECTIVE.search(text) else None
