"""Who may import whom, as docs/architecture.md draws it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import mofa_crawler
from mofa_crawler.store.store import Store
from tests.cli import environment

PACKAGE = Path(mofa_crawler.__file__).parent
# Every module belongs to the longest of these that begins its name; it may import from rooms with
# a lower number, and from its own room.
RANKS = {
    "": 0,
    "site": 1,
    "atomic_files": 1,
    "printable": 1,
    "content_encoding": 1,
    "suggestion": 1,
    "record": 2,
    "outcome": 3,
    "period": 3,
    "diffs": 3,
    "parsers": 4,
    "run": 5,
    "archive": 6,
    "store": 6,
    "queries": 7,
    "export": 8,
    "crawl": 8,
    "settings": 9,
    "spiders": 9,
    "pipelines": 10,
    "middlewares": 10,
    "extensions": 10,
    "web": 10,
    "dataset": 10,
    "commands": 11,
    "__main__": 12,
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(module: str) -> str:
    return module.removeprefix("mofa_crawler").lstrip(".").partition(".")[0]


def imported(path: Path) -> set[str]:
    """Rooms of this package that a module imports, also for types only."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            found |= {room(name) for name in names if name.startswith("mofa_crawler")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mofa_crawler"):
            if node.module == "mofa_crawler":
                found |= {alias.name if alias.name in RANKS else "" for alias in node.names}
            else:
                found.add(room(str(node.module)))
    return found


def test_imports_run_one_way() -> None:
    wrong = []
    for path in MODULES:
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        own = "" if name == "__init__" else room(name)
        wrong += [
            f"{name} -> {other}" for other in imported(path) - {own} if RANKS[other] >= RANKS[own]
        ]
    # The face of the package names what it imports later.
    wrong.remove("__init__ -> dataset")
    assert wrong == []


def test_parsers_know_neither_scrapy_nor_files_nor_the_clock() -> None:
    program = (
        "import sys\n"
        "import mofa_crawler.parsers.release, mofa_crawler.parsers.listing\n"
        "print(sorted({'scrapy', 'twisted', 'sqlite3'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (result.stdout, result.stderr) == ("[]\n", "")
    for path in (PACKAGE / "parsers").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "open(" not in text, path
        assert "now(" not in text, path
        assert "today(" not in text, path


def test_the_dataset_in_python_is_light(tmp_path: Path) -> None:
    Store(tmp_path / "mofa.db").close()
    program = (
        "import sys\n"
        "import mofa_crawler\n"
        "print(sorted(name for name in sys.modules if name.startswith('mofa_crawler.')))\n"
        "assert list(mofa_crawler.Dataset('mofa.db').releases()) == []\n"
        "mofa_crawler.parse, mofa_crawler.read_archive\n"
        "print(sorted({'scrapy', 'twisted', 'rich', 'warcio', 'pandas'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout, result.stderr) == ("[]\n[]\n", "")


def test_the_store_alone_speaks_sql() -> None:
    speakers = {p.parent.name for p in MODULES if "import sqlite3" in p.read_text("utf-8")}
    assert speakers == {"store", "queries"}


def test_the_package_uses_the_words_of_the_glossary() -> None:
    """Stored, requested, reported, discovered, has, label: one word for each thing."""
    others = re.compile(r"\b(?:held|asked|told|met|bears?|marker)\b")
    assert [p for p in MODULES if others.search(p.read_text("utf-8"))] == []


def test_test_modules_do_not_import_each_other() -> None:
    """What two of them need belongs into factories.py, cli.py or conftest.py."""
    tests = Path(__file__).parent.parent
    modules = [*tests.rglob("*.py"), *(PACKAGE.parent / "benchmarks").rglob("*.py")]
    wrong = [
        f"{path.name} -> {module}"
        for path in modules
        for module in re.findall(
            r"^\s*from (\S*\b(?:test_\w+|conftest)) import", path.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert wrong == []
