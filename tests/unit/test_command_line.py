"""`mofa-crawler` itself: its commands, its help, and what is wrong usage of a command."""

from __future__ import annotations

import pkgutil
import re
import shlex
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.settings import default_settings

from mofa_crawler import __version__, commands
from mofa_crawler.commands import crawl
from mofa_crawler.commands.overview import COMMANDS, OF_SCRAPY
from mofa_crawler.commands.setting_names import OWN_SETTINGS, check_settings
from mofa_crawler.commands.spider_run import SpiderRun
from mofa_crawler.run.report import not_started
from mofa_crawler.spiders.press_releases import PressReleasesSpider
from mofa_crawler.spiders.saved_pages import SavedPagesSpider
from mofa_crawler.spiders.web_archive import WebArchiveSpider
from tests.cli import SEED, Run, Server
from tests.docs.documents import check_command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """An empty folder, without a site."""
    return Run(tmp_path, Server(tmp_path))


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script with which bash completes."""
    folder = tmp_path_factory.mktemp("completion")
    file = folder / "mofa-crawler.bash"
    file.write_text(Run(folder, Server(folder)).call("completion", "bash").stdout)
    return file


def test_every_command_is_there() -> None:
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    modules = {name: import_module(f"mofa_crawler.commands.{name}") for name in names}
    assert set(COMMANDS) == {name for name in names if hasattr(modules[name], "Command")}


@pytest.mark.parametrize("ask", [("--help",), None], ids=["--help", "help"])
@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_of_mofa_crawler_with_examples(
    run: Run, name: str, ask: tuple[str, ...] | None
) -> None:
    result = run.call(name, *ask) if ask else run.call("help", name)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"usage: mofa-crawler {name}")
    assert f"\n  mofa-crawler {name}" in result.stdout
    assert "scrapy" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "--pidfile" not in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_are_commands(name: str) -> None:
    for example in COMMANDS[name].examples:
        check_command(example.removeprefix("mofa-crawler ").partition(" > ")[0])


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("help",)])
def test_the_overview_names_the_commands_and_fits_a_screen(
    run: Run, arguments: tuple[str, ...]
) -> None:
    result = run.call(*arguments)
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "usage: mofa-crawler COMMAND [options]"
    assert len(lines) <= 39  # and a line for the prompt
    assert max(map(len, lines)) <= 80
    assert all(re.search(rf"\b{name}\b", result.stdout) for name in (*COMMANDS, *OF_SCRAPY))


@pytest.mark.parametrize("name", ["--version", "-V", "version"])
def test_the_version(run: Run, name: str) -> None:
    result = run.call(name)
    assert result.returncode == 0
    assert result.stdout.startswith(f"mofa-crawler {__version__} (Scrapy 2.")


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        (["cr"], "crawl"),
        (["crawl", ""], "press_releases saved_pages web_archive"),
        (["crawl", "press_releases", "--si"], "--since"),
        (["crawl", "press_releases", "--since", "2013", "--lim"], "--limit"),
        (["crawl", "saved_pages", "--path", "sa"], "saved.html"),
        (["export", "--format", "j"], "jsonl json"),
        (["audit", "--m"], "--missing"),
    ],
)
def test_bash_completes(run: Run, script: Path, typed: list[str], completed: str) -> None:
    (run.folder / "saved.html").touch()
    words = shlex.join(["mofa-crawler", *typed])
    program = f"""source {script}
        [[ $(complete -p mofa-crawler) == *' -F _shtab_mofa_crawler mofa-crawler' ]] || exit 1
        COMP_WORDS=({words}) COMP_CWORD={len(typed)}
        _shtab_mofa_crawler mofa-crawler {shlex.quote(typed[-1])}
        echo "${{COMPREPLY[*]}}"
        """
    result = subprocess.run(
        ["bash", "--norc", "-c", program],  # noqa: S607 - the bash of whoever runs the tests
        cwd=run.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{completed}\n", "")


@pytest.mark.parametrize("shell", ["zsh", "fish", "tcsh"])
def test_other_shells_have_a_script(run: Run, shell: str) -> None:
    result = run.call("completion", shell)
    assert (result.returncode, result.stderr) == (0, "")
    assert "press_releases" in result.stdout


def test_a_shell_must_be_named(run: Run) -> None:
    result = run.call("completion", "dash")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("mofa_crawler: error: name one shell: bash, zsh")


def test_commands_without_a_crawl_import_no_scrapy() -> None:
    """Scrapy takes half a second to import."""
    names = ("audit", "diff", "export", "rejected", "runs", "search", "show")
    program = (
        "import sys\nimport mofa_crawler.commands.command_line\n"
        + "".join(f"import mofa_crawler.commands.{name}\n" for name in names)
        + "print(sorted({'scrapy', 'twisted'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (result.stdout, result.stderr) == ("[]\n", "")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("crwal", "mofa-crawler has no command crwal; do you mean crawl?"),
        (
            "xyzzy",
            f"mofa-crawler has no command xyzzy; there are {', '.join([*COMMANDS][:-1])} and",
        ),
        (
            "genspider",
            "genspider is a command of Scrapy, and is left out: it writes code, not data",
        ),
        ("-s", "-s stands before the command; write mofa-crawler COMMAND [options]"),
        ("edit", "edit is a command of Scrapy, and is left out: it writes code, not data"),
    ],
)
def test_an_unknown_command_is_one_line(run: Run, name: str, hint: str) -> None:
    result = run.call(name)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mofa_crawler: error: {hint}")


def test_a_setting_in_the_environment_that_does_not_exist_is_a_warning(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOFA_JSN", "x.jsonl")
    result = run.call("schema")
    assert result.returncode == 0
    assert result.stderr == (
        "mofa_crawler: warning: the environment has MOFA_JSN, which is no setting; "
        "do you mean MOFA_JSON?\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name one spider: press_releases, saved_pages, web_archive"),
        (["a", "b"], "name one spider: press_releases, saved_pages, web_archive"),
        (["saved_pages", "a.warc"], "crawl has no argument a.warc; see mofa-crawler crawl --help"),
        (
            ["press_releases", "since=2013"],
            "crawl has no argument since=2013; write -a since=2013",
        ),
        (["press_releases", "saved_pages"], "name one spider: press_releases, saved_pages, web_"),
        (
            ["press_release"],
            "there is no spider 'press_release'; do you mean press_releases?",
        ),
        (
            ["press_releases", "--snice", "2013"],
            "crawl has no option --snice; do you mean --since?",
        ),
        (
            ["press_releases", "--sinc=2023"],
            "crawl has no option --sinc=2023; do you mean --since?",
        ),
        (["press_releases", "--xyzzy=1"], "crawl has no option --xyzzy=1; see mofa-crawler crawl"),
        (["press_releases", "--since"], "argument --since: expected one argument"),
        (
            ["x", "-a", "captured_since=2013", "--captured-since", "2014"],
            "--captured-since and -a captured_since= mean the same: write one of them",
        ),
        (
            ["press_releases", "-s", "MOFA_JOSN=x.jsonl"],
            "there is no setting MOFA_JOSN; do you mean MOFA_J",
        ),
        (["press_releases", "-L", "WARN1"], "there is no log level WARN1; do you mean WARN?"),
        (["press_releases", "-O", "x.csv"], "x.csv: a run writes .jsonl or .json; then `mofa-"),
        (["press_releases", "-O", "x.txt"], "-o, -O: end the name in .jsonl or .json"),
        (["press_releases", "-o", "x:xml"], "x: a run writes .jsonl or .json; then `mofa-crawl"),
        (["press_releases", "-s", "MOFA_JSON=x.csv"], "MOFA_JSON=x.csv: end the name in .jsonl or"),
        (["press_releases", "-s", "MOFA_PING_URL=ftp://x"], "MOFA_PING_URL: 'ftp://x' is not"),
    ],
)
def test_wrong_usage_of_crawl_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.call("crawl", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mofa_crawler: error: {message}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["schema", "x"], "schema has no argument x; see mofa-crawler schema --help"),
        (["audit", "--json", "x", "y"], "audit has no argument x; see mofa-crawler audit --help"),
        (["status", "x.db"], "status has no argument x.db; write -s MOFA_DB=x.db"),
        (["demo", "x"], "demo has no argument x; see mofa-crawler demo --help"),
        (["demo", "--lang"], "demo has no option --lang; see mofa-crawler demo --help"),
        (["export", "x.csv"], "export has no argument x.csv; write -o x.csv"),
        (
            ["export", "-o", "x.csv", "y"],
            "export has no argument y; see mofa-crawler export --help",
        ),
        (["audit", "-s", "MOFA_DB"], "-s MOFA_DB: write NAME=VALUE"),
        (["audit", "-s", "=x"], "-s =x: write NAME=VALUE"),
        (["audit", "-s"], "-s: write NAME=VALUE"),
        (["search", "x", "-since", "2020"], "-s ince: write NAME=VALUE"),
        (["show", ""], "name one release or page: an id, an address of the site, or a file"),
        (["audit", "--lang", "fr"], "lang=fr: write en, ja or en,ja"),
        (["search", "x", "--since", "2024", "--until", "2023"], "since=2024 is after until=2023"),
        (
            ["search", "\udcff"],
            "the words are not valid UTF-8; write them in UTF-8, in a UTF-8 locale",
        ),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.call(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"mofa_crawler: error: {message}\n"


_TOO_LONG = "x" * 300


@pytest.mark.parametrize(
    "command",
    [
        ["audit"],
        ["audit", "--missing"],
        ["browse", "--port", "0"],
        ["diff", SEED],
        ["export", "-o", "x.csv"],
        ["rejected"],
        ["runs", "-v"],
        ["search", "the"],
        ["show", SEED],
        ["status"],
    ],
    ids=" ".join,
)
def test_a_command_that_reads_leaves_the_database_as_it_is(
    crawled: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(
        "mofa_crawler.web.server.serve", lambda _datasette, listener: listener.close()
    )
    before = {path.name: path.read_bytes() for path in crawled.folder.glob("mofa.db*")}
    assert crawled.call(*command).returncode == 0
    assert {path.name: path.read_bytes() for path in crawled.folder.glob("mofa.db*")} == before


@pytest.mark.parametrize(
    "command",
    [["audit"], ["browse", "--port", "0"], ["export", "-o", "x.csv"], ["show", SEED]],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("database", "message"),
    [
        ("no.db", "there is no database no.db in {}; name it with -s MOFA_DB=FILE"),
        ("no/x.db", "there is no database x.db in {}/no; name it with -s MOFA_DB=FILE"),
        ("", "MOFA_DB is '.', which is a folder: name a file"),
        ("empty.db", "empty.db is not a database of mofa_crawler; name another with MOFA_DB"),
        ("text.db", "text.db is not a database of mofa_crawler; name another with MOFA_DB"),
        (_TOO_LONG, "File name too long"),
    ],
    ids=["missing", "no folder", "a folder", "empty", "text", "too long"],
)
def test_a_database_that_cannot_be_read_is_one_line(
    run: Run, command: list[str], database: str, message: str
) -> None:
    (run.folder / "empty.db").touch()
    (run.folder / "text.db").write_text("This is a text and no database. " * 50, "utf-8")
    before = sorted(run.folder.iterdir())
    result = run.call(*command, "-s", f"MOFA_DB={database}")
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("mofa_crawler: error: ")
    assert line.endswith(message.format(run.folder))
    assert sorted(run.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", _TOO_LONG], f"{_TOO_LONG}: File name too long"),
        (["crawl", "press_releases", "--logfile", "no/x"], "no/x: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    run: Run, arguments: list[str], message: str
) -> None:
    result = run.call(*arguments)
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("mofa_crawler: error: ")
    assert line.endswith(message.replace("no/x", str(run.folder / "no/x")))


@pytest.mark.parametrize("name", [*COMMANDS, "settings"])
@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["-s", "MOFADB=x.db"], "MOFADB; do you mean MOFA_DB?"),
        (["--set=mofa_db=x.db"], "mofa_db; do you mean MOFA_DB?"),
        (["-sMFA_DB=x.db"], "MFA_DB; do you mean MOFA_DB?"),
        (["--set", "mofa-archive=x"], "mofa-archive; do you mean MOFA_ARCHIVE?"),
    ],
)
def test_a_misspelt_setting_ends_every_command(
    run: Run, name: str, given: list[str], meant: str
) -> None:
    result = run.call(name, *given)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"mofa_crawler: error: there is no setting {meant}\n"


def test_a_setting_of_scrapy_or_another_is_no_misspelt_one(run: Run) -> None:
    names = [name for name in dir(default_settings) if name.isupper()]
    check_settings([*names, *OWN_SETTINGS, "CLOSESPIDER_PAGECOUNT", "MYEXT_ENABLED"])
    assert run.call("schema", "-s", "MYEXT_ENABLED=1").returncode == 0
    assert run.call("search", "--", "-s", "mofa_db=x").returncode == 1  # words


def test_options_mean_the_same_as_arguments_of_the_spider(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawled: list[tuple[str, dict[str, str]]] = []

    def note(_: Any, spider: str, arguments: dict[str, str], *__: Any, **___: Any) -> SpiderRun:
        crawled.append((spider, arguments))
        return SpiderRun(not_started(spider, arguments, exit_code=0, reason=""))

    monkeypatch.setattr(crawl, "run_spider", note)
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


@pytest.mark.parametrize("columns", [1, 4, 40, 200])
@pytest.mark.parametrize(
    "command",
    [["audit"], ["runs", "-v"], ["search", "日"], ["show", "press4_009165"]],
    ids=" ".join,
)
def test_a_terminal_may_have_any_width(crawled: Run, command: list[str], columns: int) -> None:
    result = crawled.call(*command, columns=columns)
    assert result.returncode == 0
    assert result.stdout
