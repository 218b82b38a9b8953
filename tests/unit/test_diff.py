"""`scrapy diff`: the revisions of a release, and what changed between them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.queries.history import find_release, revisions_of
from mofa_crawler.queries.read_only import reading
from mofa_crawler.record import Block, Link
from mofa_crawler.store.store import Store
from tests.factories import LATER, ORIGIN, keep, not_parsed, release

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli import Run


ID = release().id
URL = release().url
LAST = "2026-01-12T03:00:00Z"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release in three revisions, since gone, and one as it was first read."""
    path = tmp_path_factory.mktemp("diff") / "mofa.db"
    store = Store(path)
    keep(store, release())
    point = Block(kind="point", level=1, label="1.", text="Point")
    second = [
        Block(kind="caption", text="Photo"),
        Block(kind="paragraph", text="First, corrected."),
        Block(kind="paragraph", text="Second."),
        point,
        Block(kind="point", level=2, label="(1)", text="New\npoint"),
        Block(kind="table", rows=[["a", "b"], ["c", "d"]]),
    ]
    keep(store, release(body=second, fetched_at=LATER))
    link = Link(kind="attachment", text="File", url=f"{ORIGIN}/files/1.pdf")
    third = [Block(kind="paragraph", text="Then."), point]
    changes = {"title": "Two visits", "date": "2021-01-28", "body": third, "links": [link]}
    keep(store, release(**changes, fetched_at=LAST))
    gone = not_parsed(release().url, "gone", fetched_at=LAST)
    store.save(gone)
    other = release(
        id="press/release/other", url=f"{ORIGIN}/press/release/other.html", title="Other"
    )
    keep(store, other)
    store.close()
    return path


def test_the_revisions_are_those_that_were_read(path: Path) -> None:
    with reading(path) as db:
        record = find_release(db, ["no/such", ID])
        assert record
        first, second, third = revisions = revisions_of(db, record)
        assert find_release(db, ["no/such"]) is None
    assert (first.title, first.date, first.body, first.links) == (
        release().title,
        release().date,
        release().body,
        release().links,
    )
    assert [(r.revision, r.fetched_at, r.superseded_at) for r in revisions] == [
        (1, release().fetched_at, LATER),
        (2, LATER, LAST),
        (3, LAST, None),
    ]
    assert (third.title, len(second.body), len(third.body)) == ("Two visits", 6, 2)


def test_the_changes_are_lines_with_labels(run: Run, path: Path) -> None:
    result = run.call("diff", ID, "-s", f"MOFA_DB={path}")
    assert (result.returncode, result.stderr) == (0, "")
    assert (
        result.stdout
        == f"""\
{ID}: Two visits
{URL}
gone since {LAST}

--- revision 1, fetched 2026-01-10T03:00:00Z, superseded {LATER}
+++ revision 2, fetched {LATER}, superseded {LAST}
@@ -2,9 +2,10 @@
 date: 2021-01-27
 caption: Photo
-paragraph: First.
+paragraph: First, corrected.
 paragraph: Second.
 point 1: 1. Point
+point 2: (1) New
+    point
 table: a\tb
     c\td
-paragraph: Last.
 link, text: x https://example.org/

--- revision 2, fetched {LATER}, superseded {LAST}
+++ revision 3, fetched {LAST}
@@ -1,11 +1,5 @@
-title: A visit
-date: 2021-01-27
-caption: Photo
-paragraph: First, corrected.
-paragraph: Second.
+title: Two visits
+date: 2021-01-28
+paragraph: Then.
 point 1: 1. Point
-point 2: (1) New
-    point
-table: a\tb
-    c\td
-link, text: x https://example.org/
+link, attachment: File {ORIGIN}/files/1.pdf
"""
    )


def test_on_a_terminal_the_changed_words_are_marked_and_lines_broken(run: Run, path: Path) -> None:
    shown = run.call("diff", ID, "-s", f"MOFA_DB={path}", columns=40).stdout
    assert "\x1b[32m" in shown
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert max(map(len, lines)) <= 40
    text = " ".join(line.strip() for line in lines)
    for part in (
        f"superseded {LATER} revision 2, fetched",
        "Text: First{+, corrected+}.",
        "Text: [-Last.-]",
        "Title: [-A visit-]{+Two visits+}",
        "Date: 2021-01-[-27-]{+28+}",
        "Links: [-x-]{+File+} https://[-example-]{+www+}.",
    ):
        assert part.replace(" ", "") in text.replace(" ", "")


def test_for_machines_they_are_pieces(run: Run, path: Path) -> None:
    result = run.call("diff", "--json", ID, "-s", f"MOFA_DB={path}")
    history = json.loads(result.stdout)
    assert [revision["revision"] for revision in history["revisions"]] == [1, 2, 3]
    first, second = history["changes"]
    assert (first["from"], first["to"], first["title"], first["links"]) == (1, 2, None, [])
    assert [
        (piece["change"], [b["text"] for b in piece["before"]], [b["text"] for b in piece["after"]])
        for piece in first["body"]
    ] == [
        ("changed", ["First."], ["First, corrected."]),
        ("added", [], ["New\npoint"]),
        ("removed", ["Last."], []),
    ]
    assert second["title"] == {"before": "A visit", "after": "Two visits"}
    assert second["date"] == {"before": "2021-01-27", "after": "2021-01-28"}
    assert second["links"][0]["after"][0]["text"] == "File"


@pytest.mark.parametrize(
    "name",
    [
        "http://mofa.go.jp//press/release/other.html?x=1#top",
        "www.mofa.go.jp/press/release/other.html",
        "other",
    ],
)
def test_a_release_is_named_by_id_or_address(run: Run, path: Path, name: str) -> None:
    result = run.call("diff", name, "-s", f"MOFA_DB={path}")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == (
        f"press/release/other: Other\n{ORIGIN}/press/release/other.html\n"
        "one revision, fetched 2026-01-10T03:00:00Z: no change of its text is known\n"
    )


@pytest.mark.parametrize("name", ["no/such", "\udcff"])
def test_what_is_not_stored_is_one_line(run: Run, path: Path, name: str) -> None:
    result = run.call("diff", name, "-s", f"MOFA_DB={path}")
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mofa_crawler: error: {path} has no release ")
    assert "`mofa-crawler search` finds stored releases" in line


def test_one_release_must_be_named(run: Run) -> None:
    result = run.call("diff")
    assert result.returncode == 2
    assert result.stderr == (
        "mofa_crawler: error: name one release: its id, or the address of its page\n"
    )
