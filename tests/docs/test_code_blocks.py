"""Every code block of README and docs runs, or a comment before it says why it does not."""

from __future__ import annotations

import ast
import inspect
import sqlite3
from importlib import import_module
from shutil import copy, copytree
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli import served
from tests.docs.code_blocks import has_r, programs, run_block
from tests.docs.documents import PAGES, CodeBlock, code_blocks
from tests.factories import ROOT, SITE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli import Run

# Everything else only shows something: HTML, JSON, SQL inside a file, an output.
PROGRAMS = {"sh", "python", "r"}
BLOCKS = {
    path.relative_to(ROOT).as_posix(): code_blocks(path.relative_to(ROOT).as_posix())
    for path in PAGES
}
RUN = {
    page: due
    for page, blocks in BLOCKS.items()
    if (due := [block for block in blocks if block.language in PROGRAMS and not block.is_excused])
}


@pytest.fixture(scope="module")
def bin_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with programs(tmp_path_factory.mktemp("blocks") / "bin") as folder:
        yield folder


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(SITE) as server:
        yield server.address


@pytest.fixture
def folder(crawled: Run, tmp_path: Path) -> Path:
    """What a reader has who has crawled the site, in a copy of the repository."""
    with sqlite3.connect(crawled.database) as database:
        database.execute("VACUUM INTO ?", (str(tmp_path / "mofa.db"),))
    database.close()
    copy(crawled.json_file, tmp_path)
    copytree(crawled.folder / "archive", tmp_path / "archive")
    copy(SITE / "press/release/press1e_000170.html", tmp_path / "saved.html")
    return tmp_path


@pytest.mark.parametrize("page", BLOCKS)
def test_a_block_of_no_known_language_is_an_output(page: str) -> None:
    languages = {block.language for block in BLOCKS[page]}
    assert languages <= PROGRAMS | {"", "html", "json", "sql"}


@pytest.mark.parametrize("page", [page for page in BLOCKS if "contributing/" in page])
def test_examples_of_changes_use_the_package_as_it_is(page: str) -> None:
    """Their blocks do not run: they change the package. But their imports and calls can be wrong."""
    trees = [ast.parse(dedent(b.code)) for b in BLOCKS[page] if b.language == "python"]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {
        name.asname or name.name: getattr(import_module(node.module), name.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module and "mofa_crawler." in node.module
        for name in node.names
    }
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if (function := imported.get(node.func.id)) is None:
                continue
            keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            try:
                inspect.signature(function).bind(*node.args, **keywords)
            except TypeError as error:
                raise AssertionError(f"{page}: {ast.unparse(node)}: {error}") from None


@pytest.mark.parametrize("page", RUN)
def test_the_blocks_of_a_page_run(page: str, folder: Path, bin_folder: Path, site: str) -> None:
    names: dict[str, Any] = {}
    for block in RUN[page]:
        if block.language != "r":
            wrong = run_block(block, folder, bin_folder, site, names)
            assert not wrong, f"{page}:{block.line}: {wrong}"


@pytest.mark.parametrize(
    "page", [page for page in RUN if any(b.language == "r" for b in RUN[page])]
)
def test_the_r_blocks_of_a_page_run(page: str, folder: Path, bin_folder: Path, site: str) -> None:
    if not has_r():
        pytest.skip("R is not installed, or its package jsonlite")
    (folder / "demo.jsonl").write_bytes((folder / "releases.jsonl").read_bytes())
    for block in RUN[page]:
        if block.language == "r":
            wrong = run_block(block, folder, bin_folder, site, {})
            assert not wrong, f"{page}:{block.line}: {wrong}"


def test_the_table_of_points_has_one_row_for_each_point(folder: Path, bin_folder: Path) -> None:
    copy(folder / "releases.jsonl", folder / "demo.jsonl")
    names: dict[str, Any] = {}
    for block in BLOCKS["docs/start/researcher.md"]:
        if block.language == "python":
            assert not run_block(block, folder, bin_folder, "", names)
    assert len(names["points"]) == names["releases"]["points"].str.len().sum()


def test_a_block_that_fails_is_found(folder: Path, bin_folder: Path) -> None:
    code = "mofa-crawler search --no-such-option Senkaku"
    wrong = run_block(CodeBlock("x.md", 1, "sh", code, ""), folder, bin_folder, "", {})
    assert "--no-such-option" in wrong
