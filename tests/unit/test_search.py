"""`mofa-crawler search`: words and phrases of any length, in both languages, as they are printed."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from mofa_crawler.period import Period
from mofa_crawler.queries.read_only import reading
from mofa_crawler.queries.search import find, read_hits
from mofa_crawler.queries.snippets import mark
from mofa_crawler.queries.terms import LONGEST_QUERY, Term, read_terms
from mofa_crawler.store.keys import search_key
from mofa_crawler.store.store import Store
from tests.factories import ORIGIN, keep, numbered

if TYPE_CHECKING:
    from pathlib import Path

    from mofa_crawler.record import PressRelease
    from tests.cli import Run


TEXTS = {
    1: "The museum of the United Nations (UN) was founded. EU-Japan talks on Iran followed.",
    2: "日本とEUの外相が会談した。㈱日本は①を認めた。",
    3: "外務大臣が安全保障理事会に出席した。日程は未定。",
    4: 'A budget of 100% was "agreed" AND (signed) by a_b; NEAR* ^it: -not',
    5: "Under a neutral fund of 1000 European men.",
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Releases by number, one a year from 2001; 6 says the same as 5, on the Japanese side."""
    path = tmp_path_factory.mktemp("search") / "mofa.db"
    store = Store(path)
    for number, text in TEXTS.items():
        lang = "ja" if number in {2, 3} else "en"
        keep(store, numbered(number, text, lang=lang, date=f"200{number}-01-01"))
    keep(store, numbered(6, TEXTS[5], lang="ja", date="2005-01-01"))
    store.close()
    return path


def found(path: Path, query: str, **period: Any) -> list[int]:
    with reading(path) as db:
        hits = list(read_hits(db, find(db, read_terms(query), Period(**period))))
    return [int(hit.id[-6:]) for hit in hits]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("iran", [1]),
        ("安全保障", [3]),
        ("日", [3, 2]),
        ("外相", [2]),
        ("EU", [2, 1]),  # not "neutral", nor "European"
        ("UN", [1]),  # not "fund", nor "Under"
        ("日 安全保障理事会", [3]),
        ("eu talks", [1]),
        ("visit iran", [1]),  # one in the title, one in the text
        ("iran 外相", []),
        ('"united nations"', [1]),
        ('"nations united"', []),
        ("nations united", [1]),
        ("ＩＲＡＮ", [1]),
        ("(株)日本は1を", [2]),
        ("iran Iran ＩＲＡＮ", [1]),
    ],
)
def test_all_words_must_occur_of_any_length(path: Path, query: str, numbers: list[int]) -> None:
    assert found(path, query) == numbers


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("100%", [4]),
        ("＂agreed＂", [4]),
        ("＂budget＂", []),
        ("a_b", [4]),
        ("_", [4]),
        ("%", [4]),
        ("and", [4]),
        ("AND (signed)", [4]),
        ("NEAR* ^it: -not", [4]),
        ('was"agreed', [4]),  # a mark without a second is left out
        ('"was \\"agreed', []),
        ("title:visit", []),
        ("NOT OR AND", []),
        ("visit*", []),
        ("'; DROP TABLE search; --", []),
        ("iran\x00", []),
        ("iran\udcff", []),
        ("🗾 🇯🇵", []),
        ("x" * LONGEST_QUERY, []),
        ("日" * LONGEST_QUERY, []),
        (" ".join(f"{n:x}" for n in range(2_000)), []),
        ("iran " * (LONGEST_QUERY // 5), [1]),
    ],
)
def test_a_query_is_just_text(path: Path, query: str, numbers: list[int]) -> None:
    assert found(path, query) == numbers


def test_every_word_counts_however_many_and_long_they_are(tmp_path: Path) -> None:
    path = tmp_path / "mofa.db"
    words = [f"word{number}" for number in range(100)]
    long = "x" * 150
    store = Store(path)
    keep(store, numbered(1, " ".join([*words, long])))
    store.close()
    assert found(path, " ".join(words)) == found(path, long) == [1]
    assert found(path, " ".join([*words, "word1000"])) == found(path, long + "x") == []
    assert found(path, f"{'x' * 100}y") == []


def test_the_parts_of_a_word_in_another_order_are_not_the_word(tmp_path: Path) -> None:
    """The index knows of the same trigrams in all of these texts."""
    path = tmp_path / "mofa.db"
    store = Store(path)
    keep(store, numbered(1, "abcde bcdef"))
    keep(store, numbered(2, "abcdef"))
    keep(store, numbered(3, "abc bcd cde def"))
    store.close()
    assert found(path, "abcdef") == [2]
    assert found(path, "abcde") == [1, 2]


def test_languages_and_period(path: Path) -> None:
    assert found(path, "visit") == [5, 4, 3, 2, 1]
    assert found(path, "visit", langs=("ja",)) == [6, 3, 2]
    assert found(path, "visit", since="2002-01-01", until="2004-01-01") == [4, 3, 2]
    assert found(path, "日", since="2002-01-02") == [3]


def test_a_duplicate_is_found_only_where_its_original_is_not(path: Path) -> None:
    assert found(path, "neutral") == [5]
    assert found(path, "neutral", langs=("ja",)) == [6]


def test_titles_come_first_then_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "mofa.db"
    store = Store(path)
    for number, (title, day) in enumerate(
        [
            ("Talks", "2021-01-01"),
            ("Iran", "2020-01-01"),
            ("Talks", "2022-01-01"),
            ("Iran talks", "2019-01-01"),
            ("Talks", "2022-01-01"),
            ("EU", "2018-01-01"),
        ]
    ):
        keep(store, numbered(number, f"On Iran and the EU. {number}", title=title, date=day))
    store.close()
    assert found(path, "iran") == [1, 3, 2, 4, 0, 5]
    assert found(path, "talks iran") == [3, 2, 4, 0]
    assert found(path, "eu") == [5, 2, 4, 0, 1, 3]


# Few characters, so that words occur in many texts: inside of words, at both ends, across spaces.
ALPHABET = "外相会日本aeu5é,.' \U0010ffff"


@pytest.fixture(scope="module")
def random_texts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[PressRelease]]:
    """A database of random texts, every third of which was revised, and its records."""
    path = tmp_path_factory.mktemp("search") / "mofa.db"
    random, store = Random(1), Store(path)  # noqa: S311 - the same texts every time

    def text(most: int) -> str:
        return "".join(random.choices(ALPHABET, k=random.randint(1, most))).strip() or "x"

    for number in range(150):
        for _ in range(2 if number % 3 == 0 else 1):
            day = f"20{number % 20:02}-01-01"
            keep(store, numbered(number, text(20), title=text(6), date=day))
    records = list(store.releases.records())
    store.close()
    return path, records


@given(
    query=st.lists(st.text(ALPHABET, min_size=1, max_size=5), min_size=1, max_size=3).map(" ".join)
)
def test_the_index_finds_what_is_in_the_texts(
    random_texts: tuple[Path, list[PressRelease]], query: str
) -> None:
    path, records = random_texts
    terms = read_terms(query)
    assume(terms)

    def is_in(term: Term, text: str) -> bool:
        if len(term.key) < 3 and term.key.isascii() and term.key.isalnum():
            return term.key in re.findall("[0-9a-zé]+", search_key(text))
        return term.key in search_key(text)

    matching = [r for r in records if all(is_in(t, r.title) or is_in(t, r.text) for t in terms)]
    matching.sort(key=lambda r: r.id)
    matching.sort(key=lambda r: r.date, reverse=True)
    matching.sort(key=lambda r: sum(is_in(t, r.title) for t in terms), reverse=True)
    with reading(path) as db:
        assert [h.id for h in read_hits(db, find(db, terms, Period()))] == [r.id for r in matching]


@pytest.mark.parametrize(
    ("query", "reads"),
    [
        ("外相", False),
        ("日 外相", True),
        ("日", False),
        ("外相会", False),
        ("EU", True),
        ("neutral", False),
    ],
)
def test_short_words_read_no_text(path: Path, query: str, reads: bool) -> None:
    read = set()

    def note(action: int, table: str | None, column: str | None, *_: str | None) -> int:
        read.add((action, table, column))
        return sqlite3.SQLITE_OK

    with reading(path) as db:
        db.set_authorizer(note)
        find(db, read_terms(query), Period())
    assert ((sqlite3.SQLITE_READ, "search", "text") in read) == reads


@pytest.mark.parametrize("query", ["a", "日", "'", "é", "u 日"])
def test_a_common_character_is_found_in_the_texts(
    random_texts: tuple[Path, list[PressRelease]], query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    with reading(random_texts[0]) as db:
        by_index = find(db, read_terms(query), Period())
        monkeypatch.setattr("mofa_crawler.queries.search._COMMON", 0)
        db.set_trace_callback(read.append)
        assert find(db, read_terms(query), Period()) == by_index
    assert by_index.total
    assert not any("GROUP BY doc" in statement for statement in read)


def test_a_page_of_what_was_found_and_counts_of_all(path: Path) -> None:
    with reading(path) as db:
        hits = find(db, read_terms("visit"), Period())
        page = [hit.id[-1] for hit in read_hits(db, hits, offset=1, limit=2)]
        assert (hits.total, page) == (5, ["4", "3"])
        assert list(read_hits(db, hits, offset=5)) == []
        assert hits.by_year() == dict.fromkeys(["2001", "2002", "2003", "2004", "2005"], 1)
        assert list(hits.by_month().values()) == ([1] + 11 * [0]) * 4 + [1]
        # Without words: all releases of the period, the newest first.
        found = find(db, [], Period(until="2003-12-31"))
        assert [row["number"] for row in found.rows] == [3, 2, 1]
        assert find(db, read_terms("neutral"), Period(), with_duplicates=True).total == 2


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ('  two　words "a  phrase" ', ["two", "words", "a phrase"]),
        ('"" "', []),
        ('a"b"c"d', ["a", "b", "c", "d"]),
        ("A a Ａ", ["a"]),
        ("\x00 \udc80", ["\ufffd"]),
    ],
)
def test_a_query_is_words_and_phrases(query: str, keys: list[str]) -> None:
    assert [term.key for term in read_terms(query)] == keys


# --- marks and snippets ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("㈱日本は①を", "(株)", "«㈱»日本は①を"),
        ("㈱日本は①を", "株", "«㈱»日本は①を"),
        ("㈱日本は①を", "日本は1", "㈱«日本は①»を"),
        ("ｶﾞﾎﾞﾝ共和国", "ガボン", "«ｶﾞﾎﾞﾝ»共和国"),
        ("か\u3099いこう", "がいこう", "«か\u3099いこう»"),
        ("Straße", "strasse", "«Straße»"),
        ("a  b\n\nc", '"b c"', "a «b c»"),
        ("EU, museum, EU", "eu", "«EU», museum, «EU»"),
        ("日米外相会談", "日米外 外相会", "«日米外相会»談"),
        ("nothing", "else", "nothing"),
        ("Ministers’ U.S.–Japan", "ministers' u.s.-japan", "«Ministers’» «U.S.–Japan»"),
        ("min\xadis\xadters met", '"ministers met"', "«min\xadis\xadters met»"),
        ("葛\U000e0100城大使", "葛城", "«葛\U000e0100城»大使"),
        ("20日〜22日", "20日～22日", "«20日〜22日»"),
        ("a\u200bb", "ab", "«a\u200bb»"),
        ("“agreed”", "agreed", "“«agreed»”"),
        ("Côte d´Ivoire", '"cote d\'ivoire"', "«Côte d´Ivoire»"),
        ("Cote d’Ivoire", '"Côte d\'Ivoire"', "«Cote d’Ivoire»"),
        ("Tu\u0308rkiye, Erdoğan", "türkiye erdogan", "«Tu\u0308rkiye», «Erdoğan»"),
        ("İstanbul", "istanbul", "«İstanbul»"),
        ("⻑官と⺠主", "長官 民主", "«⻑官»と«⺠主»"),
        ("日米──〝J·F〟", '日米-- "J・F"', "«日米──»〝«J·F»〟"),
        ("1½ h", "1/2", "1«½» h"),
    ],
)
def test_what_was_found_is_marked_as_it_is_printed(text: str, query: str, marked: str) -> None:
    assert mark(text, read_terms(query)).between("«", "»") == marked


# What NFKC makes more or fewer of, and what belongs to the character before it.
TRICKY = "\xad\u200b\u2019\u2013\u301c\U000e0100葛㈱①ｶﾞﾟが\u3099\u0301\u0323éÅ½ﬁßİ\u1100\u1161\u11a8가ㅏﾡￂ\u200d👩🏽´¨ \u3000\n\ufeffa日"


@given(st.text(st.sampled_from(TRICKY) | st.characters(exclude_categories=["Cs"])))
def test_every_text_is_found_in_itself(text: str) -> None:
    if key := search_key(text):
        # Nothing but white space and what is hidden lies outside of the mark.
        outside = [piece for piece, is_found in mark(text, [Term(key)]).pieces if not is_found]
        assert search_key("".join(outside)) == ""


@given(
    st.text(st.sampled_from("".join(TRICKY.split())), max_size=40),
    st.text(st.sampled_from("".join(TRICKY.split())), max_size=40),
    st.integers(1, 40),
)
def test_a_cut_parts_no_character_from_what_belongs_to_it(
    before: str, after: str, width: int
) -> None:
    text = f"{before}外相{after}"
    whole, cut = mark(text, [Term("外相")]), mark(text, [Term("外相")], width=width)
    assert any(is_found for _, is_found in cut.pieces)
    inner = str(cut).removeprefix("…").removesuffix("…")
    start, _, end = str(whole).partition(inner)
    for left, right in ((start, inner), (inner, end)):
        if left and right:
            assert not left.endswith("\u200d")
            assert not right.startswith(tuple("ﾞﾟ\u3099\u0301\u0323\u1161\u11a8\u200d"))


def test_a_snippet_is_cut_between_words_around_the_first_place() -> None:
    text = "One two three four five six seven eight nine ten eleven twelve."
    assert (
        mark(text, read_terms("seven"), width=30).between("[", "]")
        == "…six [seven] eight nine ten…"
    )
    assert str(mark(text, read_terms("one"), width=30)) == "One two three four five six…"
    assert str(mark(text, read_terms("else"), width=12)) == "One two…"
    assert str(mark(text, read_terms("twelve"), width=24)) == "…nine ten eleven twelve."
    assert str(mark(text, read_terms("one"), width=1000)) == text
    assert mark(text, read_terms("two ten"), width=16).between("[", "]") == "One [two] three…"
    assert str(mark("👩\u200d🚀" * 4 + "外相", [Term("外相")], width=3)) == "…👩\u200d🚀外相"
    # Without spaces it is cut anywhere; what is longer than the snippet, too.
    assert (
        mark("日" * 9 + "外相" + "月" * 9, read_terms("外相"), width=8).between("[", "]")
        == "…日日[外相]月月月月…"
    )
    assert mark("外" * 20, [Term("外" * 20)], width=8).between("[", "]") == f"[{'外' * 8}]…"


# --- the command ----------------------------------------------------------------------------------


def test_a_hit_is_a_line_of_fields(crawled: Run) -> None:
    result = crawled.call("search", "Senkaku", "--lang", "en")
    assert (result.returncode, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    day, lang, release, title, url, snippet = line.split("\t")
    assert (day, lang, release) == ("2021-01-27", "en", "press/release/press1e_000170")
    assert title == "Japan-U.S. Foreign Ministers’ Telephone Talk"
    assert url == f"{ORIGIN}/press/release/press1e_000170.html"
    assert " treaty to the «Senkaku» Islands. " in snippet


def test_for_machines_it_is_json(crawled: Run) -> None:
    result = crawled.call("search", "--json", "--", "日米", "外相")
    (hit,) = (
        found
        for found in map(json.loads, result.stdout.splitlines())
        if found["id"] == "mofaj/press/release/press4_009165"
    )
    assert list(hit) == ["id", "date", "lang", "title", "url", "snippet", "source"]
    assert hit["title"] == "日米外相電話会談"
    assert hit["snippet"].startswith("朝８時からおよそ30分、")


def containing(crawled: Run, word: str) -> list[dict[str, Any]]:
    return [r for r in crawled.records() if word in r["title"] + r["text"]]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_is_not_shown_is_said(crawled: Run, form: list[str]) -> None:
    result = crawled.call("search", "日", "-n", "2", *form)
    assert (result.returncode, len(result.stdout.splitlines())) == (0, 2)
    count = len(containing(crawled, "日"))
    assert result.stderr == f"mofa_crawler: note: {count} found, 2 shown; -n 0 shows all\n"
    result = crawled.call("search", "日", "-n", "0", *form)
    assert (len(result.stdout.splitlines()), result.stderr) == (count, "")


def test_a_table_for_spreadsheets(crawled: Run) -> None:
    result = crawled.command("search", "日", "--csv", "-n", "0")
    rows = list(csv.DictReader(result.stdout.removeprefix("\ufeff").splitlines()))
    assert result.stdout.startswith("\ufeffid,date,lang,title,url,snippet,source\n")
    assert {row["id"] for row in rows} == {r["id"] for r in containing(crawled, "日")}
    assert result.stderr == ""


@pytest.mark.parametrize(("by", "length"), [("year", 4), ("month", 7)])
def test_counts_by_year_and_month(crawled: Run, by: str, length: int) -> None:
    found = Counter(r["date"][:length] for r in containing(crawled, "日"))
    days = [f"{year}-{month:02}" for year in range(1990, 2031) for month in range(1, 13)]
    names = sorted({day[:length] for day in days if min(found) <= day[:length] <= max(found)})
    counts = [(name, found[name]) for name in names]
    assert 0 in dict(counts).values()
    result = crawled.call("search", "日", "--by", by, "-n", "1")
    assert result.stdout.splitlines() == [f"{by}\treleases", *(f"{k}\t{n}" for k, n in counts)]
    assert (result.returncode, result.stderr) == (0, "")
    printed = crawled.call("search", "日", "--by", by, "--json").stdout.splitlines()
    assert [json.loads(line) for line in printed] == [{by: k, "releases": n} for k, n in counts]
    table = crawled.command("search", "日", "--by", by, "--csv").stdout.splitlines()
    assert table == [f"\ufeff{by},releases", *(f"{k},{n}" for k, n in counts)]


def test_an_operator_is_a_word_and_a_note_says_so(crawled: Run) -> None:
    result = crawled.call("search", '"NOT in" Senkaku OR EU OR AND or')
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"mofa_crawler: note: {line}"
        for line in (
            "OR is searched as a word; all words must occur",
            "AND is searched as a word; all words must occur",
            "nothing found",
        )
    ]


@pytest.mark.parametrize("space", ["\u3000", "\t", "\n"])
def test_words_are_separated_by_any_space(crawled: Run, space: str) -> None:
    result = crawled.call("search", f"日米{space}外相")
    assert (result.returncode, result.stderr) == (0, "")
    assert "press4_009165" in result.stdout


@pytest.mark.parametrize("columns", [None, 80])
def test_that_nothing_is_found_is_no_error(crawled: Run, columns: int | None) -> None:
    result = crawled.call("search", "--", "--xyzzy", columns=columns)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "mofa_crawler: note: nothing found\n"


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_pipe_gets_fields_whatever_requests_colours(
    crawled: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    printed = crawled.call("search", "Senkaku").stdout
    assert printed.count("\t") == 5
    assert "\x1b" not in printed


def test_on_a_terminal_an_entry_takes_lines_and_no_address_is_broken(crawled: Run) -> None:
    text = crawled.call("search", "Senkaku", columns=40).stdout
    lines = text.splitlines()
    assert lines[0] == "2021-01-27 en Japan-U.S. Foreign"
    assert f"    \x1b[2m{ORIGIN}/press/release/press1e_000170.html\x1b[0m" in lines
    assert "\x1b[1mSenkaku\x1b[0m" in text
    text = crawled.call("search", "日", columns=40).stdout
    shown = [re.sub(r"\x1b\[\d*m", "", line) for line in text.splitlines()]
    assert max(map(cell_len, (line for line in shown if ORIGIN not in line))) <= 40


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (['"'], "write the words to search for"),
        (["--lnag", "ja"], "search has no option --lnag; do you mean --lang?"),
        (["x" * 10_001], "the query has 10,001 characters; write at most 10,000"),
        (["x", "-n", "many"], "argument -n: many is not a number"),
        (["x", "--csv", "--json"], "argument --json: not allowed with argument --csv"),
        (["x", "--until", "x"], "until=x is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run.call("search", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"mofa_crawler: error: {message}\n"
