"""A page's bytes as text, whatever the page or its server says of their encoding.

Pages before 2013 come in any of four Japanese encodings, and some say another one than theirs.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mofa_crawler.site import Lang

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
# The encodings of the site's pages by the names they go under. What declares another one lies, or
# is no page of this site. Pages in Shift_JIS bear the vendor characters of Windows (①, 髙).
_CODECS = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    # Browsers read both as the second; pages in English bear its quotation marks.
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}
_HIRAGANA = re.compile("[ぁ-ん]")
_HALF_WIDTH = re.compile("[｡-ﾟ]")
# What becomes of quotation marks and accents of Windows in a Japanese encoding: Japan痴, S縊 Paulo.
_IDEOGRAPH_IN_A_WORD = re.compile("[A-Za-z0-9.][一-鿿｡-ﾟ\ue000-\uf8ff]|[一-鿿｡-ﾟ\ue000-\uf8ff][a-z]")
# All of windows-1252 that an English sentence may hold beside letters with accents.
_ENGLISH_SIGNS = "‘’“”–—…•™©®°·§£«»¼½¾´¨\u00a0\u00ad"
_ACCENTED = "À-ÖØ-öø-ÿŒœŠšŽžŸ"
# Letters with accents stand in words: Shift_JIS is full of them beside signs (“ú–{).
_NOT_ENGLISH = re.compile(
    rf"[^\x00-\x7f{_ACCENTED}{_ENGLISH_SIGNS}]|[{_ACCENTED}]{{3}}"
    rf"|(?<![A-Za-z{_ACCENTED}])[{_ACCENTED}](?![A-Za-z{_ACCENTED}\s,.])"
)


def decode(body: bytes, content_type: str, lang: Lang) -> tuple[str, str] | None:
    """The text of a page and the name of the codec that reads it; None where none does.

    In this order: byte order mark, ISO-2022-JP by its escape sequences (which would also pass
    as ASCII), strict UTF-8, what the page declares, what the header declares, the two other
    encodings of Japanese pages, and that of Windows for English ones. A reading that only a wrong
    encoding gives is none: many bytes are text in more than one.
    """
    for codec in _candidates(body, content_type, lang):
        try:
            text = body.decode(codec, _VENDOR_ROWS)
        except UnicodeError:
            continue
        if codec.startswith("utf") or _is_plausible(text, codec, lang, body):
            return text, "utf-8" if codec == "utf-8-sig" else codec
    return None


def _candidates(body: bytes, content_type: str, lang: Lang) -> Iterator[str]:
    for bom, codec in _BOMS.items():
        if body.startswith(bom):
            yield codec
    if b"\x1b" in body and b"\x1b$" in body:  # the first alone is a hundred times as fast to find
        yield "iso2022_jp"
    yield "utf-8"
    declared = _META_CHARSET.search(body, 0, 4096)
    names = [declared[1].decode("ascii", "replace")] if declared else []
    if header := _HEADER_CHARSET.search(content_type):
        names.append(header[1])
    yield from (_CODECS[name.lower()] for name in names if name.lower() in _CODECS)
    yield from ("cp932", "euc_jp")
    if lang == "en":
        yield "cp1252"


def _is_plausible(text: str, codec: str, lang: Lang, body: bytes) -> bool:
    """Whether a reading is one that somebody has written.

    EUC-JP read as Shift_JIS is full of half-width katakana and has no hiragana; what is UTF-8 but
    for some bytes is broken, and no other encoding reads it.
    """
    if codec == "cp1252":
        return lang == "en" and not _NOT_ENGLISH.search(text)
    hiragana = len(_HIRAGANA.findall(text))
    in_utf8 = len(_HIRAGANA.findall(body.decode("utf-8", "ignore")))
    if hiragana < max(in_utf8, len(_HALF_WIDTH.findall(text))):
        return False
    return lang == "ja" or not _IDEOGRAPH_IN_A_WORD.search(text)


def _read_vendor_rows(error: UnicodeError) -> tuple[str, int]:
    """Vendor characters (①, Ⅱ, 髙) in EUC-JP and ISO-2022-JP, which Python's codecs refuse.

    They stand in rows 13 and 89 to 92 of JIS X 0208, where cp932 has them too.
    """
    if not isinstance(error, UnicodeDecodeError) or error.encoding not in {"euc_jp", "iso2022_jp"}:
        raise error
    pair = error.object[error.start : error.start + 2]
    row, cell = ((byte & 0x7F) - 0x20 for byte in pair) if len(pair) == 2 else (0, 0)  # noqa: PLR2004
    if row not in _VENDOR or not 1 <= cell <= 94:  # noqa: PLR2004
        raise error
    lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)  # noqa: PLR2004
    trail = cell + (0x9E if row % 2 == 0 else 0x3F if cell <= 63 else 0x40)  # noqa: PLR2004
    try:
        return bytes([lead, trail]).decode("cp932"), error.start + 2
    except UnicodeDecodeError:
        raise error from None


_VENDOR = {13, 89, 90, 91, 92}
_VENDOR_ROWS = "mofa_crawler.vendor_rows"
codecs.register_error(_VENDOR_ROWS, _read_vendor_rows)
