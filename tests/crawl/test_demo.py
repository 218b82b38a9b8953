"""`mofa-crawler demo`, from the checkout and from a wheel."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import sample
from tests.cli import COMMAND, environment
from tests.factories import ROOT
from tests.forks import Command

if TYPE_CHECKING:
    from pathlib import Path


def demo(folder: Path, package: Path) -> subprocess.CompletedProcess[str]:
    if package == ROOT:
        return Command(["demo"], folder, environment()).run(timeout=120)
    return subprocess.run(
        [*COMMAND, "demo"],
        cwd=folder,
        env=environment(package),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def without_numbers(text: str) -> str:
    """A table's form: every number as `n`, and its columns one space apart."""
    return re.sub(r" +", " ", re.sub(r"\d+", "n", text))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as a wheel installs it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(folder)]
    subprocess.run([*pip, *options, str(ROOT)], check=True, capture_output=True, timeout=120)
    return folder


@pytest.mark.parametrize("installed", [False, True], ids=["checkout", "wheel"])
def test_the_demo_runs_the_real_job(
    tmp_path: Path, request: pytest.FixtureRequest, installed: bool
) -> None:
    package = request.getfixturevalue("wheel") if installed else ROOT
    first = demo(tmp_path, package)
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = readme.partition("press_releases: complete")[2].partition("```")[0]
    assert without_numbers(shown.partition("\n")[2]) in without_numbers(first.stdout)
    assert '"id": "press/release/press1e_000170"' in first.stdout
    assert "What to try next" in first.stdout
    written = (tmp_path / "demo.jsonl").read_bytes()
    assert len([json.loads(line) for line in written.splitlines()]) == sample.stored()
    second = demo(tmp_path, package)
    assert second.returncode == 0
    counts = [len(sample.since("", lang=lang)) for lang in ("en", "ja")]
    row = re.search(r"^unchanged +(\d+) +(\d+) +(\d+)$", second.stdout, re.MULTILINE)
    assert row
    assert [int(count) for count in row.groups()] == [*counts, sum(counts)]
    assert (tmp_path / "demo.jsonl").read_bytes() == written
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "demo.db",
        "demo.jsonl",
        "demo_archive",
    ]
    archives = sorted((tmp_path / "demo_archive").iterdir(), key=lambda path: path.stat().st_mtime)
    assert f"archive: demo_archive/{archives[-1].name}" in second.stdout
