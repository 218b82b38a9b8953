"""The figures as tables for a person, or as one JSON object."""

from __future__ import annotations

import os
import platform
import sqlite3
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.figures import FIGURES

if TYPE_CHECKING:
    from benchmarks.figures import Figure

_PACKAGES = (
    "mofa-crawler scrapy twisted lxml beautifulsoup4 trafilatura newspaper4k crawlee parsel".split()
)


@dataclass
class Results:
    """What a run of the benchmarks brought: figures by name, the crawls' also without gzip, a note
    on some, why some are missing, and the share of pages that each parser got right."""

    pages: dict[str, int]
    values: dict[str, float] = field(default_factory=dict)
    plain: dict[str, float] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    right: dict[str, dict[str, float]] = field(default_factory=dict)

    def far_off(self) -> list[Figure]:
        """The figures that are worse than half their bar."""
        return [f for f in FIGURES if f.name in self.values and f.is_far_off(self.values[f.name])]


def as_json(results: Results) -> dict[str, Any]:
    """Every figure by its name (null where it was not measured), and what belongs to it."""
    reached = {
        f.name: f.reached(results.values[f.name]) for f in FIGURES if f.name in results.values
    }
    return {
        **{figure.name: results.values.get(figure.name) for figure in FIGURES},
        "plain": results.plain,
        "right": results.right,
        "notes": results.notes,
        "reached": reached,
        "bars": {f.name: {"bar": f.bar, "aim": f.aim} for f in FIGURES},
        "skipped": results.skipped,
        "failed": results.failed,
        "pages": results.pages,
        "versions": versions(),
        "machine": machine(),
    }


def print_tables(results: Results) -> None:
    """The figures, what each parser got right, and what is missing, on standard output."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(_figures(results))
    console.print()
    for figure in FIGURES:
        if figure.name in results.values:
            note = f": {results.notes[figure.name]}" if figure.name in results.notes else ""
            console.print(f"{figure.name} is {figure.says}{note}")
    if results.right:
        console.print()
        console.print(_right(results.right))
    console.print()
    for name, why in results.skipped.items():
        console.print(f"{name} skipped: {why}")
    for name, why in results.failed.items():
        console.print(f"{name} failed: {why}")
    console.print(", ".join(f"{name} {number}" for name, number in versions().items() if number))
    console.print(", ".join(f"{name} {value}" for name, value in machine().items()))


def _figures(results: Results) -> Table:
    table = Table("figure", box=None, pad_edge=False)
    for name in ("value", "no gzip", "bar", "aim"):
        table.add_column(name, justify="right")
    table.add_column("reached")
    for figure in FIGURES:
        if figure.name not in results.values:
            continue
        value = results.values[figure.name]
        plain = results.plain.get(figure.name)
        table.add_row(
            figure.name,
            _number(value),
            "" if plain is None else _number(plain),
            figure.mark(figure.bar),
            figure.mark(figure.aim),
            figure.reached(value),
        )
    return table


def _right(right: dict[str, dict[str, float]]) -> Table:
    table = Table("right on the goldens", box=None, pad_edge=False)
    for what in next(iter(right.values())):
        table.add_column(what, justify="right")
    for name, shares in right.items():
        table.add_row(name, *(f"{share:.0%}" for share in shares.values()))
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def versions() -> dict[str, str | None]:
    """Of Python, SQLite and the packages that are measured; None for one that is not installed."""
    found: dict[str, str | None] = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def machine() -> dict[str, Any]:
    """What it ran on, and how busy that is."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
