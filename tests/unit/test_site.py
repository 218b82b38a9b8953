"""The ministry's addresses: resolved, in one spelling, by kind, and on a mirror."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import mofa_crawler
from mofa_crawler import site

PACKAGE = Path(mofa_crawler.__file__).parent
# A host name, a folder or a file name of the site. Sentences for readers may name the host.
ADDRESS = re.compile(r"mofa\\?\.go|mofaj/|/announce/|/press/|index\\?\.html")

RELEASE = "https://www.mofa.go.jp/press/release/press1e_000170.html"
INDEX = "https://www.mofa.go.jp/press/release/index.html"


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        (RELEASE, RELEASE),
        ("http://www.mofa.go.jp/press/release/press1e_000170.html", RELEASE),
        ("//www.mofa.go.jp/press/release/press1e_000170.html", RELEASE),
        ("https://mofa.go.jp/press/release/press1e_000170.html", RELEASE),
        ("HTTPS://WWW.MOFA.GO.JP:443/press/release/press1e_000170.html#top", RELEASE),
        ("/press//release/./x/../press1e_000170.html", RELEASE),
        ("press1e_000170.html", RELEASE),
        (" /press/release/press1e%5f000170.html\n", RELEASE),
        ("/press/release/", INDEX),
        ("/press/release", INDEX),
        ("/press/release/talks-in-oslo", "https://www.mofa.go.jp/press/release/talks-in-oslo"),
        ("index.html#archives", INDEX),
        ("/", "https://www.mofa.go.jp/index.html"),
        ("https://www.mofa.go.jp", "https://www.mofa.go.jp/index.html"),
        ("/a.html?x=1", "https://www.mofa.go.jp/a.html"),
        ("/files/1.pdf?x=1 2", "https://www.mofa.go.jp/files/1.pdf?x=1%202"),
        ("http://example.org/a b.pdf", "http://example.org/a%20b.pdf"),
        ("http://a b.org/", None),
        ("https://warp.ndl.go.jp/a//b/?q=1#c", "https://warp.ndl.go.jp/a//b/?q=1"),
        ("mailto:a@example.org", None),
        ("javascript:void(0)", None),
        ("data:text/html,x", None),
        ("http://[broken", None),
        ("http://www.mofa.go.jp:notaport/", None),
    ],
)
def test_one_page_has_one_address(href: str, canonical: str | None) -> None:
    assert site.canonical_url(href, INDEX) == canonical


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("press1e_1.html#top", "/press/release/press1e_1.html"),
        ("/press/release/talks-in-oslo", "/press/release/talks-in-oslo"),
        ("/press/release/", "/press/release/"),
        ("\\press\\release\\a.html", "/press/release/a.html"),
        ("..\\..\\a.html?b\\c", "/a.html?b\\c"),
        ("/press/./release/%2E%2e/a%5fb.html", "/press/a%5fb.html"),
        ("../../../../a.html", "/a.html"),
        ("a/b/..", "/press/release/a/"),
        ("/pre\nss/a b/日本.html?q=日", "/press/a%20b/%E6%97%A5%E6%9C%AC.html?q=%E6%97%A5"),
        ("?x=1", "/press/release/index.html?x=1"),
        ("", "/press/release/index.html"),
        ("https:a.html", "/press/release/a.html"),
        ("https:\\\\www.mofa.go.jp\\x.html", "/x.html"),
        ("///www.mofa.go.jp/x.html", "/x.html"),
        ("HTTPS://WWW.MOFA.GO.JP:443/A.HTML", "/A.HTML"),
    ],
)
def test_links_are_resolved_as_browsers_do(href: str, address: str) -> None:
    """By the WHATWG URL Standard; the fragment is no part of a request."""
    assert site.resolve(href, INDEX) == site.ORIGIN + address


def test_other_schemes_hosts_and_ports_when_resolved() -> None:
    assert site.resolve("http:example.org/x", INDEX) == "http://example.org/x"
    assert site.resolve("http://[::1]:80/x") == "http://[::1]/x"
    assert site.resolve("https://日本語.example/港") == ("https://xn--wgv71a119e.example/%E6%B8%AF")
    assert site.resolve("https://ｗｗｗ．mofa.go.jp/x") == site.ORIGIN + "/x"
    assert site.resolve(f"https://{'港' * 60}.example/") is None
    assert site.resolve("http://example.org:8080/x") == "http://example.org:8080/x"
    for href in ("ftp://example.org/x", "http://example.org:65536/", "http://a<b/", "http://"):
        assert site.resolve(href) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (RELEASE, "press/release/press1e_000170"),
        ("https://www.mofa.go.jp/announce/announce/1998/8/831.htm", "announce/announce/1998/8/831"),
        ("https://www.mofa.go.jp/files/1.pdf", "files/1.pdf"),
    ],
)
def test_id_is_the_path_without_its_ending(url: str, expected: str) -> None:
    assert site.release_id(url) == expected


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("/press/release/202610_index.html", "2026-10"),
        ("/mofaj/press/release/8_01_index.html", "2026-01"),
        ("/mofaj/press/release/3_1_index.html", "2021-01"),
        ("/mofaj/press/release/3_10_index.html", "2021-10"),
        ("/press/release/202613_index.html", None),
        ("/press/release/index.html", None),
    ],
)
def test_month_of_an_archive(name: str, month: str | None) -> None:
    assert site.month_of(site.ORIGIN + name) == month


def test_language_is_the_side_of_the_site() -> None:
    assert site.lang_of("https://www.mofa.go.jp/mofaj/a.html") == "ja"
    assert site.lang_of("https://www.mofa.go.jp/mofajx/a.html") == "en"


def test_files_are_known_on_any_host() -> None:
    assert site.is_file("https://www.mofa.go.jp/files/100910566.PDF")
    assert site.is_file("https://example.org/a.xlsx?x=1")
    assert not site.is_file(RELEASE)
    assert not site.is_file("https://example.org/pdf")


def test_pages_of_a_mirror_keep_the_ministrys_address() -> None:
    mirror = site.Mirror("http://127.0.0.1:8000/copy/")
    fetched = "http://127.0.0.1:8000/copy/press/release/press1e_000170.html"
    assert mirror.fetch_url(RELEASE) == fetched
    assert mirror.canonical(fetched) == RELEASE
    assert mirror.canonical(RELEASE) == RELEASE
    assert mirror.canonical("http://127.0.0.1:8000/elsewhere.html") is None
    assert mirror.canonical("http://127.0.0.1:80001/copy/x.html") is None
    assert site.Mirror("HTTP://LocalHost:8000").canonical("http://localhost:8000/a.html")
    given = "http://mofa.go.jp/press/release/press1e%5f000170.html"
    assert mirror.fetch_url(given) == fetched.replace("_", "%5f")
    assert not mirror.is_live
    assert site.Mirror().is_live
    for other in ("https://example.org/", "https://www.mofa.go.jp.example.org/"):
        with pytest.raises(ValueError, match="not on the ministry's site"):
            mirror.fetch_url(other)


@pytest.mark.parametrize(
    ("address", "base_url"),
    [
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("HTTP://LocalHost:80/copy/", "http://localhost/copy"),
        # The site redirects from these to its one address.
        ("http://www.mofa.go.jp/", site.ORIGIN),
        ("https://mofa.go.jp", site.ORIGIN),
    ],
)
def test_the_address_of_a_mirror(address: str, base_url: str) -> None:
    mirror = site.Mirror(address)
    assert mirror.base_url == base_url
    assert mirror.canonical(mirror.fetch_url(RELEASE)) == RELEASE


@pytest.mark.parametrize(
    "address",
    [
        "",
        "www.mofa.go.jp",
        "ftp://www.mofa.go.jp",
        "http://",
        "http://127.0.0.1:99999",
        "http://user:word@127.0.0.1",
        "http://no such",
        "http://127.0.0.1/#x",
    ],
)
def test_a_mirror_needs_an_address(address: str) -> None:
    with pytest.raises(ValueError, match="is not an http or https address"):
        site.Mirror(address)


def test_no_other_module_knows_an_address() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path == PACKAGE / "site.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and " " not in value and ADDRESS.search(value):
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {value!r}")
            if isinstance(value, int) and value == site.REIWA_OFFSET:
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {value}")
    assert found == []
