"""Release pages against their goldens, and what must hold for every page."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.parsers import release as release_module
from mofa_crawler.parsers.errors import (
    WARNINGS,
    AmbiguousLayout,
    AnotherPage,
    EmptyBody,
    InvalidDate,
    ListingPage,
    MisplacedMarkup,
    MissingDate,
    MissingTitle,
    Mojibake,
    NotFoundPage,
    NotHtml,
    ParseError,
    Placeholder,
    TranslatedPage,
    Truncated,
    Undecodable,
    UnknownLayout,
)
from mofa_crawler.parsers.layouts.cms import layout as cms
from mofa_crawler.parsers.release import LAYOUTS, parse_release
from mofa_crawler.pipelines.validate import find_problem
from mofa_crawler.record import DEFAULTS, PAGE_FIELDS
from tests.factories import EXPECTED, ORIGIN, REJECTED, SITE, WARNED, page_of, sample_page

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.parsers.page import Page
    from mofa_crawler.record import PressRelease

GOLDENS = sorted(EXPECTED.rglob("*.json"))
NAMES = [str(golden.relative_to(EXPECTED).with_suffix("")) for golden in GOLDENS]
SEED = "press/release/press1e_000170"


@cache
def golden_of(name: str) -> dict[str, Any]:
    return json.loads((EXPECTED / f"{name}.json").read_text("utf-8"))  # type: ignore[no-any-return]


def release_page(name: str) -> Page:
    """A release of the demo site by the name of its golden."""
    (path,) = SITE.glob(f"{name}.htm*")
    return sample_page(str(path.relative_to(SITE)))


@cache
def parsed(name: str) -> dict[str, Any]:
    page = release_page(name)
    return asdict(parse_release(page, listed_date=golden_of(name)["listed_date"]))


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str) -> None:
    golden = golden_of(name)
    expected = {field: golden["record"].get(field, DEFAULTS[field]) for field in PAGE_FIELDS}
    assert {field: parsed(name)[field] for field in PAGE_FIELDS} == expected, golden["why"]


def test_every_page_has_a_golden_and_says_why() -> None:
    pages = {
        str(path.relative_to(SITE).with_suffix(""))
        for path in SITE.rglob("*.htm*")
        if not path.name.endswith("index.html")
    }
    assert pages == set(NAMES)
    assert all(golden_of(name)["why"] for name in NAMES)


def test_the_sample_site_is_as_large_as_promised() -> None:
    records = [golden_of(name)["record"] for name in NAMES]
    count = Counter(record["lang"] for record in records)
    assert count["en"] >= 45
    assert count["ja"] >= 30
    count = Counter(record["lang"] for record in records if record["date"] < "2013-04")
    assert count["en"] >= 10
    assert count["ja"] >= 8
    layouts = [record["layout"] for record in records]
    assert all(layouts.count(layout.NAME) >= 2 for layout in LAYOUTS)


def test_pages_from_before_2013_come_from_every_era_and_encoding() -> None:
    old = [name for name in NAMES if golden_of(name)["record"]["layout"] == "text_landmarks"]
    assert len({golden_of(name)["record"]["date"][:4] for name in old}) >= 12
    encodings = {release_page(name).encoding for name in old}
    assert encodings == {"utf-8", "cp932", "euc_jp", "iso2022_jp", "cp1252"}


@pytest.mark.parametrize("name", NAMES)
def test_exactly_one_layout(name: str) -> None:
    page = release_page(name)
    matching = [layout.NAME for layout in LAYOUTS if not isinstance(layout.match(page), list)]
    assert matching == [golden_of(name)["record"]["layout"]]


@pytest.mark.parametrize("name", NAMES)
def test_every_record_keeps_the_contract(name: str) -> None:
    page = release_page(name)
    assert find_problem(parse_release(page, listed_date=golden_of(name)["listed_date"])) is None


# Where a layout has its article. Pages from before 2013 have no element for it.
ARTICLES = {"cms": "//*[@id='maincontents']", "text_landmarks": "//body"}
# What of #maincontents is no text of the article, by the page's own classes.
BOILERPLATE = ("social-btn-top", "other-language", "relatedlink-section")
# What may stand before, between and behind the blocks of a page from before 2013: the end of its
# date line or the names of languages; "(END)" and links to the top; the links back and the foot.
HEAD_END = re.compile(
    r"(?:\d{4}[)）]?|日(?:[（(].{1,3}[)）])?|\[?(?:Japanese|English|英語版|French)\]?/?)$"
)
BETWEEN = re.compile(
    r"\(END\)|このページのトップへ戻る|Topofthispage|\[?(?:Japanese|English|英語版)\]?"
)
FOOT = re.compile(
    r"(?:\(END\)|このページのトップへ戻る|(?:Backto)?[Tt]opofthispage|BacktoTop|\||／)*"
    r"\[?(?:BacktoIndex|報道発表へ戻る|目次へ戻る|BacktoPressReleases)\]?.{0,250}"
)


def without_space(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]", "", text)


def visible_text(page: Page, layout: str, *, dated: bool) -> str:
    """The characters of the article, white space left out, by a way that is not the parser's.

    On a page from before 2013, those of the whole page.
    """
    (main,) = page.tree.xpath(ARTICLES[layout])
    pieces = []
    for node in main.xpath(".//text()"):
        parent = node.getparent()
        element = parent.getparent() if node.is_tail else parent
        around = [element, *element.iterancestors()]
        classes = [e.get("class") or "" for e in around]
        boilerplate = any(name in c for c in classes for name in BOILERPLATE)
        date_line = dated and any(
            "rightalign" in (e.get("class") or "") and e.getparent() is main for e in around
        )
        hidden = any(e.tag in {"script", "style", "button", "noscript"} for e in around)
        if not boilerplate and not date_line and not hidden:
            pieces.append(str(node))
    return without_space("".join(pieces))


def consume(text: str, record: PressRelease) -> str:
    """What is left of a page's text when the blocks were found in it, one after the other."""
    for block in record.body:
        label, body = without_space(block.label), without_space(block.text)
        pieces = [cell for row in spread(block.rows) for cell in row] or [body]
        for piece in map(without_space, pieces):
            text = skip_landmarks(text, piece, label)
            if text.startswith(label + piece):
                text = text.removeprefix(label + piece)
            else:  # a browser printed the label
                assert text.startswith(piece), f"{piece[:60]!r} where {text[:60]!r} stands"
                text = text.removeprefix(piece)
    return text


def skip_landmarks(text: str, piece: str, label: str) -> str:
    while not text.startswith((piece, label + piece)):
        match = BETWEEN.match(text)
        if not match:
            break
        text = text[match.end() :]
    return text


def spread(rows: list[list[str]]) -> list[list[str]]:
    """The cells of a table as the page has them: those that spans repeat are empty."""
    return [
        [
            "" if (x and cell == row[x - 1]) or (y and cell == above(rows, y, x)) else cell
            for x, cell in enumerate(row)
        ]
        for y, row in enumerate(rows)
    ]


def above(rows: list[list[str]], y: int, x: int) -> str:
    return rows[y - 1][x] if x < len(rows[y - 1]) else ""


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_lost_and_none_is_added(name: str) -> None:
    page = release_page(name)
    record = parse_release(page, listed_date=golden_of(name)["listed_date"])
    text = visible_text(page, record.layout, dated=record.date_source == "page")
    if record.layout != "text_landmarks":
        # What the header has beside section and title is the first heading.
        header = without_space("".join(page.tree.xpath("//*[@id='contents-header']//text()")))
        for known in (record.section, record.title):
            header = header.replace(without_space(known), "", 1)
        assert consume(header + text, record) == ""
        return
    first = record.body[0]
    begin = text.index(without_space(first.label + first.text))
    before = text[:begin]
    assert HEAD_END.search(before) or before.endswith(without_space(record.title)[-6:]), before[
        -60:
    ]
    rest = consume(text[begin:], record)
    for link in record.links:
        if link.kind != "text":
            rest = rest.replace(without_space(link.text), "", 1)
    rest = re.sub(
        r"[（(【＜]?(?:RelatedInformation|関連(?:情報|リンク))[:：】＞)）]?[(（)）・／,、]*",
        "",
        rest,
    )
    assert FOOT.fullmatch(re.sub(r"[()（）]", "", rest.replace("(END)", ""))), rest[:200]


def test_the_seed_word_for_word() -> None:
    record = parse_release(sample_page(f"{SEED}.html"))
    assert record.title == "Japan-U.S. Foreign Ministers’ Telephone Talk"
    assert record.date == "2021-01-27"
    assert record.lead.startswith("On January 27th, commencing at 8:00 a.m. for approximately 30")
    assert record.lead.endswith("The overview of the telephone talk is as follows.")
    assert [point.label for point in record.points] == ["1.", "2.", "3.", "4.", "5."]
    assert [point.text.split()[:3] for point in record.points] == [
        ["At", "the", "outset,"],
        ["Minister", "Motegi", "expressed"],
        ["The", "two", "ministers"],
        ["The", "ministers", "agreed"],
        ["The", "two", "ministers"],
    ]
    assert record.points[4].text.endswith("while taking into account the COVID-19 situation.")


def changed(old: str, new: str, name: str = SEED) -> Page:
    """A page of the demo site with one thing changed."""
    page = release_page(name)
    html = page.body.decode()
    assert old in html
    return page_of(html.replace(old, new), f"/{name}.html")


SENTENCES = "<p>The harbors are open. All ships may enter.</p>"
DATE_LINE = '<div class="rightalign">January 27, 2021</div>'


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('id="maincontents"', 'id="maincontent"', UnknownLayout),
        ('id="contents-header"', 'id="header2"', UnknownLayout),
        ('class="main-section section"', 'class="main"', UnknownLayout),
        (DATE_LINE, "", MissingDate),
        (DATE_LINE, DATE_LINE.replace("27", "47"), InvalidDate),
        (DATE_LINE, DATE_LINE.replace("January", "Janvier"), InvalidDate),
        (DATE_LINE, DATE_LINE.replace("2021", "2031"), InvalidDate),
        (DATE_LINE, DATE_LINE + DATE_LINE.replace("27", "28"), InvalidDate),
        (DATE_LINE, '<div class="rightalign">Updated: January 27, 2021</div>', InvalidDate),
        ("<span>Japan-U.S. Foreign Ministers’ Telephone Talk</span>", "<span> </span>", MissingTitle),
        ("approximately 30 minutes", "approximately \ufffd minutes", Mojibake),
        ("approximately 30 minutes", "approximately \x01 minutes", Mojibake),
        (DATE_LINE, '<div class="rightalign">令和三年十三月二十七日</div>', InvalidDate),
        (DATE_LINE, DATE_LINE.replace("2021", "1021"), InvalidDate),
        ('<div class="any-area">', '<div class="any-area">' + "<div>" * 3, MisplacedMarkup),
        ("</ol>", "</ol>" + "</div>" * 5 + "<p>after</p>", MisplacedMarkup),
        ("</ol>", "</ol><script>", Truncated),
        ("Telephone Talk</span></h2>", "</div>Telephone Talk</span></h2>", MisplacedMarkup),
        ('<div class="any-area">', '<div class="any-area"><dialog>', MisplacedMarkup),
        ('<div class="any-area">', '<div class="any-area"><s>', MisplacedMarkup),
        ("</ol>", "</ol><xmp>", Truncated),
        ("</ol>", "</ol><p class='", Truncated),
        ('<main id="contents">', '<main id="contents"><div id="maincontents">x</div>', MisplacedMarkup),
        ('<div class="any-area">', '<div class="any-area"><button>', MisplacedMarkup),
        ("</ol>", f"</ol><div class='relatedlink-section'>{SENTENCES}</div>", MisplacedMarkup),
        ('<div class="any-area">', '<div class="any-area"><iframe src="/x.html">', MisplacedMarkup),
        ('<div class="rightalign">', '<div class="other-language"><div class="rightalign">', MisplacedMarkup),
    ],
)  # fmt: skip
def test_a_page_that_changed_is_rejected_by_name(
    old: str, new: str, error: type[ParseError]
) -> None:
    with pytest.raises(error) as caught:
        parse_release(changed(old, new))
    assert str(caught.value).startswith(f"{error.code}: ")
    assert str(caught.value).endswith(f"({sample_page(SEED + '.html').url})")


def test_text_that_tags_too_many_put_after_the_article_is_not_lost() -> None:
    """Also on a page without related links, which would be out of place then."""
    page = sample_page(f"{SEED}.html")
    related = re.compile(rb'<div class="relatedlink-section">.*?</ul>\s*</div>', re.DOTALL)
    html, removed = related.subn(b"", page.body)
    assert removed == 1
    assert parse_release(page_of(html, f"/{SEED}.html")).links == []
    for count in range(5, 12):
        spilled = html.replace(b"</ol>", b"</ol>" + b"</div>" * count + b"<p>after</p>")
        with pytest.raises(MisplacedMarkup):
            parse_release(page_of(spilled, f"/{SEED}.html"))


def test_section_and_title_that_changed_places_are_rejected() -> None:
    title = "Japan-U.S. Foreign Ministers’ Telephone Talk"
    html = sample_page(f"{SEED}.html").body.decode()
    start = html.index('<div id="contents-header">')
    header = html[start : html.index("</div>", start)]
    swapped = (
        header.replace(title, "\0").replace("Press Releases", title).replace("\0", "Press Releases")
    )
    assert swapped != header
    with pytest.raises(MissingTitle, match="and not 'Press Releases'"):
        parse_release(page_of(html.replace(header, swapped), f"/{SEED}.html"))


def test_unknown_layouts_say_what_is_missing() -> None:
    with pytest.raises(
        UnknownLayout, match="cms lacks div#maincontents, div#maincontents div.main-sec"
    ):
        parse_release(changed('id="maincontents"', 'id="maincontent"'))


def test_an_empty_body_is_rejected() -> None:
    page = sample_page(f"{SEED}.html")
    html = re.sub(rb'(<div class="any-area">).*?(</div>)', rb"\1\2", page.body, flags=re.DOTALL)
    with pytest.raises(EmptyBody):
        parse_release(page_of(html))


def test_a_listing_is_no_release() -> None:
    with pytest.raises(ListingPage):
        parse_release(sample_page("press/release/index.html"))


def test_two_layouts_for_one_page_are_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    other = SimpleNamespace(NAME="other", match=cms.match)
    monkeypatch.setattr(release_module, "LAYOUTS", (*LAYOUTS, other))
    with pytest.raises(AmbiguousLayout):
        parse_release(sample_page(f"{SEED}.html"))


def test_the_listings_date_stands_in_only_where_the_page_has_none() -> None:
    record = parse_release(changed(DATE_LINE, ""), listed_date="2021-01-28")
    assert (record.date, record.date_source) == ("2021-01-28", "listing")
    record = parse_release(sample_page(f"{SEED}.html"), listed_date="2021-01-28")
    assert (record.date, record.date_source) == ("2021-01-27", "page")


def test_a_caption_inside_the_text_is_one() -> None:
    caption = '<p class="caption">The hall</p></div><div class="any-area">'
    record = parse_release(changed('<div class="any-area">', f'<div class="any-area">{caption}'))
    assert (record.body[0].kind, record.body[0].text) == ("caption", "The hall")
    assert record.lead.startswith("On January 27th")


@pytest.mark.parametrize(
    "text",
    [
        "(Provisional Translation)",
        "外務大臣　三宅太郎",
        "(Press Release No. 12)",
        "January 27, 2021",
    ],
)
def test_another_right_aligned_line_is_text(text: str) -> None:
    line = f'<div class="rightalign">{text}</div>'
    record = parse_release(changed(DATE_LINE, DATE_LINE + line))
    assert record.date == "2021-01-27"
    assert record.body[0].text == " ".join(text.split())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<main id="contents">', '<div id="contents">'),
        ('<article id="contents-article">', '<article id="contents-article"><!-- x --><script>x</script>'),
        ("</article>", '<div class="print"><a href="#">Print</a></div></article>'),
        ("</article>", '</article><div class="print"><a href="#">Print</a></div>'),
        ("</main>", "</main><script>x</script><noscript>Turn it on</noscript>"),
        ("</html>", "</HTML>" + "<script>x</script>" * 1000),
        ("</article>", '<div class="index"><a href="/press/index.html">Back</a></div></article>'),
        ('">Japanese</a>', '">Japanese</a> (PDF)'),
        ("</ol>", "</ol><p class='pagetop'><a href='#header'>Back to top</a></p>"),
        ("</ol>", "</ol><video src='x'></video><svg><title>Lamp</title><path d='M0'/></svg>"),
        ('class="main-section section"', 'class="main-section"'),
        ('class="relatedlink-section"', 'class="relatedlink-section\trelatedlink-section"'),
        ("\r\n", "\n"),
        (DATE_LINE, "<p>January 27, 2021</p>"),
        (DATE_LINE, '<span class="rightalign">January 27, 2021</span>'),
        (DATE_LINE, "<h3>January 27, 2021</h3>"),
        (DATE_LINE, f"<noscript><p>Turn it on</p></noscript>{DATE_LINE}"),
        (DATE_LINE, f'<p class="pagetop"><a href="#a">To the article</a></p>{DATE_LINE}'),
        ("Telephone Talk</span></h2>", "Telephone <script>x</script>Talk</span></h2>"),
        ("Telephone Talk</span></h2>", "Telephone Talk<svg><title>x</title></svg></span></h2>"),
        ("Telephone Talk</span></h2>", "Telephone </html>Talk</span></h2>"),
        (DATE_LINE, f'<div class="date">{DATE_LINE}</div>'),
        ('<div class="any-area">', '<div class="any-area"><div>'),  # a tag too few moves nothing in
        ("</article>", '<span class="print">Print</span></article>'),
        ("</article>", f"<div class='survey'>{SENTENCES}</div></article>"),
        ("</main>", f"</main><div class='emergency'>{SENTENCES}</div>"),
        ("</main>", f"</main><section><h2>Notice</h2>{SENTENCES}<div></section>"),
        ('<main id="contents">', f'<div class="emergency">{SENTENCES}</div><main id="contents">'),
        ('<div id="contents-body">', f'<div id="contents-body"><div class="notice">{SENTENCES}</div>'),
        ("</footer>", f"{SENTENCES}</div></footer>"),
        ("</footer>", "</footer><title>Not found</title><svg><title>Not found</title></svg>"),
        ("</head>", "<noscript><meta http-equiv='refresh' content='0; url=/plain/'></noscript></head>"),
        ('">Japanese</a>', '">Japanese</a> ' + "Words that matter. " * 2),
        ('<div class="relatedlink-section">', '<div class="relatedlink-section"><p>' + "Words. " * 6),
        ("Relations</a>", "Relations</a> (provided by the North American Affairs Bureau)"),
        ("</ol>", '</ol><div class="index"><a href="/press/release/index.html">Back</a></div>'),
        ("</ol>", '</ol><div id="pagetop"><span><a href="#header">To the top</a></span></div>'),
        ("</h2>", '</h2><a class="print" href="#">Print this page</a><div class="sns">Share</div>'),
    ],
)  # fmt: skip
def test_what_stands_around_the_article_may_vary(old: str, new: str) -> None:
    page = changed(old, new)
    assert asdict(parse_release(page)) == parsed(SEED)
    assert page.warnings == []


def test_sentences_beside_the_article_reject_a_page_with_a_tag_too_many() -> None:
    """Its source has an end tag more, and the text may be the article's own."""
    survey = f"</article><div class='survey'>{SENTENCES}</div>"
    page = changed("</article>", survey)
    assert parse_release(page).text == parsed(SEED)["text"]
    with pytest.raises(MisplacedMarkup, match="a tag too many, and 'The harbors"):
        parse_release(page_of(page.body.replace(b"</ol>", b"</ol></div>"), f"/{SEED}.html"))


def test_a_footer_in_the_article_is_the_article_s_own_if_the_tags_are_whole() -> None:
    quotation = "<blockquote>We agree.<footer>The Minister</footer></blockquote>"
    record = parse_release(changed("</ol>", f"</ol>{quotation}"))
    assert [block.text for block in record.body][-2:] == ["We agree.", "The Minister"]


def test_a_second_heading_of_the_header_is_the_title_if_title_says_so() -> None:
    title = "Japan-U.S. Foreign Ministers’ Telephone Talk"
    heading = f"<span>{title}</span></h2>"
    page = changed(heading, f"<span>Second Series</span></h2><h2>{title}</h2>")
    record = parse_release(page)
    assert (record.title, record.body[0].kind, record.body[0].text) == (
        title,
        "heading",
        "Second Series",
    )
    assert [warning.code for warning in page.warnings] == ["subtitle"]
    with pytest.raises(MissingTitle, match="2 titles"):
        parse_release(changed(heading, "<span>First</span></h2><h2>Second</h2>"))


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>Japan-U.S. Foreign Ministers’</h2><h2>Telephone Talk</h2>",
        "<h2>Japan-U.S. Foreign Ministers’ Telephone Talk | Ministry of Foreign Affairs of Japan</h2>",
    ],
)
def test_a_title_in_two_headings_or_with_the_name_of_the_site(heading: str) -> None:
    html = re.sub('<h2 class="title2 title-logo">.*?</h2>', heading, release_page(SEED).text)
    page = page_of(html, f"/{SEED}.html")
    assert heading in html
    assert parse_release(page).content_hash == parsed(SEED)["content_hash"]
    assert page.warnings == []


@pytest.mark.parametrize(
    "switch",
    [
        '<div class="rightalign">{}</div>',
        '<p class="other-language">[{}]</p>',
        "<ul><li>{}</li></ul>",
        '<div>{} / <a href="/fr.html">French</a></div>',
        "<span>{}</span>",
    ],
)
def test_a_link_to_the_other_language_in_any_markup(switch: str) -> None:
    link = switch.format('<a href="/mofaj/press/release/y.html">Japanese</a>')
    html = release_page(SEED).text
    html = re.sub('<div class="[^"]*other-language">.*?</div>', "", html, flags=re.DOTALL)
    for old, new in (
        (DATE_LINE, link + DATE_LINE),
        (DATE_LINE, DATE_LINE + link),
        ("</h2>", f"</h2>{link}"),
    ):
        page = page_of(html.replace(old, new, 1), f"/{SEED}.html")
        record = parse_release(page)
        assert record.content_hash == parsed(SEED)["content_hash"]
        assert record.translation == f"{ORIGIN}/mofaj/press/release/y.html"
        assert page.warnings == []
    for old in ('<div class="any-area">', '<ul class="link-list">'):
        record = parse_release(page_of(html.replace(old, old + link, 1), f"/{SEED}.html"))
        assert record.translation is None


def test_the_lines_of_a_subtitle_stand_apart() -> None:
    subtitle = '<div><p>First <a href="#">x</a>day</p><p>Oslo<br>Bergen</p></div>'
    record = parse_release(changed("</h2>", f"</h2>{subtitle}"))
    assert record.body[0].text == "First day Oslo Bergen"


@pytest.mark.parametrize(
    "furniture",
    [
        '<nav><ol><li><a href="/">Top</a></li><li>Press</li></ol></nav>',
        '<div class="breadcrumb"><a href="/">Top</a> &gt; Press</div>',
        '<div class="social-btn-bottom"><a href="#">Share</a></div>',
        '<div><a href="https://twitter.com/intent/tweet?url=x">Post</a> '
        '<a href="//www.facebook.com/sharer/sharer.php?u=x">Share</a></div>',
        '<ul><li><a href="https://social-plugins.line.me/lineit/share?url=x">LINE</a></li></ul>',
        '<p class="print">[<a href="javascript:print()">Print</a>]</p>',
    ],
)
def test_navigation_and_buttons_are_no_text_of_the_article(furniture: str) -> None:
    for html in (DATE_LINE + furniture, furniture + DATE_LINE):
        record = parse_release(changed(DATE_LINE, html))
        assert record.content_hash == parsed(SEED)["content_hash"]
    for inside in (
        f"<nav>{SENTENCES}</nav>",
        '<p><a href="javascript:f()">The harbors are open.</a></p>',
    ):
        page = changed('<div class="any-area">', f'<div class="any-area">{inside}')
        assert "The harbors are open." in parse_release(page).text


def test_a_date_in_the_header_is_the_date_line() -> None:
    page = changed("</h2>", "</h2><h3>January 27, 2021</h3>")
    html = page.body.decode().replace(DATE_LINE, "")
    page = page_of(html, f"/{SEED}.html")
    record = parse_release(page, listed_date="2021-01-28")
    assert (record.date, record.date_source, page.warnings) == ("2021-01-27", "page", [])
    assert record.content_hash == parsed(SEED)["content_hash"]


def test_the_date_line_may_hold_more_than_the_date() -> None:
    page = changed(DATE_LINE, DATE_LINE.replace("</div>", "<br>Ministry of Foreign Affairs</div>"))
    record = parse_release(page)
    assert (record.date, record.body[0].text) == ("2021-01-27", "Ministry of Foreign Affairs")
    link = ' [<a href="/mofaj/press/release/press4_009165.html">Japanese</a>]</div>'
    record = parse_release(changed(DATE_LINE, DATE_LINE.replace("</div>", link)))
    assert (record.date, record.lead) == ("2021-01-27", parsed(SEED)["lead"])


@pytest.mark.parametrize(
    "link",
    [
        '<p class="to-top"><a href="#header">Back to top</a></p>',
        '<div class="page-top"><a href="#wrapper">Page Top</a></div>',
        '<p>▲<a href="#top">このページの先頭へ</a></p>',
    ],
)
def test_a_link_to_the_top_of_the_page_is_none_of_the_article(link: str) -> None:
    body = parsed(SEED)["body"]
    record = asdict(parse_release(changed("<hr>", link + "<hr>")))
    assert record["body"] == body
    for other in (link.replace("#", "/x.html#"), link.replace("</a>", "</a> of the talks")):
        assert len(parse_release(changed("<hr>", other + "<hr>")).body) == len(body) + 1


def test_a_notice_above_the_date_line_hides_no_date() -> None:
    notice = '<div class="notice"><p>This site will be down on Sunday.</p></div>'
    record = parse_release(changed(DATE_LINE, notice + DATE_LINE))
    assert (record.date, record.date_source) == ("2021-01-27", "page")
    assert record.body[0].text == "This site will be down on Sunday."
    signature = '<p>We agreed.</p><div class="rightalign">January 26, 2021</div>'
    record = parse_release(changed(DATE_LINE, DATE_LINE + signature))
    assert (record.date, record.body[1].text) == ("2021-01-27", "January 26, 2021")


def test_the_date_of_a_signature_is_no_date_line() -> None:
    """Not even if the text of the article is outside of its section."""
    page = changed(DATE_LINE, '<div class="any-area"><p>We agreed.</p></div>' + DATE_LINE)
    record = parse_release(page, listed_date="2021-01-28")
    assert (record.date, record.body[1].text) == ("2021-01-28", "January 27, 2021")


@pytest.mark.parametrize("text", ["27 January", "27th of January", "3.1.27", "令和3.1.27現在"])
def test_a_date_line_that_cannot_be_read_is_a_warning(text: str) -> None:
    page = changed("January 27, 2021</div>", f"{text}</div>")
    record = parse_release(page, listed_date="2021-01-28")
    assert (record.date, record.warnings) == ("2021-01-28", ["date_line"])
    assert asdict(record)["body"] == parsed(SEED)["body"]


@pytest.mark.parametrize("text", ["Tel. 03.3580.3311", "2-2-1 Kasumigaseki", "5 Mayors"])
def test_a_line_above_the_article_without_a_date_is_kept(text: str) -> None:
    page = changed(DATE_LINE, f'<div class="rightalign">{text}</div>{DATE_LINE}')
    record = parse_release(page)
    assert (record.body[0].text, record.warnings) == (text, [])


def test_a_date_in_the_text_is_no_date_line() -> None:
    page = changed('<div class="any-area">', '<div class="any-area"><p>January 27, 2021</p>')
    html = page.body.decode().replace(DATE_LINE, "")
    page = page_of(html, f"/{SEED}.html")
    record = parse_release(page, listed_date="2021-01-28")
    assert (record.date, record.date_source) == ("2021-01-28", "listing")
    assert record.body[0].text == "January 27, 2021"
    with pytest.raises(InvalidDate):
        parse_release(page)


def test_a_page_that_singlefile_saved_has_no_end_tag() -> None:
    """By default SingleFile leaves out `</html>`, and writes a comment above the page."""
    comment = "<!--\n Page saved with SingleFile \n url: https://www.mofa.go.jp/ \n-->"
    html = re.sub("</body>|</html>|</li>|</p>", "", release_page(SEED).body.decode())
    page = page_of(html.replace("<html", f"{comment}<html", 1), f"/{SEED}.html")
    assert asdict(parse_release(page)) == parsed(SEED)
    with pytest.raises(Truncated):
        parse_release(page_of(html, f"/{SEED}.html"))
    with pytest.raises(Truncated):
        parse_release(page_of(page.body.partition(b"<footer")[0], f"/{SEED}.html"))


@pytest.mark.parametrize(
    "address",
    [
        "http://mofa.go.jp/press/release/press1e_000170.html?from=mail#top",
        "/press/release/press1e_000170.html",
        "https://www.mofa.go.jp/index.html",
        "https://example.org/press/release/press1e_000999.html",
    ],
)
def test_addresses_that_do_not_name_another_page(address: str) -> None:
    page = changed("https://www.mofa.go.jp/press/release/press1e_000170.html", address)
    assert asdict(parse_release(page)) == parsed(SEED)


@pytest.mark.parametrize(
    "tag",
    ["<meta property='OG:URL' content='{}'>", "<link rel='Canonical alternate' href='{}'>"],
)
def test_addresses_that_name_another_page(tag: str) -> None:
    own = '<meta property="og:url" content="https://www.mofa.go.jp/press/release/press1e_000170.html">'
    with pytest.raises(AnotherPage):
        parse_release(changed(own, tag.format("/press/release/press1e_000999.html")))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("name", [SEED, "mofaj/press/release/press4_009165"])
def test_a_page_that_breaks_off_is_rejected(name: str, share: float) -> None:
    page = release_page(name)
    with pytest.raises(ParseError):
        parse_release(page_of(page.body[: int(len(page.body) * share)]), listed_date="2021-01-27")


REJECTED_PAGES = sorted(REJECTED.glob("*/*.html"))
WARNED_PAGES = sorted(WARNED.glob("*/*.html"))
# A listing's date is used for these pages.
WITHOUT_LISTED_DATE = {"invalid_date", "missing_date"}


def fixture_page(path: Path) -> Page:
    """A fixture as a release; those whose name begins with `ja_` are of the Japanese side."""
    folder = "/mofaj/press/release" if path.name.startswith("ja_") else "/press/release"
    return page_of(path.read_bytes(), f"{folder}/x.html")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", REJECTED_PAGES, ids=name_of)
def test_pages_that_are_rejected(path: Path) -> None:
    code = path.parent.name
    with pytest.raises(ParseError) as caught:
        parse_release(
            fixture_page(path), listed_date=None if code in WITHOUT_LISTED_DATE else "2021-03-09"
        )
    assert caught.value.code == code


def test_every_error_has_two_pages_at_least() -> None:
    """But for those that no page alone can show."""
    by_code = Counter(path.parent.name for path in REJECTED_PAGES)
    codes = {error.code for error in ParseError.__subclasses__()}
    assert codes - set(by_code) == {
        "ambiguous_layout",  # no page has the anchors of both
        "listing_drift",  # of listings
        "unparsable",  # a page of 2,048 nested elements
    }
    assert min(by_code.values()) >= 2


@pytest.mark.parametrize("path", WARNED_PAGES, ids=name_of)
def test_pages_that_are_read_with_a_warning(path: Path) -> None:
    page = fixture_page(path)
    record = parse_release(page, listed_date="2021-03-09")
    assert [warning.code for warning in page.warnings] == [path.parent.name]
    assert record.warnings == [path.parent.name]


def test_every_warning_has_two_pages_at_least() -> None:
    by_code = Counter(path.parent.name for path in WARNED_PAGES)
    assert set(by_code) == set(WARNINGS)
    assert min(by_code.values()) >= 2


@pytest.mark.parametrize(
    "links",
    [
        '<a href="/mofaj/x.html">Japanese</a> <a href="/mofaj/y.html">Japanese</a>',
        '<a href="/mofaj/x.html">One</a> <a href="/mofaj/y.html">Two</a>',
        '<a href="/mofaj/index.html">Japanese</a>',
        '<a href="/mofaj/files/x.pdf">Japanese</a>',
        '<a href="/press/release/x.html">English</a>',
    ],
)
def test_a_translation_is_never_guessed(links: str) -> None:
    link = '<a href="/mofaj/press/release/press4_009165.html">Japanese</a>'
    assert parse_release(changed(link, link)).translation
    assert parse_release(changed(link, links)).translation is None


@pytest.mark.parametrize(
    "more", ["著作権について".encode("euc_jp"), "<!-- 著作権 -->".encode("cp932"), b"\xa9 2026"]
)
def test_bytes_in_another_encoding_outside_of_the_article_change_nothing(more: bytes) -> None:
    for name in ("press/release/press1e_000170", "mofaj/press/release/pressit_000001_03295"):
        page, listed = release_page(name), golden_of(name)["listed_date"]
        page = page_of(page.body.replace(b"<footer", more + b"<footer"), f"/{name}.html")
        record = asdict(parse_release(page, listed_date=listed))
        assert {field: record[field] for field in PAGE_FIELDS} == {
            field: parsed(name)[field] for field in PAGE_FIELDS
        }
        assert page.is_broken


@pytest.mark.parametrize("more", [b"\xa9 2026", b"<a href='/files/\xa9.pdf'>PDF</a>"])
def test_bytes_in_another_encoding_in_the_article_are_rejected(more: bytes) -> None:
    name = "mofaj/press/release/pressit_000001_03295"
    body = release_page(name).body
    place = body.index("、外交史料館".encode(), body.index(b"maincontents"))
    with pytest.raises(Undecodable):
        parse_release(
            page_of(body[:place] + more + body[place:], f"/{name}.html"), listed_date="2026-01-08"
        )


def test_a_page_of_the_japanese_side_without_any_japanese_was_translated() -> None:
    """Not every browser leaves a sign."""
    body, path = release_page(SEED).body, "/mofaj/press/release/x.html"
    body = re.sub(rb"<meta property=.og:url.[^>]*>|[\xe3-\xe9][\x80-\xbf]{2}", b"", body)
    with pytest.raises(TranslatedPage, match="no Japanese"):
        parse_release(page_of(body, path))
    in_english = body.replace(b"<footer", "<p>外務省</p><footer".encode())
    assert parse_release(page_of(in_english, path)).lang == "ja"


@pytest.mark.parametrize(
    "text",
    [
        '<font style="vertical-align:inherit">Talks</font>',
        '<font class="notranslate immersive-translate-target-wrapper" lang="ja">会談</font>',
        '<ya-tr-span data-translated="true">Talks</ya-tr-span>',
    ],
)
def test_a_page_that_a_browser_has_translated_is_rejected(text: str) -> None:
    with pytest.raises(TranslatedPage):
        parse_release(with_text(text))


def test_a_style_with_inherit_is_no_sign_of_a_translation() -> None:
    style = "font-style: inherit; font-weight: inherit; vertical-align: baseline"
    record = parse_release(with_text(f'<font style="{style}">We met in Tokyo.</font>'))
    assert record.text == "We met in Tokyo."


def test_the_address_that_a_page_names_itself_starts_from_its_base() -> None:
    canonical = '<base href="/press/"><link rel="canonical" href="release/x.html"></head>'
    html = re.sub(r"<meta property=.og:url.[^>]*>", "", release_page(SEED).body.decode())
    page = page_of(html.replace("</head>", canonical), "/press/release/x.html")
    assert parse_release(page).id == "press/release/x"


def with_text(text: str) -> Page:
    """A page whose article is one paragraph."""
    html = release_page(SEED).body.decode()
    return page_of(
        re.sub(r'(?s)(<div class="any-area">).*?(</div>)', rf"\1<p>{text}</p>\2", html),
        f"/{SEED}.html",
    )


@pytest.mark.parametrize(
    "text",
    [
        "(The text will be posted later.)",
        "The full text will be available soon.",
        "The Japanese translation is being prepared.",
        "Text to be announced.",
        "Under construction",
        "本文は後日掲載します。",
        "（現在、準備中です。）",
        "英語版は追って公表予定",
        "調整中",
    ],
)
def test_a_text_that_is_only_announced(text: str) -> None:
    with pytest.raises(Placeholder):
        parse_release(with_text(text))


@pytest.mark.parametrize(
    "text",
    [
        "The statement is available here.",
        "The text will be announced by the Minister on Monday.",
        "両国は会議を準備中です。",
        "会議の結果は、後日公表します。",
    ],
)
def test_a_short_sentence_is_an_article(text: str) -> None:
    assert parse_release(with_text(text)).text == text


@pytest.mark.parametrize(
    "title",
    ["お探しのページは見つかりません", "Error: page cannot be found", "404 File was not found"],
)
def test_a_page_that_says_it_was_not_found(title: str) -> None:
    head = re.sub("<title>[^<]*", f"<title>{title}", release_page(SEED).body.decode())
    with pytest.raises(NotFoundPage):
        parse_release(page_of(head, f"/{SEED}.html"))


@pytest.mark.parametrize("body", [b"\r\n%PDF-1.7", b"\xef\xbb\xbf%PDF-1.4", b"{\\rtf1 x}"])
def test_a_file_in_place_of_a_page(body: bytes) -> None:
    with pytest.raises(NotHtml):
        parse_release(page_of(body))
