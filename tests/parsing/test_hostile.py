"""Hostile pages: a clear error or the right record, and work that grows with the size alone."""

from __future__ import annotations

import re
from cProfile import Profile
from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mofa_crawler.parsers.body.outline import Outline
from mofa_crawler.parsers.errors import (
    MisplacedMarkup,
    Mojibake,
    ParseError,
    Truncated,
    Undecodable,
    UnknownLayout,
    UnknownMarkup,
    Unparsable,
)
from mofa_crawler.parsers.release import parse_release
from tests.factories import page_of, sample_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from mofa_crawler.record import PressRelease

CMS = "press/release/press1e_000170.html"
OLD = "announce/announce/1998/8/826.html"
PAGES = {CMS: b"<ol>", OLD: b"<P>"}  # where in the article something is put before


def with_inside(path: str, html: str | bytes) -> PressRelease:
    """What is read of a page of the demo site with something more in its article."""
    body = sample_page(path).body
    more = html.encode() if isinstance(html, str) else html
    assert PAGES[path] in body
    return parse_release(page_of(body.replace(PAGES[path], more + PAGES[path], 1), f"/{path}"))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("html", "error"),
    [
        ("<div>" * 50_000, Unparsable),
        ("<div>" * 1_500 + "x" + "</div>" * 1_500, UnknownMarkup),
        ("<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">x</p>", Unparsable),
        ("<p>x</p>" * 200_000, Unparsable),
        ("a\0b", Mojibake),
        ("a\x07b", Mojibake),
        ("<p>日本語</p>".encode("cp932") + "<p>外務省において</p>".encode(), Undecodable),
        ("<table>" + "<tr><td colspan=99>words<td>y</tr>" * 300 + "</table>", UnknownMarkup),
    ],
    ids=lambda value: value.code if isinstance(value, type) else value[:12],
)
def test_named_errors(path: str, html: str | bytes, error: type[ParseError]) -> None:
    with pytest.raises(error):
        with_inside(path, html)


@pytest.mark.parametrize(
    "html", ["<!--" * 200_000, "<plaintext>", "<script>", "<textarea>", "<style>"]
)
def test_what_swallows_the_rest_of_the_page(html: str) -> None:
    with pytest.raises((Truncated, MisplacedMarkup, UnknownMarkup)):
        with_inside(CMS, html)
    with pytest.raises((UnknownLayout, Unparsable), match="a link back to the index|50,000 tags"):
        with_inside(OLD, html)


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_sixteen_megabytes_of_text_are_one_paragraph(path: str) -> None:
    text = (("lorem" * 20 + " ") * 166_000).strip()
    record = with_inside(path, f"<p>{text}</p>")
    assert any(block.text == text for block in record.body)


@pytest.mark.slow
def test_a_hundred_thousand_items() -> None:
    record = with_inside(CMS, "<ul>" + "<li>item</li>" * 100_000 + "</ul>")
    assert sum(block.label == "•" for block in record.body) == 100_000
    with pytest.raises(Unparsable, match="50,000 tags"):
        with_inside(OLD, "<ul>" + "<li>item</li>" * 100_000 + "</ul>")


@pytest.mark.parametrize("path", PAGES)
def test_entities_of_the_page_s_own_are_not_expanded(path: str) -> None:
    body = sample_page(path).body
    bomb = b'<!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b "&a;&a;">]>'
    bomb += re.sub(rb"<!DOCTYPE[^>]*>", b"", body).replace(PAGES[path], b"&b;" * 9 + PAGES[path], 1)
    record = parse_release(page_of(bomb, f"/{path}"))
    assert "boom" not in record.text
    assert "&b;" * 9 in record.text


@pytest.mark.parametrize("path", PAGES)
def test_attributes_with_line_ends(path: str) -> None:
    record = with_inside(path, '<p title="a\n\nb" class="\n" style="\n">x</p>' * 1_000)
    assert [block.text for block in record.body].count("x") == 1_000


def test_a_title_of_a_megabyte() -> None:
    page = sample_page(CMS)
    title = "Japan-U.S. Foreign Ministers’ Telephone Talk"
    body = page.body.decode().replace(f"<span>{title}", "<span>" + "Title " * 170_000 + title)
    assert len(parse_release(page_of(body, f"/{CMS}")).title) > 1_000_000


# --- work ---------------------------------------------------------------------------------------


def calls_of(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls: a measure that no other load on the machine moves."""
    profile = Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "html",
    [
        "<p>A paragraph.</p>",
        "<ul><li>An item<ul><li>(1) another</li></ul></li></ul>",
        "<p>1. A</p><p>(1) b</p><p>(a) c</p>",
        "a line<br>",
        '<a href="/a.html">link</a>',
        "<table border=1><tr><th>a</th><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        "<dl><dt>(1) a</dt><dd>b</dd></dl>",
        "<pre>a line of some fifty or more columns, that was wrapped\nby hand\n</pre>",
        "<b>Heading</b><hr><blockquote>x</blockquote>",
    ],
)
def test_work_grows_with_the_size(path: str, html: str) -> None:
    once, twice = (calls_of(lambda n=n: with_inside(path, html * n)) for n in (200, 400))  # type: ignore[misc]
    fixed = calls_of(lambda: with_inside(path, html))
    assert twice - fixed < 2.2 * (once - fixed)


@pytest.mark.parametrize("text", ["(" * 24_000, "[ " * 12_000, "Jan" * 8_000, "Related " * 4_000])
def test_signs_in_a_row_take_no_time(text: str) -> None:
    """Some expressions once took time by the square of them: eleven seconds for 24 KB."""
    begin = process_time()
    with_inside(OLD, f"<p>{text}</p><p><a href='/x.html'>{text}</a></p>")
    with_inside(
        CMS, f"</div></div></div></div><div class='rightalign'>{text}</div><div><div><div><div>"
    )
    html = sample_page(CMS).body.replace(b">January 27, 2021<", f">{text}<".encode())
    parse_release(page_of(html, f"/{CMS}"), listed_date="2021-01-27")
    assert process_time() - begin < 3


# --- random articles ------------------------------------------------------------------------------

WORDS = [
    "a",
    "、",
    "abc",
    " a b",
    "hij  外",
    "外務大臣は",
    "大臣 ",
    "。 務",
    "j、はa",
    "be 外fg、に",
    "をに。 ci",
]
LABELS = ["1.", "2.", "3.", "1", "１　", "（１）", "(2)", "①", "・", "(a)", "ア　", "※"]
TAGS = ["b", "strong", "span", "u", "font", "a href='/x.html'"]
INLINE = [f"<{tag}>{text}</{tag.split()[0]}>" for tag in TAGS for text in WORDS]
# Half of the lines have no label, and half no element. A line is one draw: to draw its characters
# takes longer than to parse them.
LINE = st.sampled_from(
    [
        f"{label} {text}"
        for label in [*LABELS, *len(LABELS) * [""]]
        for text in [*INLINE, *len(TAGS) * WORDS]
    ]
)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=4).map(lambda lines: f"<p>{'<br>'.join(lines)}</p>")
BLOCKS = st.recursive(
    st.one_of(PARAGRAPH, LINE, LINE.map(lambda line: f"<h3>{line}</h3>")),
    lambda inner: st.builds(
        lambda tags, children: tags[0] + tags[1].join(children) + tags[2],
        st.sampled_from(
            [
                ("<ol><li>", "</li><li>", "</li></ol>"),
                ("<ul><li>", "<li>", "</ul>"),
                ("<ol start=2 type=a><li>", "</li><li>", "</li></ol>"),
                ("<div>", "<hr>", "</div>"),
                ("<blockquote>", "\n", "</blockquote>"),
                ("<dl><dt>", "</dt><dd>", "</dd></dl>"),
                ("<table><tr><td>", "</td><td>", "</td></tr></table>"),
            ]
        ),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(BLOCKS, min_size=1, max_size=5), st.sampled_from(["/press", "/mofaj/press"]))
def test_no_text_of_a_random_article_is_lost(blocks: list[str], side: str) -> None:
    html = "".join(blocks)
    page = page_of(f"<html><body><div id=x>{html}</div></body></html>", f"{side}/release/x.html")
    outline = Outline(page)
    try:
        outline.walk(page.tree.get_element_by_id("x"))
    except ParseError:
        return
    record = "".join(
        block.label + block.text + "".join(cell for row in block.rows for cell in row)
        for block in outline.blocks
    )
    rest = iter(re.sub(r"\s", "", record))
    shown = re.sub(r"\s", "", page.tree.text_content())
    # In order, and nothing left out; what the browser prints (numbers, bullets) comes on top.
    assert all(character in rest for character in shown), (shown, record)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(BLOCKS, min_size=1, max_size=5), st.booleans())
def test_no_text_of_a_random_old_page_is_lost(blocks: list[str], japanese: bool) -> None:
    """The text between the date and the link back is in the record, or the page is rejected."""
    article = "".join(blocks)
    day, back = (
        ("平成10年8月31日", "目次へ戻る") if japanese else ("August 31, 1998", "Back to Index")
    )
    html = (
        "<html><head><title>MOFA: Talks</title></head><body><h2>Talks</h2>"
        f"<p>{day}</p><div id=x>{article}</div><hr><a href='index.html'>{back}</a></body></html>"
    )
    path = "/mofaj/press/release/17/x.html" if japanese else "/announce/announce/1998/8/831.html"
    page = page_of(html, path)
    try:
        record = parse_release(page)
    except ParseError:
        return
    assert record.title == "Talks"
    text = "".join(
        block.label + block.text + "".join(cell for row in block.rows for cell in row)
        for block in record.body
    )
    rest = iter(re.sub(r"\s", "", text))
    shown = re.sub(r"\s", "", page.tree.get_element_by_id("x").text_content())
    assert all(character in rest for character in shown), (shown, text)


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from(list(PAGES)))
def test_random_bytes_are_read_or_rejected(noise: bytes, path: str) -> None:
    try:
        record = with_inside(path, noise)
    except ParseError:
        return
    assert record.text
