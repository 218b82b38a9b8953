"""`python -m benchmarks`: measures, prints, and ends with 1 where something is far off."""

from __future__ import annotations

import json
import signal
import sys
from argparse import ArgumentParser
from typing import TYPE_CHECKING

from benchmarks.figures import FIGURES
from benchmarks.measurements import FULL, MEASUREMENTS, SHORT, Skipped
from benchmarks.processes import BenchmarkError, run_module
from benchmarks.report import Results, as_json, print_tables

if TYPE_CHECKING:
    from argparse import Namespace

    from benchmarks.measurements import Measurement, Scale


def main() -> int:
    """Measure what the arguments name; returns the exit code."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that processes are ended
    scale = SHORT if options.short else FULL
    results = Results(
        pages={
            "parsed": scale.parsed,
            "crawled": scale.crawled,
            "crawled_slowly": scale.crawled_slowly,
            "stored": scale.stored,
        }
    )
    for measurement in MEASUREMENTS:
        if _is_due(measurement, options):
            _take(measurement, scale, results)
    if not options.short and options.only in {None, "right"}:
        results.right = run_module("parsing", "judge")
    if options.json:
        print(json.dumps(as_json(results), indent=1))
    else:
        print_tables(results)
    far_off = results.far_off() if options.short else []
    for figure in far_off:
        _say(f"{figure.name} is much worse than its bar")
    return 1 if far_off or results.failed else 0


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--only",
        metavar="NAME",
        choices=["right", *(figure.name for figure in FIGURES)],
        help="measure one figure, or what each parser gets right (`right`)",
    )
    parser.add_argument(
        "--short", action="store_true", help="only what can be had cheaply and without peers"
    )
    parser.add_argument("--large", action="store_true", help="also a crawl of 49,000 pages")
    return parser.parse_args()


def _is_due(measurement: Measurement, options: Namespace) -> bool:
    if options.only:
        return options.only in measurement.names
    if options.short:
        return measurement.is_short
    return options.large or not measurement.is_large


def _take(measurement: Measurement, scale: Scale, results: Results) -> None:
    _say(f"{', '.join(measurement.names)} …")
    try:
        measured = measurement.take(scale)
    except Skipped as reason:
        results.skipped |= dict.fromkeys(measurement.names, str(reason))
        return
    except BenchmarkError as error:
        results.failed |= dict.fromkeys(measurement.names, str(error))
        _say(str(error))
        return
    for name, value in measured.values.items():
        _say(f"{name} {value:.3g} {measured.notes.get(name, '')}")
    results.values |= measured.values
    results.plain |= measured.plain
    results.notes |= measured.notes


def _say(line: str) -> None:
    """Tell how far it is, beside the report."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
