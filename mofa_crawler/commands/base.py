"""What the commands share that read the database beside a run that may go on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import UsageError

from mofa_crawler.commands import complain
from mofa_crawler.crawl.arguments import ArgumentError
from mofa_crawler.run.verdict import Exit
from mofa_crawler.store.connection import StoreError

if TYPE_CHECKING:
    from argparse import Namespace

    from scrapy.settings import Settings


class ReadsDatabase:
    """Comes before `ScrapyCommand`, which it is not itself: Scrapy would take it for a command."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's own declaration
    settings: Settings | None
    exitcode: int

    def read(self, database: Path, args: list[str], opts: Namespace) -> None:
        """Print what was asked for.

        Raises `ArgumentError`, `UsageError` and `StoreError`; nothing is printed then.
        """
        raise NotImplementedError

    def run(self, args: list[str], opts: Any) -> None:
        assert self.settings is not None
        try:
            self.read(Path(self.settings["MOFA_DB"]), args, opts)
        except (ArgumentError, UsageError) as error:
            complain(str(error))
            self.exitcode = Exit.USAGE
        except StoreError as error:
            complain(str(error))
            self.exitcode = Exit.NOT_STARTED
