"""What the tests read out of the documentation: its pages, commands, tables and code blocks."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from dataclasses import dataclass

from mofa_crawler.commands.parser import command_of
from mofa_crawler.crawl.arguments import check_names, parse_period
from mofa_crawler.spiders.press_releases import PressReleasesSpider
from mofa_crawler.spiders.saved_pages import SavedPagesSpider
from mofa_crawler.spiders.web_archive import WebArchiveSpider
from tests.factories import ROOT

DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
SPIDERS = {
    spider.name: spider for spider in (PressReleasesSpider, SavedPagesSpider, WebArchiveSpider)
}

# A command ends where the shell, Markdown or a comment goes on.
_INVOCATION = re.compile(r"(?<![\w-])mofa-crawler[ ]([a-z]+\b[^`|>&;\n#]*)")
_BLOCK = re.compile(r"(?:^<!-- ([^\n]+) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A comment that begins so stands before a block that no test runs.
_EXCUSES = ("not run: ", "ci: ")
_PLACEHOLDERS = {"YYYY-MM-DD": "2026-01-02", "YYYY-MM": "2026-01"}


@dataclass(frozen=True)
class CodeBlock:
    """A code block, its place, and the comment on the line before it."""

    page: str
    line: int
    language: str
    code: str
    comment: str

    @property
    def is_excused(self) -> bool:
        """Whether the comment says why no test runs the block, or which command of CI does."""
        return self.comment.startswith(_EXCUSES)


def code_blocks(page: str) -> list[CodeBlock]:
    """The code blocks of a page, which is named from the root."""
    text = (ROOT / page).read_text("utf-8")
    return [
        CodeBlock(page, text.count("\n", 0, match.start()) + 1, match[2], match[3], match[1] or "")
        for match in _BLOCK.finditer(text)
    ]


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a text in a language; without a language, those that show an output."""
    return [code for _, name, code in _BLOCK.findall(text) if name == language]


def invocations(text: str) -> list[str]:
    """The `mofa-crawler` commands of a text, without the program's name."""
    return [command.strip() for command in _INVOCATION.findall(text)]


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table that has `heading` as its first column's name, without it."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            next(lines)
            rows = []
            for row in lines:
                if not row.startswith("|"):
                    return rows
                rows.append([cell.strip() for cell in row.strip("|").split("|")])
            return rows
    raise AssertionError(f"there is no table of {heading}")


def names(rows: list[list[str]]) -> list[str]:
    """What stands in backticks in the first column."""
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[0])]


def check_command(command: str) -> None:
    """Raise if a command, its options or its spider's arguments do not exist."""
    for placeholder, value in _PLACEHOLDERS.items():
        command = command.replace(placeholder, value)
    name, *arguments = shlex.split(command)
    parser = ArgumentParser(exit_on_error=False)
    instance = command_of(name)
    instance.add_options(parser)
    options, rest = parser.parse_known_args(arguments)
    assert not [text for text in rest if text.startswith("-")], command
    if name == "crawl":
        assert len(rest) == 1, command
        instance.process_options(rest, options)
        given = options.spargs
        check_names(given, SPIDERS[rest[0]].argument_names)
        parse_period(given)
