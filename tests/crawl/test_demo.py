"""`mofa-crawler demo`, from the checkout and from a wheel."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from shutil import unpack_archive
from typing import TYPE_CHECKING

import pytest

from tests import sample
from tests.cli import COMMAND, environment
from tests.factories import ROOT
from tests.forks import Command

if TYPE_CHECKING:
    from pathlib import Path


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    return Command(["demo"], folder, environment()).run(timeout=120)


def without_numbers(text: str) -> str:
    """A table's form: every number as `n`, and its columns one space apart."""
    return re.sub(r" +", " ", re.sub(r"\d+", "n", text))


def rows(text: str, name: str) -> list[int]:
    """The numbers of a row of the table: English, Japanese, both."""
    return [int(number) for number in re.findall(rf"^{name} .*", text, re.MULTILINE)[0].split()[1:]]


def records_of(folder: Path) -> int:
    lines = (folder / "demo.jsonl").read_text("utf-8").splitlines()
    return len([json.loads(line) for line in lines])


def test_the_demo_runs_the_real_job(tmp_path: Path) -> None:
    first = demo(tmp_path)
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = readme.partition("press_releases: complete")[2].partition("```")[0]
    assert without_numbers(shown.partition("\n")[2]) in without_numbers(first.stdout)
    assert '"id": "press/release/press1e_000170"' in first.stdout
    assert "What to try next" in first.stdout
    assert records_of(tmp_path) == sample.stored()
    en, ja = (len(sample.since("", lang=lang)) for lang in ("en", "ja"))
    second = demo(tmp_path)
    assert second.returncode == 0
    assert [rows(second.stdout, name) for name in ("revised", "unchanged")] == [
        [1, 0, 1],
        [en - 1, ja, en + ja - 1],
    ]
    written = (tmp_path / "demo.jsonl").read_bytes()
    command = second.stdout.partition("mofa-crawler diff")[2].split("(")[0].split()
    shown = Command(["diff", *command], tmp_path, environment()).run(timeout=120)
    assert "\n-point 2: (1) The two sides confirmed" in shown.stdout
    third = demo(tmp_path)
    assert rows(third.stdout, "unchanged") == [en, ja, en + ja]
    assert (tmp_path / "demo.jsonl").read_bytes() == written
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "demo.db",
        "demo.jsonl",
        "demo_archive",
    ]
    archives = sorted((tmp_path / "demo_archive").iterdir(), key=lambda path: path.stat().st_mtime)
    assert f"archive: demo_archive/{archives[-1].name}" in third.stdout


@pytest.mark.slow
def test_a_wheel_runs_the_demo(tmp_path: Path) -> None:
    """It has the demo site."""
    target = ["-t", "wheel", "-d", str(tmp_path / "built")]
    build = [sys.executable, "-m", "hatchling", "build", *target]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = (tmp_path / "built").iterdir()
    package = tmp_path / "unpacked"
    unpack_archive(wheel, package, "zip")
    result = subprocess.run(
        [*COMMAND, "demo"],
        cwd=tmp_path,
        env=environment(package),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert records_of(tmp_path) == sample.stored()
