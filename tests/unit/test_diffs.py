"""What differs between two texts."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mofa_crawler.diffs import piece_diff, word_diff
from mofa_crawler.record import Block

SENTENCES = st.lists(
    st.sampled_from(["The Minister ", "met. ", "a\u0301 ", "外務大臣", "は、", "\n", "5 May", "。"])
).map("".join)


def test_english_differs_by_words() -> None:
    old = "Mr. Abe visited Tokyo. He spoke for 10 minutes. Then he left."
    new = "Mr. Abe visited Osaka. He spoke for 15 minutes. Then he left."
    assert word_diff(old, new, "en") == [
        ("same", "Mr. Abe visited "),
        ("removed", "Tokyo"),
        ("added", "Osaka"),
        ("same", ". He spoke for "),
        ("removed", "10"),
        ("added", "15"),
        ("same", " minutes. Then he left."),
    ]


def test_japanese_differs_by_characters_and_by_words_in_katakana() -> None:
    assert word_diff("フランスを訪問した。", "フィンランドを訪問する。", "ja") == [
        ("removed", "フランス"),
        ("added", "フィンランド"),
        ("same", "を訪問"),
        ("removed", "した"),
        ("added", "する"),
        ("same", "。"),
    ]


def test_a_mark_stays_with_its_letter() -> None:
    assert word_diff("e\u0301a", "ea", "ja") == [("removed", "e\u0301a"), ("added", "ea")]


def test_changes_with_only_a_space_between_them_are_one() -> None:
    assert word_diff("one two three", "four five three", "en") == [
        ("removed", "one two"),
        ("added", "four five"),
        ("same", " three"),
    ]


@pytest.mark.parametrize(("old", "new"), [("", ""), ("", "new"), ("old", "")])
def test_empty_texts(old: str, new: str) -> None:
    expected = [("removed", old)] * bool(old) + [("added", new)] * bool(new)
    assert word_diff(old, new, "en") == expected


@given(SENTENCES, SENTENCES, st.sampled_from(["en", "ja"]))
def test_nothing_is_lost_or_made_up(old: str, new: str, lang: str) -> None:
    words = word_diff(old, new, lang)  # type: ignore[arg-type]
    assert "".join(text for how, text in words if how != "added") == old
    assert "".join(text for how, text in words if how != "removed") == new
    changes = [how for how, _ in words]
    assert all(a != b for a, b in pairwise(changes))
    assert all(text for _, text in words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("の" * 40_000, "のは" * 20_000),
        ("a b " * 10_000, "b c " * 10_000),
        ("A. " * 20_000, "B. A. " * 10_000),
        ("。" * 1_000_000, "、" * 1_000_000),
        (" ".join(map(str, range(9_000))), " ".join(map(str, reversed(range(9_000))))),
    ],
)
def test_hostile_texts_take_bounded_time(old: str, new: str) -> None:
    for lang in ("en", "ja"):
        began = process_time()
        word_diff(old, new, lang)  # type: ignore[arg-type]
        assert process_time() - began < 2


def test_lists_differ_by_pieces() -> None:
    a, b, c, d = (Block(kind="paragraph", text=text) for text in "abcd")
    assert list(piece_diff([a, b], [b, c])) == [
        ("removed", [a], []),
        ("same", [b], [b]),
        ("added", [], [c]),
    ]
    assert list(piece_diff([a, b, c], [a, d, c])) == [
        ("same", [a], [a]),
        ("changed", [b], [d]),
        ("same", [c], [c]),
    ]
    assert next(piece_diff([a], [Block(kind="note", text="a")]))[0] == "changed"
    many = [a] * 10_000
    assert [how for how, *_ in piece_diff([b, *many], [*many, b])] == ["changed"]
