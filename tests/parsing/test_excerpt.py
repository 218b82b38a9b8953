"""Excerpts: taken of every page of the template, and read as the whole page is or not at all."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from mofa_crawler.parsers import release as release_module
from mofa_crawler.parsers.errors import ParseError
from mofa_crawler.parsers.excerpt import excerpt_of
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.record import as_json
from tests.factories import SITE, page_of, sample_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mofa_crawler.parsers.page import Page

PAGES = {
    str(path.relative_to(SITE)): path.read_bytes()
    for path in sorted(SITE.rglob("*.htm*"))
    if b'id="maincontents"' in path.read_bytes() and not path.name.endswith("index.html")
}
SEED = "press/release/press1e_000170.html"


def outcome(html: bytes, path: str) -> tuple[str, list[str]]:
    """What comes of a page: its record or its error, and its warnings."""
    page = page_of(html, f"/{path}")
    try:
        read = as_json(parse_release(page, listed_date="2021-01-27"))
    except ParseError as error:
        read = str(error)
    return read, page.warnings


def outcome_of_whole_page(html: bytes, path: str) -> tuple[str, list[str]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release_module, "excerpt_of", lambda _: None)
        return outcome(html, path)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_template_is_read_in_an_excerpt(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Page] = []
    monkeypatch.setattr(release_module, "check_is_article", read.append)
    parse_release(sample_page(path), listed_date="2021-01-27")
    (page,) = read  # and not the whole page after it
    assert len(page.body) < len(PAGES[path]) / 2


@pytest.mark.parametrize("path", PAGES)
def test_an_excerpt_reads_as_its_page(path: str) -> None:
    assert outcome(PAGES[path], path) == outcome_of_whole_page(PAGES[path], path)


TAG = re.compile(rb"<[^>]*>")
# What opens and closes other elements than the author of a page had in mind, hides, or is looked for.
# A slash stands for the space between attributes, as it may in HTML.
PIECES = (
    b"<!-- --> <script> </script> <style> <textarea> <plaintext> <title> </title> <svg><title>Not&#32;Found"
    b" <div> </div> </div></div> <div><div> <div/hidden> <div/style=display:none> <p> <p/title=' <b> <a> </a>"
    b" <a/href=/x.html> <table> </table> <tr><td> <ul> </ul> <li> <ol> <dl><dt> <select> <noscript> <template>"
    b" <main> </main> </MAIN> <footer> <footer/id=footer> <header> <article> </article> <form> <iframe> <frameset>"
    b" <body> </body> <body/hidden> <html> </html> <head> </head> <meta/http-equiv=refresh/content=0;url=/x.html>"
    b" <div/id=maincontents> <div/id=contents-header><h2>Other</h2></div> <div/id=contents-header><h1>x</h1></div>"
    b" <div/class=other-language> <div/class=relatedlink-section> <div/class=index> <div/id=wrapper>"
    b" </div><div/id=wrapper> <div/id=breadcrumb> <div/id=breadcrumb></div> <dl/class=title-list>"
    b" <end-of-excerpt> <END-OF-EXCERPT></END-OF-EXCERPT> words"
).split()


def mutants(count: int) -> Iterator[tuple[bytes, str]]:
    """Pages of the template with one to three things put in, left out, doubled or in each other's place.

    The same ones each time.
    """
    chance = random.Random(170)  # noqa: S311
    for _ in range(count):
        path = chance.choice(list(PAGES))
        html = PAGES[path]
        for _ in range(chance.randint(1, 3)):
            html = chance.choice([put_in, leave_out, double, swap, cut])(html, chance)
        yield html, path


def put_in(html: bytes, chance: random.Random) -> bytes:
    at = chance.choice(list(TAG.finditer(html))).start()
    return html[:at] + chance.choice(PIECES) + html[at:]


def leave_out(html: bytes, chance: random.Random) -> bytes:
    tag = chance.choice(list(TAG.finditer(html)))
    return html[: tag.start()] + html[tag.end() :]


def double(html: bytes, chance: random.Random) -> bytes:
    tag = chance.choice(list(TAG.finditer(html)))
    return html[: tag.end()] + tag[0] + html[tag.end() :]


def swap(html: bytes, chance: random.Random) -> bytes:
    names = b"maincontents contents-header contents wrapper footer breadcrumb index other-language"
    one, other = chance.sample(names.split(), 2)
    return html.replace(one, b"\0").replace(other, one).replace(b"\0", other)


def cut(html: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(html))
    return html[:at] + html[at + chance.choice([1, 10, 100, 1000]) :]


def test_a_page_that_changed_is_read_as_a_whole_page_would_be() -> None:
    in_excerpt = 0
    for html, path in mutants(600):
        assert outcome(html, path) == outcome_of_whole_page(html, path)
        try:
            in_excerpt += excerpt_of(page_of(html, f"/{path}")) is not None
        except ParseError:
            continue
    assert in_excerpt > 150  # else the pages show nothing


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # What the head says.
        ("<title>", "<title>Another</title><title>"),
        ('<meta charset="UTF-8">', '<meta http-equiv="refresh" content="0;url=/x.html">'),
        ('<meta charset="UTF-8">', "<meta charset='UTF-8'>"),
        ("</style>", "</style>words"),
        ("var mofa_title", "<!-- <script> var mofa_title"),
        ("var mofa_title", "/* \0 */ var mofa_title"),
        ('content="index,follow">', 'content="index,follow>'),
        # What is said around the article.
        ('<div id="wrapper">', '<div id="wrapper"><div id="contents-header"><h1>x</h1></div>'),
        ('<div id="wrapper">', '<div id="wrapper"><div id="maincontents"></div>'),
        ('<div id="wrapper">', '<div id="wrapper"><svg><title>Not Found</title></svg>'),
        ('<div id="pagetop"', '<div class="other-language"></div><div id="pagetop"'),
        ('<div id="pagetop"', '<p>Words that matter</p><div id="pagetop"'),
        ("</html>", ""),
        # What is open where the article begins.
        ('<div id="wrapper">', '<div id="wrapper" hidden>'),
        ('<div id="wrapper">', '<div id="wrapper"><div>'),
        ('<div id="wrapper">', '<div><div id="wrapper">'),
        ('<div id="wrapper">', "<div>"),
        ('<div id="breadcrumb">', '<!-- <div id="breadcrumb">'),
        ('<div id="breadcrumb">', "<p title='<div id=\"breadcrumb\">"),
        ('<div id="breadcrumb">', '<textarea><div id="breadcrumb">'),
        # What is open where it ends.
        ("</main>", "<div></main>"),
        ("</main>", "</div></main>"),
        ("</main>", '</div></div><div id="wrapper"></main>'),
        ("</main>", "<!-- </main>"),
        ("</main>", "<script></main>"),
        ("</main>", "<body></main>"),
        ("</main>", '</MAIN><end-of-excerpt id="footer"></end-of-excerpt><!-- </main>'),
        ("</main>", "</MAIN><END-OF-EXCERPT></END-OF-EXCERPT><!-- </main>"),
        ("</main>", "</main><!--"),
        ("</main>", "</main><script>"),
    ],
)  # fmt: skip
def test_in_doubt_the_whole_page_is_read(old: str, new: str) -> None:
    html = PAGES[SEED].replace(old.encode(), new.encode(), 1)
    assert html != PAGES[SEED]
    assert excerpt_of(page_of(html, f"/{SEED}")) is None
    assert outcome(html, SEED) == outcome_of_whole_page(html, SEED)


def test_what_is_refused_in_an_excerpt_is_refused_for_what_the_whole_page_shows() -> None:
    """Also where an excerpt alone would give another reason, and leave a warning behind."""
    html = PAGES[SEED].replace(b"January 27, 2021", b"January 27, 2021 (Monday)")
    assert outcome(html, SEED)[1] == ["'January 27, 2021 (Monday)' was a Wednesday"]
    html = html.replace(b"At the outset", b"At the \x01 outset")
    assert outcome(html, SEED) == outcome_of_whole_page(html, SEED)
    assert outcome(html, SEED)[0].startswith("mojibake: ")
