"""Pages that a web archive's replay has rewritten: restored to the record of the page itself."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from mofa_crawler.parsers.errors import RewrittenReplay
from mofa_crawler.parsers.listing import parse_listing
from mofa_crawler.parsers.release import parse_release
from mofa_crawler.parsers.replays import restore
from tests.factories import page_of, sample_page

CMS = "press/release/press1e_000170.html"
OLD = "announce/announce/1998/8/826.html"
ORIGIN = "https://www.mofa.go.jp"
WAYBACK = "https://web.archive.org/web/20261119013000"
TOOLBAR = (
    '<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id="wm-ipp-base"><p>14 captures</p></div>'
    "<!-- END WAYBACK TOOLBAR INSERT -->"
)


def replayed(path: str, prefix: str, inserted: str = "") -> bytes:
    """A page of the demo site as a replay shows it: absolute and site-relative addresses."""
    html = sample_page(path).body.decode()
    base = f"{ORIGIN}/{path.rpartition('/')[0]}/"
    for name in ("href", "src", "content"):
        html = re.sub(rf'(?i)({name}=")/(?!/)', rf"\1{ORIGIN}/", html)
        html = re.sub(rf'(?i)({name}=")(?=[^"/#:]+\.html")', rf"\1{base}", html)
        html = re.sub(rf'(?i)({name}=")\.\./', rf"\1{base}../", html)
        html = html.replace(f'{name}="https://', f'{name}="{prefix}https://')
        html = html.replace(f'{name.upper()}="https://', f'{name.upper()}="{prefix}https://')
    return re.sub("(?i)(<body[^>]*>)", rf"\1{inserted}", html, count=1).encode()


@pytest.mark.parametrize("inserted", ["", TOOLBAR])
@pytest.mark.parametrize(
    "prefix",
    [
        f"{WAYBACK}/",
        "/web/20261119013000/",
        "//web.archive.org/web/20261119013000mp_/",
        "http://127.0.0.1:8080/pub/20261119013000id_/",
        "https://warp.example/20261101/20261119013000/",
        "/20261119013000/",
    ],
)
@pytest.mark.parametrize("path", [CMS, OLD])
def test_a_rewritten_page_gives_the_record_of_the_page(
    path: str, prefix: str, inserted: str
) -> None:
    body = replayed(path, prefix, inserted)
    assert prefix.encode() in body
    assert asdict(parse_release(page_of(body, f"/{path}"))) == asdict(
        parse_release(sample_page(path))
    )


def test_a_rewritten_listing_gives_the_listing_of_the_page() -> None:
    path = "press/release/index.html"
    body = replayed(path, f"{WAYBACK}/", TOOLBAR)
    assert parse_listing(page_of(body, f"/{path}")) == parse_listing(sample_page(path))


def test_folded_slashes_and_addresses_without_a_scheme() -> None:
    html = '<a href="/web/20261119013000/https:/www.mofa.go.jp/files/1.pdf">x</a>'
    assert restore(page_of(html)).body == b'<a href="https://www.mofa.go.jp/files/1.pdf">x</a>'
    html = '<a href="http://warp.example/info:ndljp/pid/258151/www.mofa.go.jp/mofaj/x.html">x</a>'
    assert restore(page_of(html)).body == b'<a href="http://www.mofa.go.jp/mofaj/x.html">x</a>'
    html = f'<img srcset="{WAYBACK}im_/{ORIGIN}/1.png 1x, {WAYBACK}im_/{ORIGIN}/2.png 2x" src="/web/20261119013000im_/{ORIGIN}/1.png">'
    assert restore(page_of(html)).body.count(b"archive") == 0


def test_the_comment_of_a_browser_shows_the_replay() -> None:
    comment = f"<!-- saved from url=(0098){WAYBACK}/{ORIGIN}/press/release/x.html -->"
    html = f'{comment}<a href="/y.html">y</a><a href="{WAYBACK}/{ORIGIN}/z.html">z</a>'
    restored = restore(page_of(html)).body.decode()
    assert "archive" not in restored
    assert restored.startswith(f"<!-- saved from url=(0098){ORIGIN}/press")


def test_a_link_to_a_web_archive_is_left_as_it_is() -> None:
    """The site's own lists link pages of WARP. On a replay, such a link has two prefixes."""
    link = f'<a href="{WAYBACK}/{ORIGIN}/x.html">The page of 2020</a>'
    page = page_of(sample_page(CMS).body.replace(b"</ol>", b"</ol>" + link.encode()), f"/{CMS}")
    assert restore(page) is page
    assert f"{WAYBACK}/{ORIGIN}/x.html" in [link.url for link in parse_release(page).links]
    twice = page_of(
        f'<a href="y.html">y</a><a href="/web/20261119013000/{WAYBACK}/{ORIGIN}/x.html">x</a>'
    )
    assert restore(twice).body.endswith(f'<a href="{WAYBACK}/{ORIGIN}/x.html">x</a>'.encode())


def test_a_toolbar_that_cannot_be_cut_out_is_rejected() -> None:
    body = replayed(OLD, f"{WAYBACK}/", TOOLBAR.replace("<!--", "<!-- x"))
    with pytest.raises(RewrittenReplay, match="without the archive's toolbar"):
        parse_release(page_of(body, f"/{OLD}"))


def test_a_replay_may_leave_relative_addresses_alone() -> None:
    links = '<a href="files/1.pdf">a</a>' + f'<a href="{WAYBACK}/{ORIGIN}/x.html">b</a>' * 2
    assert restore(page_of(links)).body == links.replace(f"{WAYBACK}/", "").encode()
    for more in ('<a href="/y.html">c</a>', f'<a href="{ORIGIN}/y.html">c</a>'):
        assert restore(page_of(links + more)).body == (links + more).encode()
