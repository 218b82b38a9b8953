"""Text from outside as it is printed: what a terminal obeys or hides becomes visible."""

from __future__ import annotations

import re

# Control characters except tab and line feed; line and paragraph separators; what sets the
# direction of writing; surrogates (bytes of a file name that are not UTF-8).
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]"
)


def printable(text: str) -> str:
    r"""`text` with escapes (`\x1b`, `\u202e`) for what a terminal would obey or hide."""
    return _HIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def printable_json(text: str) -> str:
    """The JSON `text` with escapes of JSON for the same characters; its meaning is the same."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
