"""`MOFA_CONTACT`: what is a placeholder, and where it may go."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.identity import check_contact
from mofa_crawler.site import ORIGIN

PLACEHOLDERS = (
    "you@example.org", "me@mail.example.com", "https://example.net/contact", "YOUR_ADDRESS", "me",
    "me@localhost", "you@my.invalid", "YOU@EXAMPLE.ORG", "user@test",
)  # fmt: skip
CONTACTS = (
    "", "desk@mofa-dataset.jp", "https://www.mofa-dataset.jp/contact", "news.mofa-dataset.jp",
    "Desk <desk@mofa-dataset.jp>", "desk@notexample.org",
)  # fmt: skip


@pytest.mark.parametrize("contact", PLACEHOLDERS)
def test_a_placeholder_goes_to_no_other_machine(contact: str) -> None:
    settings = Settings({"MOFA_CONTACT": contact})
    for address in (ORIGIN, "http://mirror.mofa-dataset.jp:8000"):
        with pytest.raises(ArgumentError, match="is a placeholder: write your own mail or web"):
            check_contact(settings, address)
    for address in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:80/x"):
        check_contact(settings, address)


@pytest.mark.parametrize("contact", CONTACTS)
def test_a_contact_is_no_placeholder(contact: str) -> None:
    check_contact(Settings({"MOFA_CONTACT": contact}), ORIGIN)
