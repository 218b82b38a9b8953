"""The notebook runs from beginning to end, in a kernel of its own."""

from __future__ import annotations

from shutil import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.docs.documents import DOCS
from tests.factories import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli import Run

NOTEBOOK = DOCS / "notebook.ipynb"


@pytest.fixture(scope="module")
def notebook() -> Any:
    import nbformat

    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_stored_without_outputs(notebook: Any) -> None:
    import nbformat

    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_it_runs(
    notebook: Any, crawled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbclient import NotebookClient

    copy(crawled.database, tmp_path / "demo.db")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()  # raises if a cell does
    outputs = ["".join(str(out) for out in c.outputs) for c in notebook.cells if "outputs" in c]
    year, release, pairs, search, missing = outputs[1:6]
    assert "2021" in year
    assert "congratulated" in release
    assert "日米外相電話会談" in pairs
    assert "日米外相電話会談" in search
    assert "releases have no text" in missing
