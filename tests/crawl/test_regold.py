"""`scrapy regold`: shows where goldens and parser differ, and writes only with --write."""

from __future__ import annotations

import json
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from tests.factories import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli import Run


SEED = "press/release/press1e_000170"


@pytest.fixture
def checkout(run: Run) -> Path:
    copytree(ROOT / "fixtures", run.folder / "fixtures")
    return run.folder


def test_goldens_that_hold_are_silent(run: Run, checkout: Path) -> None:
    assert checkout == run.folder
    result = run.command("regold")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_difference_is_shown_and_written_only_with_an_option(run: Run, checkout: Path) -> None:
    golden = checkout / "fixtures/expected" / f"{SEED}.json"
    whole = golden.read_text("utf-8")
    golden.write_text(whole.replace("revitalize the G7", "revive the G7"), "utf-8")
    spoilt = golden.read_text("utf-8")
    page = f"fixtures/site/{SEED}.html"
    result = run.command("regold", page)
    assert result.returncode == 5
    assert "They also resolved to revitalize the G7" in result.stdout
    assert golden.read_text("utf-8") == spoilt
    assert run.command("regold", "--write", page).returncode == 0
    assert golden.read_text("utf-8") == whole


def test_a_new_page_needs_a_reason(run: Run, checkout: Path) -> None:
    golden = checkout / "fixtures/expected" / f"{SEED}.json"
    golden.unlink()
    page = f"fixtures/site/{SEED}.html"
    result = run.command("regold", "--write", page)
    assert result.returncode == 5
    assert "a new golden needs --why and --listed" in result.stderr
    why = ["--why", "The founding example.", "--listed", "2021-01-27"]
    assert run.command("regold", "--write", *why, page).returncode == 0
    assert json.loads(golden.read_text("utf-8"))["why"] == "The founding example."


@pytest.mark.parametrize("name", ["no.html", "fixtures/expected"])
def test_other_paths_are_one_line(run: Run, checkout: Path, name: str) -> None:
    assert checkout.is_dir()
    result = run.command("regold", name)
    assert result.returncode == 2
    assert result.stderr == (
        f"mofa_crawler: error: {name} is no page or folder under fixtures/site\n"
    )
