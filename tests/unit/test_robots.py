"""robots.txt: what can be read, what is no permission, and which addresses a rule forbids."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

import pytest
from protego import Protego

from mofa_crawler.middlewares import robots
from mofa_crawler.middlewares.robots import read_robots
from tests.cli import JANUARY_2021, table
from tests.factories import ORIGIN, query

if TYPE_CHECKING:
    from tests.cli import Run

RULES = "User-agent: *\nDisallow: /press/\n"


@pytest.mark.parametrize(
    "body",
    [
        RULES.encode(),
        RULES.replace("\n", "\r\n").encode(),
        RULES.replace("\n", "\r").encode(),
        codecs.BOM_UTF8 + RULES.encode(),
        codecs.BOM_UTF16_LE + RULES.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + RULES.encode("utf-16-be"),
        b"# \x93\xfa\x96\x7b in Shift_JIS\n" + RULES.encode(),
        b"\n \t" + RULES.upper().replace("/PRESS/", "/press/").encode(),
        RULES.replace("*", "MOFA_Crawler").encode(),
        RULES.replace("*", "mofa-crawler").encode(),
        RULES.replace("*", "mofa_crawler/0.1.0 (+https://example.org/)").encode(),
        2 * codecs.BOM_UTF8 + RULES.encode(),
        b"User-agent: other\nAllow: /\n\n" + codecs.BOM_UTF8 + RULES.encode(),
        "\u200bUser-agent\u200b: *\nDisallow: /press/\n".encode(),
        b"User-agent: other\nAllow: /\n\n" + RULES.encode(),
    ],
)
def test_rules_in_every_form_are_obeyed(body: bytes) -> None:
    text = read_robots(body)
    assert text is not None
    rules = Protego.parse(text)
    assert not rules.can_fetch(f"{ORIGIN}/press/release/index.html", "mofa_crawler")
    assert rules.can_fetch(f"{ORIGIN}/mofaj/press/release/index.html", "mofa_crawler")


@pytest.mark.parametrize("body", [b"", b" \r\n\t", codecs.BOM_UTF8, b"# nothing is forbidden"])
def test_an_empty_file_forbids_nothing(body: bytes) -> None:
    assert read_robots(body) is not None


@pytest.mark.parametrize(
    "body",
    [
        b"<html><title>Just a moment...</title></html>",
        codecs.BOM_UTF8 + b"\n<!DOCTYPE html><pre>User-agent: *\nDisallow:</pre>",
        codecs.BOM_UTF16_LE + "<html>".encode("utf-16-le"),
        b'{"error": "rate limited"}',
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
        RULES.encode("utf-16-le"),  # without the mark that names it
        RULES.encode("utf-32"),
        b"Service Unavailable",
    ],
)
def test_what_cannot_be_read_is_no_permission(body: bytes) -> None:
    assert read_robots(body) is None


@pytest.mark.parametrize(
    "path", ["/press/", "/%70ress/x", "/press/%E5%A4%96", "/press/外.html", "/press/a?b=/../"]
)
def test_an_address_is_normalised_before_it_is_compared(path: str) -> None:
    assert not Protego.parse(RULES).can_fetch(ORIGIN + path, "mofa_crawler")


def test_a_file_that_is_too_long_is_no_permission(run: Run) -> None:
    rules = "User-agent: *\n" + "Disallow: /x\n" * 40_000
    (run.site.folder / "robots.txt").write_text(rules)
    result = run.crawl("-a", "lang=en")
    assert result.returncode == 3, result.stderr
    assert "no request is made: it has more than 500 KiB" in result.stderr
    assert run.site.requests == ["/robots.txt"]


def after_a_day() -> None:
    """Let each request come a day after the last one."""
    robots._VALID_FOR = -1


@pytest.mark.parametrize(
    ("later", "code", "new"),
    [((200, {}, "User-agent: *\nDisallow: /"), 3, 1), ((400, {}), 0, 2)],
    ids=["forbids", "error"],
)
def test_a_robots_txt_that_changes_during_a_long_run_is_obeyed(
    run: Run, later: Any, code: int, new: int
) -> None:
    run.site.responses["/robots.txt"] = [*[(200, {}, "")] * 3, *[later] * 2]
    result = run.crawl(*JANUARY_2021, prepare=after_a_day)
    assert (result.returncode, table(result)["new"]) == (code, new)
    assert run.site.requests.count("/robots.txt") == 4


def test_a_crawl_delay_of_more_than_ten_minutes_ends_the_run(run: Run) -> None:
    (run.site.folder / "robots.txt").write_text("User-agent: *\nCrawl-delay: 601\n")
    result = run.crawl("-a", "lang=en")
    assert result.returncode == 4, result.stderr
    assert "robots.txt wants 601 s between requests: the run stops" in result.stderr
    assert run.site.requests == ["/robots.txt"]
    assert query(run, "SELECT reason FROM runs") == [("crawl_delay_too_long",)]
