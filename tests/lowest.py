"""Prints the lowest versions that pyproject.toml allows, as constraints for pip.

    python -m tests.lowest > lowest.txt

Only what the package itself needs is constrained; the tools of the tests are free.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))

for requirement in PROJECT["project"]["dependencies"]:
    name, semicolon, condition = requirement.partition(";")
    print(name.replace(">=", "==") + semicolon + condition)  # noqa: T201
