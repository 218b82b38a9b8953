"""`scrapy schema`: the JSON Schema of a record, as published in `docs/`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from mofa_crawler.record import json_schema

if TYPE_CHECKING:
    from argparse import Namespace


class Command(ScrapyCommand):
    """Prints the schema to stdout."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's own declaration

    def short_desc(self) -> str:
        return "Print the JSON Schema of a press release's record"

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        print(json.dumps(json_schema(), ensure_ascii=False, indent=1))
