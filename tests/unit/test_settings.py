"""Manners and safety are settings: a change of one is a decision, not a slip."""

from __future__ import annotations

from scrapy.settings import Settings


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
