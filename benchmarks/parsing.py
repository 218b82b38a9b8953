"""How long our parser takes beside others on the same pages, and what each of them got right.

    python -m benchmarks.parsing time PEER PAGES PAIRS
    python -m benchmarks.parsing judge

print JSON. Times are of made pages of both languages; what is right is judged by the goldens of
`fixtures/expected`.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.peers.extractors import PEERS, Extract, lxml_tree, ours
from benchmarks.processes import in_turns
from benchmarks.site import Site
from tests.factories import EXPECTED, SITE

if TYPE_CHECKING:
    from benchmarks.peers.extractors import Extractor

_ORIGIN = "https://www.mofa.go.jp"
# What a peer may print before a point's text: "1. ", "(12) ", "- ".
_LONGEST_LABEL = 6
JUDGED = ("title", "date", "points", "sub-points", "labels")


def time_beside(peer: str, pages: int, pairs: int) -> dict[str, float]:
    """Seconds a page: `ours`, `theirs`, and the `ratio` of ours to theirs."""
    extract = {"lxml": lxml_tree, **PEERS}[peer]
    made = [(_ORIGIN + release.path, release.html()) for release in Site(pages).releases]
    for each in (ours, extract):
        _seconds_a_page(each, made[:2])
    ratio, own, others = in_turns(
        lambda: _seconds_a_page(ours, made), lambda: _seconds_a_page(extract, made), pairs
    )
    return {"ratio": ratio, "ours": own, "theirs": others}


def _seconds_a_page(extract: Extractor, pages: list[tuple[str, bytes]]) -> float:
    began = perf_counter()
    for url, body in pages:
        extract(url, body, None)
    return (perf_counter() - began) / len(pages)


def judge() -> dict[str, dict[str, float]]:
    """For us and each peer: the share of the pages of which it got each thing right.

    A point counts where its text is a line of its own, whatever the level, and labels where the
    line begins with the label too; pages without any are left out. White space is no difference.
    """
    goldens = [json.loads(path.read_bytes()) for path in sorted(EXPECTED.rglob("*.json"))]
    shares = {}
    for name, extract in {"ours": ours, **PEERS}.items():
        marks: dict[str, list[bool]] = {what: [] for what in JUDGED}
        for golden in goldens:
            record = golden["record"]
            body = (SITE / record["url"].removeprefix(_ORIGIN + "/")).read_bytes()
            found = extract(record["url"], body, golden.get("listed_date"))
            for what, is_right in _marks(found, record).items():
                marks[what].append(is_right)
        shares[name] = {what: sum(of_what) / len(of_what) for what, of_what in marks.items()}
    return shares


def _marks(found: Extract, record: dict[str, Any]) -> dict[str, bool]:
    lines = [_squeezed(line) for line in found.lines]
    marks = {
        "title": _squeezed(found.title) == _squeezed(record["title"]),
        "date": found.date == record["date"],
    }
    points = record["points"]
    for what, of_level in (
        ("points", [p for p in points if p["level"] == 1]),
        ("sub-points", [p for p in points if p["level"] > 1]),
    ):
        if of_level:
            marks[what] = all(_is_line(_first(point), lines) for point in of_level)
    if points:
        labelled = {_squeezed(point["label"]) + _first(point) for point in points}
        marks["labels"] = labelled <= set(lines)
    return marks


def _first(point: dict[str, Any]) -> str:
    """The first paragraph of a point."""
    return _squeezed(point["text"].split("\n")[0])


def _is_line(text: str, lines: list[str]) -> bool:
    return any(line.endswith(text) and len(line) - len(text) <= _LONGEST_LABEL for line in lines)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def main() -> None:
    what, *arguments = sys.argv[1:]
    if what == "judge":
        print(json.dumps(judge()))
    else:
        peer, pages, pairs = arguments
        print(json.dumps(time_beside(peer, int(pages), int(pairs))))


if __name__ == "__main__":
    main()
