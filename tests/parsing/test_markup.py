"""Broken markup, read as browsers read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mofa_crawler.parsers.errors import Truncated
from mofa_crawler.parsers.release import parse_release
from tests.factories import page_of

if TYPE_CHECKING:
    from mofa_crawler.record import Block, PressRelease


def release_of(article: str, title: str = "Talks on Harbors") -> PressRelease:
    html = (
        f"<html><head><title>MOFA: Talks on Harbors</title></head><body><h2>{title}</h2>"
        f"<p align=right>August 31, 1998</p><p>They met in Oslo.</p>{article}"
        "<hr><a href='../index.html'>Back to Index</a></body></html>"
    )
    return parse_release(page_of(html, "/announce/announce/1998/8/831.html"))


def blocks_of(html: str) -> list[Block]:
    return release_of(html).body[1:]


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<div>a</p>b</div>", ["a", "b"]),
        ("<p>a<div>b</div>c</p>d", ["a", "b", "c", "d"]),
        ("<p>a<ul><li>b</li></ul>c</P >d", ["a", "b", "c", "d"]),
        ("<p>a</br>b</p><p>c</p>", ["a\nb", "c"]),
        ("<h3>a</h2>b", ["a", "b"]),
        ("<h3 class='x'>a<br>b</H4><h2>c</h2>d", ["a\nb", "c", "d"]),
        ("a</h3>b<h3>c</h3>", ["ab", "c"]),
        ("<h4>a<center>b</center>c</h4>d<p>e</h4>f", ["a", "b", "c", "d", "ef"]),
        ("<p>a<address>b<ul><li>c</li></ul>d</address>e", ["a", "b", "c", "d", "e"]),
        ("<pre>a<form>b</form>c</pre>d", ["a", "b", "c", "d"]),
        ("<p>a</body>b</p></html><p>c</p>", ["ab", "c"]),
        ("<p>a</p></BODY ></HTML><p>b</p><!-- </html> -->c", ["a", "b", "c"]),
        ("<p>a</p><embed src='x'><p>b</p>", ["a", "b"]),
        ("<p>a <source src='x'>b<track>c</p><p>d</p>", ["a bc", "d"]),
        ("<picture><source srcset='x'><img src='y'></picture>a", ["a"]),
        ("<s><p>a</p><p>b</p></s><p>c</p>", ["c"]),
        ("<p>a<STRIKE>b</p><p>c</STRIKE>d</p>", ["a", "d"]),
        ("<p>a <b>b</p><p>c</b> d</p></b>", ["a b", "c d"]),
    ],
)
def test_words_stay_apart_and_none_is_lost(html: str, texts: list[str]) -> None:
    assert [block.text for block in blocks_of(html)] == texts


def test_a_table_cell_with_the_end_of_a_paragraph_that_is_not_open() -> None:
    html = "<table border=1><tr><td>Oslo</p>port</td><td>x</td></tr><tr><td>y</td></tr></table>"
    assert blocks_of(html)[0].rows == [["Oslo\nport", "x"], ["y"]]


def test_paragraphs_in_bold_are_headings() -> None:
    blocks = blocks_of("<b><p>Talks</p></b><p>They agreed.</p>")
    assert [block.kind for block in blocks] == ["heading", "paragraph"]


@pytest.mark.parametrize("tag", ["</html>", "</body>", "</HTML>"])
def test_the_end_of_the_page_in_the_midst_of_it_ends_nothing(tag: str) -> None:
    record = release_of(f"<p>They {tag}agreed.</p><p>The end.</p>", f"Talks {tag}on Harbors")
    assert record.title == "Talks on Harbors"
    assert record.text == "They met in Oslo.\n\nThey agreed.\n\nThe end."


def test_many_tags_without_an_end_are_read_in_no_time() -> None:
    html = "<p><b>x<h2></p>y</p></h3></s>" * 5_000 + "</b>"
    assert len(page_of(f"<body>{html}").tree.xpath("//h2")) == 5_000


def test_a_page_that_breaks_off_after_the_end_tag_of_a_page_is_truncated() -> None:
    html = (
        "<div id=contents-header><h2>Talks</h2></div><div id=maincontents>"
        "<div class=rightalign>January 27, 2021</div>"
        "<div class='main-section'><p>They met</html> in To"
    )
    with pytest.raises(Truncated):
        parse_release(page_of(html))
