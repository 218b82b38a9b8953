"""Runs of `crawl web_archive` in a folder of their own, and what they leave there."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator

from tests.cli import environment
from tests.factories import query

if TYPE_CHECKING:
    from pathlib import Path

# So short that a run takes seconds, and long enough that its pace can be measured.
DELAY = 0.01


@dataclass
class ArchiveRun:
    """A folder in which `web_archive` is run.

    `address` stands for the hosts of the Wayback Machine and of Common Crawl.
    """

    folder: Path
    address: str = "http://127.0.0.1:1"

    def command(self, *arguments: str, delay: float = DELAY) -> list[str]:
        return [
            sys.executable, "-m", "tests.web_archive.launch", self.address, "crawl",
            "-s", "MOFA_JSON=releases.jsonl", "-s", f"DOWNLOAD_DELAY={delay}",
            "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "MOFA_CONTACT=tests@example.org",
            *arguments,
        ]  # fmt: skip

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a run, and leave it to the test to end it."""
        return subprocess.Popen(
            self.command("web_archive", *arguments),
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def crawl(
        self, *arguments: str, spider: str = "web_archive", delay: float = DELAY
    ) -> subprocess.CompletedProcess[str]:
        """Run a spider to its end."""
        return subprocess.run(
            self.command(spider, *arguments, "--report", "report.json", delay=delay),
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

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
