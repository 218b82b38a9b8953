"""Pages from before 2013: each landmark, where it may stand, and what is said where it is not there."""

from __future__ import annotations

import pytest

from mofa_crawler.parsers.errors import (
    EmptyBody,
    InvalidDate,
    ListingPage,
    MisplacedMarkup,
    MissingTitle,
    ParseError,
    UnknownLayout,
)
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.record import Link, PressRelease
from tests.factories import page_of, sample_page

TITLE = "<h2>Talks on Harbors</h2>"
DATE = "<p align=right>August 31, 1998</p>"
BODY = "<p>The talks were long in Tokyo.</p>"
BACK = '<hr><a href="../index.html">Back to Index</a>'


SENTENCE = "<p>On the second day the two Ministers spoke of the ports of the north, and agreed.</p>"


def page(
    *parts: str,
    head: str = "MOFA: Talks on Harbors",
    lang: str = "en",
    listed: str | None = "2021-01-27",
) -> PressRelease:
    html = f"<html><head><title>{head}</title></head><body>{''.join(parts)}</body></html>"
    path = (
        "/announce/announce/1998/8/831.html" if lang == "en" else "/mofaj/press/release/17/x.html"
    )
    return parse_release(page_of(html, path), listed_date=listed)


def test_the_plainest_page() -> None:
    record = page(TITLE, DATE, BODY, BACK)
    assert (record.title, record.date, record.section) == ("Talks on Harbors", "1998-08-31", "")
    assert record.text == "The talks were long in Tokyo."
    assert (record.layout, record.date_source, record.links) == ("text_landmarks", "page", [])


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ((TITLE, BODY, BACK), UnknownLayout),  # no date line
        ((TITLE, DATE, BODY), UnknownLayout),  # no link back
        ((BACK, TITLE, DATE, BODY), UnknownLayout),  # none after the article
        ((DATE, BODY, BACK), MissingTitle),
        (("<a href=/>Home</a>", DATE, BODY, BACK), MissingTitle),
        (("<p>Ministry</p><p>Talks about Harbors</p>", DATE, BODY, BACK), MissingTitle),
        ((TITLE, "<p>Tokyo</p>", DATE, BODY, BACK), MissingTitle),
        ((TITLE, DATE, BACK), EmptyBody),
        ((TITLE, DATE, "<p><a href=1.html>One</a></p><p><a href=2.html>Two</a></p>", BACK), ListingPage),
        ((TITLE, DATE, BODY, BACK, SENTENCE * 2), MisplacedMarkup),
        ((TITLE, DATE, BODY, "<p>Related Information: <a href=/x.html>X</a></p>", "<p>The second day was given to the ports.</p>", BACK), MisplacedMarkup),
        (("<main>", TITLE, DATE, BODY, BACK, "</main>"), UnknownLayout),  # a later template
        (("<h2 class=title2>Talks</h2>", DATE, BODY, BACK), UnknownLayout),
    ],
)  # fmt: skip
def test_a_landmark_that_is_missing_or_contradicts(
    parts: tuple[str, ...], error: type[ParseError]
) -> None:
    with pytest.raises(error):
        page(*parts)


def test_a_page_from_before_2013_may_have_its_article_in_a_div_of_the_later_name() -> None:
    record = page("<div id=maincontents>", TITLE, DATE, BODY, "</div>", BACK)
    assert (record.title, record.layout) == ("Talks on Harbors", "text_landmarks")
    with pytest.raises(UnknownLayout):
        page("<div id=contents-body>", TITLE, DATE, BODY, "</div>", BACK)


def test_buttons_that_share_or_print_the_page_are_no_text() -> None:
    share = '<p>[<a href="http://twitter.com/share?url=x">Tweet</a>] <a href="javascript:print()">Print</a></p>'
    record = page(TITLE, DATE, share, BODY, share, BACK)
    assert record.text == "The talks were long in Tokyo."


def test_unknown_layouts_say_which_landmark_is_missing() -> None:
    with pytest.raises(UnknownLayout, match="text_landmarks lacks a line that is a date"):
        page(TITLE, BODY, BACK)
    with pytest.raises(UnknownLayout, match="text_landmarks lacks a link back to the index"):
        page(TITLE, DATE, BODY)
    with pytest.raises(UnknownLayout, match="text_landmarks lacks markup from before"):
        page("<main>", TITLE, DATE, BODY, BACK)


@pytest.mark.parametrize(
    "title",
    [
        "<h2>Talks<br>on Harbors</h2>",
        "<center><font size=5><b>Talks on Harbors</b></font></center>",
        "<p>Press Release No. 12</p><p>Talks on Harbors</p>",  # <title> names the second
        "<a href=/>Home</a> | <a href=/x.html>Press</a> &gt; Talks on Harbors<h2>Talks on Harbors</h2>",
        "<table><tr><td><a href=/>Home</a></td><td><img alt='Ministry'>Talks on Harbors</td></tr></table>",
        "<a href=/><img alt='Ministry' src=x></a><p>Talks on Harbors</p>",
    ],
)
def test_titles(title: str) -> None:
    assert page(title, DATE, BODY, BACK).title == "Talks on Harbors"


@pytest.mark.parametrize(
    "top",
    [
        "<h2>Talks<br>August 31, 1998<br>on Harbors</h2>",
        "<center><h3>Talks</h3>August 31, 1998<h3>on Harbors</h3></center>",
        "<table><tr><td>Talks</td></tr><tr><td>August 31, 1998</td></tr><tr><td>on Harbors</td></tr></table>",
    ],
)
def test_a_title_that_its_date_splits(top: str) -> None:
    record = page(top, BODY, BACK)
    assert (record.title, record.date) == ("Talks on Harbors", "1998-08-31")
    assert record.text == "The talks were long in Tokyo."


def test_text_that_stands_with_the_title_below_the_date_is_no_title_unless_title_says_so() -> None:
    top = (
        "<center><b>Talks on Harbors</b><br>August 31, 1998<br>Ministry of Foreign Affairs</center>"
    )
    record = page(top, BODY, BACK)
    assert (record.title, record.body[0].text) == (
        "Talks on Harbors",
        "Ministry of Foreign Affairs",
    )
    with pytest.raises(MissingTitle):
        page(top, BODY, BACK, head="MOFA")


@pytest.mark.parametrize("above", ["Press Release", "報道発表", "<h1>Press Release</h1>"])
def test_a_date_above_the_title(above: str) -> None:
    record = page(f"<p>{above}</p>", DATE, TITLE, BODY, BACK)
    assert (record.title, record.text) == ("Talks on Harbors", "The talks were long in Tokyo.")
    with pytest.raises(MissingTitle):
        page(
            f"<p>{above.removeprefix('<h1>').removesuffix('</h1>')}</p>",
            DATE,
            TITLE,
            BODY,
            BACK,
            head="MOFA",
        )


def test_an_article_in_the_element_of_its_title_is_no_title() -> None:
    with pytest.raises(MissingTitle):
        page(
            "<div><b>Talks on Harbors</b><br><br>The ports were open.<br><br>August 31, 1998<br>x</div>",
            BACK,
        )


@pytest.mark.parametrize(
    "text",
    [
        "<p>Joint Statement</p><ul><li><a href='js_e.pdf'>English</a><li><a href='js_j.pdf'>Japanese</a></ul>",
        "<p>Texts</p><p><a href='/f.html'>French</a></p><p>The end of it.</p>",
    ],
)
def test_links_named_by_languages_within_the_article_are_text(text: str) -> None:
    record = page(TITLE, DATE, BODY, text, BACK)
    assert record.links
    assert any(block.text in {"English", "French"} for block in record.body)


def test_an_article_that_goes_on_after_the_link_back() -> None:
    for rest in (
        SENTENCE * 2,
        SENTENCE + "<p>(c) The ports of the south were given 300 million yen, as planned.</p>",
    ):
        with pytest.raises(MisplacedMarkup):
            page(TITLE, DATE, BODY, BACK, rest)
    with pytest.raises(MisplacedMarkup):
        page(TITLE, DATE, BODY, BACK, SENTENCE, BACK)


@pytest.mark.parametrize(
    ("foot", "codes"),
    [
        (SENTENCE, ["text_after_end"]),
        (
            "<p>This page is best viewed with Netscape Navigator 3.0 and a screen of 800x600.</p>",
            [],
        ),
        (
            "<p>このページは、ブラウザの文字を大きくしてもそのまま読めるように作られています。</p>",
            [],
        ),
        ("<address>2-2-1 Kasumigaseki, Chiyoda-ku, Tokyo</address>", []),
    ],
)
def test_a_line_below_the_link_back(foot: str, codes: list[str]) -> None:
    record = page(TITLE, DATE, BODY, BACK, foot)
    assert record.text == "The talks were long in Tokyo."
    assert record.warnings == codes


@pytest.mark.parametrize(
    "parts",
    [
        (TITLE, DATE.replace("31", "32"), BODY),
        (TITLE, DATE.replace("1998", "2098"), BODY),
        (TITLE, DATE, BODY, DATE.replace("31", "30")),  # under a signature
        (DATE, TITLE, DATE.replace("31", "30"), BODY),
    ],
)
def test_a_date_in_doubt_is_that_of_the_listing(parts: tuple[str, ...]) -> None:
    record = page(*parts, BACK)
    assert (record.date, record.date_source) == ("2021-01-27", "listing")
    assert record.warnings == ["date_line"]
    with pytest.raises(InvalidDate):
        page(*parts, BACK, listed=None)


def test_the_days_of_an_itinerary_are_headings() -> None:
    days = "".join(
        f"<p><b>September {day}, 1998</b></p><p>Visit to the port of {name}</p>"
        for day, name in ((1, "Otaru"), (2, "Niigata"))
    )
    record = page(TITLE, DATE, days, BACK)
    assert (record.date, record.warnings) == ("1998-08-31", [])
    assert record.text.startswith("September 1, 1998\n\nVisit to the port of Otaru")


def test_links_that_only_look_like_links_back() -> None:
    text = '<p><a href="/x.html">Back to School Campaign</a></p><p><a href="#i">Index</a></p><p>The end.</p>'
    record = page(TITLE, DATE, BODY, text, BACK)
    assert record.text.endswith("Back to School Campaign\n\nIndex\n\nThe end.")


def test_sentences_are_no_related_links() -> None:
    back = '<p><a href="index.html">目次へ戻る</a></p>'
    body = "<p>関連情報の共有が課題です。</p><p>日時　九月五日</p><p>詳細は<a href='x.html'>こちら</a></p>"
    record = page("<h2>会合</h2><p>平成10年8月31日</p>", body, back, head="外務省: 会合", lang="ja")
    assert [block.text for block in record.body][1:] == ["日時 九月五日", "詳細はこちら"]
    related = (  # a sentence that would be lost
        "<p>関連リンク</p><p><a href='x.html'>研修</a></p><p>次回会合は来年行うことで一致した。</p>"
    )
    with pytest.raises(MisplacedMarkup):
        page(
            "<h2>会合</h2><p>平成10年8月31日</p>",
            body,
            related,
            back,
            head="外務省: 会合",
            lang="ja",
        )


@pytest.mark.parametrize(
    ("pre", "lines"),
    [
        ("Ryutaro Hashimoto\nKeizo Obuchi\nYohei Kono", 3),
        (
            "The talks were long in Tokyo between the Minister and the\nMr. Smith of the\nU.S. Government in Tokyo.",
            1,
        ),
        (
            "The following took part in the talks of the working group:\n  A. Yamada, Ministry\n  B. Sato, Ministry",
            3,
        ),
    ],
)
def test_preformatted_lines(pre: str, lines: int) -> None:
    record = page(TITLE, DATE, f"<pre>{pre}</pre>", BACK)
    assert len(record.text.replace("\n\n", "\n").split("\n")) == lines


@pytest.mark.parametrize("signs", ["* * *", "- - -", "((("])
def test_signs_below_the_date_are_no_rest_of_the_title(signs: str) -> None:
    record = page(TITLE, DATE, f"<p>{signs}</p>", BODY, BACK)
    assert record.title == "Talks on Harbors"
    assert record.body[0].text == signs


def test_a_date_in_the_title() -> None:
    record = page("<h2>Talks on Harbors (August 31, 1998)</h2>", BODY, BACK)
    assert (record.title, record.date) == ("Talks on Harbors (August 31, 1998)", "1998-08-31")
    record = page("<b>Talks on Harbors, August 31, 1998</b>", BODY, BACK)
    assert (record.title, record.date) == ("Talks on Harbors, August 31, 1998", "1998-08-31")


def test_a_title_on_two_lines_of_a_japanese_page_is_joined_as_title_has_it() -> None:
    top = "<h2>漁業に関する<br>日・甲協議（結果）</h2><p>平成10年8月31日</p>"
    back = '<p><a href="index.html">目次へ戻る</a></p>'
    for head, title in (
        ("外務省: 漁業に関する日・甲協議（結果）", "漁業に関する日・甲協議（結果）"),
        ("外務省: 漁業に関する 日・甲協議（結果）", "漁業に関する 日・甲協議（結果）"),
        ("外務省", "漁業に関する 日・甲協議（結果）"),
    ):
        assert page(top, "<p>協議が行われた。</p>", back, head=head, lang="ja").title == title


@pytest.mark.parametrize(
    "date",
    [
        "<p>(August 31, 1998)</p>",
        "<p>Monday, August 31, 1998</p>",
        "<div>31 August 1998 (Monday)</div>",
        "<p>August 31, 1998 [<a href=/mofaj/x.html>Japanese</a>]</p>",
        "<p>August 31,\r\n1998<br><a href=/mofaj/x.html>Japanese</a></p>",
    ],
)
def test_date_lines(date: str) -> None:
    record = page(TITLE, date, BODY, BACK)
    assert (record.date, record.text) == ("1998-08-31", "The talks were long in Tokyo.")


def test_the_same_date_under_a_signature_is_text() -> None:
    record = page(TITLE, DATE, BODY, "<p>The Press Secretary</p>", DATE, BACK)
    assert record.text.endswith("The Press Secretary\n\nAugust 31, 1998")


def test_the_days_of_a_table_are_no_dates_of_the_page() -> None:
    table = (
        "<table border=1><tr><td>August 30, 1998<td>Departure<tr><td>May 1, 1999<td>Report</table>"
    )
    record = page(TITLE, DATE, BODY, table, BACK)
    assert record.body[1].rows == [["August 30, 1998", "Departure"], ["May 1, 1999", "Report"]]


@pytest.mark.parametrize(
    "back",
    [
        "<a href=index.html>[Back to Index]</a>",
        "[ <a href=index.html>Back to Index</a> ]",
        "<a href='#top'>Top of this page</a> | <a href=index.html>Back to Index</a>",
        "<a href=index.html><img alt='Back to Index' src=x></a>",
        "<a href='#top'>Back to Top</a>",
        "[<a href=index.html>Back</a>]",
        "<a href=index.html>←戻る</a>",
        "<p>(END)</p><a href=index.html>Back to Press Releases</a><address>Copyright (C) 1998</address>",
        "<p>(END)<hr><a href='#top'>Top</a><br><a href=index.html>Index</a>",
    ],
)
def test_the_end(back: str) -> None:
    record = page("<a name=top></a>", TITLE, DATE, BODY, back)
    assert (record.text, record.links) == ("The talks were long in Tokyo.", [])


def test_a_link_to_the_top_in_the_middle_ends_nothing() -> None:
    top = '<p><a href="#top">Top of this page</a></p>'
    record = page(TITLE, DATE, BODY, top, "<p>The second day.</p>", top, BACK)
    assert record.text == "The talks were long in Tokyo.\n\nThe second day."


def test_related_information() -> None:
    related = (
        '<p>Related Information (<a href="/region/x.html">Japan-X Relations</a>)<br>'
        '<a href="/files/1.pdf">Joint Statement (PDF)</a></p>'
    )
    record = page(TITLE, DATE, BODY, "<p>(END)</p>", related, BACK)
    assert record.text == "The talks were long in Tokyo."
    assert record.links == [
        Link(kind="related", text="Japan-X Relations", url="https://www.mofa.go.jp/region/x.html"),
        Link(
            kind="attachment",
            text="Joint Statement (PDF)",
            url="https://www.mofa.go.jp/files/1.pdf",
        ),
    ]


def test_the_translation_is_a_link_with_the_language_s_name() -> None:
    link = '<p><a href="/mofaj/press/release/10/x.html">Japanese</a> / <a href="/f.html">French</a></p>'
    record = page('<a href="/mofaj/index.html">Japanese</a>', TITLE, DATE, link, BODY, BACK)
    assert record.translation == "https://www.mofa.go.jp/mofaj/press/release/10/x.html"
    assert (record.text, record.links) == ("The talks were long in Tokyo.", [])


@pytest.mark.parametrize(
    ("above", "section"),
    [
        ("<p>Press Release</p>", "Press Release"),
        ("<h1>Event Information</h1>", "Event Information"),
        ("<p>The Ministry's page</p>", ""),
        ("<p><a href=/>Press Release</a></p>", ""),
    ],
)
def test_sections(above: str, section: str) -> None:
    assert page(above, TITLE, DATE, BODY, BACK).section == section


def test_a_heading_that_names_the_series_is_no_title() -> None:
    for head in ("MOFA", ""):
        record = page(
            "<h1>報道発表</h1><p><b>Talks on Harbors</b></p>", DATE, BODY, BACK, head=head
        )
        assert (record.title, record.section) == ("Talks on Harbors", "報道発表")


def test_hard_wrapped_lines() -> None:
    english = "<p>The talks were long\r\n  in Tokyo.</p><pre>\nThe second day was given to the ports of the northern\n  islands.\n\nThe end.</pre>"
    assert page(TITLE, DATE, english, BACK).text == (
        "The talks were long in Tokyo.\n\n"
        "The second day was given to the ports of the northern islands.\n\nThe end."
    )
    japanese = "<p>第３回\r\nASEAN\n会合は、South Pacific\nForum の後、東\n京で行われた。</p>"
    back = '<p><a href="index.html">目次へ戻る</a></p>'
    record = page(
        "<h2>会合</h2><p>平成10年8月31日</p>", japanese, back, head="外務省: 会合", lang="ja"
    )
    assert record.text == "第３回ASEAN会合は、South Pacific Forum の後、東京で行われた。"


@pytest.mark.parametrize("href", [" /files/1.pdf ", "/files/\r\n1.pdf", "\t/fi\tles/1.pdf\n"])
def test_white_space_in_an_address(href: str) -> None:
    record = page(TITLE, DATE, BODY, f"<p><a href='{href}'>港</a></p>", BACK)
    assert [link.url for link in record.links] == ["https://www.mofa.go.jp/files/1.pdf"]


def test_two_pictures_in_one_link_to_an_index() -> None:
    link = '<a href="index.html"><p><img src=x></p><p><img src=y></p></a>'
    assert page(TITLE, DATE, BODY, link, BACK).text == "The talks were long in Tokyo."


def test_layout_tables_leave_no_trace() -> None:
    record = page(
        "<table><tr><td width=100><a href=/>Home</a><td>",
        TITLE,
        "<table width=100%><tr><td align=right>August 31, 1998</table>",
        "<table><tr><td>1.<td>The first point.<tr><td>2.<td>The second point.</table>",
        "<table><tr><td><img alt='x' src=x><tr><td>The hall</table>",
        "<p>The end of it.</p>",
        BACK,
        "</table>",
    )
    assert [(b.kind, b.label, b.text) for b in record.body] == [
        ("point", "1.", "The first point."),
        ("point", "2.", "The second point."),
        ("caption", "", "The hall"),
        ("paragraph", "", "The end of it."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("August 22, 2008", "Summer of 2008", UnknownLayout),
        ("August 22, 2008", "August 42, 2008", InvalidDate),
        ("Back to Index", "Onwards", UnknownLayout),
        ("<body", "<body><nav>x</nav", UnknownLayout),
    ],
)
def test_a_page_of_the_sample_site_that_changed(
    old: str, new: str, error: type[ParseError]
) -> None:
    path = "announce/announce/2008/8/1182841_1040.html"
    html = sample_page(path).body.decode()
    assert old in html
    changed = html.replace(old, new)
    for to_top in ("Top of this page", "Back to top"):
        changed = changed.replace(to_top, "")
    with pytest.raises(error):
        parse_release(page_of(changed, f"/{path}"))


def test_words_in_brackets_beside_the_date_are_the_first_block() -> None:
    record = page(TITLE, DATE.replace("1998", "1998 (Provisional translation)"), BODY, BACK)
    assert (record.date, record.title) == ("1998-08-31", "Talks on Harbors")
    assert [(block.kind, block.text) for block in record.body] == [
        ("note", "(Provisional translation)"),
        ("paragraph", "The talks were long in Tokyo."),
    ]


@pytest.mark.parametrize("head", ["MOFA: Talks on Harbors", "MOFA"])
@pytest.mark.parametrize(
    "date",
    [
        "<p align=right>The Ministry<br>August 31, 1998</p>",
        "<p align=right>August 31, 1998<br>The Ministry</p>",
        "<p align=right>The Ministry</p><p align=right>August 31, 1998</p>",
        "<div align=Right><p>The Ministry</p><p>August 31, 1998</p></div>",
    ],
)
def test_a_line_above_or_below_the_date_is_no_title(date: str, head: str) -> None:
    record = page(TITLE, date, BODY, BACK, head=head)
    assert (record.date, record.title) == ("1998-08-31", "Talks on Harbors")
    assert [block.text for block in record.body] == [
        "The Ministry",
        BODY.removeprefix("<p>").removesuffix("</p>"),
    ]


def test_a_line_above_the_date_may_be_of_the_title() -> None:
    date = "<p align=right>of the North Sea<br>August 31, 1998</p>"
    title = "Talks on Harbors of the North Sea"
    assert page(TITLE, date, BODY, BACK, head=title).title == title
    with pytest.raises(MissingTitle, match="between the title and the date"):
        page(TITLE, "of the North Sea<br>August 31, 1998", BODY, BACK)


@pytest.mark.parametrize("head", ["MOFA: Talks on Harbors", "MOFA"])
def test_a_row_of_signs_is_none_of_the_title(head: str) -> None:
    record = page("<p>----------</p><p>Talks on Harbors</p>", DATE, BODY, BACK, head=head)
    assert record.title == "Talks on Harbors"


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        ("<td><img src=a.jpg width=300><tr><td>The Minister in Oslo", ["caption"]),
        ("<td><img src=s.gif width=20><td>The talks were long.", ["paragraph"]),
        ("<td><img src=s.gif><td>The talks:<ol><li>A<li>B</ol>", ["paragraph", "point", "point"]),
    ],
)
def test_a_picture_and_its_caption_or_a_spacer_beside_the_article(
    cells: str, kinds: list[str]
) -> None:
    record = page(TITLE, DATE, f"<table><tr>{cells}</table>", BODY, BACK)
    assert [block.kind for block in record.body] == [*kinds, "paragraph"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["1)", "2)"], ["1)", "2)"]),
        (["<b>Ⅰ</b>", "Ⅱ"], ["Ⅰ", "Ⅱ"]),
        (["（ア）", "（イ）"], ["（ア）", "（イ）"]),
        (["一、", "二、"], ["一、", "二、"]),
        (["Ａ．", "Ｂ．"], ["Ａ．", "Ｂ．"]),
        (["&nbsp;1&nbsp;", "２"], ["1", "２"]),
        (["●", "□"], ["●", "□"]),
    ],
)
def test_labels_in_cells_of_their_own(labels: list[str], expected: list[str]) -> None:
    texts = ["<p>甲は<b>述べた</b>。</p><p>乙</p>", "丙"]
    rows = zip(labels, texts, strict=True)
    html = "".join(f"<tr><td>{label}<td><br>{text}" for label, text in rows)
    parts = TITLE, "<p>平成10年8月31日</p>", f"<table>{html}</table>", "<a href=a.html>戻る</a>"
    record = page(*parts, lang="ja")
    assert [(block.label, block.text) for block in record.points] == [
        (expected[0], "甲は述べた。"),
        (expected[1], "丙"),
    ]
    assert record.body[1].text == "乙"


def test_a_word_in_the_first_cell_is_no_label() -> None:
    rows = "<tr><td>UK<td>Mr. A<tr><td>USA<td>Mr. B"
    record = page(TITLE, DATE, BODY, f"<table>{rows}</table>", BACK)
    assert [block.text for block in record.body[1:]] == ["UK", "Mr. A", "USA", "Mr. B"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ⅰ．", "Ⅱ．"),
        ("ア　", "イ　"),
        ("ア、", "イ、"),
        ("（ｱ）", "（ｲ）"),
        ("一、", "二、"),
        ("（一）", "（二）"),
        ("①", "②"),
        ("■", "■"),
        ("－　", "－　"),
        ("１．１　", "１．２　"),
        ("ａ．", "ｂ．"),
        ("１．", "２．"),
    ],
)
@pytest.mark.parametrize("is_indented", [False, True])
def test_preformatted_items_whose_lines_are_full(
    first: str, second: str, *, is_indented: bool
) -> None:
    line = "両大臣は、二国間の関係を更に強めるために協力すること"
    indent = "　" * (len(first) - ("ｱ" in first)) if is_indented else ""
    text = f"{line}{line[:7]}\n{indent}に向けて、{line[5:]}を確認した。\n"
    pre = f"{first}{text}{second}ASEANについて、{text}"
    parts = TITLE, "<p>平成10年8月31日</p>", f"<pre>{pre}</pre>", "<a href=a.html>戻る</a>"
    record = page(*parts, lang="ja")
    plain = "".join(text.split())
    assert [(block.label, block.text) for block in record.points] == [
        ("".join(first.split()), plain),
        ("".join(second.split()), f"ASEANについて、{plain}"),
    ]
