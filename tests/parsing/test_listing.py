"""Listings: days without years, entries of every kind, the table of months, and drift."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from mofa_crawler.parsers.errors import ListingDrift, TranslatedPage, Truncated
from mofa_crawler.parsers.listing import is_listing, parse_listing
from tests.factories import ORIGIN, page_of, sample_page

if TYPE_CHECKING:
    from mofa_crawler.outcome import Listing

INDEX = "/press/release/index.html"
JA_INDEX = "/mofaj/press/release/index.html"


def row(year: str, months: str) -> str:
    return (
        f"<tr class='archives-row'><td class='cell'>{year}</td><td class='cell'>{months}</td></tr>"
    )


def listing(
    days: str,
    *,
    path: str = INDEX,
    rows: str = "",
    heading: str = "Press Releases",
    at: datetime = datetime(2026, 1, 5, 3, tzinfo=UTC),
    **options: Any,
) -> Listing:
    html = (
        "<html><body><dl id='textchanger'><dt>Size</dt><dd><a href='#'>small</a></dd></dl>"
        f"<div id='contents-header'><h1>Press Releases</h1><h2><span>{heading}</span></h2></div>"
        f"<div id='maincontents'><div id='pressrelease'>{days}</div>"
        f"<table class='archives-wrapper'><thead><tr><th>Year</th></tr></thead>{rows}</table></div>"
        "<footer><dl><dt><a href='/x.html'>January 1</a></dt><dd>x</dd></dl></footer></body></html>"
    )
    return parse_listing(page_of(html, path, fetched_at=at), **options)


def day(text: str, *links: str) -> str:
    items = "".join(f"<li>\r\n<a href='{link}'>T</a></li>" for link in links or ("a.html",))
    return f"<dt class='list-title'>{text}</dt><dd><ul class='link-list'>{items}</ul></dd>"


def dl(*days: str) -> str:
    return f"<dl class='title-list'>{''.join(days)}</dl>"


JANUARY = row("2026", "<a href='/press/release/202601_index.html'>January</a>・February")
DECEMBER = row("2026", "January・February") + row(
    "2025", "<a href='/press/release/202512_index.html'>December</a>"
)
FEBRUARY = row("2026", "<a href='/press/release/202602_index.html'>February</a>")


def dates(found: Listing) -> list[str]:
    return [entry.date for entry in found.entries]


@pytest.mark.parametrize("rows", [JANUARY, DECEMBER, FEBRUARY])
def test_years_across_new_year(rows: str) -> None:
    """Whether the newest linked month is this one, the last one, or already the next."""
    found = listing(dl(day("January 4"), day("January 1"), day("December 31")), rows=rows)
    assert dates(found) == ["2026-01-04", "2026-01-01", "2025-12-31"]


def test_years_do_not_come_from_the_clock() -> None:
    """The same page, read two years later, has the same dates."""
    at = datetime(2028, 3, 1, tzinfo=UTC)
    found = listing(dl(day("January 4"), day("December 31")), rows=JANUARY, at=at)
    assert dates(found) == ["2026-01-04", "2025-12-31"]


def test_the_day_of_the_fetch_is_japans() -> None:
    """15:30 UTC on January 3 is January 4 in Japan; January 6 has not been yet."""
    at = datetime(2026, 1, 3, 15, 30, tzinfo=UTC)
    assert dates(listing(dl(day("January 4")), rows=JANUARY, at=at)) == ["2026-01-04"]
    with pytest.raises(ListingDrift, match="after the day of the fetch"):
        listing(dl(day("January 6")), rows=JANUARY, at=at)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("/press/release/202512_index.html", "December 31", "2025-12-31"),
        ("/press/release/202512_index.html", "January 1", "2026-01-01"),
        ("/press/release/202601_index.html", "December 31", "2025-12-31"),
        ("/mofaj/press/release/8_01_index.html", "1月4日付", "2026-01-04"),
        ("/mofaj/press/release/3_1_index.html", "１月４日付", "2021-01-04"),
    ],
)
def test_years_of_archives(path: str, text: str, expected: str) -> None:
    assert dates(listing(dl(day(text)), path=path)) == [expected]


def test_an_archive_under_another_name_has_its_month_from_heading_or_table() -> None:
    path = "/press/release/archive_x.html"
    heading = "Press Releases Archive January 2026"
    assert listing(dl(day("January 4")), path=path, heading=heading).month == "2026-01"
    assert listing(dl(day("January 4")), path=path, month="2026-01").month == "2026-01"
    to_itself = "<a href='#archives'>Archives</a>" + dl(day("January 4"))
    assert listing(to_itself, path=path, heading=heading).month == "2026-01"
    with pytest.raises(ListingDrift, match="neither address nor heading"):
        listing(dl(day("January 4")), path=path)


def test_address_heading_and_table_must_agree() -> None:
    with pytest.raises(ListingDrift, match="different months: 2025-12, 2026-01"):
        listing(
            dl(day("January 4")),
            path="/press/release/202601_index.html",
            heading="Press Releases Archive December 2025",
        )


def test_months_are_read_from_the_table_with_its_irregular_names() -> None:
    rows = row(
        "令和4年",
        "<a href='/mofaj/press/release/4_1_index.html'>1月</a>・"
        "<a href='/mofaj/press/release/4_02_index.html'>2月</a>・3月",
    ) + row("令和2年", "<a href='https://warp.ndl.go.jp/x'>1月</a>")
    found = listing(dl(day("2月1日付")), path=JA_INDEX, rows=rows)
    assert [(link.month, link.url.rpartition("/")[2]) for link in found.months] == [
        ("2022-01", "4_1_index.html"),
        ("2022-02", "4_02_index.html"),
    ]


def test_entries_of_other_kinds_are_reported_as_such() -> None:
    links = (
        "/erp/we/ie/page6e_000319.html",
        "/files/1.pdf",
        "https://example.org/x.html",
        "/mofaj/a.html",
        "mailto:x@example.org",
        "http://[broken",
        "#top",
    )
    unlinked = "<dd><ul><li>text <i>and</i> more</li></ul><p>beside</p></dd>"
    found = listing(dl(day("January 4", *links), unlinked), rows=JANUARY)
    assert [(entry.kind, entry.url) for entry in found.entries] == [
        ("release", ORIGIN + "/erp/we/ie/page6e_000319.html"),
        ("file", ORIGIN + "/files/1.pdf"),
        ("offsite", "https://example.org/x.html"),
        ("other_language", ORIGIN + "/mofaj/a.html"),
        ("offsite", "mailto:x@example.org"),
        ("offsite", "http://[broken"),
        ("unlinked", ORIGIN + INDEX),
        ("unlinked", ""),
        ("unlinked", ""),
    ]
    assert [entry.title for entry in found.entries[-2:]] == ["text and more", "beside"]


@pytest.mark.parametrize("path", [INDEX, "/press/release/202601_index.html"])
def test_the_listing_of_the_other_language_is_drift(path: str) -> None:
    """A run that read no release in it would end as complete."""
    with pytest.raises(ListingDrift, match="a listing of the other language"):
        listing(dl(day("January 4", "/mofaj/a.html", "/mofaj/b.html")), path=path, rows=JANUARY)


@pytest.mark.parametrize("days", [dl(), "", "<p>None yet.</p>"])
def test_an_empty_month_is_no_drift(days: str) -> None:
    found = listing(days, path="/press/release/202601_index.html", rows=JANUARY)
    assert found.entries == []
    assert found.months


@pytest.mark.parametrize(
    ("days", "rows", "path"),
    [
        (dl(), "", "/press/release/202601_index.html"),
        (dl(), JANUARY, INDEX),
        ("<dl class='renamed'>" + day("January 4") + "</dl>", JANUARY, "/press/release/202601_index.html"),
        (dl(day("Latest")), JANUARY, INDEX),
        (dl(day("June 4")), JANUARY, INDEX),
        (dl(day("January 4")), "", INDEX),
        (dl(day("February 30")), FEBRUARY, INDEX),
        (dl("<dd><a href='/a.html'>x</a></dd>"), JANUARY, INDEX),
        (dl(day("January 4")), row("2026", "<a href='/january.html'>New</a>"), INDEX),
        (dl(day("January 4")), row("Year", "<a href='/january.html'>January</a>"), INDEX),
        (dl(day("January 4")), row("2026", "<a href='/202602_index.html'>January</a>"), INDEX),
        (dl(day("Latest"), day("Newest")), JANUARY, INDEX),
        (dl(day("January 4")) + "<ul><li><a href='/press/release/b.html'>x</a></li></ul>", JANUARY, INDEX),
        (dl("<dt><a href='/press/release/b.html'>January 4</a></dt>", day("January 4")), JANUARY, INDEX),
        (dl(day("January 4")) + "<ul class='pager'><li><a href='?page=2'>2</a></li></ul>", JANUARY, INDEX),
        (dl(day("January 4")) + "<p><a href='/archive/202601_2.html'>Next</a></p>", JANUARY, INDEX),
        (dl(day("January 4")) + "<a href='/archive/x.html'><img alt='Next'></a>", JANUARY, INDEX),
        (dl(day("January 4")) + "<p><a rel='next' href='/archive/x.html'>x</a></p>", JANUARY, INDEX),
        (dl(day("January 4")) + "<p><a href='/press/release/202601_index_2.html'>2</a></p>", JANUARY,
         "/press/release/202601_index.html"),
    ],
)  # fmt: skip
def test_drift_is_named(days: str, rows: str, path: str) -> None:
    with pytest.raises(ListingDrift):
        listing(days, rows=rows, path=path)


@pytest.mark.parametrize(
    ("days", "titles", "problems"),
    [
        (dl(day("January 4")) + dl(day("January 3")), 2, ()),
        (dl("<dt>January 4</dt>", day("January 3")), 1, ()),
        (dl(day("January 4"), "<dt>January 3</dt>"), 1, ()),
        (dl("<dt>January 4</dt>note<p>A note.</p><div>Note</div><dd><a href='/a.html'>T</a></dd>"), 1, ()),
        (dl("<div>" + day("January 4") + "</div><div>" + day("January 3") + "</div>"), 2, ()),
        (dl("<dt>January 4</dt><dd>" + dl(day("January 3")) + "</dd>"), 1, ()),
        (dl("<dt>January 4</dt><ul><li><a href='/a.html'>T</a></li></ul>"), 1, ()),
        (dl(day("January 4 (updated)"), day("January 3, 2026")), 2, ()),
        ("<p>See the <a href='/index.html'>top</a>.</p>" + dl(day("January 4")), 1, ()),
        ("<p><a href='a.html'>featured</a></p>" + dl(day("January 4")), 1, ()),
        ("<p><a href='/x.html'>x</a></p>" + dl(day("January 4")), 1, ("x.html is linked outside",)),
        (dl(day("Latest"), day("January 4")), 1, ("'Latest' is no day", "no day for 'T'")),
        (dl("<dd><a href='/b.html'>B</a></dd>", day("January 4")), 1, ("no day for 'B'",)),
        (dl(day("January 4"), day("June 4")), 1, ("far from the newest month", "no day for")),
        (dl(day("January 4"), day("January 32, 2026")), 1, ("is no day", "no day for")),
        (dl(day("January 8"), day("January 4")), 1, ("after the day of the fetch", "no day for")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_costs_no_other_entry(
    days: str, titles: int, problems: tuple[str, ...]
) -> None:
    found = listing(days, rows=JANUARY)
    assert [entry.title for entry in found.entries if entry.date] == ["T"] * titles
    assert len(found.problems) == len(problems)
    for problem, message in zip(found.problems, problems, strict=True):
        assert message in problem


def test_entries_below_an_odd_day_are_read_without_a_date() -> None:
    """They come last, and not if the listing names them below a day that can be read, too."""
    days = dl(day("Latest", "a.html", "b.html"), day("January 4"), day("Januray 3", "c.html"))
    found = listing(days, rows=JANUARY)
    assert [(entry.url[-6:], entry.date) for entry in found.entries] == [
        ("a.html", "2026-01-04"),
        ("b.html", None),
        ("c.html", None),
    ]
    assert found.reaches_back_to == "2026-01-04"


@pytest.mark.parametrize(
    ("odd", "problem"),
    [
        (row("2026", "<a href='/press/release/older.html'>Older releases</a>"), "Older releases"),
        (row("Year", "<a href='/january.html'>January</a>"), "January"),
        (row("2026", "<a href='/202602_index.html'>January</a>"), "202602_index"),
        (row("2062", "<a href='/206201_index.html'>January</a>"), "206201_index"),
        (row("2026", "<a href='mailto:x'>January</a>"), "?"),
    ],
)
def test_an_odd_link_in_the_table_of_months_is_a_problem(odd: str, problem: str) -> None:
    found = listing(dl(day("January 4")), rows=JANUARY + odd)
    assert dates(found) == ["2026-01-04"]
    assert [link.month for link in found.months] == ["2026-01"]
    assert len(found.problems) == 1
    assert problem in found.problems[0]


@pytest.mark.parametrize(
    ("href", "url", "fetch_url"),
    [
        ("/press/release/talks-in-oslo", "/press/release/talks-in-oslo", ""),
        ("talks/", "/press/release/talks/index.html", "/press/release/talks/"),
        ("/a%5fb.html?x=1", "/a_b.html", "/a%5fb.html?x=1"),
        ("\\press\\release\\.\\a.html#b", "/press/release/a.html", ""),
        ("http://mofa.go.jp/a.html", "/a.html", ""),
    ],
)
def test_the_address_to_fetch_is_the_one_that_the_page_gives(
    href: str, url: str, fetch_url: str
) -> None:
    entry = listing(dl(day("January 4", href)), rows=JANUARY).entries[0]
    assert (entry.kind, entry.url) == ("release", ORIGIN + url)
    assert entry.fetch_url == (ORIGIN + fetch_url if fetch_url else "")


def test_links_start_from_the_base_of_the_page() -> None:
    found = listing(
        "<base href='/press/release/2026/'>" + dl(day("January 4", "a.html")), rows=JANUARY
    )
    assert found.entries[0].url == ORIGIN + "/press/release/2026/a.html"


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (["January 4", "January 1", "December 27"], "2025-12-27"),
        (["January 4", "December 31", "October 30"], "2025-12-31"),
        (["January 4", "December 24"], "2026-01-04"),
        (["November 30", "January 4"], "2026-01-04"),
    ],
)
def test_an_index_reaches_back_as_far_as_its_days_are_unbroken(days: list[str], first: str) -> None:
    assert listing(dl(*map(day, days)), rows=JANUARY).reaches_back_to == first


def test_titles_are_as_browsers_print_them() -> None:
    html = dl(
        "<dt>January 4</dt><dd><a href='/a.html'>Talks<br>on 10<sup>6</sup> <s>x</s></a></dd>"
    )
    assert [entry.title for entry in listing(html, rows=JANUARY).entries] == ["Talks on 10⁶"]


@pytest.mark.parametrize("name", ["noscript", "template"])
def test_what_browsers_do_not_show_is_no_entry(name: str) -> None:
    hidden = f"<{name}><li><a href='/b.html'>x</a></li><base href='/c/'></{name}>"
    html = dl(f"<dt>January 4</dt><dd>{hidden}<a href='a.html'>Talks<script>x</script></a></dd>")
    entries = listing(html, rows=JANUARY).entries
    assert [(entry.title, entry.url) for entry in entries] == [
        ("Talks", "https://www.mofa.go.jp/press/release/a.html")
    ]


def test_a_missing_container_is_drift() -> None:
    html = "<div id='maincontents'><p>x</p></div></html>"
    with pytest.raises(ListingDrift):
        parse_listing(page_of(html, "/press/release/202601_index.html"))


def test_a_listing_that_breaks_off_is_refused() -> None:
    page = sample_page(INDEX)
    page.body = page.body[: len(page.body) // 2]
    with pytest.raises(Truncated):
        parse_listing(page)


def test_lists_kept_elsewhere_are_not_months() -> None:
    rows = JANUARY + row("Before 2021", "<a href='https://warp.ndl.go.jp/x'>WARP</a>")
    assert [link.month for link in listing(dl(day("January 4")), rows=rows).months] == ["2026-01"]


def test_titles_are_folded() -> None:
    html = dl("<dt>January 4</dt><dd><ul><li><a href='/a.html'>A\r\n B&nbsp;</a></li></ul></dd>")
    assert [entry.title for entry in listing(html, rows=JANUARY).entries] == ["A B"]


@pytest.mark.parametrize(
    ("links", "titles"),
    [
        ("<a href='/a.html'>Talks</a><a href='/a.html'> in Oslo</a>, again", ["Talks in Oslo"]),
        ("<a href='/a.html'></a>\n<a href='/a.html'><b>In</b> Oslo</a>", ["In Oslo"]),
        ("<a href='/a.html'>A</a> <a href='/a.html'>B</a><a href='/a.html'>C</a>", ["A BC"]),
        ("<a href='/a.html'>A</a> and <a href='/a.html'>B</a>", ["A", "B"]),
        ("<a href='/a.html'>A</a><a href='/b.html'>B</a>", ["A", "B"]),
        ("<a href='/a.html'><img src='a.gif' alt='Talks in Oslo'></a>", ["Talks in Oslo"]),
    ],
)
def test_a_title_in_several_links_or_in_a_picture(links: str, titles: list[str]) -> None:
    found = listing(dl(f"<dt>January 4</dt><dd><li>{links}</li></dd>"), rows=JANUARY)
    assert [entry.title for entry in found.entries] == titles


@pytest.mark.parametrize("path", [INDEX, JA_INDEX])
def test_the_rolling_index_of_the_sample_site(path: str) -> None:
    found = parse_listing(sample_page(path))
    assert found.month is None
    assert {entry.date[:4] for entry in found.entries} == {"2026", "2025"}
    assert dates(found) == sorted(dates(found), reverse=True)
    months = ["2026-01", "2025-11", "2025-12", "2021-01", "2008-08"]
    assert [link.month for link in found.months] == months[: 4 if "mofaj" in path else 5]


def test_a_release_is_no_listing() -> None:
    assert is_listing(sample_page(INDEX))
    assert not is_listing(sample_page("press/release/press1e_000170.html"))


def test_a_line_break_parts_the_words_of_a_day() -> None:
    assert dates(listing(dl(day("January<br>4")), rows=JANUARY)) == ["2026-01-04"]


@pytest.mark.parametrize(
    "more",
    [
        "<button data-next='/x'>Load more</button>",
        "<form><input name='page' value='2'><input type='submit' value='Next'></form>",
        "<button>もっと見る</button>",
        "<INPUT TYPE='SUBMIT' VALUE='NEXT'>",
        "<input type='image' alt='Next' src='n.gif'>",
        "<span role='BUTTON'>Next</span>",
        "<a href='#' onclick='f(2)'>2</a>",
        "<span onclick='f()'>次へ</span>",
    ],
)
def test_a_button_that_shows_more_of_the_list_is_drift(more: str) -> None:
    with pytest.raises(ListingDrift, match="the list goes on behind the button"):
        listing(dl(day("January 4")) + more, rows=JANUARY)


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/press/release/2/'>2</a>",
        "<a href='/press/release/p2/'>Page 2</a>",
        "<a href='/press/release/p2/'>[2]</a>",
        "<a href='/press/release/p2/'>2ページ目</a>",
        "<a href='/press/release/p2/'>21-40</a>",
        "<a href='/press/release/p2/' rel='next nofollow'>Talks</a>",
        "<A HREF='/press/release/p2/' REL='NEXT'>Talks</A>",
        "<A HREF='/press/release/p2/'>LAST &gt;&gt;</A>",
        "<a href='/press/release/p2/'>最後へ</a>",
        "<a href='/press/release/p2/'>続きを読む</a>",
        "<a href='/press/release/p2/'>More releases</a>",
        "<a href='/press/release/p2/'>PART 2</a>",
        "<a href='/press/release/p2/'>2 / 3</a>",
        "<SELECT NAME=P><OPTION VALUE=1>1</OPTION><OPTION VALUE=2>2</OPTION></SELECT>",
        "<select><option value='?p=1'>Page 1</option><option value='?p=2'>Page 2</option></select>",
        "<SELECT><OPTION VALUE='/press/release/202601_index_2.html'>Rest</OPTION></SELECT>",
        "<select><option value='?page=2'>2</option></select>",
        "<select><option value='?page=2'>Second</option></select>",
        "<a href='/press/release/p2/' aria-label='Next page'></a>",
        "<a role='button'>Load more</a>",
    ],
)
def test_a_pager_of_any_form_is_drift(link: str) -> None:
    with pytest.raises(ListingDrift, match="the list goes on"):
        listing(dl(day("January 4")) + link, rows=JANUARY)


@pytest.mark.parametrize(
    "link",
    [
        "<a name='4'>4</a>",
        "<a href='/press/release/202512_index.html'>&lt; Previous</a>",
        "<a href='/press/release/202512_index.html'>12</a>",
        "<a href='/about/1/'>1</a>",
        "<a href='/press/release/202512_index.html' onclick='count()'>Previous</a>",
        "<input type='checkbox' value='2'>",
        "<select><option value='/press/release/202512_index.html'>December</option></select>",
        "<select><option value='?m=2026-01'>January</option><option value='?m=12'>1月</option></select>",
        "<select name='day'><option>1</option><option>2</option></select>",
        "<select><option value='?p=1'>1</option></select>",
        "<p>Page 1 of 1</p><p>1-3 of 3</p><p>全3件中1～3件</p><p>1/3</p>",
    ],
)
def test_a_link_to_another_listing_or_elsewhere_is_no_pager(link: str) -> None:
    assert len(listing(dl(day("January 4")) + link, rows=JANUARY).entries) == 1


def test_a_pager_beside_the_contents_is_drift() -> None:
    beside = "Press Releases</span><main>{}</main><span>"
    days = dl(day("January 4"))
    for link in ("<a href='?page=2'>2</a>", "<a href='202601_index_2.html'><img alt='Next'></a>"):
        with pytest.raises(ListingDrift, match="the list goes on at"):
            listing(days, rows=JANUARY, heading=beside.format(link))
    other = beside.format("<a href='?print=1'>Print</a><a href='/a/'>2</a>")
    assert len(listing(days, rows=JANUARY, heading=other).entries) == 1


@pytest.mark.parametrize(
    "text", ["Page 1 of 3", "1-20 of 57", "全57件中 1～20件を表示", "1/3ページ", "1～20件／57件"]
)
def test_a_list_that_says_that_it_is_a_part_is_drift(text: str) -> None:
    with pytest.raises(ListingDrift, match="the list is a part"):
        listing(dl(day("January 4")) + f"<p>{text}</p>", rows=JANUARY)


def test_the_head_may_name_the_next_part_in_capitals() -> None:
    html = "<HTML><HEAD><LINK REL='NEXT' HREF='?page=2'></HEAD><body><div id='maincontents'>"
    html += f"<div id='pressrelease'>{dl(day('January 4'))}</div></div></body></html>"
    with pytest.raises(ListingDrift, match="the list goes on at"):
        parse_listing(page_of(html, "/press/release/202601_index.html"))


@pytest.mark.parametrize("text", ["Next page »", "2", "次へ"])
def test_an_entry_that_leads_to_more_of_the_list_is_drift(text: str) -> None:
    more = day("January 4", "/press/release/202601_index_2.html").replace(">T<", f">{text}<")
    with pytest.raises(ListingDrift, match="the list goes on at"):
        listing(dl(more), rows=JANUARY)
    program = day("January 4", "/press/release/a.html").replace(">T<", ">Next Generation Talks<")
    assert len(listing(dl(program), rows=JANUARY).entries) == 1


def test_a_link_to_a_release_in_a_box_below_the_list_is_a_problem() -> None:
    box = "<div class='divisions-section'><a href='/press/release/b.html'>{}</a></div>"
    found = listing(dl(day("January 4")) + box.format("G7"), rows=JANUARY)
    assert len(found.entries) == 1
    assert found.problems == [f"{ORIGIN}/press/release/b.html is linked outside the list, as 'G7'"]
    with pytest.raises(ListingDrift):
        listing(dl(day("January 4")) + box.format("Next"), rows=JANUARY)


def test_the_address_of_a_month_page_says_what_the_table_leaves_out() -> None:
    rows = row("Reiwa 8", "<a href='/202601_index.html'>Jan.</a><a href='/202512_index.html'>*</a>")
    found = listing(dl(day("January 4")), rows=rows)
    assert [link.month for link in found.months] == ["2026-01", "2025-12"]
    assert found.problems == []


def test_a_damaged_title_is_a_problem_of_its_entry() -> None:
    days = day("January 4", "/a.html", "/b.html").replace(">T<", ">Japan\ufffds Talks<", 1)
    found = listing(dl(days), rows=JANUARY)
    assert [entry.url for entry in found.entries] == [f"{ORIGIN}/a.html", f"{ORIGIN}/b.html"]
    assert found.problems == [f"the title of {ORIGIN}/a.html is damaged: 'Japan\ufffds Talks'"]


@pytest.mark.parametrize(
    "link", ["<a href='#'>もっと見る</a>", "<a href='javascript:f()'>Load more</a>",
             "<a href='javascript:f()'>2</a>", "<A HREF=' JavaScript:f()'>LOAD MORE</A>"]
)  # fmt: skip
def test_a_link_of_a_program_that_shows_more_of_the_list_is_drift(link: str) -> None:
    with pytest.raises(ListingDrift, match="the list goes on behind"):
        listing(dl(day("January 4")) + link, rows=JANUARY)
    for other in ("<a href='#d4'>4</a>", "<button>More about cookies</button>"):
        assert len(listing(dl(day("January 4")) + other, rows=JANUARY).entries) == 1


def test_a_listing_that_a_browser_has_translated_is_rejected() -> None:
    text = "<font style='vertical-align: inherit;'>Talks</font>"
    with pytest.raises(TranslatedPage):
        listing(dl(day("January 4").replace(">T<", f">{text}<")), rows=JANUARY)


@pytest.mark.parametrize(
    "entry",
    ["<s><a href='/b.html'>Talks</a></s>", "<a href='/b.html'><b><del>Talks</del></b></a>"],
)
def test_an_entry_that_is_struck_out_is_a_problem(entry: str) -> None:
    days = day("January 4", "/a.html", "/b.html").replace("<a href='/b.html'>T</a>", entry)
    found = listing(dl(days), rows=JANUARY)
    assert [entry.url for entry in found.entries] == [f"{ORIGIN}/a.html"]
    assert found.problems == ["'Talks' is struck out, and left out"]
