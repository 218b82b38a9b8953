"""Numbers as browsers print them before the items of a list (CSS Counter Styles, level 3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from string import ascii_lowercase, ascii_uppercase

_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_HIRAGANA = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねの"
    "はひふへほまみむめもやゆよらりるれろわゐゑをん"
)
_HIRAGANA_IROHA = (
    "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみしゑひもせす"
)
_KATAKANA_OFFSET = ord("ア") - ord("あ")
_KANJI = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_MOST_ROMAN = 3999  # browsers print larger numbers as decimal numbers
_MOST_KANJI = 9999


def print_number(number: int, style: str) -> str | None:
    """A number with the sign that follows ("3.", "三、"); None if the style is not known.

    A number that the style does not have (letters begin at 1) is decimal, as in browsers.
    """
    if style not in _PRINTERS:
        return None
    printer, sign = _PRINTERS[style]
    return (printer(number) or str(number)) + sign


def _alphabet(signs: str) -> Callable[[int], str]:
    """A, B … Z, AA, AB."""

    def printed(number: int) -> str:
        text = ""
        while number > 0:
            number, rest = divmod(number - 1, len(signs))
            text = signs[rest] + text
        return text

    return printed


def _fixed(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else ""


def _katakana(hiragana: str) -> str:
    return "".join(chr(ord(sign) + _KATAKANA_OFFSET) for sign in hiragana)


def roman(number: int) -> str:
    """A number from 1 to 3999 in small Roman numerals; empty for others."""
    if not 0 < number <= _MOST_ROMAN:
        return ""
    signs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
    text = ""
    for value, sign in signs:
        count, number = divmod(number, value)
        text += sign * count
    return text


def _kanji_digits(number: int) -> str:
    return "".join(_KANJI[int(digit)] for digit in str(number)) if number >= 0 else ""


def kanji(number: int, *, one_before_tens: bool = False) -> str:
    """A number from 0 to 9999 in kanji (三百二十一); empty for others.

    `one_before_tens` is the Chinese form: with 一 before 百 and 千, and with 零 for a gap.
    """
    if not 0 <= number <= _MOST_KANJI:
        return ""
    if number == 0:
        return "零" if one_before_tens else "〇"
    text, is_gap = "", False
    for place, unit in enumerate(("千", "百", "十", "")):
        digit = number // 10 ** (3 - place) % 10
        if not digit:
            is_gap = bool(text)
            continue
        is_bare = digit == 1 and bool(unit) and (not one_before_tens or (unit == "十" and not text))
        text += "零" * (one_before_tens and is_gap)
        text += ("" if is_bare else _KANJI[digit]) + unit
        is_gap = False
    return text


# The values of the attribute `type` are among them: 1, a, A, i, I.
_PRINTERS: dict[str, tuple[Callable[[int], str], str]] = {
    **dict.fromkeys(("1", "decimal"), (str, ".")),
    "decimal-leading-zero": (lambda number: f"{number:03}" if number < 0 else f"{number:02}", "."),
    **dict.fromkeys(("a", "lower-alpha", "lower-latin"), (_alphabet(ascii_lowercase), ".")),
    **dict.fromkeys(("A", "upper-alpha", "upper-latin"), (_alphabet(ascii_uppercase), ".")),
    **dict.fromkeys(("i", "lower-roman"), (roman, ".")),
    **dict.fromkeys(("I", "upper-roman"), (lambda number: roman(number).upper(), ".")),
    "lower-greek": (_alphabet(_GREEK), "."),
    "hiragana": (_alphabet(_HIRAGANA), "、"),
    "hiragana-iroha": (_alphabet(_HIRAGANA_IROHA), "、"),
    "katakana": (_alphabet(_katakana(_HIRAGANA)), "、"),
    "katakana-iroha": (_alphabet(_katakana(_HIRAGANA_IROHA)), "、"),
    "cjk-decimal": (_kanji_digits, "、"),
    "cjk-heavenly-stem": (_fixed(_STEMS), "、"),
    "cjk-earthly-branch": (_fixed(_BRANCHES), "、"),
    "japanese-informal": (kanji, "、"),
    **dict.fromkeys(
        ("cjk-ideographic", "trad-chinese-informal", "simp-chinese-informal"),
        (partial(kanji, one_before_tens=True), "、"),
    ),
}
