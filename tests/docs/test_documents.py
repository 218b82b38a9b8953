"""README and docs: what they name exists, and their tables are those of the code."""

from __future__ import annotations

import ast
import re
import shlex
import sqlite3
from argparse import SUPPRESS
from importlib import import_module
from textwrap import dedent
from typing import TYPE_CHECKING, get_args

import pytest

from mofa_crawler import settings
from mofa_crawler.commands.overview import COMMANDS as OUR_COMMANDS
from mofa_crawler.commands.overview import overview
from mofa_crawler.commands.parser import command_of, parser_of
from mofa_crawler.export.formats import FORMATS
from mofa_crawler.outcome import EntryKind, PageStatus
from mofa_crawler.parsers.errors import WARNINGS, ParseError
from mofa_crawler.queries.listings import MonthListing
from mofa_crawler.run.counters import OUTCOMES
from mofa_crawler.run.report import Report
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.store import Store
from tests.cli import Run, Server, environment
from tests.docs.documents import (
    DOCS,
    PAGES,
    README,
    SPIDERS,
    blocks,
    check_command,
    invocations,
    names,
    table,
)
from tests.factories import ROOT
from tests.forks import Command

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in PAGES}
COMMANDS = sorted({(page, c) for page, text in TEXTS.items() for c in invocations(text)})
SQL = re.compile(r'sqlite3 (?:mofa|demo)\.db\s+"([^"]+)"')


def page(name: str) -> str:
    return TEXTS[f"docs/{name}"]


def test_the_readme_is_short() -> None:
    text = README.read_text("utf-8")
    assert len(text.splitlines()) <= 120
    assert len(text.split()) <= 900


@pytest.mark.parametrize("name", ["main job", "tests"])
def test_the_readme_has_the_commands_that_ci_runs(name: str) -> None:
    after = README.read_text("utf-8").partition(f"<!-- ci: {name} -->\n")[2]
    assert after.startswith("```sh\npython3 -m venv .venv && ")


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        if ":" in link:
            continue
        file, _, anchor = link.partition("#")
        path = (ROOT / name).parent / file if file else ROOT / name
        assert path.exists(), link
        assert not anchor or anchor in anchors(path.read_text("utf-8")), link


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    named = re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


@pytest.mark.parametrize(("where", "command"), COMMANDS)
def test_every_command_exists(where: str, command: str) -> None:
    del where  # names the test
    check_command(command)


@pytest.mark.parametrize("name", OUR_COMMANDS)
def test_a_page_names_every_option(name: str) -> None:
    found = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", "\n".join(TEXTS.values())))
    actions = parser_of(name, command_of(name))._actions
    shown = [action.option_strings for action in actions if action.help != SUPPRESS]
    assert [options for options in shown if options and not found & set(options)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_named_file_exists(name: str) -> None:
    """Paths from the root, the package or the tests; not those that a page says to create."""
    created = re.findall(r"Create `([^`]+)`", TEXTS[name])
    paths = re.findall(r"`([\w.-]+/[\w./-]*(?:\.py|/))`", TEXTS[name])
    roots = [ROOT, ROOT / "mofa_crawler"]
    missing = [path for path in paths if not any((root / path).exists() for root in roots)]
    assert [path for path in missing if path not in created] == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_setting_exists(name: str) -> None:
    found = set(re.findall(r"\bMOFA_[A-Z_]+", TEXTS[name]))
    assert {setting for setting in found if not hasattr(settings, setting)} == set()


@pytest.mark.parametrize("name", TEXTS)
def test_examples_import_what_exists(name: str) -> None:
    """Also the examples of the guides, which no test runs."""
    missing = []
    for code in blocks(TEXTS[name], "python"):
        for node in ast.walk(ast.parse(dedent(code))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module[:4] == "mofa":
                module = import_module(node.module)
                missing += [each.name for each in node.names if not hasattr(module, each.name)]
    assert missing == []


@pytest.mark.parametrize("name", TEXTS)
def test_code_blocks_are_python_and_sql(name: str, tmp_path: Path) -> None:
    for code in blocks(TEXTS[name], "python"):
        ast.parse(dedent(code))
    Store(tmp_path / "mofa.db").close()
    with sqlite3.connect(tmp_path / "mofa.db") as database:
        for query in SQL.findall(TEXTS[name]):
            if query.startswith("select"):
                database.execute(query)
    database.close()


# --- tables -------------------------------------------------------------------------------------


def test_settings() -> None:
    rows = table(page("crawling.md"), "setting")
    defaults = {name: getattr(settings, name) for name in dir(settings) if name[:5] == "MOFA_"}
    assert {names([row])[0]: row[1].strip("`") for row in rows} == {
        name: default or "none" for name, default in defaults.items()
    }


@pytest.mark.parametrize(
    ("document", "spider"),
    [
        ("crawling.md", "press_releases"),
        ("saved-pages.md", "saved_pages"),
        ("web-archives.md", "web_archive"),
    ],
)
def test_arguments(document: str, spider: str) -> None:
    named = re.findall(r"--([\w-]+)", " ".join(row[0] for row in table(page(document), "argument")))
    options = [name.replace("_", "-") for name in SPIDERS[spider].argument_names]
    assert sorted(named) == sorted(options)


@pytest.mark.parametrize("document", ["README.md", "docs/exit-codes.md"])
def test_exit_codes(document: str) -> None:
    assert [int(row[0]) for row in table(TEXTS[document], "code")] == [code.value for code in Exit]


def test_outcomes_and_statuses() -> None:
    outcomes = names(table(page("exit-codes.md"), "outcome"))
    assert sorted(outcomes) == sorted([*OUTCOMES, "unfinished"])
    statuses = names(table(page("database.md"), "status"))
    assert statuses == list(get_args(PageStatus))


def test_page_codes() -> None:
    sections = {
        section.partition("\n")[0]: names(table(section, "code"))
        for section in page("page-codes.md").split("\n## ")[1:]
    }
    errors = {error.code for error in ParseError.__subclasses__()}
    assert set(sections["Rejected pages"]) == errors | {"same_id", "invalid_record"}
    source = "".join(path.read_text("utf-8") for path in (ROOT / "mofa_crawler").rglob("*.py"))
    failed = [code for code in sections["Failed pages"] if not code.startswith("http_")]
    assert [code for code in failed if f'"{code}"' not in source] == []
    assert sections["Warnings"] == list(WARNINGS)
    assert ["release", *sections["Skipped entries"]] == list(get_args(EntryKind))


def test_kinds_of_coverage_and_keys_of_reports() -> None:
    assert set(names(table(page("auditing.md"), "value"))) == set(get_args(MonthListing))
    assert names(table(page("auditing.md"), "key")) == list(Report.__annotations__)


def test_formats() -> None:
    row = next(row for row in table(page("exports.md"), "option") if row[0] == "`--format`")
    assert re.findall(r"`([a-z]+)`", row[1]) == [*FORMATS]


def test_tables_of_the_database(tmp_path: Path) -> None:
    Store(tmp_path / "mofa.db").close()
    with sqlite3.connect(tmp_path / "mofa.db") as database:
        there = {
            name: [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            for (name,) in database.execute(
                "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
            )
            if not name.startswith(("search_", "sqlite_"))
        }
    database.close()
    rows = {names([row])[0]: names([[row[2]]]) for row in table(page("database.md"), "table")}
    assert set(rows) == set(there)
    for name, columns in rows.items():
        if name not in {"releases", "pages", "search"}:
            assert sorted(columns) == sorted(there[name]), name
    assert set(names(table(page("database.md"), "column"))) == set(there["pages"])


# --- what is printed ----------------------------------------------------------------------------


@pytest.mark.slow
def test_shown_outputs_are_what_is_printed(tmp_path: Path) -> None:
    """Every output that a page shows of the demo's database, line by line, numbers left out."""

    def lines_of(text: str) -> list[str]:
        return [" ".join(re.sub(r"\d+", "0", line).split()) for line in text.splitlines()]

    demo = Command(["demo"], tmp_path, environment()).run(timeout=120)
    assert demo.returncode == 0, demo.stderr
    folder = Run(tmp_path, Server(tmp_path))
    shown = [
        block.partition("\n")
        for text in TEXTS.values()
        for block in blocks(text, "")
        if block.startswith("$ mofa-crawler") and "demo.db" in block.partition("\n")[0]
    ]
    assert shown
    for command, _, lines in shown:
        result = folder.call(*shlex.split(command.removeprefix("$ mofa-crawler ")))
        assert result.returncode == 0, result.stderr
        printed = lines_of(result.stdout)
        assert [line for line in lines_of(lines) if line not in {"…", *printed}] == [], command


def test_the_shown_overview_is_that_of_the_command() -> None:
    (shown,) = blocks(page("command-line.md"), "")
    assert shown == f"$ mofa-crawler --help\n{overview()}\n"


def test_the_documents_are_all_in_their_folder() -> None:
    assert {path.suffix for path in DOCS.iterdir() if path.is_file()} == {".md", ".json", ".ipynb"}


def test_every_room_is_in_the_picture() -> None:
    picture = blocks(page("architecture.md"), "")[0]
    rooms = {p.stem for p in (ROOT / "mofa_crawler").glob("[a-z]*") if p.suffix in {"", ".py"}}
    assert {room for room in rooms if not re.search(rf"\b{room}\b", picture)} == set()
