"""A release as Markdown and HTML: other programs read the same text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from mofa_crawler.export.article import html_page, markdown
from mofa_crawler.record import Block, Link
from tests.factories import release

MARKUP = "ab *_`[]()<>#|~&!$\\\n1.)-+=:>日\"'\u3000"
TEXTS = (
    st.text(MARKUP, min_size=1, max_size=25)
    .map(
        lambda text: "\n".join(" ".join(line.split()) for line in text.split("\n") if line.split())
    )
    .filter(bool)
)


def words(text: str) -> str:
    return "".join(text.split())


def rendered(source: str) -> html.HtmlElement:
    return html.fromstring(MarkdownIt("commonmark").enable("table").render(source))


@given(title=TEXTS, text=TEXTS, kind=st.sampled_from(["paragraph", "heading", "note", "caption"]))
@example(title="# x", text="- a\n1. b\n&lt;c", kind="paragraph")
@example(title="&lt;", text="1) a\n+ b\n===\n---", kind="note")
def test_markdown_says_what_the_release_says(title: str, text: str, kind: str) -> None:
    title = " ".join(title.split())
    body = [
        Block(kind=kind, text=text),
        Block(kind="point", level=1, label="1.", text=text),
        Block(kind="point", level=3, label="(a)", text=text),
        Block(kind="point", level=2, label="•", text=text),
        Block(kind="table", rows=[[text, "b"], ["c", text]]),
    ]
    link = Link(kind="text", text=title, url="https://example.org/a_b?c=(d)&e=*f*")
    page = rendered(markdown(release(title=title, body=body, links=[link])))
    printed = words(page.text_content())
    assert printed.startswith(words(title))
    said = words(text)
    assert f"{said}1.{said}(a){said}•{said}" in printed
    assert f"{said}bc{said}" in printed
    assert link.url in {a.get("href") for a in page.iter("a")}
    assert len(list(page.iter("li"))) == 4
    assert not list(page.iter("code", "img", "hr", "script"))


def test_points_stand_under_each_other() -> None:
    levels = [1, 2, 3, 2, 1]
    body = [Block(kind="point", level=n, label=f"{n}.", text="Text") for n in levels]
    page = rendered(markdown(release(body=body, links=[])))
    depths = [len(list(item.iterancestors("li"))) + 1 for item in page.iter("li")]
    assert depths == levels


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", 'a & b \x0c "c"', "日本\n外相"])
def test_html_says_what_the_release_says(text: str) -> None:
    title = " ".join(text.split())
    source = html_page(release(title=title, body=[Block(kind="paragraph", text=text)]))
    page = html.document_fromstring(source)
    assert source.startswith("<!DOCTYPE html>")
    assert page.get("lang") == "en"
    assert page.findtext(".//h1") == title
    (paragraph,) = page.find(".//article/div").iter("p")
    assert words(paragraph.text_content()) == words(text.replace("\x0c", "\ufffd"))
    assert not list(page.iter("script"))
