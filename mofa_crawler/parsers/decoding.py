"""Decodes the bytes of a page, also if the page or its server declares a wrong encoding.

Pages from before 2013 are in any of four Japanese encodings, and some declare another encoding.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mofa_crawler.parsers import vendor_rows

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UTF_16 = {"utf-16-le": re.compile(rb"<\0[^\0]\0"), "utf-16-be": re.compile(rb"\0<\0[^\0]")}
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*+=\s*+[\"']?+\s*+([\w-]+)", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?+\s*+([\w-]+)", re.IGNORECASE)
# The encodings that pages of the site declare. Other names are ignored. Pages in Shift_JIS have the
# vendor characters of Windows (①, 髙), which only cp932 reads.
_CODECS = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    # Browsers read both as windows-1252. Pages in English have its quotation marks.
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}
# A page with broken bytes is in an encoding if it has at least so many characters beyond ASCII for
# each broken byte. In UTF-8 one is enough: text in another encoding is hardly ever valid UTF-8.
_FEWEST_WHOLE, _FEWEST_WHOLE_IN_UTF_8 = 4, 1
_NOT_ASCII = re.compile(r"[^\x00-\x7f\ufffd]")
_HIRAGANA = re.compile("[ぁ-ん]")
_HALF_WIDTH = re.compile("[｡-ﾟ]")
_HALF_WIDTH_ALONE = re.compile("(?<![｡-ﾟ])[｡-ﾟ](?![｡-ﾟ])")
_ONLY_IN_SHIFT_JIS = re.compile(rb"[\x81-\x8d\x90-\x9f]")  # lead bytes
_MOST_TO_OTHERS = 8  # half-width katakana for each of these bytes
# A voicing mark after a letter that has no voiced form, or a small letter that begins a word. A
# line end or a tag may stand within a word.
_NO_WORD = re.compile("(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ|(?<![ｦ-ﾟ\n>])[ｧ-ｯ]")
# In a Japanese encoding, quotation marks and accents of windows-1252 become ideographs: Japan痴,
# S縊 Paulo.
_IDEOGRAPH_IN_A_WORD = re.compile("[A-Za-z0-9.][一-鿿｡-ﾟ\ue000-\uf8ff]|[一-鿿｡-ﾟ\ue000-\uf8ff][a-z]")
# The characters of windows-1252 that an English sentence may have, besides letters with accents.
_ENGLISH_SIGNS = "‘’“”–—…•™©®°·§£«»¼½¾´¨\u00a0\u00ad"
_ACCENTED = "À-ÖØ-öø-ÿŒœŠšŽžŸ"
# Letters with accents stand in words. Shift_JIS read as windows-1252 has them beside signs (“ú–{).
_NOT_ENGLISH = re.compile(
    rf"[^\x00-\x7f{_ACCENTED}{_ENGLISH_SIGNS}]|[{_ACCENTED}]{{3}}"
    "|[a-z][À-ÖØ-ÞŒŠŽŸ]"  # ministerÕs: pages of a Macintosh
    rf"|(?<![A-Za-z{_ACCENTED}])[{_ACCENTED}](?![A-Za-z{_ACCENTED}\s,.])"
)


def decode(body: bytes, content_type: str, lang: Lang) -> tuple[str, str] | None:
    """The text of a page and the name of the codec that reads it; None if no codec does.

    Tried in this order: byte order mark, UTF-16 by the zeros in its first tag, ISO-2022-JP by its
    escape sequences (which are also valid ASCII), strict UTF-8, what the page declares, what the
    header declares, the two other Japanese encodings, and windows-1252 for English pages. Many
    bytes are valid in more than one encoding: a reading that nobody can have written is skipped.
    """
    for codec in _candidates(body, content_type, lang):
        try:
            text = body.decode(codec, vendor_rows.ERROR_HANDLER)
        except UnicodeError:
            continue
        if codec.startswith("utf") or _is_plausible(text, codec, lang, body):
            return text, "utf-8" if codec == "utf-8-sig" else codec
    return None


def decode_broken(body: bytes, content_type: str, lang: Lang) -> tuple[str, str] | None:
    """The text of a page with broken bytes, each of them as U+FFFD, and the name of the codec.

    A footer, a comment or a script may be in another encoding than the page. None if too many bytes
    are broken.
    """
    for codec in ("utf-8", *_declared(body, content_type)):
        text = body.decode(codec, vendor_rows.OR_REPLACE)
        whole = len(_NOT_ASCII.findall(text))
        is_utf8 = codec == "utf-8"
        fewest = text.count("\ufffd") * (_FEWEST_WHOLE_IN_UTF_8 if is_utf8 else _FEWEST_WHOLE)
        if whole >= fewest and (is_utf8 or _is_plausible(text, codec, lang, body)):
            return text, codec
    return None


def _candidates(body: bytes, content_type: str, lang: Lang) -> Iterator[str]:
    for bom, codec in _BOMS.items():
        if body.startswith(bom):
            yield codec
    yield from (codec for codec, tag in _UTF_16.items() if tag.match(body))
    # One byte is found ten times as fast as two.
    if b"\x1b" in body and (b"\x1b$" in body or b"\x1b(I" in body):
        yield "iso2022_jp"
        yield "iso2022_jp_ext"  # with half-width katakana
    yield "utf-8"
    yield from _declared(body, content_type)
    yield from ("cp932", "euc_jp")
    if lang == "en":
        yield "cp1252"


def _declared(body: bytes, content_type: str) -> list[str]:
    """The codecs that the page and the header declare."""
    declared = _META_CHARSET.search(body, 0, 4096)
    names = [declared[1].decode("ascii", "replace")] if declared else []
    if header := _HEADER_CHARSET.search(content_type):
        names.append(header[1])
    return [_CODECS[name.lower()] for name in names if name.lower() in _CODECS]


def _is_plausible(text: str, codec: str, lang: Lang, body: bytes) -> bool:
    """Whether somebody can have written the text.

    If the bytes have more hiragana in UTF-8, the page is in UTF-8 and has broken bytes.
    """
    if codec == "cp1252":
        return lang == "en" and not _NOT_ENGLISH.search(text)
    hiragana = len(_HIRAGANA.findall(text))
    if hiragana < len(_HIRAGANA.findall(body.decode("utf-8", "ignore"))):
        return False
    half_width = len(_HALF_WIDTH.findall(text))
    if codec == "cp932" and hiragana < half_width and not _has_half_width_words(text, body, lang):
        return False
    return lang == "ja" or not _IDEOGRAPH_IN_A_WORD.search(text)


def _has_half_width_words(text: str, body: bytes, lang: Lang) -> bool:
    """Whether the half-width katakana of a page read as Shift_JIS are words.

    EUC-JP read as Shift_JIS is full of half-width katakana in disorder, and has hardly any other
    characters. An English page that declares Shift_JIS may have names in katakana. A katakana that
    stands alone is a sign of windows-1252, such as the pound sign.
    """
    if _NO_WORD.search(text):
        return False
    others = len(_ONLY_IN_SHIFT_JIS.findall(body))
    if len(_HALF_WIDTH.findall(text)) <= _MOST_TO_OTHERS * others:
        return True
    is_declared = lang == "en" and "cp932" in _declared(body, "")
    return is_declared and not _HALF_WIDTH_ALONE.search(text)
