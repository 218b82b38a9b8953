"""Manners and safety are settings: a change of one is a decision, not a slip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scrapy.settings import Settings

from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.crawl.setting_values import check_values
from mofa_crawler.spiders.press_releases import PressReleasesSpider
from mofa_crawler.spiders.saved_pages import SavedPagesSpider
from mofa_crawler.spiders.web_archive import WebArchiveSpider

if TYPE_CHECKING:
    from scrapy import Spider

    from tests.cli import Run

NEEDED = {"MOFA_CONTACT": "https://our.example/", "MOFA_ARCHIVE": "archive"}  # by web_archive


def test_manners() -> None:
    settings = Settings()
    settings.setmodule("mofa_crawler.settings")
    assert settings.getfloat("DOWNLOAD_DELAY") >= 2
    assert settings.getfloat("DOWNLOAD_DELAY_JITTER") == 0
    assert settings.getint("CONCURRENT_REQUESTS") == 1
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getbool("AUTOTHROTTLE_ENABLED")
    assert settings.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY") == 1
    assert settings.getfloat("AUTOTHROTTLE_MAX_DELAY") > settings.getfloat("DOWNLOAD_DELAY")
    assert settings.getint("RETRY_TIMES") == 3
    assert not settings.getbool("COOKIES_ENABLED")
    assert settings["USER_AGENT"].startswith("mofa_crawler")


def test_safety() -> None:
    settings = Settings()
    settings.setmodule("mofa_crawler.settings")
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert settings.getint("DOWNLOAD_MAXSIZE") == 16 * 1024 * 1024
    assert settings.getint("DOWNLOAD_TIMEOUT") == 60
    assert settings.getint("REDIRECT_MAX_TIMES") == 5
    assert not settings.getbool("METAREFRESH_ENABLED")
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        ("DOWNLOAD_DELAY=two", "a number from 0 on"),
        ("DOWNLOAD_DELAY=-1", "a number from 0 on"),
        ("AUTOTHROTTLE_MAX_DELAY=nan", "a number from 0 on"),
        ("DOWNLOAD_TIMEOUT=inf", "a number above 0"),
        ("RETRY_TIMES=2.5", "a whole number from 0 on"),
        ("RETRY_TIMES=" + "9" * 4000, "a whole number from 0 on"),
        ("CONCURRENT_REQUESTS=0", "a whole number above 0"),
        ("RETRY_PRIORITY_ADJUST=x", "a whole number"),
        ("AUTOTHROTTLE_ENABLED=no", "true or false"),
        ("MOFA_DRAFTS=yes", "true or false"),
        ("LOG_ENABLED=", "true or false"),
    ],
)
def test_a_wrong_value_is_one_line(setting: str, allowed: str) -> None:
    name, _, value = setting.partition("=")
    with pytest.raises(ArgumentError) as error:
        check_values(Settings({name: value}))
    assert str(error.value) == f"{setting}: write {allowed}"


@pytest.mark.parametrize(
    "setting",
    ["DOWNLOAD_DELAY=0.5", "DOWNLOAD_TIMEOUT=0.5", "RETRY_PRIORITY_ADJUST=-1", "MOFA_DRAFTS=1"],
)
def test_a_right_value_passes(setting: str) -> None:
    name, _, value = setting.partition("=")
    check_values(Settings({name: value}))


@pytest.mark.parametrize(
    "spider", [PressReleasesSpider, SavedPagesSpider, WebArchiveSpider], ids=lambda one: one.name
)
@pytest.mark.parametrize("setting", ["JOBDIR=job", "JOBDIR=0", "HTTPCACHE_ENABLED=true"])
def test_no_run_takes_requests_or_pages_of_an_earlier_one_from_scrapy(
    spider: type[Spider], setting: str
) -> None:
    name, _, value = setting.partition("=")
    with pytest.raises(ArgumentError, match=f"^{setting}: leave it out; "):
        spider.update_settings(Settings({**NEEDED, name: value}))
    spider.update_settings(Settings({**NEEDED, name: ""}))


@pytest.mark.parametrize(
    "spider", [PressReleasesSpider, WebArchiveSpider], ids=lambda one: one.name
)
def test_the_crawler_goes_by_no_other_name(spider: type[Spider]) -> None:
    settings = Settings(NEEDED)
    settings.set("USER_AGENT", "Mozilla/5.0", priority="project")  # of another project
    spider.update_settings(settings)
    assert settings["USER_AGENT"].startswith("mofa_crawler/")
    with pytest.raises(ArgumentError, match="^USER_AGENT=Mozilla/5.0: leave it out; "):
        spider.update_settings(Settings({**NEEDED, "USER_AGENT": "Mozilla/5.0"}, "cmdline"))


def test_a_wrong_value_ends_a_crawl_and_show_before_any_request(run: Run) -> None:
    wrong = ["-s", "DOWNLOAD_DELAY=two"]
    address = f"{run.site.address}/press/release/index.html"
    for command in (["crawl", "press_releases"], ["show", address]):
        result = run.command(*command, *run.settings(), *wrong)
        assert result.returncode == 2
        assert result.stderr == (
            "mofa_crawler: error: DOWNLOAD_DELAY=two: write a number from 0 on\n"
        )
    assert run.crawl(env={"MOFA_DRAFTS": "ja"}).returncode == 2
    assert run.site.requests == []
