from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mofa_crawler.parsers.text import collapse_spaces, find_mojibake


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
        ("\u3000", ""),
    ],
)
def test_only_white_space_is_folded(text: str, folded: str) -> None:
    assert collapse_spaces(text) == folded


@given(st.text())
@example("a\ufeffb \u200b")  # spaces too, of no width
def test_folding_loses_no_character_but_white_space(text: str) -> None:
    seen = text.replace("\u200b", "").replace("\ufeff", "")
    assert "".join(collapse_spaces(text).split()) == "".join(seen.split())
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
        "C\ue324e",
    ],
)
def test_signs_of_a_wrong_encoding(text: str) -> None:
    assert find_mojibake(text)


def test_good_text_is_no_mojibake() -> None:
    assert find_mojibake("外務省 — “ok” ①髙﨑 ™ é") is None
