"""The distributions: equal to the byte wherever they are built, and one version everywhere."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import tomllib
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import yaml

import mofa_crawler
from tests.docs.documents import DOCS
from tests.factories import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def build(source: Path, target: Path, *options: str, umask: int = 0o022) -> dict[str, str]:
    """Build wheel and sdist; returns the checksum of each."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target), *options]
    subprocess.run(command, cwd=source, umask=umask, check=True, capture_output=True, timeout=120)
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in target.iterdir()}


@pytest.mark.slow
def test_all_builds_are_equal(tmp_path: Path) -> None:
    """In another folder, from files with other times and modes, by another umask; in the image."""
    built = build(ROOT, tmp_path / "built")
    with tarfile.open(next((tmp_path / "built").glob("*.tar.gz"))) as sdist:
        sdist.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    for path in source.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert sorted(name.rpartition(".")[2] for name in built) == ["gz", "whl"]
    assert build(source, tmp_path / "again", umask=0o077) == built
    wheel = {name: checksum for name, checksum in built.items() if name.endswith(".whl")}
    image = what_the_image_copies(tmp_path / "image")
    assert build(image, tmp_path / "of_image", "-t", "wheel") == wheel


def what_the_image_copies(target: Path) -> Path:
    """A folder with the files that the container's build gets."""
    text = (DOCS / "container" / "Containerfile").read_text("utf-8")
    for names, destination in re.findall(r"^COPY (?!--)(.+) (\S+)$", text, re.MULTILINE):
        for name in names.split():
            to = target / destination
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                to.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, to)
    return target


def test_the_release_workflow_publishes_what_was_tried() -> None:
    jobs = yaml.safe_load((DOCS / "ci" / "release.yml").read_text("utf-8"))["jobs"]
    assert [(name, job.get("needs")) for name, job in jobs.items()] == [
        ("build", None),
        ("demo", "build"),
        ("publish", "demo"),
    ]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    tried = {
        f"Programming Language :: Python :: {v}"
        for v in jobs["demo"]["strategy"]["matrix"]["python"]
    }
    assert tried == {c for c in project["classifiers"] if ":: 3." in c}


def test_the_release_workflow_knows_the_metadata_of_new_packages() -> None:
    text = (DOCS / "ci" / "release.yml").read_text("utf-8")
    (version,) = re.findall(
        r"gh-action-pypi-publish@[0-9a-f]{40}  # v([\d.]+)$", text, re.MULTILINE
    )
    assert tuple(map(int, version.split("."))) >= (1, 14, 2)


def test_an_old_python_gets_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r"^mofa_crawler needs Python 3\.11 .* Python 3\.10$"):
        runpy.run_path(str(ROOT / "mofa_crawler" / "__init__.py"))


def test_the_newest_heading_of_the_changelog_is_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    (newest, *_) = re.findall(
        r"^## (\S+) \((?:unreleased|\d{4}-\d\d-\d\d)\)$", changelog, re.MULTILINE
    )
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert newest == mofa_crawler.__version__ == citation["version"]
