"""The commands in groups, each with its line and examples: `mofa-crawler --help`."""

from __future__ import annotations

from typing import NamedTuple


class Summary(NamedTuple):
    """What the help says of a command. `examples` are lines of the shell, the best one first."""

    line: str
    examples: tuple[str, ...]


# Each command is a module of this package with a class `Command`.
GROUPS: dict[str, dict[str, Summary]] = {
    "Crawl": {
        "demo": Summary(
            "Crawl the bundled demo site, without the network",
            ("mofa-crawler demo",),
        ),
        "crawl": Summary(
            "Fetch releases; the exit code says whether everything was read",
            (
                "mofa-crawler crawl press_releases --since 2025 --lang en",
                "mofa-crawler crawl press_releases --urls addresses.txt",
                "mofa-crawler crawl web_archive --source wayback --since 2005 --until 2005",
                "mofa-crawler crawl saved_pages --path FOLDER",
            ),
        ),
    },
    "Look": {
        "show": Summary(
            "Show a stored release, or how the parser reads a page",
            (
                "mofa-crawler show press/release/press1e_000170",
                "mofa-crawler show --json saved.html",
            ),
        ),
        "search": Summary(
            "Search titles and texts in both languages",
            ("""mofa-crawler search --since 2021 '"foreign ministers" telephone'""",),
        ),
        "browse": Summary(
            "Search and read the dataset in a browser, on this machine",
            ("mofa-crawler browse --open",),
        ),
        "diff": Summary(
            "Show what was changed in a release, revision by revision",
            ("mofa-crawler diff press/release/press1e_000170",),
        ),
    },
    "Export": {
        "export": Summary(
            "Write the dataset as JSON, CSV, Parquet, a feed, or a data package",
            ("mofa-crawler export --since 2021 --lang en -o releases.csv",),
        ),
        "schema": Summary(
            "Print the JSON Schema of a release's record",
            ("mofa-crawler schema > press_release.schema.json",),
        ),
    },
    "Operate": {
        "status": Summary(
            "Say whether all is well: last catch-ups, exit code, what is due",
            (
                "mofa-crawler status --max-age 3h",
                "mofa-crawler status --max-rejected 3 --max-silence 7d",
            ),
        ),
        "audit": Summary(
            "Show month by month what was read and what is missing",
            ("mofa-crawler audit --since 2021", "mofa-crawler audit --missing"),
        ),
        "runs": Summary(
            "List the last runs and how they ended",
            ("mofa-crawler runs -n 5",),
        ),
        "rejected": Summary(
            "List the pages that the parser rejected, or acknowledge one",
            (
                "mofa-crawler rejected",
                "mofa-crawler rejected --acknowledge press/release/press1e_000170",
            ),
        ),
        "completion": Summary(
            "Print the script with which a shell completes commands and options",
            ("mofa-crawler completion bash > ~/.mofa-crawler.bash",),
        ),
    },
}
# For developers of the parser; the overview only names it.
_REGOLD = Summary(
    "Show where goldens and the parser differ, for developers of the parser",
    ("mofa-crawler regold fixtures/site/press/release",),
)
COMMANDS: dict[str, Summary] = {
    name: summary for group in GROUPS.values() for name, summary in group.items()
} | {"regold": _REGOLD}
# Scrapy's own, for work on a spider or a parser; they run with this project's settings.
OF_SCRAPY = ("bench", "check", "fetch", "list", "parse", "runspider", "settings", "shell", "view")


def overview() -> str:
    """The help of `mofa-crawler`: it fits a terminal of 80 columns and 40 lines."""
    lines = ["usage: mofa-crawler COMMAND [options]", ""]
    for group, commands in GROUPS.items():
        lines.append(f"{group}:")
        for name, summary in commands.items():
            lines += [f"  {name:<11}{summary.line}", f"{'':13}$ {summary.examples[0]}"]
    return "\n".join(
        [
            *lines,
            "",
            "`mofa-crawler COMMAND --help` shows the options of a command.",
            f"For developers: regold. Scrapy's own {', '.join(OF_SCRAPY[:3])},",
            f"{', '.join(OF_SCRAPY[3:])} work too.",
        ]
    )
