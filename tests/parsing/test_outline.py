"""The body forms, one by one, in markup as the ministry's editors leave it."""

from __future__ import annotations

import pytest
from lxml.etree import tostring

from mofa_crawler.parsers.body.counter_styles import kanji, roman
from mofa_crawler.parsers.body.outline import Outline
from mofa_crawler.parsers.body.rendering import render
from mofa_crawler.parsers.errors import UnknownMarkup, Unparsable
from mofa_crawler.record import Link
from tests.factories import page_of


def outline_of(html: str, path: str = "/press/release/x.html") -> Outline:
    page = page_of(f'<html><body><div id="article">{html}</div></body></html>', path)
    outline, article = Outline(page), page.tree.get_element_by_id("article")
    render(article, page)
    outline.walk(article)
    return outline


def blocks_of(html: str, path: str = "/press/release/x.html") -> list[tuple[int | str, str, str]]:
    """Level (for points) or kind, label and text of each block."""
    return [
        (b.level if b.kind == "point" else b.kind, b.label, b.text)
        for b in outline_of(html, path).blocks
    ]


def japanese(html: str) -> list[tuple[int | str, str, str]]:
    return blocks_of(html, "/mofaj/press/release/x.html")


def test_preface_and_list() -> None:
    assert blocks_of("<p>&nbsp;Preface.</p><ol><li>A</li>\r\n<li>B</li></ol>") == [
        ("paragraph", "", "Preface."),
        (1, "1.", "A"),
        (1, "2.", "B"),
    ]


def test_typed_numbers_in_paragraphs() -> None:
    assert blocks_of("<p>1. A of 1.5 million</p><p>2.&nbsp;B</p><p>Japan: the envoy</p>") == [
        (1, "1.", "A of 1.5 million"),
        (1, "2.", "B"),
        ("paragraph", "", "Japan: the envoy"),
    ]


@pytest.mark.parametrize("gap", ["\u3000", " ", "\u00a0", "</strong> "])
@pytest.mark.parametrize("numbers", ["12", "１２"])
def test_bare_numbers_in_japanese(gap: str, numbers: str) -> None:
    opening = "<strong>" if "/" in gap else ""
    html = "".join(f"<p>{opening}{n}{gap}両大臣は</p>" for n in numbers)
    assert japanese(html) == [(1, n, "両大臣は") for n in numbers]


@pytest.mark.parametrize(
    "text",
    [
        "2 people came",
        "1.5 million yen",
        "2021 was a year",
        "1 people",
        "3月に",
        "10か国",
        "1日、",
        "5 月に",
        "A. Smith spoke",
        "e. coli",
        "- 10 degrees",
        "1)",
        "10. October was",
        "2. 5 million",
        "（1）及び（2）について",
        "(1) and (2) below were signed",
        "①から③までの措置",
        "○○大使は",
        "○月○日",
        "・・・略・・・",
        "アジア",
        "3",
        "1.1 million yen",
        "1.1",
        "2-1 was the score",
        "ア、それは",
        "１，０００人",
        "ⅰ型",
        "i. e. a number",
        "II. World War",
    ],
)
def test_text_that_begins_like_a_label(text: str) -> None:
    assert japanese(f"<p>{text}</p>") == [("paragraph", "", text)]
    assert blocks_of(f"<p>{text}</p>") == [("paragraph", "", text)]


@pytest.mark.parametrize("text", ["ASEANは", "11月23日、甲は", "G7及び", "3か国は"])
def test_bare_numbers_before_letters_and_digits(text: str) -> None:
    html = f"<p>1\u3000{text}</p><p>（1）乙</p><p>2\u3000{text}</p>"
    assert japanese(html) == [(1, "1", text), (2, "（1）", "乙"), (1, "2", text)]


@pytest.mark.parametrize(
    "lines",
    [
        ["・日本側：外務大臣", "・米側：国務長官"],
        ["●年次報告", "●日程"],
        ["○日本との協力", "○月次会合"],
        ["1 日時", "2 場所", "3 人権"],
        ["（1）とりわけ、甲", "（2）または乙"],
        ["(1) to be decided", "(2) or so"],
        ["（イ）甲", "（ロ）乙", "（ハ）丙"],
        ["イ　甲", "ロ　乙"],
        ["ａ　甲", "ｂ　乙"],
        ["ア．甲", "イ．乙"],
        ["ア）ASEAN", "イ）乙"],
        ["ｱ.甲", "ｲ.乙"],
        ["ア、甲", "イ、乙"],
        ["イ、甲", "ロ、乙"],
        ["イ）甲", "ロ）乙"],
        ["1.1 甲", "1.2 乙"],
        ["１．１　甲", "１．２　乙"],
        ["1.1. 甲", "1.2. 乙", "2.1. 丙", "2.2. 丁"],
        ["1.1.1 甲", "1.1.2 乙"],
        ["2-1 甲", "2-2 乙"],
        ["２－１　甲", "２－２　乙"],
        ["Ⅰ．甲", "Ⅱ．乙"],
        ["Ⅰ）甲", "Ⅱ）乙"],
        ["（Ⅰ）甲", "（Ⅱ）乙"],
        ["(I) 甲", "(II) 乙"],
        ["I.甲", "II.乙"],
        ["ⅰ．甲", "ⅱ．乙"],
        ["ⅰ　甲", "ⅱ　乙"],
        ["i. 甲", "ii. 乙"],
        ["ａ．甲", "ｂ．乙"],
        ["A. 甲", "B. 乙"],
        ["A.甲", "B.乙"],
        ["A) 甲", "B) 乙"],
        ["I) 甲", "II) 乙"],
        ["１，甲", "２，乙"],
        ["１、11月の会談", "２、乙"],
        ["１）6人の代表", "２）乙"],
        ["ａ．ASEAN", "ｂ．6人の代表"],
        ["－　6人の代表", "－　11月20日の会談"],
        ["１．3万人の都市", "２．5人の代表"],
        ["1.3か国の協力", "2.6人の代表"],
        ["1)Japan", "2)Norway"],
        ["Ａ）甲", "Ｂ）乙"],
        ["〔1〕甲", "〔2〕乙"],
    ],
)
def test_labels_before_any_word(lines: list[str]) -> None:
    found = japanese("".join(f"<p>{line}</p>" for line in lines))
    assert [kind for kind, _, _ in found] == [1] * len(lines)
    assert ["".join((label + text).split()) for _, label, text in found] == [
        "".join(line.split()) for line in lines
    ]


@pytest.mark.parametrize("sign", "\u200b\u200e\u200f\u202a\u2060\ufeff")
@pytest.mark.parametrize(
    "label", ["1*.", "(*1*)", "（*ア）", "①*", "・*", "A*)", "*1", "3.*1", "I*."]
)
def test_labels_with_signs_that_no_reader_sees(label: str, sign: str) -> None:
    series = [label, label.translate(str.maketrans("1アA①I", "2イB②J")).replace("J", "II")]
    html = "".join(f"<p>{x.replace('*', sign)}\u3000甲{sign}乙</p>" for x in series)
    kept = f"甲{sign}乙" if sign in "\u200e\u200f\u202a" else "甲乙"
    assert japanese(html) == [(1, x.replace("*", ""), kept) for x in series]


def test_numbers_with_several_parts_stand_below_each_other() -> None:
    lines = (
        "1. a",
        "1.1 b",
        "1.1.1 c",
        "1.1.2 d",
        "1.2 e",
        "1.3 million came",
        "2. f",
        "2.1 g",
        "2.2 h",
    )
    assert [block[:2] for block in blocks_of("".join(f"<p>{line}</p>" for line in lines))] == [
        (1, "1."),
        (2, "1.1"),
        (3, "1.1.1"),
        (3, "1.1.2"),
        (2, "1.2"),
        ("paragraph", ""),
        (1, "2."),
        (2, "2.1"),
        (2, "2.2"),
    ]


@pytest.mark.parametrize("numbers", [["(1)", "(2)", "(3)"], ["①", "②", "③"], ["1.", "2.", "3."]])
def test_several_typed_numbers_in_an_item_stand_below_its_number(numbers: list[str]) -> None:
    first, second, third = numbers
    html = f"<ol><li>{first} a<br>{second} b</li><li>{third} c</li></ol>"
    assert blocks_of(html) == [
        (1, "1.", ""),
        (2, first, "a"),
        (2, second, "b"),
        (1, "2.", ""),
        (2, third, "c"),
    ]
    around = f"<ol><li>{first} a<br>{second} b<br>{third} c</li></ol>"
    assert [block[:2] for block in blocks_of(around)] == [(1, each) for each in numbers]


def test_the_lines_of_a_pre_begin_with_labels() -> None:
    assert blocks_of("<pre>I. A\n<b>x</b>\nII. B</pre>") == [(1, "I.", "A\nx"), (1, "II.", "B")]


def test_one_list_with_numbers_of_several_forms() -> None:
    html = "<p>１　甲</p><p>２．乙</p><p>3　丙</p><p>5　己</p><p>（i）丁</p><p>（ⅱ）戊</p>"
    assert [block[:2] for block in japanese(html)] == [
        (1, "１"),
        (1, "２．"),
        (1, "3"),
        (1, "5"),
        (2, "（i）"),
        (2, "（ⅱ）"),
    ]


def test_numbering_goes_on_under_a_heading() -> None:
    html = (
        "<p>1. a</p><h3>X</h3><p>2. b</p><p>(1) c</p><h3>Y</h3><p>I. d</p><p>(1) e</p><p>II. f</p>"
    )
    assert [block[:2] for block in blocks_of(html)] == [
        (1, "1."),
        ("heading", ""),
        (1, "2."),
        (2, "(1)"),
        ("heading", ""),
        (1, "I."),
        (2, "(1)"),
        (1, "II."),
    ]


def test_a_number_far_from_the_last_one_is_text() -> None:
    assert blocks_of("<p>1. a</p><p>20. October was warm</p><p>2. b</p>") == [
        (1, "1.", "a"),
        ("paragraph", "", "20. October was warm"),
        (1, "2.", "b"),
    ]


def test_what_was_numbered_inside_an_item_is_over_with_its_list() -> None:
    assert blocks_of("<ul><li>A<br>(1) x</li></ul><p>(1) y</p>") == [
        (1, "•", "A"),
        (2, "(1)", "x"),
        (1, "(1)", "y"),
    ]


def test_typed_labels_under_a_printed_number() -> None:
    html = "<ol><li>A</li></ol><p>(1) a</p><p>(2) b</p><ol start='2'><li>B</li></ol><p>(1) c</p>"
    assert [block[:2] for block in blocks_of(html)] == [
        (1, "1."),
        (2, "(1)"),
        (2, "(2)"),
        (1, "2."),
        (2, "(1)"),
    ]


def test_a_typed_label_of_another_number_does_not_replace_the_printed_one() -> None:
    assert blocks_of("<ol><li>A</li><li>(1) a<br>(2) b</li><li>C</li></ol>") == [
        (1, "1.", "A"),
        (1, "2.", ""),
        (2, "(1)", "a"),
        (2, "(2)", "b"),
        (1, "3.", "C"),
    ]
    assert blocks_of("<ol><li>(1) a</li><li>(2) b</li></ol>") == [(1, "(1)", "a"), (1, "(2)", "b")]


def test_typed_bullets_under_a_printed_number() -> None:
    assert blocks_of("<ol><li>• a<br>• b</li><li>• c</li></ol>") == [
        (1, "1.", ""),
        (2, "•", "a"),
        (2, "•", "b"),
        (1, "2.", ""),
        (2, "•", "c"),
    ]


def test_an_empty_item_takes_nothing_from_after_its_list() -> None:
    html = "<ol><li>A</li><li><table><tr><td></td></tr></table></li></ol><p>B</p>"
    assert blocks_of(html) == [(1, "1.", "A"), ("paragraph", "", "B")]
    assert blocks_of("<ol><li>1.</li></ol><p>B</p>") == [(1, "1.", ""), ("paragraph", "", "B")]


def test_nested_lists_with_typed_labels() -> None:
    html = (
        "<ol><li>A<ul><li>(1) a</li><li>(2) b<ul><li>a. x</li><li>b. y</li></ul></li></ul></li>"
        "<li>B</li></ol>"
    )
    assert blocks_of(html) == [
        (1, "1.", "A"),
        (2, "(1)", "a"),
        (2, "(2)", "b"),
        (3, "a.", "x"),
        (3, "b.", "y"),
        (1, "2.", "B"),
    ]


def test_nested_labels_in_flat_paragraphs() -> None:
    html = "".join(
        f"<p>{text}</p>"
        for text in (
            "1. A",
            "(1) a",
            "a. x",
            "b. y",
            "(2) b",
            "Note this.",
            "(3) c",
            "2. B",
            "(1) d",
        )
    )
    assert blocks_of(html) == [
        (1, "1.", "A"),
        (2, "(1)", "a"),
        (3, "a.", "x"),
        (3, "b.", "y"),
        (2, "(2)", "b"),
        ("paragraph", "", "Note this."),
        (2, "(3)", "c"),
        (1, "2.", "B"),
        (2, "(1)", "d"),
    ]


def test_japanese_families_of_labels() -> None:
    html = "".join(
        f"<p>{text}</p>"
        for text in (
            "１　甲",
            "（１）乙",
            "ア　丙",
            "イ　丁",
            "（ア）戊",
            "（２）己",
            "２　庚",
            "①辛",
            "・壬",
        )
    )
    assert japanese(html) == [
        (1, "１", "甲"),
        (2, "（１）", "乙"),
        (3, "ア", "丙"),
        (3, "イ", "丁"),
        (4, "（ア）", "戊"),
        (2, "（２）", "己"),
        (1, "２", "庚"),
        (2, "①", "辛"),
        (3, "・", "壬"),
    ]


def test_lists_under_typed_numbers() -> None:
    html = (
        "<p>１　甲</p><ul><li>（１）乙</li><li>（２）丙</li></ul><p>２　丁</p><ul><li>戊</li></ul>"
    )
    assert japanese(html) == [
        (1, "１", "甲"),
        (2, "（１）", "乙"),
        (2, "（２）", "丙"),
        (1, "２", "丁"),
        (2, "•", "戊"),
    ]


def test_a_list_after_a_paragraph_stands_on_its_own() -> None:
    assert blocks_of("<p>1. A</p><p>The delegation:</p><ul><li>x</li></ul>") == [
        (1, "1.", "A"),
        ("paragraph", "", "The delegation:"),
        (1, "•", "x"),
    ]


def test_two_lists_one_after_the_other() -> None:
    html = "<ol><li>A</li><li>B</li></ol><p>x</p><ol start='3'><li>C</li></ol><ol><li>D</li></ol>"
    assert [block[:2] for block in blocks_of(html)] == [
        (1, "1."),
        (1, "2."),
        ("paragraph", ""),
        (1, "3."),
        (1, "1."),
    ]


def test_a_list_that_continues_typed_numbers() -> None:
    assert blocks_of("<p>1. A</p><ol start='2'><li>B</li></ol><p>3. C</p>") == [
        (1, "1.", "A"),
        (1, "2.", "B"),
        (1, "3.", "C"),
    ]


@pytest.mark.parametrize(
    ("attributes", "items", "labels"),
    [
        ("start='3'", ["", ""], ["3.", "4."]),
        ("type='a'", ["", "value='27'"], ["a.", "aa."]),
        ("type='A'", ["", ""], ["A.", "B."]),
        ("type='i' start='4'", ["", ""], ["iv.", "v."]),
        ("type='I' start='1994'", [""], ["MCMXCIV."]),
        ("reversed", ["", "", ""], ["3.", "2.", "1."]),
        ("start='0' type='a'", ["", ""], ["0.", "a."]),
        ("", ["", "value='7'", ""], ["1.", "7.", "8."]),
        ("style='list-style-type: lower-alpha;'", ["", ""], ["a.", "b."]),
        ("start='x'", [""], ["1."]),
        ("", ["type='a'", ""], ["a.", "2."]),
        ("style='LIST-STYLE: inside upper-roman'", ["", ""], ["I.", "II."]),
        ("type='I' start='4000'", [""], ["4000."]),
        ("style='list-style-type: disc'", [""], ["•"]),
        ("style='list-style:url(a.gif) lower-roman!important'", [""], ["i."]),
        ("style='list-style-type: inherit'", [""], ["1."]),
        ("type='DISC'", [""], ["1."]),  # a type of `<ul>`
    ],
)
def test_labels_are_what_a_browser_prints(
    attributes: str, items: list[str], labels: list[str]
) -> None:
    html = f"<ol {attributes}>" + "".join(f"<li {item}>x</li>" for item in items) + "</ol>"
    assert [label for _, label, _ in blocks_of(html)] == labels


def test_items_without_a_label_are_paragraphs() -> None:
    html = "<ul><li class='no_mark'>A</li></ul><ol style='list-style: none'><li>B</li></ol>"
    assert blocks_of(html) == [("paragraph", "", "A"), ("paragraph", "", "B")]


@pytest.mark.parametrize(
    "html",
    [
        "<ol><li>1. A<br>2. B</li></ol>",
        "<ol><li><p>1. A</p><p>2. B</p></li></ol>",
        "<ol><li><ol><li>A</li><li>B</li></ol></li></ol>",
        "<ol><li>1. A</li><li>2. B</li></ol>",
    ],
)
def test_a_label_printed_twice_is_one(html: str) -> None:
    assert blocks_of(html) == [(1, "1.", "A"), (1, "2.", "B")]


def test_paragraphs_and_bullets_inside_an_item() -> None:
    html = (
        "<ol><li>A<p>more</p><ul><li>x</li></ul>after</li><li><p>B</p>\r\n<p>B2</p></li>"
        "<li>C<br />\r\n\t\u3000C2<br>C3</li><li></li><li>E</li></ol>"
    )
    assert blocks_of(html) == [
        (1, "1.", "A\nmore"),
        (2, "•", "x"),
        ("paragraph", "", "after"),
        (1, "2.", "B\nB2"),
        (1, "3.", "C\nC2\nC3"),
        (1, "5.", "E"),
    ]
    assert [block.level for block in outline_of(html).blocks if block.text == "after"] == [1]


def test_breaks_inside_a_paragraph() -> None:
    assert japanese("<p>　甲<br />\r\n\t　乙<br>丙<br><br>丁</p>") == [
        ("paragraph", "", "甲"),
        ("paragraph", "", "乙\n丙"),
        ("paragraph", "", "丁"),
    ]


def test_a_paragraph_after_a_typed_number_is_its_own() -> None:
    assert blocks_of("<p>1. A<br>\u3000A2</p><p>B</p>") == [
        (1, "1.", "A\nA2"),
        ("paragraph", "", "B"),
    ]


def test_a_number_on_a_line_of_its_own_waits_for_its_text() -> None:
    assert blocks_of("<p>1.</p><p>A</p><p>B</p>") == [(1, "1.", "A"), ("paragraph", "", "B")]


@pytest.mark.parametrize(
    "text",
    [
        "(* The foregoing is a provisional translation.)",
        "* The above is provisional.",
        "（注）仮の訳",
        "(注1) 仮の訳",
        "※仮の訳",
        "Note: provisional",
    ],
)
def test_notes_are_no_points(text: str) -> None:
    assert blocks_of(f"<ol><li>A</li><li>{text}</li></ol><p>{text}</p>") == [
        (1, "1.", "A"),
        ("note", "", text),
        ("note", "", text),
    ]
    assert {b.level for b in outline_of(f"<ol><li>{text}</li></ol>").blocks} == {0}


@pytest.mark.parametrize(
    "text", ["(Reference)", "(Referrence)", "（参考）", "[参考]", "【参考】", "（別添）"]
)
def test_reference_blocks_have_a_heading(text: str) -> None:
    assert blocks_of(f"<p>1. A</p><p>{text}</p><p>1. B</p>") == [
        (1, "1.", "A"),
        ("heading", "", text),
        (1, "1.", "B"),
    ]


def test_numbering_starts_again_under_a_heading() -> None:
    html = "<h2><span>X</span></h2><p>(1) a</p><h3>Y</h3><p>1. b</p><p>(1) c</p>"
    assert blocks_of(html) == [
        ("heading", "", "X"),
        (1, "(1)", "a"),
        ("heading", "", "Y"),
        (1, "1.", "b"),
        (2, "(1)", "c"),
    ]


def test_tables_are_rows_with_spans_filled() -> None:
    html = (
        "<table><caption>Itinerary</caption><tr><th rowspan=2>Day</th><td colspan=2>Tokyo</td></tr>"
        "<tr><td>a<br>b</td><td><a href='/files/1.pdf'>c</a> (PDF)</td></tr></table>"
    )
    caption, table = outline_of(html).blocks
    assert (caption.kind, caption.text) == ("caption", "Itinerary")
    assert table.rows == [["Day", "Tokyo", "Tokyo"], ["Day", "a\nb", "c (PDF)"]]
    assert outline_of(html).links == [
        Link(kind="attachment", text="c", url="https://www.mofa.go.jp/files/1.pdf")
    ]


def test_a_definition_in_a_cell_has_no_bullet() -> None:
    cell = "<dl><dt>1. Place</dt><dd>Oslo</dd></dl>"
    rows = outline_of(f"<table><tr><td>{cell}<td>x</table>").blocks[0].rows
    assert rows == [["1. Place\nOslo", "x"]]


def test_a_cell_that_overlaps_one_from_above_moves_no_cell_of_a_later_row() -> None:
    html = "<tr><td>a<td rowspan=2>b</tr><tr><td colspan=2>c</tr><tr><td>d<td>e</tr>"
    rows = outline_of(f"<table>{html}</table>").blocks[0].rows
    assert rows == [["a", "b"], ["c", "b"], ["d", "e"]]


def test_a_span_of_0_rows_goes_to_the_end_of_the_rows() -> None:
    (table,) = outline_of(
        "<table><tr><td rowspan=0>a</td><td colspan=0>b</td></tr><tr><td>c</td></tr></table>"
    ).blocks
    assert table.rows == [["a", "b"], ["a", "c"]]


def test_scripts_and_forms_among_the_rows_of_a_table() -> None:
    (table,) = outline_of(
        "<table><script>x</script><form><tr><td>a<td>b</tr></form><style>y</style></table>"
    ).blocks
    assert table.rows == [["a", "b"]]


def test_a_hostile_span_is_bounded() -> None:
    (table,) = outline_of(
        "<table><tr><td colspan=99999999 rowspan=99999999>x</td></tr></table>"
    ).blocks
    assert len(table.rows[0]) == 100


def test_links_are_absolute_and_icons_say_nothing() -> None:
    outline = outline_of(
        "<p>See <a href='../../files/1.pdf'>the text<img alt='PDF'></a><img alt='Open a New Window'>"
        "<a href='#2'>below</a> <a href='javascript:x()'>js</a> <a name='2'>here</a> "
        "<a href='//www.mofa.go.jp/a/'>page</a></p>"
    )
    assert outline.links == [
        Link(kind="attachment", text="the text", url="https://www.mofa.go.jp/files/1.pdf"),
        Link(kind="text", text="page", url="https://www.mofa.go.jp/a/index.html"),
    ]
    assert [b.text for b in outline.blocks] == ["See the textbelow js here page"]


def test_terms_with_typed_labels_are_points_and_hold_what_is_said_of_them() -> None:
    html = (
        "<dl><dt>（1）甲</dt><dd><dl><dt>概要</dt><dd>　乙</dd></dl></dd>"
        "<dt>（2）丙</dt><dd>　丁<br />\r\n\t　戊</dd><dt>己</dt><dd>庚。</dd></dl><p>（3）辛</p>"
    )
    assert japanese(html) == [
        (1, "（1）", "甲"),
        ("paragraph", "", "概要"),
        ("paragraph", "", "乙"),
        (1, "（2）", "丙\n丁\n戊"),
        ("paragraph", "", "己"),
        ("paragraph", "", "庚。"),
        (1, "（3）", "辛"),
    ]


def test_text_between_two_terms_gets_no_label() -> None:
    html = "<dl>甲<dt>（1）乙</dt><dd>丙。</dd>丁<dt>（2）戊</dt><dd>己。</dd></dl>"
    assert japanese(html) == [
        ("paragraph", "", "甲"),
        (1, "（1）", "乙\n丙。\n丁"),
        (1, "（2）", "戊\n己。"),
    ]


def test_terms_and_definitions_in_groups() -> None:
    html = "<dl><div><dt>（1）甲</dt><dd>乙。</dd></div>\n<div><dt>（2）丙</dt><dd>丁。</dd></div></dl>"
    assert japanese(html) == [(1, "（1）", "甲\n乙。"), (1, "（2）", "丙\n丁。")]


@pytest.mark.parametrize(
    "html",
    [
        "<ol><div><li>a</li></div><li>b</li></ol>",
        "<ol><li>a</li><span><b><li>b</li></b></span></ol>",
        "<ol><font size=2><li>a<li>b</font></ol>",
        "<ol><center><li>a</li><li>b</li></center></ol>",
        "<ol><li>a<blockquote><li>b</li></blockquote></ol>",
        "<ol><li>a<b><li>b</li></b></ol>",
        "<ol type=disc><li>a</li><li>b</li></ol>",
    ],
)
def test_items_in_another_element_of_their_list_are_numbered(html: str) -> None:
    assert blocks_of(html) == [(1, "1.", "a"), (1, "2.", "b")]


def test_items_are_counted_backwards_wherever_they_stand() -> None:
    html = "<ol reversed><li>a</li><div><a href='/x.html'><li>b</li></a></div></ol>"
    assert blocks_of(html) == [(1, "2.", "a"), (1, "1.", "b")]
    assert [link.text for link in outline_of(html).links] == ["b"]


@pytest.mark.parametrize("attributes", ["type=1", "type=a", "style='list-style-type: initial'"])
def test_what_makes_no_numbers_of_bullets(attributes: str) -> None:
    assert blocks_of(f"<ul {attributes}><li>a</li></ul>") == [(1, "•", "a")]


def test_items_of_a_list_in_a_table_in_a_list() -> None:
    html = "<ol><li>a<table><tr><td><ul><li>x</li></ul></td></tr></table></li><li>b</li></ol>"
    assert blocks_of(html) == [(1, "1.", "a"), ("table", "", ""), (1, "2.", "b")]


def test_open_dialogs_and_old_preformatted_texts_are_read() -> None:
    html = "<dialog open><p>a</p></dialog><xmp>b <i>\nc</xmp><listing>d</listing>"
    assert [text for _, _, text in blocks_of(html)] == ["a", "b <i>\nc", "d"]


def test_scripts_and_comments_are_no_text() -> None:
    assert blocks_of("<p>a<!-- x -->b<script>c</script><style>d</style></p>") == [
        ("paragraph", "", "ab")
    ]


def test_blocks_inside_inline_elements_and_stray_text() -> None:
    html = (
        "before<b>bold<p>block</p>tail</b> after<dl><dt>term</dt><dd>said</dd></dl><pre>x\ny</pre>"
    )
    assert [text for _, _, text in blocks_of(html)] == [
        "beforebold",
        "block",
        "tail after",
        "term",
        "said",
        "x\ny",
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<textarea>x</textarea>",
        "<object>x</object>",
        "<math><msqrt><mn>2</mn></msqrt></math>",
        "<math><mn>2</mn><mfrac><mn>1</mn><mn>2</mn></mfrac></math>",
        "<math><msup><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></msup></math>",
        "<b>" * 300 + "x",
    ],
)
def test_unknown_markup_is_refused(html: str) -> None:
    with pytest.raises(UnknownMarkup):
        blocks_of(html)


def test_hostile_nesting_is_refused() -> None:
    with pytest.raises(Unparsable):
        blocks_of("<div>" * 50_000)


def test_what_browsers_nest_without_end_is_read() -> None:
    html = "<p>a</p>" + "<div><font>x" * 60 + "<p>b</p>"
    assert [text for _, _, text in blocks_of(html)] == ["a", *["x"] * 60, "b"]


@pytest.mark.parametrize(
    "html",
    [
        "<p><strong>Plenary Meeting</strong></p>",
        "<p><u><b>Plenary</b> <b>Meeting</b></u></p>",
        "<p>Plenary Meeting</p>",
        "<h3>Plenary Meeting</h3>",
        "<b>Plenary Meeting</b><br>",
    ],
)
def test_sub_headings(html: str) -> None:
    assert blocks_of(f"<p>Preface.</p>{html}<p>1. A</p>") == [
        ("paragraph", "", "Preface."),
        ("heading", "", "Plenary Meeting"),
        (1, "1.", "A"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<p><strong>All of this sentence is stressed.</strong></p>",
        "<p><b>Half</b> of a heading, so</p>",
        "<p>The grants of the last three years were</p>",
        "<p>the following</p>",
        "<p>Japan: the Director-General</p><p>Others.</p>",
        "<p>17 countries</p>",
    ],
)
def test_paragraphs_that_are_no_headings(html: str) -> None:
    kinds = [kind for kind, _, _ in blocks_of(f"<p>Preface.</p>{html}<ol><li>A</li></ol>")]
    assert "heading" not in kinds


def test_black_brackets_are_a_heading_and_begin_the_numbers_again() -> None:
    html = "<p>【全体会合】</p><p>１　甲。</p><p>（１）乙。</p><p>【分科会】</p><p>（１）丙。</p>"
    assert japanese(html) == [
        ("heading", "", "【全体会合】"),
        (1, "１", "甲。"),
        (2, "（１）", "乙。"),
        ("heading", "", "【分科会】"),
        (1, "（１）", "丙。"),
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>別添</p>", ("heading", "", "別添")),
        ("<p>（参考１）</p>", ("heading", "", "（参考１）")),
        ("<p>Reference:</p>", ("heading", "", "Reference:")),
        ("<p>（参考）甲である。</p>", ("note", "", "（参考）甲である。")),
        ("<p>(Referrence)<br />A.</p>", ("note", "", "(Referrence)\nA.")),
        ("<p>（以上は仮訳）</p>", ("note", "", "（以上は仮訳）")),
        ("<p>(Provisional Translation)</p>", ("note", "", "(Provisional Translation)")),
        ("<p>参考として、甲。</p>", ("paragraph", "", "参考として、甲。")),
        ("<p>References were made.</p>", ("paragraph", "", "References were made.")),
    ],
)
def test_references_and_notes(html: str, expected: tuple[str, str, str]) -> None:
    assert japanese(html) == [expected]


def test_bullets_of_two_signs_are_two_levels() -> None:
    html = "<p>○　甲</p><p>・　乙</p><p>・　丙</p><p>○　丁</p>"
    assert [block[:2] for block in japanese(html)] == [(1, "○"), (2, "・"), (2, "・"), (1, "○")]


def test_bare_numbers_in_english_before_a_capital_alone() -> None:
    html = "<p>1 The ministers met.</p><p>2 They agreed.</p><p>4 Others came.</p>"
    assert [block[:2] for block in blocks_of(html)] == [(1, "1"), (1, "2"), ("paragraph", "")]
    assert blocks_of("<p>1 May was a holiday.</p>") == [("paragraph", "", "1 May was a holiday.")]


def test_a_blank_line_ends_an_item_where_no_paragraph_does() -> None:
    html = "Preface.<br><br>1. A.<br>A2.<br><br>2. B.<br><br>The end."
    assert blocks_of(html) == [
        ("paragraph", "", "Preface."),
        (1, "1.", "A.\nA2."),
        (1, "2.", "B."),
        ("paragraph", "", "The end."),
    ]
    assert blocks_of("<p>1. A.<br><br>A2.</p>") == [(1, "1.", "A.\nA2.")]


@pytest.mark.parametrize(
    "html",
    [
        "<p><img alt='x'><br />The hall</p>",
        "<div><a href='/a.jpg'><img alt='x'></a><br><span>The hall</span></div>",
    ],
)
def test_a_text_under_a_picture_is_its_caption(html: str) -> None:
    assert blocks_of(html) == [("caption", "", "The hall")]


@pytest.mark.parametrize(
    "html",
    [
        "<p><img alt='PDF'> The text</p>",
        "<p>The text<br><img alt='x'></p>",
        "<p>The text<img alt='x'></p>",
    ],
)
def test_a_text_beside_a_picture_is_none(html: str) -> None:
    assert blocks_of(html) == [("paragraph", "", "The text")]


def test_a_rule_parts_texts() -> None:
    assert [text for _, _, text in blocks_of("A<hr>B")] == ["A", "B"]


@pytest.mark.parametrize("text", ["２．８月１７日に", "２．2008年に", "２．１日、"])
def test_a_full_width_number_before_a_date(text: str) -> None:
    assert [block[:2] for block in japanese(f"<p>１．甲</p><p>{text}</p>")] == [
        (1, "１．"),
        (1, "２．"),
    ]


def test_an_amount_is_no_label_after_one() -> None:
    assert japanese("<p>１．甲</p><p>２．５倍に増えた。</p>")[1][0] == "paragraph"


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>x</p>",
        "<span style='Display : none'>x</span>",
        "<ul><li hidden>x</li></ul>",
        "<table style='display:none'><tr><td>x</table>",
        "<div hidden><p hidden>x</p>y</div><p hidden>z</p>",
        "<p hidden>x</p>\f",  # which XML does not allow
        "<p style='visibility: hidden'>x</p>",
        "<noscript><p>x</p></noscript>",
        "<template><p>x</p></template>",
        "<noframes>x</noframes><noembed>x</noembed>",
        "<datalist><option>x</datalist>",
        "<dialog><p>x</p></dialog>",
    ],
)
def test_what_browsers_do_not_show_is_no_text(hidden: str) -> None:
    assert blocks_of(f"<p>A</p>{hidden}<p>B</p>") == [
        ("paragraph", "", "A"),
        ("paragraph", "", "B"),
    ]


@pytest.mark.parametrize(
    "style",
    [
        "display:none; display:block",
        "visibility: hidden; visibility: visible",
        "/* display:none */ color: red",
        "--fallback: display:none",
        "background: url(display:none)",
    ],
)
def test_a_style_that_hides_nothing(style: str) -> None:
    assert blocks_of(f"<p>A</p><p style='{style}'>B</p>")[1:] == [("paragraph", "", "B")]
    assert (
        len(blocks_of(f"<p>A</p><p style='{style}; display:none !important; display:block'>B")) == 1
    )


def test_what_follows_something_hidden_is_text_and_no_tag_hides_anything() -> None:
    html = "<p>A<b hidden>x</b>B\f<hidden>C</hidden></p>"
    assert blocks_of(html) == [("paragraph", "", "AB C")]


def test_a_heading_between_numbers_does_not_turn_their_levels_over() -> None:
    html = "<p>1. a</p>{}<p>(1) b.</p><p>(2) c.</p><p>2. d.</p><p>(1) e.</p>{}<p>(2) f.</p><p>3. g.</p>"
    for heading in ("<p><b>Economy</b></p>", "<h4>Economy</h4>", "<p>Economy</p>"):
        found = [b for b in blocks_of(html.format(heading, heading)) if isinstance(b[0], int)]
        assert [level for level, _, _ in found] == [1, 2, 2, 1, 2, 2, 1]


def test_a_reference_in_the_middle_does_not_end_the_numbers() -> None:
    html = "<p>1. A</p><p>(1) B.</p><p>(Reference)<br>Text.</p><p>(2) C.</p><p>2. D.</p>"
    assert [level for level, _, _ in blocks_of(html)] == [1, 2, "note", 2, 1]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("１）日本側", "２）相手側"),
        ("Ⅰ．甲", "Ⅱ．乙"),
        ("Ａ　甲", "Ｂ　乙"),
        ("⑴甲", "⑵乙"),
        ("（あ）甲", "（い）乙"),
        ("ⅰ）甲", "ⅱ）乙"),
        ("(A) a", "(B) b"),
        ("i) a", "ii) b"),
        ("◯甲", "◯乙"),
        ("· a", "· b"),
    ],
)
def test_further_families_of_labels(first: str, second: str) -> None:
    found = japanese(f"<p>{first}</p><p>{second}</p>")
    assert [kind for kind, _, _ in found] == [1, 1]
    assert all(label for _, label, _ in found)


@pytest.mark.parametrize(
    "text",
    [
        "1 Japanese national was injured.",
        "I. Morgulov, Deputy Minister",
        "１ 億円の供与",
        "1 Declaration",
    ],
)
def test_amounts_and_names_without_a_second_are_text(text: str) -> None:
    assert japanese(f"<p>{text}</p>")[0][:2] == ("paragraph", "")
    assert blocks_of(f"<p>{text}</p>")[0][:2] == ("paragraph", "")


def test_what_is_said_of_a_point_is_no_point() -> None:
    html = (
        "<p>（１）甲。</p><p>（２）乙。</p><p>（１）については、丙。</p><p>（２）の実施は、丁。</p>"
    )
    assert [kind for kind, _, _ in japanese(html)] == [1, 1, "paragraph", "paragraph"]


def test_an_amount_in_a_numbered_item_is_text() -> None:
    html = "<ol><li>1 Japanese company came.</li><li>2 Japanese companies came.</li></ol>"
    assert blocks_of(html) == [
        (1, "1.", "1 Japanese company came."),
        (1, "2.", "2 Japanese companies came."),
    ]


def test_words_of_a_link_are_parted_by_the_line_that_it_breaks() -> None:
    (link,) = outline_of("<p><a href='/files/1.pdf'>Joint Statement<br />on Security</a></p>").links
    assert link.text == "Joint Statement on Security"


def test_what_is_numbered_under_a_picture_is_no_caption() -> None:
    html = "<p><img src='a.jpg'><br>1. The ministers met.</p><p>2. They agreed.</p>"
    assert [block[:2] for block in blocks_of(html)] == [(1, "1."), (1, "2.")]


def test_rows_that_are_too_short_and_spans_that_are_too_long() -> None:
    html = (
        "<table><tbody><tr><td>A<td>B<td rowspan=2>C</tr><tr><td>D</tr><tr><td>E<td>F<td rowspan=9>G</tr>"
        "</tbody><tbody><tr><td>H<td>I</tr></tbody></table>"
    )
    (table,) = outline_of(html).blocks
    assert table.rows == [["A", "B", "C"], ["D", "", "C"], ["E", "F", "G"], ["H", "I"]]


@pytest.mark.parametrize(
    "text",
    [
        "概要は以下の通り",
        "両大臣は以下について意見交換を行った",
        "The two Ministers exchanged views",
    ],
)
def test_sentences_without_a_full_stop_are_no_headings(text: str) -> None:
    assert japanese(f"<p>序。</p><p>{text}</p><p>1　甲</p>")[1][0] == "paragraph"


# --- what browsers print otherwise than it is written ------------------------------------------


def text_of(html: str, path: str = "/press/release/x.html") -> str:
    return "\n".join(text for _, _, text in blocks_of(f"<p>{html}</p>", path))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("3.5 x 10<sup>6</sup> doses", "3.5 x 10⁶ doses"),
        ("2015<sup>1</sup> by 12<sup><a href='/b.html'>2</a></sup>", "2015¹ by 12²"),
        ("100<sup>3</sup> million<sup>4</sup>", "100³ million⁴"),
        ("<b>10</b><sup>-6</sup>, 10<sup>2<sup>3</sup></sup>", "10⁻⁶, 10^2³"),
        ("2<sup>n</sup>, 2<sup>x+1</sup>, 2015<sup>1, 2</sup>", "2ⁿ, 2^x+1, 2015¹, ²"),
        ("5<span style='vertical-align: super'>2</span>", "5²"),
        ("2<sup>0 doses</sup>", "2^0 doses"),
        ("as <font face='Wingdings'>l</font> one <i style='font-family:Wingdings'>Ø<b>&nbsp;</b></i> two", "as ● one ➢ two"),
        ("<font face='Wingdings 2'>l</font> <font face='Wingdings'>all</font>", "l all"),
        ("10<span style='vertical-align: 30%'>6</span> 10<font style='vertical-align:4px'>6</font>", "10⁶ 10⁶"),
        ("10<span style='position:relative;top:-3pt;mso-text-raise:3.0pt'>6</span>", "10⁶"),
        ("2015<span style='position:relative; top:-0.5em; font-size:70%'>1</span>", "2015¹"),
        ("10<span style='margin-top:-3pt; top:0'>6</span>", "106"),
        ("10<span style='vertical-align: -2px'>2</span> 3<span style='vertical-align: 0'>4</span>", "10₂ 34"),
        ("km<sup>2</sup>, 1<sup>st</sup>, 2015<sup>(1)</sup>, x<sup>*</sup>", "km², 1st, 2015(1), x*"),
        ("log<sub>10</sub>100", "log₁₀100"),
        ("CO<sub>2</sub>, 10<sub>2</sub>, 1<sup>1</sup>/<sub>2</sub>", "CO2, 10₂, 1¹/₂"),
        ("<msup><mn>10</mn><mn>6</mn></msup>, <mfrac><mn>1</mn><mn>2</mn></mfrac>", "10⁶, 1/2"),
        ("on <del>June 1</del> <ins>June 3</ins>", "on June 3"),
        ("USD <s>3</s>5, <strike>9:00</strike>10:00", "USD 5, 10:00"),
        ("a<i style='color: red; TEXT-DECORATION: underline Line-Through'>b</i>c", "ac"),
        ("<ruby>浜崎<rp>(</rp><rt>はまさき</rt><rp>)</rp></ruby>市", "浜崎市"),
        ("<ruby><rb>浜<rt>はま<rb>崎<rt>さき</ruby>市", "浜崎市"),
        ("<ruby><rt>はま</rt></ruby>", "はま"),
        ("<q>one <q>two</q> three</q>", "“one ‘two’ three”"),
        ("<span lang='ja-JP'><q>港</q></span><q><b>a</b></q>", "「港」“a”"),
        ("<st1:place>Oslo</st1:place>, <st1:City w:st='on'>Bergen</st1:City><o:p></o:p>", "Oslo, Bergen"),
        ("<blink>new</blink> <spacer type='x'>lamps <marquee>are</marquee>", "new lamps are"),
        ("Gov<wbr>ern&shy;ment <abbr title='x'>UN</abbr>", "Government UN"),
    ],
)  # fmt: skip
def test_text_is_what_browsers_print(html: str, text: str) -> None:
    assert text_of(html) == text


def test_rendering_twice_changes_nothing_more() -> None:
    page = page_of("<body><p>10<sup>6</sup> <q>a<q>b</q></q> <s>c</s> 1<sub>2</sub>")
    render(page.tree, page)
    once = page.tree.text_content()
    render(page.tree, page)
    assert page.tree.text_content() == once


def test_quotation_marks_of_a_japanese_page() -> None:
    assert text_of("<q>港の<q>灯</q></q>", "/mofaj/x.html") == "「港の『灯』」"


@pytest.mark.parametrize("item", ["<li><s>b</s></li>", "<del><li>b</li></del>"])
def test_a_struck_out_item_keeps_its_number(item: str) -> None:
    assert blocks_of(f"<ol><li>a</li>{item}<li>c</li></ol>") == [
        (1, "1.", "a"),
        (1, "3.", "c"),
    ]


@pytest.mark.parametrize(
    ("html", "codes"),
    [
        ("a<s>b</s>", ["struck_out"]),
        ("<ruby>浜<rt>はま</ruby>", ["ruby"]),
        ("<blink>a</blink>", ["unknown_element"]),
        ("<ol type='x'><li>a</li></ol>", ["unknown_list_style"]),
        ("<s> </s><ruby>浜</ruby><st1:place>a</st1:place>10<sup>6</sup><q>b</q>", []),
        ("<canvas>a</canvas>", ["left_out"]),
        ("<audio src='x'>a</audio>", ["left_out"]),
        ("<video src='x'><p>a</p></video>", ["left_out"]),
        ("<iframe src='x'>a</iframe>", ["left_out"]),
        ("<button>a</button>", ["left_out"]),
        ("<select><option>a</select>", ["left_out"]),
        ("<meter>a</meter>", ["left_out"]),
        ("<svg><g><text>a</text></g></svg>", ["left_out"]),
        ("<svg><title>a</title><g><path d='M0'/></g></svg><canvas> </canvas>", []),
        ("<output>a</output><data value='1'>b</data><slot>c</slot><map>d</map>", []),
    ],
)
def test_what_is_warned_of(html: str, codes: list[str]) -> None:
    page = page_of(f"<body><div>{html}</div>")
    render(page.tree, page)
    Outline(page).walk(page.tree[0])
    assert [warning.code for warning in page.warnings] == codes


@pytest.mark.parametrize(
    ("style", "labels"),
    [
        ("hiragana", ["け、", "こ、", "な、", "いけ、"]),
        ("katakana", ["ケ、", "コ、", "ナ、", "イケ、"]),
        ("hiragana-iroha", ["り、", "ぬ、", "な、", "ろる、"]),
        ("katakana-iroha", ["リ、", "ヌ、", "ナ、", "ロル、"]),
        ("cjk-ideographic", ["九、", "十、", "二十一、", "一百零五、"]),
        ("trad-chinese-informal", ["九、", "十、", "二十一、", "一百零五、"]),
        ("japanese-informal", ["九、", "十、", "二十一、", "百五、"]),
        ("cjk-decimal", ["九、", "一〇、", "二一、", "一〇五、"]),
        ("cjk-heavenly-stem", ["壬、", "癸、", "21、", "105、"]),
        ("decimal-leading-zero", ["09.", "10.", "21.", "105."]),
        ("lower-greek", ["ι.", "κ.", "φ.", "δι."]),
        ("UPPER-ROMAN !important", ["IX.", "X.", "XXI.", "CV."]),
        ("square url(a.gif) inside", ["•"] * 4),
        ("url(a.gif)", ["•"] * 4),
        ("'- '", ["-"] * 4),
        ("signs-of-the-page", ["9.", "10.", "21.", "105."]),
    ],
)
def test_list_styles(style: str, labels: list[str]) -> None:
    items = "<li>a</li><li>b</li><li value=21>c</li><li value=105>d</li>"
    html = f'<ol start="9" style="list-style: {style}">{items}</ol>'
    assert [label for _, label, _ in blocks_of(html)] == labels


def test_numbers_that_no_letter_counts() -> None:
    html = "<ol start='0' style='list-style-type: {}'><li>a</li></ol>"
    for style, label in (("hiragana", "0、"), ("lower-greek", "0."), ("cjk-ideographic", "零、")):
        assert blocks_of(html.format(style)) == [(1, label, "a")]


@pytest.mark.parametrize(
    "sign",
    [
        "\u200b",
        "\ufeff",
        "\u200e",
        "\u200f",
        "\u2060",
        "\u00ad",
        "\u202a",
        "\u034f",
        "\u180e",
        "\u2063",
    ],
)
def test_invisible_signs_before_a_label(sign: str) -> None:
    assert blocks_of(f"<p>{sign}1. A</p><p>{sign}2. B</p>") == [(1, "1.", "A"), (1, "2.", "B")]
    assert japanese(f"<p>{sign}１　甲</p><p>{sign}２　乙</p>") == [(1, "１", "甲"), (1, "２", "乙")]
    assert blocks_of(f"<ul><li>{sign}(1) A</li></ul>") == [(1, "(1)", "A")]


def test_numbers_from_a_hundred_on() -> None:
    found = blocks_of("".join(f"<p>{number}. Entity</p>" for number in range(1, 1003)))
    assert found == [(1, f"{number}.", "Entity") for number in range(1, 1003)]
    assert blocks_of("<p>2021. Year</p>") == [("paragraph", "", "2021. Year")]


@pytest.mark.parametrize(
    "labels",
    [
        [chr(ord("①") + place) for place in range(20)] + ["㉑", "㉒"],
        [f"({number})" for number in "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split()],
        list("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"),
    ],
)
def test_long_lists_of_labels(labels: list[str]) -> None:
    html = "".join(f"<p>{label}　港</p>" for label in labels)
    assert japanese(html) == [(1, label, "港") for label in labels]


def test_lines_of_a_preformatted_text() -> None:
    html = "<pre>a\n<i>b</i><br>c <i>d</i>\r\n\n<a href='/x.html'>e</a><p>f</p>g</pre>"
    assert [text for _, _, text in blocks_of(html)] == ["a\nb\nc d", "e", "f", "g"]
    assert [link.text for link in outline_of(html).links] == ["e"]


def test_bullets_of_word() -> None:
    assert blocks_of("<p>\uf0b7 A</p><p>\uf0b7\u00a0B</p>") == [
        (1, "\uf0b7", "A"),
        (1, "\uf0b7", "B"),
    ]


def test_the_second_bullet_of_word_is_a_letter() -> None:
    """Word prints it in Courier New, and spaces that do not break after it."""
    space = '<span style="font:7.0pt">&nbsp;&nbsp; </span>'
    html = f"<p>\u00b7{space}A</p><p><span>o{space}</span>B</p><p>o{space}C</p><p>o clock</p>"
    assert blocks_of(html) == [
        (1, "\u00b7", "A"),
        (2, "o", "B"),
        (2, "o", "C"),
        ("paragraph", "", "o clock"),
    ]


@pytest.mark.parametrize("form", ["{}、", "{}\u3000", "（{}）"])
def test_numbers_in_kanji_of_a_hundred_and_more(form: str) -> None:
    labels = [form.format(kanji(n)) for n in range(1, 112)]
    assert labels[99:101] == [form.format("百"), form.format("百一")]
    html = "".join(f"<p>{label}港</p>" for label in labels)
    assert japanese(html) == [(1, label.strip(), "港") for label in labels]
    assert japanese(f"<p>{labels[99]}港</p>")[0][:2] == ("paragraph", "")


def test_word_puts_smart_tags_around_rows_and_cells() -> None:
    html = (
        "<table><st1:place><tr><td>a</td><td>b</td></tr></st1:place>"
        "<tr><st1:City><td>c</td><td>d</td></st1:City></tr></table>"
    )
    assert outline_of(html).blocks[0].rows == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    ("labels", "lang"),
    [
        ("(y) (z) (aa) (bb)", "en"),
        ("y. z. aa. ab.", "en"),
        ("(xxxix) (xl) (xli)", "en"),
        ("XXXIX. XL. XLI.", "en"),
        ("A. B. C.", "en"),
        ("Ⅰ. Ⅱ.", "en"),
        ("❶ ❷", "en"),
        ("⒈ ⒉", "en"),
        ("ⓐ ⓑ", "en"),
        ("（ホ） （マ） （ミ）", "ja"),
        ("（ヲ） （ワ） （カ）", "ja"),
        ("（そ） （た）", "ja"),
        ("(ｱ) (ｲ)", "ja"),
        ("ｱ ｲ", "ja"),
        ("㈠ ㈡", "ja"),
        ("（一） （二）", "ja"),
        ("一、 二、", "ja"),
        ("一\u3000 二\u3000", "ja"),
        ("1、 2、", "ja"),
        ("１： ２：", "ja"),
        ("1: 2:", "en"),
    ],
)
def test_rare_labels_and_those_at_the_end_of_an_alphabet(labels: str, lang: str) -> None:
    """A list begins with its first label: the test counts up to the labels that it is about."""
    printed = labels.split(" ")
    before = {
        "(y)": [f"({sign})" for sign in "abcdefghijklmnopqrstuvwx"],
        "y.": [f"{sign}." for sign in "abcdefghijklmnopqrstuvwx"],
        "(xxxix)": [f"({roman(number)})" for number in range(1, 39)],
        "XXXIX.": [f"{roman(number).upper()}." for number in range(1, 39)],
        "（ホ）": [
            f"（{sign}）" for sign in "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘ"
        ],
        "（ヲ）": [f"（{sign}）" for sign in "イロハニホヘトチリヌル"],
        "（そ）": [f"（{sign}）" for sign in "あいうえおかきくけこさしすせ"],
    }.get(printed[0], [])
    word = "会談" if lang == "ja" else "Talks"
    html = "".join(f"<p>{label} {word}</p>" for label in [*before, *printed])
    found = japanese(html) if lang == "ja" else blocks_of(html)
    assert found[len(before) :] == [(1, label.strip(), word) for label in printed]


@pytest.mark.parametrize("text", ["一、二の例外を除き", "（一社）日本", "（二）人", "三\u3000会談"])
def test_numbers_in_kanji_that_begin_no_list(text: str) -> None:
    assert japanese(f"<p>{text}</p>")[0][:2] == ("paragraph", "")


@pytest.mark.parametrize(
    "sign", ["-", "–", "－", "➢", "▶", "◦", "●\ufe0e", "･", "∙", "▫", "▸", "✓", "✔\ufe0f", "➤"]
)
def test_bullets_of_editors(sign: str) -> None:
    found = japanese(f"<p>{sign}\u3000甲</p><p>{sign}\u3000乙</p>")
    assert found == [(1, sign[0], "甲"), (1, sign[0], "乙")]


@pytest.mark.parametrize("text", ["- END -", "-5 degrees", "--- talks", "1.2 Harbor Talks"])
def test_lines_that_only_look_like_items(text: str) -> None:
    html = f"<p>1. A</p><p>{text}</p><p>2. B</p>"
    assert blocks_of(html) == [(1, "1.", "A"), ("paragraph", "", text), (1, "2.", "B")]


def test_a_variation_selector_is_no_part_of_a_label() -> None:
    assert blocks_of("<p>①\ufe0e A</p><p>②\ufe0eB</p>") == [(1, "①", "A"), (1, "②", "B")]


def test_a_style_parts_and_joins_lines() -> None:
    html = (
        '<p>A<span style="display:block">B</span>C <a href="/x.pdf" style="Display: flex">D</a></p>'
    )
    assert [text for _, _, text in blocks_of(html)] == ["A", "B", "C", "D"]
    assert [link.text for link in outline_of(html).links] == ["D"]
    page = page_of(html)
    render(page.tree, page)
    once = tostring(page.tree)
    render(page.tree, page)
    assert tostring(page.tree) == once
    html = '<p style="display:inline">A </p><div style="display: inline;">B</div>'
    assert [text for _, _, text in blocks_of(html)] == ["A B"]
    html = 'A<span style="display:inline-block">B</span><span style="--display:block">C</span>'
    assert [text for _, _, text in blocks_of(html)] == ["ABC"]


@pytest.mark.parametrize("outer", ["１{}", "１\u3000{}", "1. {}", "1.{}"])
def test_a_label_may_begin_the_numbers_inside_of_its_point(outer: str) -> None:
    lines = [
        outer.format("（１）①甲"),
        "②乙",
        "（２）丙",
        outer.format("").replace("1", "2").replace("１", "２") + "\u3000丁",
    ]
    found = japanese("".join(f"<p>{line}</p>" for line in lines))
    sign = outer.format("").strip()
    assert found == [
        (1, sign, ""),
        (2, "（１）", ""),
        (3, "①", "甲"),
        (3, "②", "乙"),
        (2, "（２）", "丙"),
        (1, sign.replace("1", "2").replace("１", "２"), "丁"),
    ]


def test_two_labels_that_are_none_of_a_point_and_its_inside() -> None:
    assert blocks_of("<p>1. (1) and (2) above</p><p>2. (2) B</p>") == [
        (1, "1.", "(1) and (2) above"),
        (1, "2.", "(2) B"),
    ]
    assert japanese("<p>・（１）甲</p><p>・（２）乙</p>") == [
        (1, "・", "（１）甲"),
        (1, "・", "（２）乙"),
    ]


@pytest.mark.parametrize("text", ["– 5 °C", "10:00 Opening", "3:4"])
def test_signs_before_numbers_are_no_labels(text: str) -> None:
    assert blocks_of(f"<p>{text}</p>") == [("paragraph", "", text)]


def test_a_style_keeps_the_line_ends_of_the_source() -> None:
    html = '<p style="white-space: pre-{}">A,\nB</p><div style="white-space:pre">1. C\n2. D</div>'
    for value in ("wrap", "line"):
        assert [text for _, _, text in blocks_of(html.format(value))] == ["A,\nB", "C", "D"]
    assert blocks_of('<p style="white-space: nowrap">A,\nB</p>')[0][2] == "A, B"
