"""How the crawler introduces itself: its name, its version, and whom to write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mofa_crawler import __version__
from mofa_crawler.crawl.arguments import ArgumentError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def set_user_agent(settings: BaseSettings) -> None:
    """Put `MOFA_CONTACT` into the User-Agent. Raises `ArgumentError`."""
    contact = settings.get("MOFA_CONTACT") or ""
    if not contact.isprintable() or not contact.isascii():
        raise ArgumentError("MOFA_CONTACT: write an e-mail or web address in ASCII")
    name = f"mofa_crawler/{__version__}"
    settings.set("USER_AGENT", f"{name} (+{contact})" if contact else name, priority="spider")
