"""Bytes to text: the ladder of encodings, with headers and declarations that lie."""

from __future__ import annotations

import contextlib

import pytest

from mofa_crawler.parsers.errors import EmptyPage, Undecodable
from tests.conftest import page_of

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
        assert page_of(body).encoding in {"cp932", "euc_jp"}


def test_bytes_in_no_encoding_are_refused() -> None:
    with pytest.raises(Undecodable, match="undecodable: .* \\(https://www.mofa.go.jp/press"):
        _ = page_of(b"<p>\x81").tree


@pytest.mark.parametrize("body", ["", "   ", "<!-- -->"])
def test_an_empty_page_is_refused(body: str) -> None:
    with pytest.raises(EmptyPage):
        _ = page_of(body).tree
