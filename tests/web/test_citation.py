"""How to cite: read back by the parsers of other tools."""

from __future__ import annotations

import json

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given, settings
from hypothesis import strategies as st

from mofa_crawler.web import citation
from tests.factories import ORIGIN, release

JAPANESE = release(
    id="mofaj/press/release/press1_000001",
    url=f"{ORIGIN}/mofaj/press/release/press1_000001.html",
    lang="ja",
    title="日米首脳会談",
    translation=release().url,
)
HOSTILE = [
    r"100% of \LaTeX & {braces} } { #1_2 $5 ~x ^y",
    "a\n}, author = {nobody",
    "@misc{x, title = {y}}",
    "ER  - \r\nTY  - BOOK",
    '<script>alert("1")</script>',
]


# LaTeX's names of signs that the decoder does not know, or takes for others.
NAMES = {
    r"\textbraceleft{}": ("\ue000", "{"),
    r"\textbraceright{}": ("\ue001", "}"),
    r"\textasciicircum{}": ("\ue002", "^"),
}


def bibtex_fields(text: str, *, decoded: bool = True) -> dict[str, str]:
    middlewares = [LatexDecodingMiddleware()] if decoded else []
    for name, (private, _) in NAMES.items():
        text = text.replace(name, private)
    library = bibtexparser.parse_string(text, append_middleware=middlewares)
    assert library.failed_blocks == []
    (entry,) = library.entries
    assert len(library.blocks) == 1
    signs = str.maketrans(dict(NAMES.values()))
    fields = {field.key: field.value.translate(signs) for field in entry.fields}
    return {"type": entry.entry_type, "key": entry.key, **fields}


def test_a_line_in_the_language_of_the_release() -> None:
    assert citation.plain(release()) == (
        "Ministry of Foreign Affairs of Japan, “A visit”, press release, 27 January 2021, "
        f"{release().url}, accessed 10 January 2026"
    )
    assert citation.plain(JAPANESE) == (
        f"外務省「日米首脳会談」（報道発表）2021年1月27日、{JAPANESE.url}、2026年1月10日閲覧"
    )


def test_bibtex() -> None:
    fields = bibtex_fields(citation.bibtex(release(title="A visit to 50% of R&D")))
    assert fields["author"] == "Ministry of Foreign Affairs of Japan"
    assert fields["title"] == "A visit to 50% of R&D"
    assert (fields["type"], fields["key"]) == ("misc", "mofa-press-release-press1e_000001")
    assert (fields["year"], fields["month"], fields["date"]) == ("2021", "1", "2021-01-27")
    assert (fields["url"], fields["urldate"]) == (release().url, "2026-01-10")
    assert fields["note"] == release().attribution
    of_japanese = bibtex_fields(citation.bibtex(JAPANESE))
    assert of_japanese["author"] == "外務省"
    assert of_japanese["title"] == "日米首脳会談"
    assert of_japanese["language"] == "japanese"


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_ends_its_field(title: str) -> None:
    record = release(title=title)
    one_line = " ".join(title.split())
    assert bibtex_fields(citation.bibtex(record))["title"] == one_line
    (entry,) = rispy.loads(citation.ris(record))
    assert (entry["title"], entry["type_of_reference"]) == (one_line, "ELEC")


@settings(max_examples=60)
@given(st.text("\\{}~^&%$#_a日", min_size=1))
def test_any_title_survives_bibtex(title: str) -> None:
    assert bibtex_fields(citation.bibtex(release(title=title)))["title"] == title


@pytest.mark.parametrize("identifier", ["a/{b}", "a,b", "a b%", "a\\b"])
def test_no_id_ends_the_key(identifier: str) -> None:
    record = release(id=identifier, url=f"{ORIGIN}/a%20{{b}}.html")
    fields = bibtex_fields(citation.bibtex(record), decoded=False)
    assert fields["key"].startswith("mofa-a-b")
    assert fields["url"] == f"{ORIGIN}/a%20%7Bb%7D.html"


def test_ris() -> None:
    text = citation.ris(JAPANESE)
    assert text.startswith("TY  - ELEC\r\n")
    assert text.endswith("ER  - \r\n")
    (entry,) = rispy.loads(text)
    assert entry["authors"] == ["外務省"]
    assert (entry["title"], entry["publisher"], entry["language"]) == (
        "日米首脳会談",
        "外務省",
        "ja",
    )
    assert (entry["year"], entry["date"], entry["access_date"]) == (
        "2021",
        "2021/01/27",
        "2026/01/10",
    )
    assert entry["urls"] == [JAPANESE.url]
    assert entry["notes"] == [JAPANESE.attribution]


def test_json_ld() -> None:
    described = json.loads(json.dumps(citation.json_ld(JAPANESE)))
    assert described["@type"] == "Article"
    assert described["headline"] == "日米首脳会談"
    assert described["inLanguage"] == "ja"
    assert described["datePublished"] == "2021-01-27"
    assert described["publisher"]["name"] == "外務省"
    assert described["isBasedOn"] == described["url"] == JAPANESE.url
    assert described["license"].startswith("https://")
    assert described["workTranslation"]["url"] == release().url
    assert described["workTranslation"]["inLanguage"] == "en"
    assert "workTranslation" not in citation.json_ld(release())
