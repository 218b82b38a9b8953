"""How the crawler introduces itself: its name, its version, and whom to write to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from mofa_crawler import __version__
from mofa_crawler.crawl.arguments import ArgumentError

# Hosts for examples and tests (RFC 2606): nobody can be reached there.
_RESERVED = re.compile(r"(.*\.)?(example\.(com|net|org)|example|invalid|localhost|test)")
_LOOPBACK = re.compile(r"localhost|127\.[0-9.]+|::1")


def set_user_agent(settings: BaseSettings) -> None:
    """Put `MOFA_CONTACT` into the User-Agent. Raises `ArgumentError`."""
    if settings.getpriority("USER_AGENT") == SETTINGS_PRIORITIES["cmdline"]:
        raise ArgumentError(
            f"USER_AGENT={settings['USER_AGENT']}: leave it out; the crawler sends its own name, "
            "and your address in MOFA_CONTACT"
        )
    contact = settings.get("MOFA_CONTACT") or ""
    if not contact.isprintable() or not contact.isascii():
        raise ArgumentError("MOFA_CONTACT: write an e-mail or web address in ASCII")
    name = f"mofa_crawler/{__version__}"
    settings.set("USER_AGENT", f"{name} (+{contact})" if contact else name, priority="spider")


def check_contact(settings: BaseSettings, address: str) -> None:
    """Raise `ArgumentError` if nobody can be reached at `MOFA_CONTACT`.

    An empty contact is allowed. If the server at `address` is on this machine, any contact is.
    """
    contact = settings.get("MOFA_CONTACT") or ""
    host = re.sub(r"^\w+://", "", contact).rpartition("@")[2].partition("/")[0].lower()
    is_local = _LOOPBACK.fullmatch(urlsplit(address).hostname or "")
    if contact and not is_local and ("." not in host or _RESERVED.fullmatch(host)):
        raise ArgumentError(
            f"MOFA_CONTACT={contact} is a placeholder: write your own mail or web address"
        )
