"""Vendor characters (①, Ⅱ, 髙) in EUC-JP and ISO-2022-JP, which Python's codecs do not decode.

They stand in rows 13 and 89 to 92 of JIS X 0208, where cp932 has them too.
"""

from __future__ import annotations

import codecs

ERROR_HANDLER = "mofa_crawler.vendor_rows"
"""The name of the handler: `body.decode("euc_jp", ERROR_HANDLER)`."""
OR_REPLACE = "mofa_crawler.vendor_rows_or_replace"
"""The name of the handler that gives U+FFFD for any other byte."""

_ROWS = {13, 89, 90, 91, 92}
_CELLS = range(1, 95)
# In Shift_JIS, a lead byte stands for two rows. The lead bytes leave out A0 to DF, the trail bytes
# leave out 7F.
_LAST_ROW_BEFORE_GAP = 62
_LAST_CELL_BEFORE_GAP = 63


def _decode(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and (character := _vendor_character(error)):
        return character, error.start + 2
    try:
        raise error
    finally:
        del error  # or it would keep this frame, and with the frame the page, until a collection


def _vendor_character(error: UnicodeDecodeError) -> str:
    """The vendor character at the place of an error; empty if there is none."""
    pair = error.object[error.start : error.start + 2]
    row, cell = ((byte & 0x7F) - 0x20 for byte in pair.ljust(2, b"\0"))
    if error.encoding not in {"euc_jp", "iso2022_jp"} or row not in _ROWS or cell not in _CELLS:
        return ""
    lead = (row + 1) // 2 + (0x80 if row <= _LAST_ROW_BEFORE_GAP else 0xC0)
    trail = cell + (0x9E if row % 2 == 0 else 0x3F if cell <= _LAST_CELL_BEFORE_GAP else 0x40)
    try:
        return bytes([lead, trail]).decode("cp932")
    except UnicodeDecodeError:
        return ""


codecs.register_error(ERROR_HANDLER, _decode)


def _decode_or_replace(error: UnicodeError) -> tuple[str, int]:
    try:
        return _decode(error)
    except UnicodeDecodeError as broken:
        return "\ufffd", broken.end


codecs.register_error(OR_REPLACE, _decode_or_replace)
