"""Typed labels: the numbers, letters and bullets that editors write into the text itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mofa_crawler.site import Lang

_KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SMALL_ROMAN = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ"
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_BULLETS = "•・●○◎■□◆◇▪"

BULLET = "bullet"
NUMBER = "1."

_NUMBER = r"[0-9０-９]{1,2}"


@dataclass(frozen=True, slots=True)
class Label:
    """A label as printed, its family ("1.", "(1)", "bullet", …) and its place in the family."""

    printed: str
    family: str
    value: int


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    pattern: re.Pattern[str]
    values: tuple[str, ...] = ()  # empty: decimal numbers
    sure: bool = False  # the form alone makes it a label, whatever stands before it
    langs: tuple[Lang, ...] = ("en", "ja")

    def value_of(self, sign: str) -> int:
        if not self.values:
            return int(sign)
        return self.values.index(sign) + 1 if sign in self.values else 0


# What follows a label is white space; after a number and a dot also, at once, a capital or a
# Japanese character: "1.5 million", "2 people" and "3月" bear no label, "1.日本" does.
_GAP = r"(?:\s+|$)"
_DOT_GAP = r"(?:\s+|$|(?=[A-Z]|[^\x00-\x7f０-９]))"

_FAMILIES = (
    _Family(NUMBER, re.compile(rf"(({_NUMBER})[.．]){_DOT_GAP}"), sure=True),
    _Family("(1)", re.compile(rf"([(（]\s?({_NUMBER})\s?[)）])\s*"), sure=True),
    _Family("[1]", re.compile(rf"([\[［]\s?({_NUMBER})\s?[\]］])\s*"), sure=True),
    _Family("①", re.compile(rf"(([{_CIRCLED}]))\s*"), tuple(_CIRCLED), sure=True),
    _Family("(ア)", re.compile(rf"([(（]([{_KATAKANA}])[)）])\s*"), tuple(_KATAKANA), sure=True),
    _Family(
        "(ⅰ)", re.compile(rf"([(（]([{_SMALL_ROMAN}])[)）])\s*"), tuple(_SMALL_ROMAN), sure=True
    ),
    # "(i)" is the roman one, unless "(h)" stood before it.
    _Family("(a)", re.compile(r"([(（]([a-z])[)）])\s*"), tuple(ascii_lowercase)),
    _Family("(i)", re.compile(r"([(（]([ivx]{1,4})[)）])\s*"), tuple(_ROMAN)),
    _Family("a.", re.compile(rf"(([a-z])[.．]){_GAP}"), tuple(ascii_lowercase)),
    _Family("ア", re.compile(rf"(([{_KATAKANA}]))[ \u3000]+"), tuple(_KATAKANA)),
    _Family("1", re.compile(rf"(({_NUMBER}))\s+(?=[^\sA-Za-z0-9])"), langs=("ja",)),
    _Family(BULLET, re.compile(rf"(([{_BULLETS}]))\s*"), tuple(_BULLETS), sure=True),
)


def read_label(text: str, lang: Lang, last_of: dict[str, int]) -> tuple[Label, str] | None:
    """The label that `text` (white space folded) begins with, and the text after it.

    `last_of` names the families that are open at this place and the last value of each. A form
    that could also begin a sentence ("a.", ア, a bare number) is a label only as the first of its
    family or as the one that comes next. None where there is no label.
    """
    for family in _FAMILIES:
        if lang not in family.langs or not (match := family.pattern.match(text)):
            continue
        value = family.value_of(match[2])
        if family.sure or (value and value in {1, last_of.get(family.name, 0) + 1}):
            return Label(match[1], family.name, value), text[match.end() :].strip()
    return None
