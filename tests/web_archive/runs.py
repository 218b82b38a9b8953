"""Runs of `crawl web_archive` in a folder of their own, and what they leave there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator

from mofa_crawler.archive.web_archives import sources
from tests.cli import environment
from tests.factories import query
from tests.forks import Command

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.forks import Started

# So short that a run takes seconds, and long enough that its pace can be measured.
DELAY = 0.01


@dataclass
class ArchiveRun:
    """A folder in which `web_archive` is run.

    `address` stands for the hosts of the Wayback Machine and of Common Crawl.
    """

    folder: Path
    address: str = "http://127.0.0.1:1"

    def start(self, *arguments: str, spider: str = "web_archive", delay: float = DELAY) -> Started:
        """Begin a run, and leave it to the test to end it."""
        settings = {
            "MOFA_JSON": "releases.jsonl",
            "DOWNLOAD_DELAY": delay,
            "AUTOTHROTTLE_ENABLED": False,
            "MOFA_CONTACT": "tests@example.org",
        }
        words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        return Command(
            ["crawl", *words, spider, *arguments],
            self.folder,
            environment(),
            prepare=partial(_move_web_archives, self.address),
        ).start()

    def crawl(
        self, *arguments: str, spider: str = "web_archive", delay: float = DELAY
    ) -> CompletedProcess[str]:
        """Run a spider to its end."""
        arguments = (*arguments, "--report", "report.json")
        return self.start(*arguments, spider=spider, delay=delay).result(timeout=240)

    @property
    def report(self) -> dict[str, Any]:
        """The report of the last run."""
        report: dict[str, Any] = json.loads((self.folder / "report.json").read_text())
        return report

    @property
    def rows(self) -> dict[str, int]:
        """What became of the index rows in the last run."""
        rows: dict[str, int] = self.report["web_archive"]["rows"]
        return rows

    def records(self) -> list[dict[str, Any]]:
        """The records of the JSON file, without their source."""
        lines = (self.folder / "releases.jsonl").read_text("utf-8").splitlines()
        return [{**json.loads(line), "source": ""} for line in lines]

    def sources(self) -> set[str]:
        """The sources of all records."""
        lines = (self.folder / "releases.jsonl").read_text("utf-8").splitlines()
        return {json.loads(line)["source"] for line in lines}

    def revisions(self) -> list[tuple[Any, ...]]:
        """All revisions in the database."""
        columns = "release_id, revision, content_hash, superseded_at"
        return query(self.folder / "mofa.db", f"SELECT {columns} FROM revisions ORDER BY 1, 2")

    def captures(self) -> list[tuple[str, str]]:
        """Address and date of the ministry's pages in the archive, sorted."""
        return sorted(
            (record.rec_headers.get_header("WARC-Target-URI"), record.rec_headers.get_header("WARC-Date"))
            for path in (self.folder / "archive").iterdir()
            for record in self._records(path)
            if record.rec_type == "response"
            and "mofa.go.jp" in record.rec_headers.get_header("WARC-Target-URI").split("/")[2]
        )  # fmt: skip

    @staticmethod
    def _records(path: Path) -> list[Any]:
        with path.open("rb") as file:
            return list(ArchiveIterator(file))


def _move_web_archives(address: str) -> None:
    """Let `address` stand for web.archive.org and Common Crawl, in a process of its own."""
    sources.WAYBACK = sources.COMMON_CRAWL_INDEX = sources.COMMON_CRAWL_DATA = address
