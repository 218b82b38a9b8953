"""Bytes to text: half-width katakana in each encoding of the site."""

from __future__ import annotations

import pytest

from mofa_crawler.parsers.decoding import decode

# A table of names, as pages of the nineties have them: next to no hiragana.
TEXT = "<p>協議参加国</p><td>ﾉﾙｳｪｰ</td><td>ﾊﾝｾﾝ局長</td><td>ｽｳｪｰﾃﾞﾝ</td><td>ﾘﾝﾄﾞｸﾞﾚﾝ局長、ﾌｨﾝﾗﾝﾄﾞ</td>"


@pytest.mark.parametrize("declared", ["", "<meta charset='Shift_JIS'>"])
@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "iso2022_jp_ext", "utf-8"])
def test_half_width_katakana_are_text(codec: str, declared: str) -> None:
    assert decode((declared + TEXT).encode(codec), "", "ja") == (declared + TEXT, codec)


def test_a_word_in_half_width_katakana_may_be_broken_by_a_line_end() -> None:
    text = f"<meta charset='Shift_JIS'>{TEXT.replace('ｽｳｪｰ', 'ｽｳ' + chr(10) + 'ｪｰ')}"
    assert decode(text.encode("cp932"), "", "ja") == (text, "cp932")


def test_the_only_japanese_in_iso_2022_jp_may_be_half_width_katakana() -> None:
    text = "<p>Mr. Yamada (ﾔﾏﾀﾞ)</p>"
    assert decode(text.encode("iso2022_jp_ext"), "", "en") == (text, "iso2022_jp_ext")


@pytest.mark.parametrize(
    "text", ["これは会談の記録であり、", "外務大臣会談記録、議長国声明", "首脳会談概要"]
)
def test_a_broken_page_in_euc_jp_is_no_page_in_shift_jis(text: str) -> None:
    body = b"<meta charset='Shift_JIS'>" + (text * 9).encode("euc_jp") + b"\x80"
    assert decode(body, "", "ja") is None


def test_names_in_half_width_katakana_on_an_english_page() -> None:
    text = "<meta charset='Shift_JIS'><p>Mr. Yamada (ﾔﾏﾀﾞ) and Mr. Tanaka (ﾀﾅｶ)</p>"
    assert decode(text.encode("cp932"), "", "en") == (text, "cp932")
    pounds = "<meta charset='Shift_JIS'><p>£ 5 million</p>"
    assert decode(pounds.encode("cp1252"), "", "en") == (pounds, "cp1252")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["<!DOCTYPE html><p>Talks", "<html><p>外務大臣", "<p>会談"])
def test_utf_16_without_its_mark(codec: str, text: str) -> None:
    page = f"<meta charset='UTF-8'>{text}"
    assert decode(page.encode(codec), "text/html; charset=utf-8", "ja") == (page, codec)
