"""The page of a release."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from lxml import html

from mofa_crawler.parsers.errors import WARNINGS
from mofa_crawler.record import Block, Link
from mofa_crawler.web.outline import outline
from tests.factories import (
    ORIGIN,
    keep,
    listing,
    not_parsed,
    numbered,
    parsed,
    query,
    release,
    with_draft,
)
from tests.web.pages import get

if TYPE_CHECKING:
    from mofa_crawler.store.store import Store
    from mofa_crawler.web.outline import Part
    from tests.cli import Run

JAPANESE = "mofaj/press/release/press4_000001"
OUTLINE = [
    Block(kind="heading", text="Talks"),
    Block(kind="point", level=1, label="1.", text="One"),
    Block(kind="point", level=2, label="(1)", text="One in one"),
    Block(kind="paragraph", level=2, text="More of one in one"),
    Block(kind="paragraph", level=1, text="More of one"),
    Block(kind="point", level=1, label="2.", text="Two"),
    Block(kind="paragraph", text="The end"),
]


def page_of(response: object) -> html.HtmlElement:
    assert response.status_code == 200, response.text  # type: ignore[attr-defined]
    return html.document_fromstring(response.text)  # type: ignore[attr-defined]


def as_lists(parts: list[Part]) -> list[object]:
    return [
        [node.block.text, *as_lists(node.parts)] if part.is_list else node.block.text
        for part in parts
        for node in part.nodes
    ]


def test_what_belongs_to_a_point_stands_under_it() -> None:
    assert as_lists(outline(OUTLINE, "en-")) == [
        "Talks",
        ["One", ["One in one", "More of one in one"], "More of one"],
        ["Two"],
        "The end",
    ]


def test_levels_that_begin_anywhere_lose_nothing() -> None:
    blocks = [
        Block(kind="paragraph", level=2, text="a"),
        Block(kind="point", level=3, label="1", text="b"),
        Block(kind="point", level=2, label="2", text="c"),
        Block(kind="table", level=5, rows=[["d"]]),
    ]
    parts = outline(blocks, "")
    assert as_lists(parts) == ["a", ["b"], ["c", ""]]
    assert [node.anchor for part in parts for node in part.nodes] == ["1", "2", "3"]


def test_every_block_of_a_release_is_on_its_page_once(crawled: Run) -> None:
    records = crawled.records() if crawled.json_file.exists() else []
    for record, response in zip(
        records, get(crawled.database, *(f"/release/{r['id']}" for r in records)), strict=True
    ):
        page = page_of(response)
        (article,) = page.xpath("//article[@id = $lang]", lang=record["lang"])
        (title,) = article.xpath(".//h1")
        assert title.text_content() == record["title"]
        assert article.get("lang") == record["lang"]
        for number, block in enumerate(record["body"], 1):
            (element,) = article.xpath(".//*[@id = $id]", id=f"{record['lang']}-{number}")
            shown = "".join(element.text_content().split())
            cells = [cell for row in block["rows"] for cell in row]
            expected = "".join([block["label"], block["text"], *cells]).split()
            assert shown.startswith("".join(expected)), record["id"]
        for link in record["links"]:
            assert article.xpath(".//a[@href = $url]", url=link["url"])


def test_anchors_and_headings_of_every_page_are_in_order(crawled: Run) -> None:
    paths = [f"/release/{record['id']}" for record in crawled.records()]
    for response in get(crawled.database, "/", "/search", *paths):
        page = page_of(response)
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        levels = [int(h.tag[1]) for h in page.xpath("//h1 | //h2 | //h3 | //h4")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))
        for label in page.xpath("//label"):
            assert page.xpath("//*[@id = $id]", id=label.get("for"))


def test_the_other_language_stands_beside_it_from_either_side(store: Store) -> None:
    english = numbered(1, "Hello.")
    japanese = release(
        id=JAPANESE,
        url=f"{ORIGIN}/{JAPANESE}.html",
        lang="ja",
        title="訪問",
        body=[Block(kind="paragraph", text="こんにちは。")],
        translation=english.url,
    )
    keep(store, english)
    keep(store, japanese)
    for response, own, other in zip(
        get(store.path, f"/release/{english.id}", f"/release/{JAPANESE}"),
        (english, japanese),
        (japanese, english),
        strict=True,
    ):
        page = page_of(response)
        first, second = page.xpath("//article")
        assert (first.get("lang"), second.get("lang")) == (own.lang, other.lang)
        assert second.xpath(".//h2/a/@href") == [f"/release/{other.id}"]
        assert other.text in second.text_content()
        assert not page.xpath("//*[@id = 'other-language']")


def test_a_translation_that_is_not_stored_is_a_link(store: Store) -> None:
    keep(store, numbered(1, translation=f"{ORIGIN}/{JAPANESE}.html"))
    keep(store, numbered(2, "Alone."))
    linked, alone = map(
        page_of, get(store.path, *(f"/release/press/release/press1e_00000{n}" for n in (1, 2)))
    )
    (section,) = linked.xpath("//section[@aria-labelledby = 'other-language']")
    assert section.xpath(".//a/@href") == [f"{ORIGIN}/{JAPANESE}.html"]
    assert "No page links this release" in alone.text_content()


def test_a_revision_is_shown_word_by_word(store: Store) -> None:
    keep(store, numbered(1, "The minister visited Rome on Monday."))
    keep(
        store,
        numbered(
            1,
            "The minister visited Paris on Monday.",
            title="A long visit",
            fetched_at="2026-01-11T03:00:00Z",
        ),
    )
    (response,) = get(store.path, "/release/press/release/press1e_000001")
    page = page_of(response)
    (change,) = page.xpath("//section[@class = 'change']")
    assert page.xpath("//article//a[@href = '#revisions']/text()") == ["Revised 1 time"]
    (whole,) = change.xpath(".//details/*[@class = 'text']")
    assert whole.text_content().strip() == "The minister visited Rome on Monday."
    assert change.xpath(".//h4/text()") == ["Title", "Text"]
    assert [text.strip() for text in change.xpath(".//del/text()")] == ["Rome"]
    assert [text.strip() for text in change.xpath(".//ins/text()")] == ["long", "Paris"]
    assert change.xpath(".//time/@datetime") == ["2026-01-10T03:00:00Z", "2026-01-11T03:00:00Z"]


def test_what_is_odd_about_a_release_is_said(store: Store) -> None:
    keep(store, numbered(1, warnings=["ruby"], date_source="listing"))
    keep(store, numbered(2))
    store.save(not_parsed("press/release/press1e_000001.html", "gone"))
    first, second = map(
        page_of, get(store.path, *(f"/release/press/release/press1e_00000{n}" for n in (1, 2)))
    )
    (warning,) = first.xpath("//section[@aria-labelledby = 'warnings']//li")
    assert warning.text_content() == f"ruby: {WARNINGS['ruby']}"
    assert "the date of the listing" in first.text_content()
    assert (
        "first found gone on 2026-01-11 03:00 UTC"
        in first.xpath("//*[@id = 'gone']")[0].text_content()
    )
    assert not second.xpath("//*[@id = 'gone']")


def test_a_text_of_a_mirror_says_so_before_it(store: Store) -> None:
    keep(store, numbered(1, source="mirror:example.org"))
    keep(store, numbered(2, "Live."))
    first, second = map(
        page_of, get(store.path, *(f"/release/{numbered(number).id}" for number in (1, 2)))
    )
    (notice,) = first.xpath("//*[@class = 'text']/preceding-sibling::p")
    assert "comes from a mirror (example.org)" in notice.text_content()
    assert notice.xpath(".//a/@href") == [numbered(1).url]
    assert "mirror" not in second.text_content()


def test_what_cites_a_text_of_a_mirror_says_so(store: Store) -> None:
    record = numbered(1, source="mirror:example.org")
    keep(store, record)
    store.save(with_draft(numbered(2).url, "A draft.", source="mirror:example.org"))
    page, bib, ris, draft = get(
        store.path,
        f"/release/{record.id}",
        f"/cite/{record.id}.bib",
        f"/cite/{record.id}.ris",
        f"/release/{numbered(2).id}",
    )
    (line,) = page_of(page).xpath("//*[@id = 'cite']/following-sibling::p[1]")
    assert line.text_content().endswith("on the mirror example.org")
    (data,) = page_of(page).xpath("//script")
    (line,) = page_of(page).xpath("//*[@id = 'attribution']")
    credit = json.loads(data.text)["creditText"]
    for text in (bib.text, ris.text, credit, line.text_content()):
        assert "comes from a mirror (example.org), not from the ministry's site" in text
    (notice,) = page_of(draft).xpath("//*[contains(@class, 'mirror')]")
    assert "comes from a mirror (example.org)" in notice.text_content()


def test_the_line_to_use_has_the_licence_with_its_address(store: Store) -> None:
    keep(store, numbered(1))
    (response,) = get(store.path, f"/release/{numbered(1).id}")
    (line,) = page_of(response).xpath("//*[@id = 'attribution']")
    assert numbered(1).attribution in line.text_content()
    (license_,) = line.xpath("./a[@rel = 'license']")
    assert "Public Data License" in license_.text
    assert license_.get("href") in line.text_content()


def test_a_duplicate_leads_to_its_original(store: Store) -> None:
    keep(store, numbered(1))
    keep(store, numbered(2))
    (response,) = get(store.path, "/release/press/release/press1e_000002")
    assert page_of(response).xpath("//*[@id = 'duplicate']/a/@href") == [
        "/release/press/release/press1e_000001"
    ]


def test_provenance_names_the_place_in_the_archive_and_the_last_check(store: Store) -> None:
    record = numbered(1)
    keep(store, record)
    store.save(parsed(record, fetched_at="2026-01-11T03:00:00Z"))
    query(
        store,
        "UPDATE pages SET archive_file = 'x.warc.gz', archive_offset = 12345, "
        "archived_at = '2026-01-10T03:00:00.123Z'",
    )
    (response,) = get(store.path, f"/release/{record.id}")
    facts = page_of(response).xpath("//dl")[0]
    rows = dict(zip(facts.xpath("./dt/text()"), facts.xpath("./dd"), strict=True))
    texts = {name: " ".join(dd.text_content().split()) for name, dd in rows.items()}
    assert texts["Archive"] == "x.warc.gz, byte 12,345, 2026-01-10 03:00 UTC"
    assert texts["Last check"] == "2026-01-11 03:00 UTC"
    assert texts["SHA-256 of the content"] == record.content_hash


def test_a_release_is_cited_in_four_forms(store: Store) -> None:
    record = numbered(1, title="</script><b>A & B</b>")
    keep(store, record)
    page, bib, ris = get(
        store.path, f"/release/{record.id}", f"/cite/{record.id}.bib", f"/cite/{record.id}.ris"
    )
    (data,) = page_of(page).xpath("//script")
    assert data.get("type") == "application/ld+json"
    assert json.loads(data.text)["headline"] == record.title
    assert page.text.count("</script>") == 1
    assert bib.text.startswith("@misc{")
    assert bib.headers["content-disposition"] == 'attachment; filename="press1e_000001.bib"'
    assert ris.text.startswith("TY  - ELEC\r\n")
    assert ris.headers["content-type"].startswith("application/x-research-info-systems")


def test_a_rejected_release_shows_its_listing_and_its_draft_as_a_draft(store: Store) -> None:
    path = "press/release/press1e_000009.html"
    store.save(listing((path, "A rejected visit")))
    (before,) = get(store.path, "/release/press/release/press1e_000009")
    store.save(with_draft(path, "One.\n\n<Two>.", code="missing_date", message="no date"))
    (after,) = get(store.path, "/release/press/release/press1e_000009")
    listed, rejected = page_of(before), page_of(after)
    assert listed.xpath("//h1/text()") == rejected.xpath("//h1/text()") == ["A rejected visit"]
    assert "is not stored" in listed.xpath("//*[@id = 'status']")[0].text_content()
    status = " ".join(rejected.xpath("//*[@id = 'status']")[0].text_content().split())
    assert re.search(r"Draft\. .* Do not cite it\. .* rejected, code missing_date: no date", status)
    assert rejected.xpath("//section[@aria-label = 'Draft']/p/text()") == ["One.", "<Two>."]
    assert not rejected.xpath("//*[@id = 'cite']")


def test_a_page_that_no_listing_names_has_its_id_for_a_title(store: Store) -> None:
    store.save(not_parsed(numbered(1).url, "failed", code="http_500"))
    (response,) = get(store.path, f"/release/{numbered(1).id}")
    page = page_of(response)
    assert page.xpath("//h1/text()") == [numbered(1).id]
    assert "No listing names this release." in page.xpath("//*[@id = 'status']")[0].text_content()


def test_only_what_is_stored_is_found_under_an_id(store: Store) -> None:
    keep(store, numbered(1))
    ids = ["nothing", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "x" * 10_000, "press/release/"]
    paths = [
        f"/{page}/{id_}{end}" for id_ in ids for page, end in (("release", ""), ("cite", ".ris"))
    ]
    for response in get(store.path, *paths):
        assert response.status_code == 404
        assert "Search for its title instead" in response.text


def test_links_that_are_no_addresses_of_the_web_cannot_be_stored(store: Store) -> None:
    keep(
        store,
        numbered(
            1, links=[Link(kind="text", text='"><script>', url='https://example.org/?a="><b')]
        ),
    )
    (response,) = get(store.path, "/release/press/release/press1e_000001")
    (link,) = page_of(response).xpath("//section[@class = 'links']//a")
    assert link.get("href") == 'https://example.org/?a="><b'
    assert link.text == '"><script>'
