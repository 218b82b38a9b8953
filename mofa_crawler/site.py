"""The ministry's addresses. Nothing else in the project knows what a URL of the site looks like."""

from __future__ import annotations

import re
from datetime import timedelta, timezone
from functools import lru_cache
from typing import Literal
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

Lang = Literal["en", "ja"]

JAPAN = timezone(timedelta(hours=9), "JST")  # no daylight saving since 1951

ORIGIN = "https://www.mofa.go.jp"
LANGS: tuple[Lang, ...] = ("en", "ja")
# The rolling indexes: the only two addresses that the crawler knows beforehand.
INDEXES: dict[Lang, str] = {
    "en": f"{ORIGIN}/press/release/index.html",
    "ja": f"{ORIGIN}/mofaj/press/release/index.html",
}

_HOSTS = {"www.mofa.go.jp", "mofa.go.jp"}
_PAGE_ENDINGS = {"html", "htm"}
_FILE_ENDINGS = {
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "csv", "txt", "rtf", "zip", "lzh",
    "jpg", "jpeg", "png", "gif", "mp3", "mp4", "wmv", "mov",
}  # fmt: skip
_PLAIN_PATH = re.compile(r"(?:/[\w-]++)++\.[a-z0-9]++", re.ASCII)
_ENGLISH_MONTH = re.compile(r"/(\d{4})(\d\d)_index\.html?$")
_JAPANESE_MONTH = re.compile(r"/(\d{1,2})_(\d{1,2})_index\.html?$")
# The folders of releases, of all years. A sixth of the releases lie elsewhere, as only a listing
# says.
RELEASE_FOLDERS: dict[Lang, tuple[str, ...]] = {
    "en": (f"{ORIGIN}/press/release/", f"{ORIGIN}/announce/announce/", f"{ORIGIN}/announce/event/"),
    "ja": (f"{ORIGIN}/mofaj/press/release/",),
}
# Until 2013 addresses bore the month: English ones by year, Japanese ones by Heisei year.
_ENGLISH_FOLDER = re.compile(r"/announce/(?:announce|event)/(\d{4})/(\d{1,2})/")
_JAPANESE_FOLDER = re.compile(r"/mofaj/press/release/h?(\d\d)/(\d{1,2})/")
_HEISEI_OFFSET = 1988  # 平成元年 is 1989
_REIWA_OFFSET = 2018  # 令和元年 is 2019


def canonical_url(href: str, base: str = ORIGIN) -> str | None:
    """The one address of what `href` on the page `base` points to.

    http and https, both host names, protocol-relative links, `.` and `..`, doubled slashes,
    fragments, the query of a page, a trailing slash and `index.html` all come to one form;
    addresses of other hosts only lose their fragment. None for what is not fetched over HTTP
    (`mailto:`, `javascript:`, `data:`) and for what is no address at all.
    """
    if _PLAIN_PATH.fullmatch(href) and base.startswith(f"{ORIGIN}/"):
        return ORIGIN + href  # as most links of the site are
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or not host or " " in host:
        return None
    if host not in _HOSTS or port not in {None, 80, 443}:
        # Editors leave spaces and Japanese in addresses; browsers escape them.
        return safe_url_string(urlunsplit(parts._replace(fragment="")))
    path = _path(parts.path)
    # Pages are files: whatever is asked of one, it is the same page.
    query = "" if path.endswith((".html", ".htm")) else parts.query
    url = urlunsplit(SplitResult("https", "www.mofa.go.jp", path, query, ""))
    return safe_url_string(url) if query else url


def _path(path: str) -> str:
    """A path of the site in one spelling; a directory is its `index.html`."""
    # urljoin leaves dot segments in an absolute address as they are.
    path = urljoin("/", re.sub(r"/{2,}", "/", path) or "/")
    path = quote(
        unquote(path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~-._", errors="surrogateescape"
    )
    if path.endswith("/"):
        return path + "index.html"
    if "." not in path.rpartition("/")[2]:
        return path + "/index.html"
    return path


def release_id(url: str) -> str:
    """The id of a page: its canonical URL's path without its ending. It never changes."""
    path = _path_of(url).lstrip("/")
    stem, _, ending = path.rpartition(".")
    return stem if ending.lower() in _PAGE_ENDINGS and stem else path


@lru_cache(maxsize=256)  # many ask it of one page
def lang_of(url: str) -> Lang:
    """The language of a page: the Japanese side lies under `/mofaj/`."""
    return "ja" if _path_of(url).startswith("/mofaj/") else "en"


def is_on_site(url: str) -> bool:
    """Whether a canonical URL is one of the ministry's own."""
    return url.startswith(f"{ORIGIN}/")


def is_file(url: str) -> bool:
    """Whether a canonical URL, of any host, is a file to keep and not a page to read."""
    return _path_of(url).rpartition(".")[2].lower() in _FILE_ENDINGS


def _path_of(url: str) -> str:
    """The path of an address; that of a plain one of the site is what follows the host."""
    path = url.removeprefix(ORIGIN)
    return path if _PLAIN_PATH.fullmatch(path) else urlsplit(url).path


def month_of(url: str) -> str | None:
    """`YYYY-MM` where the address is one of a monthly archive, else None.

    English archives are named `202610_index.html`, Japanese ones by Reiwa year and month with
    irregular padding (`8_01_index.html`, `3_1_index.html`).
    """
    if match := _ENGLISH_MONTH.search(url):
        year, month = int(match[1]), int(match[2])
    elif match := _JAPANESE_MONTH.search(url):
        year, month = _REIWA_OFFSET + int(match[1]), int(match[2])
    else:
        return None
    return f"{year:04}-{month:02}" if 1 <= month <= 12 else None  # noqa: PLR2004


def is_in_release_folder(url: str) -> bool:
    """Whether a canonical URL is that of a page in a folder of releases, and no index of them."""
    path = urlsplit(url).path
    is_page = path.endswith((".html", ".htm")) and not path.endswith("/index.html")
    folders = tuple(folder for folders in RELEASE_FOLDERS.values() for folder in folders)
    return is_page and url.startswith(folders) and month_of(url) is None


def release_month(url: str) -> str | None:
    """`YYYY-MM` if the address of a release before 2013 bears its month, else None."""
    path = _path_of(url)
    if match := _ENGLISH_FOLDER.match(path):
        year, month = int(match[1]), int(match[2])
    elif match := _JAPANESE_FOLDER.match(path):
        year, month = _HEISEI_OFFSET + int(match[1]), int(match[2])
    else:
        return None
    return f"{year:04}-{month:02}" if 1 <= month <= 12 else None  # noqa: PLR2004


class Mirror:
    """Where the site is fetched from: the ministry itself or a mirror (`MOFA_BASE_URL`).

    Records always bear the ministry's own addresses. Raises ValueError where `base_url` is not an
    http(s) address.
    """

    def __init__(self, base_url: str = ORIGIN) -> None:
        try:
            parts = urlsplit(base_url)
            host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        except ValueError:
            host = None
        plain = host and not re.search(r"[\s@?#]", base_url)
        if not plain or parts.scheme not in {"http", "https"}:
            raise ValueError(f"{base_url!r} is not an http or https address")
        self.base_url = f"{parts.scheme}://{host}{parts.path.rstrip('/')}"
        self.is_live = is_on_site(canonical_url(base_url) or "")

    def fetch_url(self, canonical: str) -> str:
        """The address to ask for a page of the site."""
        if not is_on_site(canonical):
            raise ValueError(f"{canonical} is not on the ministry's site")
        return self.base_url + canonical.removeprefix(ORIGIN)

    def canonical(self, url: str) -> str | None:
        """The ministry's own address of a fetched one; None where that is outside the site."""
        if url == self.base_url or url.startswith(self.base_url + "/"):
            path = url.removeprefix(self.base_url)
            url = ORIGIN + path
            if _PLAIN_PATH.fullmatch(path):
                return url  # as nearly all are
        canonical = canonical_url(url)
        return canonical if canonical and is_on_site(canonical) else None
