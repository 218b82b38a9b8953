"""Bytes to text: the ladder of encodings, with headers and declarations that lie."""

from __future__ import annotations

import contextlib

import pytest

from mofa_crawler.parsers.errors import EmptyPage, Undecodable
from tests.factories import page_of

TEXT = "<html><head>{meta}</head><body><p>外務大臣、髙﨑①</p></body></html>"
PLAIN = TEXT.replace("髙﨑①", "会談")


def declared(charset: str) -> str:
    return f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'


@pytest.mark.parametrize(
    ("text", "meta", "codec", "header", "expected"),
    [
        (TEXT, "", "utf-8", "", "utf-8"),
        (TEXT, "", "utf-8-sig", "", "utf-8"),
        (TEXT, "", "utf-16", "", "utf-16"),
        (TEXT, declared("Shift_JIS"), "utf-8", "text/html; charset=Shift_JIS", "utf-8"),
        (TEXT, declared("Shift_JIS"), "cp932", "", "cp932"),
        (TEXT, "", "cp932", "text/html; charset=x-sjis", "cp932"),
        (TEXT, declared("utf-8"), "cp932", "text/html; charset=utf-8", "cp932"),
        (PLAIN, declared("EUC-JP"), "euc_jp", "", "euc_jp"),
        (PLAIN, declared("no-such-charset"), "cp932", "", "cp932"),
        (PLAIN, "", "iso2022_jp", "", "iso2022_jp"),
        (PLAIN, declared("utf-8"), "iso2022_jp", "", "iso2022_jp"),
    ],
)
def test_encodings(text: str, meta: str, codec: str, header: str, expected: str) -> None:
    html = text.format(meta=meta)
    page = page_of(html.encode(codec), headers={"Content-Type": header})
    assert page.encoding == expected
    (paragraph,) = page.tree.iter("p")
    assert paragraph.text == ("外務大臣、髙﨑①" if text is TEXT else "外務大臣、会談")


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00",
        b"\xfe\xff\xd8\x00",
        b"<meta charset='undefined'>\x81",
        b"<meta charset='unicode_escape'>\x81\\ud800",
        "<meta charset='cp1252'>日本\x81".encode() + b"\x81",
    ],
)
def test_only_encodings_of_japanese_pages_are_believed(body: bytes) -> None:
    with contextlib.suppress(Undecodable):
        assert page_of(body).encoding in {"cp932", "euc_jp", "utf-8"}


def test_bytes_in_no_encoding_are_rejected() -> None:
    with pytest.raises(Undecodable, match="undecodable: .* \\(https://www.mofa.go.jp/press"):
        _ = page_of(b"<p>\x81").tree


JAPANESE = "/mofaj/press/release/17/x.html"
KANA = TEXT.replace("髙﨑①", "及び副大臣は、このことについて述べた。")


@pytest.mark.parametrize("meta", ["", declared("Shift_JIS"), declared("utf-8")])
@pytest.mark.parametrize("path", [JAPANESE, "/press/release/x.html"])
def test_euc_jp_that_passes_as_shift_jis(meta: str, path: str) -> None:
    """Its bytes are half-width katakana in Shift_JIS: a reading that nobody has written."""
    body = "<p>このことについて、あとにつづく。</p>".encode("euc_jp")
    assert "､" in body.decode("cp932")
    page = page_of(meta.encode() + body, path)
    assert page.encoding == "euc_jp"
    assert page.text.endswith("このことについて、あとにつづく。</p>")


@pytest.mark.parametrize(
    ("codec", "signs"),
    [
        ("euc_jp", {"①": b"\xad\xa1", "Ⅱ": b"\xad\xb6", "髙": b"\xfc\xe2", "㈱": b"\xad\xea"}),
        ("iso2022_jp", {"①": b"\x1b$B\x2d\x21\x1b(B", "髙": b"\x1b$B\x7c\x62\x1b(B"}),
    ],
)
def test_vendor_characters(codec: str, signs: dict[str, bytes]) -> None:
    """Editors typed them on Windows and the Macintosh; Python's codecs reject them."""
    for sign, code in signs.items():
        with pytest.raises(UnicodeDecodeError):
            code.decode(codec)
        page = page_of(KANA.encode(codec).replace(b"</p>", code + b"</p>"), JAPANESE)
        assert page.encoding == codec
        assert page.text == KANA.replace("</p>", f"{sign}</p>")


def test_bytes_that_are_no_vendor_characters_stay_rejected() -> None:
    with pytest.raises(Undecodable):
        _ = page_of(KANA.encode("euc_jp") + b"\xa9\xa1", JAPANESE).text


QUOTES = "<p>{meta}Japan\u2019s \u201cthree principles\u201d \u2013 S\u00e3o Tom\u00e9</p>"


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "us-ascii", "Shift_JIS", ""])
def test_quotation_marks_of_windows_in_english(charset: str) -> None:
    """In Shift_JIS the byte of an apostrophe takes the letter after it: Japan痴."""
    meta = declared(charset) if charset else ""
    text = QUOTES.format(meta=meta)
    assert "Japan痴" in text.encode("cp1252").decode("cp932", "replace")
    page = page_of(text.encode("cp1252"))
    assert (page.encoding, page.text) == ("cp1252", text)


@pytest.mark.parametrize(
    "words",
    ["The ASEAN’s role", "the G8’s response", "Côte d'Ivoire", "Köln", "São Paulo", "“Japan”"],
)
@pytest.mark.parametrize("charset", ["Shift_JIS", "us-ascii", ""])
def test_single_words_of_windows_in_english(words: str, charset: str) -> None:
    text = f"<p>{declared(charset) if charset else ''}{words}</p>"
    page = page_of(text.encode("cp1252"))
    assert (page.encoding, page.text) == ("cp1252", text)


@pytest.mark.parametrize("words", ["The minister’s visit", "a café in Oslo", "the “visit”"])
@pytest.mark.parametrize("charset", ["macintosh", "x-mac-roman", ""])
def test_the_macintosh_is_not_taken_for_windows(words: str, charset: str) -> None:
    text = f"<p>{declared(charset) if charset else ''}{words}</p>"
    with pytest.raises(Undecodable):
        _ = page_of(text.encode("mac_roman")).text


def test_a_japanese_word_on_an_english_page_is_not_taken_for_windows_1252() -> None:
    for word in ("日本語", "外務省", "“日本”"):
        text = f"<p>{declared('iso-8859-1')}The ministry ({word}) said so.</p>"
        page = page_of(text.encode("cp932"))
        assert (page.encoding, page.text) == ("cp932", text)


def test_windows_1252_is_believed_of_no_japanese_text() -> None:
    for path in (JAPANESE, "/press/release/x.html"):
        page = page_of(KANA.format(meta=declared("iso-8859-1")).encode("cp932"), path)
        assert page.encoding == "cp932"


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp"])
def test_a_page_but_for_some_bytes_is_broken_and_nothing_else(codec: str) -> None:
    """A footer, a comment or a script may come out of a file in another encoding."""
    names = {"utf-8": "UTF-8", "cp932": "Shift_JIS", "euc_jp": "EUC-JP"}
    text = KANA.format(meta=declared(names[codec])) * 3
    page = page_of(text.encode(codec) + b"\x81 " + "と述べた。".encode(codec), JAPANESE)
    assert page.is_broken
    assert (page.encoding, page.text) == (codec, f"{text}\ufffd と述べた。")
    assert page.utf8.decode() == page.text
    assert not page_of(text.encode(codec), JAPANESE).is_broken


@pytest.mark.parametrize("codec", ["cp932", "euc_jp"])
def test_a_broken_page_is_no_page_in_another_encoding(codec: str) -> None:
    body = KANA.format(meta=declared("UTF-8")).encode(codec) + b"\x81 "
    with pytest.raises(Undecodable):
        _ = page_of(body, JAPANESE).text


@pytest.mark.parametrize("body", ["", "   ", "<!-- -->"])
def test_an_empty_page_is_rejected(body: str) -> None:
    with pytest.raises(EmptyPage):
        _ = page_of(body).tree
