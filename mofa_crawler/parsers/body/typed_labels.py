"""Typed labels: the numbers, letters and bullets that editors write into the text itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

import msgspec

from mofa_crawler.parsers.body.counter_styles import kanji, roman
from mofa_crawler.parsers.text import JOINERS
from mofa_crawler.site import LANGS, Lang

BULLET = "bullet"  # of a browser; each typed bullet has a family of its own, such as "bullet ・"
NUMBER = "number"  # "1.", "1", "１．": editors mix them in one list

_DIGITS = r"[0-9０-９]{1,4}"
_KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_HALF_KATAKANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"
_IROHA = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_ROMAN = [roman(number) for number in range(1, 90)]  # lxxxix is the last without a c
_SMALL_ROMAN = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ"
_LARGE_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_HIRAGANA = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
)
# Each row is a family of its own.
_ENCLOSED = (
    _CIRCLED,
    "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴",
    "➀➁➂➃➄➅➆➇➈➉",
    "➊➋➌➍➎➏➐➑➒➓",
    "⓵⓶⓷⓸⓹⓺⓻⓼⓽⓾",
    "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩",
    "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "ⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩ",
    "⒜⒝⒞⒟⒠⒡⒢⒣⒤⒥⒦⒧⒨⒩⒪⒫⒬⒭⒮⒯⒰⒱⒲⒳⒴⒵",
)
_WIDE_CAPITALS = "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
_WIDE_LETTERS = "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ"
_OPENING = {"(": "(（", "[": "[［〔"}
# Word's bullets in the fonts Symbol and Wingdings are in the private use area.
_BULLETS = "•·・･∙⋅●○◯〇◎■□◆◇▪▫◦‣⁃❖❑⬥➢➲➔➤▶►▷▸▹✓✔✗✘\uf020-\uf0ff"
_LONGEST_LABEL = 16  # characters
_MONTHS = (
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)


class Label(msgspec.Struct, frozen=True):
    """A label as printed, its family, and its place in the family (from 1)."""

    printed: str
    family: str
    value: int

    @property
    def is_bullet(self) -> bool:
        """Whether the label marks an item without counting it."""
        return self.family.startswith(BULLET)


PLAIN_BULLET = Label("•", BULLET, 1)


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write a label. In `pattern`, group 1 is the label, and group 2 its number."""

    family: str
    pattern: re.Pattern[str]
    values: Mapping[str, int] | None = None  # of the second group; None: decimal numbers
    only: Lang | None = None
    reach: int = 3  # the largest step from label to label: a number may be missing from a list
    # If set, another line must begin with the label of this number. Else the first label is no
    # label: "1 person".
    follower: str = ""

    def value_of(self, sign: str) -> int:
        return int(sign) if self.values is None else self.values.get(sign, 0)

    def follower_of(self, match: re.Match[str]) -> str:
        """The next label, in NFKC: that of the match with the number `follower`."""
        before = match.string[match.start(1) : match.start(2)]
        after = match.string[match.end(2) : match.end(1)]
        return unicodedata.normalize("NFKC", before + self.follower + after)

    @property
    def firsts(self) -> set[str]:
        """The characters that labels of the form may begin with: a bracket, or a number."""
        if self.family[0] in _OPENING:
            return set(_OPENING[self.family[0]])
        return {sign[0] for sign in self.values or "0123456789０１２３４５６７８９"}


def _counted(*rows: Collection[str]) -> dict[str, int]:
    return {sign: place for row in rows for place, sign in enumerate(row, start=1)}


_LETTERS = _counted(ascii_lowercase, _WIDE_LETTERS) | {
    first + second: 26 + place  # after z: aa, bb, cc, or aa, ab, ac
    for first in ascii_lowercase
    for place, second in enumerate(ascii_lowercase, start=1)
    if first in {"a", second}
}
_TO_999 = "一二三四五六七八九十百"
_KANJI = {kanji(number): number for number in range(1, 1000)}
_CAPITALS = _counted(ascii_uppercase, _WIDE_CAPITALS)
_LARGE_ROMANS = _counted([number.upper() for number in _ROMAN], _LARGE_ROMAN)
_KATAKANA_LETTERS = _counted(_KATAKANA, _HALF_KATAKANA)
_IROHA_LETTERS = _counted(_IROHA)
_WHOLE = r"[0-9０-９]{1,3}(?:[かカヶケヵ]国|国間|[人名者件回つ])"  # of which there are no halves
_DAY = r"[0-9０-９]{1,2}月\s*[0-9０-９]|[0-9０-９]{4}年|[0-9０-９]{1,2}日[、，に午]"
# 1）日本側, 1) Japan, 1)Japan; "1)" alone says nothing.
_AFTER_BRACKET = r"(?:\s+|(?=[A-Z0-9]|[^\x00-\x7f]))"
# After a letter and a dot.
_AFTER_LETTER = r"(?:\s+|$|(?=[^\x00-\x7f])|(?<=．)(?=[A-Z0-9]))"
# 1.1 million, 1.2倍
_NO_MEASURE = (
    r"(?!(?:million|billion|trillion|per ?cent|percent|times|points?)\b|[%％十百千万億兆倍割点])"
)
# After a number and a dot come white space, a capital, or a Japanese character: "1.5 million" has
# no label, "1.日本" does. The digits of a number have one width: "１．3万人" has a label.
_AFTER_DOT = (
    rf"(?:\s+|$|(?=[A-Z]|[^\x00-\x7f０-９]|{_DAY}|{_WHOLE})"
    r"|(?<=[０-９][.．])(?=[0-9])|(?<=[0-9][.．])(?=[０-９]))"
)
# A reference to a number is no label: "(1) and (2) above", （1）及び（2）, ①から③まで.
_NO_REFERENCE = (
    r"(?!\s*(?:(?:above|below)\b"
    r"|の|について|に(?:関|係|よ|基)|は[、，]|が[、，]"
    rf"|(?:and|or|to|及び|および|又は|または|から|と|、|～|〜|[-－])\s*[(（\[［{_CIRCLED}0-9０-９]))\s*"
)
# After an amount come the things that it counts: 2 人が, 5 月に, 3 か国.
_NOT_COUNTED = (
    r"(?![a-z0-9０-９]|[日月年][にのはか、間0-9０-９]|[人名][がのはを、]"
    r"|(?:[かカヶケヵ][国月所]|回|件|国間|つ|点|割|番))"
)

_FORMS = (
    _Form(NUMBER, re.compile(rf"(({_DIGITS})[.．:：]){_AFTER_DOT}")),
    _Form(NUMBER, re.compile(rf"(({_DIGITS})(?:、|，(?![0-9０-９])))\s*"), only="ja", follower="2"),
    _Form(NUMBER, re.compile(rf"(({_DIGITS}))(?=[(（][1１][)）])"), only="ja"),
    _Form("1)", re.compile(rf"(({_DIGITS})[)）]){_AFTER_BRACKET}")),
    _Form("a)", re.compile(rf"(([a-z]{{1,2}}|[{_WIDE_LETTERS}])[)）]){_AFTER_BRACKET}"), _LETTERS),
    _Form(
        "i)",
        re.compile(rf"(([ivxl]{{1,8}}|[{_SMALL_ROMAN}])[)）]){_AFTER_BRACKET}"),
        _counted(_ROMAN, _SMALL_ROMAN),
    ),
    _Form("A)", re.compile(rf"(([A-Z{_WIDE_CAPITALS}])[)）]){_AFTER_BRACKET}"), _CAPITALS),
    # 1.1, 1.1.1, 1-1
    *(
        _Form(
            family,
            re.compile(rf"({before}({_DIGITS})[.．]?)\s+{_NO_MEASURE}(?=\S)"),
            reach=1,
            follower="2",
        )
        for family, before in (
            ("1.1", rf"{_DIGITS}[.．]"),
            ("1.1.1", rf"(?:{_DIGITS}[.．]){{2}}"),
            ("1-1", rf"{_DIGITS}[-－‐–]"),
        )
    ),
    _Form("(1)", re.compile(rf"([(（]\s?({_DIGITS})\s?[)）]){_NO_REFERENCE}")),
    _Form("[1]", re.compile(rf"([\[［〔]\s?({_DIGITS})\s?[\]］〕]){_NO_REFERENCE}")),
    *(
        _Form(row[0], re.compile(rf"(([{row}]))\ufe0e?{_NO_REFERENCE}"), _counted(row))
        for row in _ENCLOSED
    ),
    _Form("(一)", re.compile(rf"([(（]([{_TO_999}]{{1,5}})[)）]){_NO_REFERENCE}"), _KANJI),
    _Form("一", re.compile(rf"(([{_TO_999}]{{1,5}})、)\s*"), _KANJI, follower="二"),
    _Form("一", re.compile(rf"(([{_TO_999}]{{1,5}}))\s*\u3000\s*(?=\S)"), _KANJI, follower="二"),
    _Form(
        "(ア)",
        re.compile(rf"([(（]([{_KATAKANA}{_HALF_KATAKANA}])[)）]){_NO_REFERENCE}"),
        _KATAKANA_LETTERS,
    ),
    _Form("(イ)", re.compile(rf"([(（]([{_IROHA}])[)）]){_NO_REFERENCE}"), _IROHA_LETTERS),
    _Form("(あ)", re.compile(rf"([(（]([{_HIRAGANA}])[)）]){_NO_REFERENCE}"), _counted(_HIRAGANA)),
    _Form("(A)", re.compile(rf"([(（]([A-Z{_WIDE_CAPITALS}])[)）]){_NO_REFERENCE}"), _CAPITALS),
    _Form(
        "(I)",
        re.compile(rf"([(（]([IVXL]{{1,8}}|[{_LARGE_ROMAN}])[)）]){_NO_REFERENCE}"),
        _LARGE_ROMANS,
    ),
    # "(i)" is a letter if "(h)" stood before it, else a numeral.
    _Form(
        "(a)", re.compile(rf"([(（]([a-z]{{1,2}}|[{_WIDE_LETTERS}])[)）]){_NO_REFERENCE}"), _LETTERS
    ),
    _Form(
        "(i)",
        re.compile(rf"([(（]([ivxl]{{1,8}}|[{_SMALL_ROMAN}])[)）]){_NO_REFERENCE}"),
        _counted(_ROMAN, _SMALL_ROMAN),
    ),
    # "I. Morgulov" is a person, unless "II." follows.
    _Form(
        "I.",
        re.compile(rf"(([IVXL]{{1,8}})[.．)）]){_AFTER_LETTER}"),
        _LARGE_ROMANS,
        follower="II",
    ),
    _Form(
        "Ⅰ",
        re.compile(rf"(([{_LARGE_ROMAN}])[.．、)）]?)\s*(?=\S)"),
        _counted(_LARGE_ROMAN),
    ),
    _Form(
        "ⅰ",
        re.compile(rf"(([{_SMALL_ROMAN}])(?:[.．、]|(?=\s)))\s*(?=\S)"),
        _counted(_SMALL_ROMAN),
    ),
    _Form(
        "Ａ",
        re.compile(rf"(([{_WIDE_CAPITALS}])[.．]?)(?:\u3000|\s|(?<=[.．]))\s*"),
        _CAPITALS,
        only="ja",
    ),
    # "A. Smith" is a person, unless "B." follows.
    _Form("A.", re.compile(rf"(([A-Z])[.．]){_AFTER_LETTER}"), _CAPITALS, follower="B"),
    _Form("a.", re.compile(rf"(([a-z]{{1,2}}|[{_WIDE_LETTERS}])[.．]){_AFTER_LETTER}"), _LETTERS),
    _Form(
        "i.",
        re.compile(rf"(([ivxl]{{1,8}})[.．]){_AFTER_LETTER}"),
        _counted(_ROMAN),
        follower="ii",
    ),
    *(
        form
        for family, signs, values, second in (
            ("ア", f"[{_KATAKANA}{_HALF_KATAKANA}]", _KATAKANA_LETTERS, "イ"),
            ("イ", f"[{_IROHA}]", _IROHA_LETTERS, "ロ"),
        )
        for form in (
            _Form(f"{family})", re.compile(rf"(({signs})[)）])\s*"), values),
            _Form(family, re.compile(rf"(({signs})[.．])\s*"), values),
            _Form(family, re.compile(rf"(({signs})、)\s*"), values, follower=second),
            _Form(family, re.compile(rf"(({signs}))\s+"), values, only="ja"),
        )
    ),
    _Form("a", re.compile(rf"(([a-z{_WIDE_LETTERS}]))\u3000\s*"), _LETTERS, only="ja"),
    # 1　, １　: anything may follow an ideographic space. What follows another space must not be a
    # thing that the number counts ("2 people", "5 月").
    _Form(NUMBER, re.compile(rf"(({_DIGITS}))\s*\u3000\s*(?=\S)"), only="ja"),
    _Form(NUMBER, re.compile(rf"(({_DIGITS}))\s+{_NOT_COUNTED}(?=\S)"), only="ja", follower="2"),
    # In English, before a capital that begins no name of a month.
    _Form(
        NUMBER,
        re.compile(rf"(({_DIGITS}))\s+(?!{_MONTHS})(?=[A-Z“\"(])"),
        only="en",
        reach=1,
        follower="2",
    ),
)


def _by_first(forms: Iterable[_Form]) -> dict[str, list[_Form]]:
    """The forms by their first characters, in the given order. Most lines begin with none."""
    found: dict[str, list[_Form]] = {}
    for form in forms:
        for first in form.firsts:
            found.setdefault(first, []).append(form)
    return found


_FORMS_OF = {lang: _by_first(f for f in _FORMS if f.only in {None, lang}) for lang in LANGS}
# ○○大使 and ○月○日 are blanks in a text, ・・・ is an ellipsis.
# "- END -" is no item.
_BULLET = re.compile(
    rf"([{_BULLETS}])[\ufe0e\ufe0f]?(?![{_BULLETS}])(?<!○(?=[月年]○))(?<!○(?=日[、。にの]))\s*"
    rf"|([-–－])\s+(?=[^\s0-9０-９]|{_DAY}|{_WHOLE})(?!.*[-–－]$)"
    # The second bullet of Word, in Courier New.
    r"|(o)(?=\s*\u00a0)\s+(?=\S)"
)


def read_label(
    line: str,
    lang: Lang,
    last_values: Callable[[str], Collection[int]],
    is_opening: Callable[[str], bool],
) -> tuple[Label, str] | None:
    """The label that a line begins with, and the text after it.

    None if there is no label. `line` has no white space at its ends; white space inside is not
    folded. `last_values` returns the last values of a family: a number is a label only if it is the
    first of its family, or comes next. `is_opening` says whether a line of the article begins with
    a word: "1" is an amount, and no label, if no line begins with "2".
    """
    if JOINERS.search(line, 0, _LONGEST_LABEL):
        found = read_label(JOINERS.sub("", line), lang, last_values, is_opening)
        return found and (found[0], _end_of(line, found[1]))
    for form in _FORMS_OF[lang].get(line[:1], ()):
        if not (match := form.pattern.match(line)):
            continue
        value = form.value_of(match[2])
        comes_next = any(0 < value - last <= form.reach for last in last_values(form.family))
        begins = value == 1 and (not form.follower or is_opening(form.follower_of(match)))
        if begins or comes_next:
            return Label("".join(match[1].split()), form.family, value), line[match.end() :]
    if match := _BULLET.match(line):
        sign = match[1] or match[2] or match[3]
        return Label(sign, f"{BULLET} {sign}", 1), line[match.end() :]
    return None


def _end_of(line: str, end: str) -> str:
    """The end of a line that is equal to `end`, apart from the joiners in it."""
    places = [place for place, sign in enumerate(line) if not JOINERS.match(sign)]
    return line[places[-len(end)] :] if end else ""


def is_amount(line: str, label: Label) -> bool:
    """Whether what looks like a label is a bare number before a space, as in "2 companies"."""
    return label.printed.isdecimal() and not line[len(label.printed) :].startswith("\u3000")
