"""Text from outside, as it is printed."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from mofa_crawler.commands.printing import print_fields, print_json, print_message
from mofa_crawler.printable import printable, printable_json
from mofa_crawler.run.log import PrintableFormatter

if TYPE_CHECKING:
    import pytest

HOSTILE = "\x1b]0;x\x07 \u202eabc\u2066 \x9b31m \r \u2028 \u200f \udc83"
VISIBLE = r"\x1b]0;x\x07 \u202eabc\u2066 \x9b31m \r \u2028 \u200f \udc83"


def test_what_a_terminal_obeys_or_hides_becomes_visible() -> None:
    assert printable(HOSTILE) == VISIBLE
    assert printable("a\tb\n日本 é [/x] \u200d") == "a\tb\n日本 é [/x] \u200d"


def test_json_says_the_same() -> None:
    value = HOSTILE.replace("\udc83", "")
    text = printable_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(text) == value
    assert printable(text) == text


def test_all_that_is_printed_goes_through_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_message("x \x1b[31m")
    print_fields(["a \u202e", "b\tc"])
    print_json({"a": "\x9b"})
    printed = capsys.readouterr()
    assert printed.err == "mofa_crawler: error: x \\x1b[31m\n"
    assert printed.out == 'a \\u202e\tb c\n{"a":"\\u009b"}\n'


def test_a_line_break_from_outside_makes_no_line_of_the_log() -> None:
    formatter = PrintableFormatter("%(levelname)s: %(message)s")

    def line(name: str) -> str:
        message = "rejected: %s"
        record = logging.LogRecord(
            name, logging.ERROR, "", 0, message, ("a\nERROR: b\x1b[0m",), None
        )
        return formatter.format(record)

    assert line("mofa_crawler.spiders.base") == "ERROR: rejected: a\\nERROR: b\\x1b[0m"
    assert line("scrapy.statscollectors").count("\n") == 1  # its lists have lines
