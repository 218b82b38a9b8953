from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mofa_crawler.parsers.text import collapse_spaces, find_mojibake, find_private_use


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        (" a \t\r\n b\u00a0\u3000c ", "a b c"),
        ("Japan–U.S. “talk” ’ ＡＢＣ １", "Japan–U.S. “talk” ’ ＡＢＣ １"),
        ("外務\r\n\t大臣", "外務大臣"),
        ("会談、\n（概要）", "会談、（概要）"),
        ("外務 大臣", "外務 大臣"),
        ("外務\n\u3000大臣", "外務 大臣"),
        ("会談\nABC", "会談 ABC"),
        ("line\nbreak", "line break"),
        ("\u200e a\u200fb \u200e", "a\u200fb"),
        ("Gov\u00adern\u2060ment", "Government"),
        ("\ufeff\u200b", ""),
        ("\u3000", ""),
    ],
)
def test_white_space_is_collapsed(text: str, folded: str) -> None:
    assert collapse_spaces(text) == folded


INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


@given(st.text())
@example("a\ufeffb \u200b")
@example("\u200ea\u200db\u200e ")
def test_no_character_is_lost_that_a_reader_sees(text: str) -> None:
    seen, found = INVISIBLE.sub("", text), INVISIBLE.sub("", collapse_spaces(text))
    assert "".join(found.split()) == "".join(seen.split())


@given(st.text())
def test_collapsed_spaces_stay_as_they_are(text: str) -> None:
    assert collapse_spaces(collapse_spaces(text)) == collapse_spaces(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\ufffdb",
        "\x1b$B4AJ8",
        "caf\x92",
        "､ｳ､ﾎ",
        "縺ゅ＞縺ﾟ",
        "Japanâ€™s",
        "SÃ£o",
        "Â£5",
        "â‘ ",
        "譌･譛ｬ",
        "陦ｨ遉ｺ閭ｽ",
    ],
)
def test_signs_of_a_wrong_encoding(text: str) -> None:
    assert find_mojibake(text)


def test_good_text_is_no_mojibake() -> None:
    assert find_mojibake("外務省 — “ok” ①髙﨑 ™ é \ue000") is None
    assert find_mojibake("日･米･韓､中｡ 日･米ｲﾗｸ（ｱ）首相 â’ ｢日､米｣") is None


def test_private_characters() -> None:
    assert find_private_use("外務省\ue000の") == "外務省\ue000の"
    assert find_private_use("a\U000f0001")
    assert find_private_use("外務省 — “ok” ①髙﨑") is None
