"""`mofa-crawler` itself: its commands, its help, and what is wrong usage of a command."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler import __version__, commands
from mofa_crawler.__main__ import COMMANDS
from mofa_crawler.commands import crawl
from mofa_crawler.run.report import not_started
from mofa_crawler.spiders.press_releases import PressReleasesSpider
from mofa_crawler.spiders.saved_pages import SavedPagesSpider
from mofa_crawler.spiders.web_archive import WebArchiveSpider

if TYPE_CHECKING:
    from tests.cli import Run


def test_every_command_is_there() -> None:
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    modules = {name: import_module(f"mofa_crawler.commands.{name}") for name in names}
    assert set(COMMANDS) == {name for name in names if hasattr(modules[name], "Command")}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_of_mofa_crawler_with_an_example(run: Run, name: str) -> None:
    result = run.call(name, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"usage: mofa-crawler {name} ")
    assert f"Example: mofa-crawler {name}" in result.stdout
    assert "scrapy" not in result.stdout


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("help",)])
def test_the_overview_names_the_commands(run: Run, arguments: tuple[str, ...]) -> None:
    result = run.call(*arguments)
    assert result.returncode == 0
    assert result.stdout.startswith("usage: mofa-crawler COMMAND ")
    assert all(f"\n  {name} " in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", ["--version", "-V"])
def test_the_version(run: Run, name: str) -> None:
    result = run.call(name)
    assert result.returncode == 0
    assert result.stdout.startswith(f"mofa_crawler {__version__} (Scrapy ")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("crwal", "do you mean crawl?"), ("xyzzy", f"there are {', '.join(COMMANDS)}")],
)
def test_an_unknown_command_is_one_line(run: Run, name: str, hint: str) -> None:
    result = run.call(name)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"mofa_crawler: error: mofa-crawler has no command {name}; {hint}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name one spider: press_releases, saved_pages, web_archive"),
        (["a", "b"], "name one spider: press_releases, saved_pages, web_archive"),
        (
            ["press_release"],
            "there is no spider 'press_release'; there is press_releases, saved_pages, web_archive",
        ),
        (["press_releases", "--snice", "2013"], "crawl has no option --snice; see mofa-crawler"),
        (["press_releases", "--since"], "argument --since: expected one argument"),
        (["x", "-a", "lang=en", "--lang", "ja"], "--lang and -a lang= mean the same: write one"),
        (["press_releases", "-s", "MOFA_JOSN=x.jsonl"], "there is no setting MOFA_JOSN; there are"),
        (["press_releases", "-s", "MOFA_JSON=x.csv"], "MOFA_JSON=x.csv: end the name in .jsonl or"),
        (["press_releases", "-s", "MOFA_PING_URL=ftp://x"], "MOFA_PING_URL: 'ftp://x' is not"),
    ],
)
def test_wrong_usage_of_crawl_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.call("crawl", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mofa_crawler: error: {message}")


def test_options_mean_the_same_as_arguments_of_the_spider(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawled: list[tuple[str, dict[str, str]]] = []

    def note(_: crawl.Command, spider: str, arguments: dict[str, str]) -> Any:
        crawled.append((spider, arguments))
        return not_started(spider, arguments, exit_code=0, meaning="", reason="")

    monkeypatch.setattr(crawl.Command, "crawl", note)
    for options in (
        ["--since", "2013", "--lang=en", "--refresh"],
        ["-a", "since=2013", "-a", "lang=en", "-a", "refresh=true"],
    ):
        assert run.call("crawl", "press_releases", *options).returncode == 0
    given = {"since": "2013", "lang": "en", "refresh": "true"}
    assert crawled == [("press_releases", given)] * 2


def test_every_argument_of_a_spider_is_an_option() -> None:
    spiders = (PressReleasesSpider, SavedPagesSpider, WebArchiveSpider)
    names = {name for spider in spiders for name in spider.argument_names}
    assert names == {*crawl._SPIDER_ARGUMENTS, "refresh"}
