"""`mofa-crawler schema`: the JSON Schema of a record, and the documents that are made from it."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mofa_crawler.commands.base import PlainCommand, UsageError
from mofa_crawler.export.field_tables import with_field_tables
from mofa_crawler.record import json_schema

_SCHEMA, _FIELDS = Path("docs/press_release.schema.json"), Path("docs/fields.md")


class Command(PlainCommand):
    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--write",
            action="store_true",
            help=f"in a checkout: bring {_SCHEMA} and the tables in {_FIELDS} up to date",
        )

    def run(self, args: list[str], opts: Namespace) -> None:  # noqa: ARG002
        schema = json.dumps(json_schema(), ensure_ascii=False, indent=1)
        if not opts.write:
            print(schema)
        elif not _FIELDS.is_file():
            raise UsageError(f"there is no {_FIELDS} here; run this in a checkout")
        else:
            _SCHEMA.write_text(f"{schema}\n", "utf-8")
            _FIELDS.write_text(with_field_tables(_FIELDS.read_text("utf-8")), "utf-8")
