"""The ministry's addresses: the only module with a host name, a path pattern or an era offset."""

from __future__ import annotations

import re
from datetime import timedelta, timezone
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

Lang = Literal["en", "ja"]

JAPAN = timezone(timedelta(hours=9), "JST")  # no daylight saving since 1951

HOST = "www.mofa.go.jp"
ORIGIN = f"https://{HOST}"
HOME = f"{ORIGIN}/index.html"
LANGS: tuple[Lang, ...] = ("en", "ja")
# The rolling indexes: the only two addresses that the crawler knows beforehand.
INDEXES: dict[Lang, str] = {
    "en": f"{ORIGIN}/press/release/index.html",
    "ja": f"{ORIGIN}/mofaj/press/release/index.html",
}
REIWA_OFFSET = 2018  # 令和元年 is 2019

_PAGE_ENDINGS = {"html", "htm"}
_FILE_ENDINGS = {
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "csv", "txt", "rtf", "zip", "lzh",
    "jpg", "jpeg", "png", "gif", "mp3", "mp4", "wmv", "mov",
}  # fmt: skip
_INDEX_PATHS = {url.removeprefix(ORIGIN) for url in INDEXES.values()}
_ENGLISH_MONTH = re.compile(r"(?:^|/)(\d{4})(\d\d)_index\.html?$")
_JAPANESE_MONTH = re.compile(r"(?:^|/)(\d{1,2})_(\d{1,2})_index\.html?$")
# A sixth of the releases are in other folders. Only listings name these releases.
RELEASE_FOLDERS: dict[Lang, tuple[str, ...]] = {
    "en": (f"{ORIGIN}/press/release/", f"{ORIGIN}/announce/announce/", f"{ORIGIN}/announce/event/"),
    "ja": (f"{ORIGIN}/mofaj/press/release/",),
}
# Until 2013, the address of a release had its month: with the year (English), or with the Heisei
# year (Japanese).
_ENGLISH_FOLDER = re.compile(r"/announce/(?:announce|event)/(\d{4})/(\d{1,2})/")
_JAPANESE_FOLDER = re.compile(r"/mofaj/press/release/h?(\d\d)/(\d{1,2})/")
_HEISEI_OFFSET = 1988  # 平成元年 is 1989

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(
    r"(?:.*@)?(\[[0-9A-Fa-f:.]+\]|[^\x00-\x20\x7f\s:/?#\[\]@<>^|%\\]+)(?::(\d{0,5}))?"
)
# All spellings of ORIGIN.
_OWN = re.compile(r"https?://(?:www\.)?mofa\.go\.jp(?::(?:80|443))?(?=/|$)")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_LAST_PORT = 65_535
# Browsers strip these characters from both ends of an address.
_CONTROLS_AND_SPACE = "".join(map(chr, range(0x21)))
_LINE_ENDS = re.compile(r"[\t\n\r]+")  # browsers drop these anywhere in an address
_DOT = re.compile(r"(?:\.|%2e)", re.IGNORECASE)
# Characters that browsers do not escape. They escape Japanese characters, as UTF-8.
_SAFE_IN_PATH = "/:@!$&'()*+,;=~-._%[]|"
_SAFE_IN_QUERY = "/:@!$&()*+,;=~-._%[]|?{}^`\\"


def resolve(href: str, base: str = ORIGIN) -> str | None:
    """The absolute address that a browser requests for `href`, without the fragment.

    `base` is the absolute address that relative addresses start from. Follows the WHATWG URL
    Standard: a backslash is a slash, dot segments (also as %2e) are resolved, line ends and tabs
    vanish, spaces and Japanese are escaped, the host is in lower case, a default port is left out.
    None if the scheme is not HTTP (`mailto:`, `javascript:`, `data:`), or if the host or the port
    is impossible.
    """
    scheme, authority, path, query = _parts(href)
    base_scheme, base_authority, base_path, base_query = _parts(base)
    if scheme not in {"", "http", "https"}:
        return None
    if authority is None and scheme in {"", base_scheme}:
        scheme, authority = base_scheme, base_authority
        if not path:
            path, query = base_path, base_query if query is None else query
        elif not path.startswith("/"):
            path = base_path.rpartition("/")[0] + "/" + path
    elif authority is None:  # `http:host/path` on a page of another scheme
        authority, slash, path = path.lstrip("/").partition("/")
        path = slash + path
    scheme = scheme or base_scheme
    host = _host(scheme, authority or "")
    if host is None:
        return None
    path = quote(_without_dots(path), safe=_SAFE_IN_PATH, errors="surrogatepass")
    if query is not None:
        path += "?" + quote(query, safe=_SAFE_IN_QUERY, errors="surrogatepass")
    return f"{scheme}://{host}{path}"


def canonical_url(href: str, base: str = ORIGIN) -> str | None:
    """The one spelling of the address that `href` on the page `base` leads to.

    The spelling is a key, and is never requested. On the ministry's site, it does not depend on
    http or https, `www.`, doubled slashes, escapes, the query of a page, or the `index.html` of a
    folder. An address on another host is as `resolve` returns it. None if `resolve` returns None.
    """
    url = resolve(href, base)
    own = _OWN.match(url) if url else None
    if url is None or own is None:
        return url
    path, question, query = url[own.end() :].partition("?")
    # Unescaped first: `%5f` and `_` are the same character.
    path = quote(
        unquote(re.sub(r"/{2,}", "/", path) or "/", errors="surrogateescape"),
        safe="/:@!$&'()*+,;=~-._",
        errors="surrogateescape",
    )
    if path.endswith("/"):
        path += "index.html"
    elif f"{path}/index.html" in _INDEX_PATHS:
        path += "/index.html"
    # Pages are files: a query changes nothing.
    return ORIGIN + path + (question + query if not is_page(path) else "")


@lru_cache(maxsize=16)  # all links of a page have the same base
def _parts(address: str) -> tuple[str, str | None, str, str | None]:
    """Scheme (in lower case), authority, path and query of an absolute or relative address.

    The scheme is empty if there is none. The authority and the query are None if there is none.
    """
    address = _LINE_ENDS.sub("", address.strip(_CONTROLS_AND_SPACE)).partition("#")[0]
    rest, mark, query = address.partition("?")
    rest = rest.replace("\\", "/")
    scheme = _SCHEME.match(rest)
    rest = rest[scheme.end() :] if scheme else rest
    authority = None
    if rest.startswith("//"):  # browsers ignore further slashes
        authority, slash, rest = rest.lstrip("/").partition("/")
        rest = slash + rest
    return scheme[1].lower() if scheme else "", authority, rest, query if mark else None


def _host(scheme: str, authority: str) -> str | None:
    """Host and port of an authority, in one spelling; None if the host or the port is impossible.

    The host is in lower case, a Japanese host in ASCII (Punycode). A default port is left out.
    """
    match = _AUTHORITY.fullmatch(authority)
    if match is None or int(match[2] or 0) > _LAST_PORT:
        return None
    port = match[2] if match[2] and match[2] != _DEFAULT_PORTS.get(scheme) else ""
    host = match[1].lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return None
    return host + (f":{port}" if port else "")


def _without_dots(path: str) -> str:
    """A path after its dot segments (`.`, `..`, also as `%2e`) are resolved."""
    if "/." not in path and "%2" not in path:
        return path
    segments = path.split("/")
    found: list[str] = []
    for place, segment in enumerate(segments):
        plain = _DOT.sub(".", segment)
        if plain not in {".", ".."}:
            found.append(segment)
            continue
        if plain == ".." and len(found) > 1:
            found.pop()
        if place + 1 == len(segments):
            found.append("")
    return "/".join(found)


def release_id(url: str) -> str:
    """The id of a page: its canonical URL's path without its ending. It never changes."""
    path = _path_of(url).lstrip("/")
    stem, _, ending = path.rpartition(".")
    return stem if ending.lower() in _PAGE_ENDINGS and stem else path


def lang_of(url: str) -> Lang:
    """The language of a page: the Japanese side lies under `/mofaj/`."""
    return "ja" if _path_of(url).startswith("/mofaj/") else "en"


def is_on_site(url: str) -> bool:
    """Whether a canonical URL is one of the ministry's own."""
    return url.startswith(f"{ORIGIN}/")


def is_page(url: str) -> bool:
    """Whether an address, of any host, has the ending of a page."""
    return _ending(url) in _PAGE_ENDINGS


def is_file(url: str) -> bool:
    """Whether an address, of any host, is a file to keep and not a page to read."""
    return _ending(url) in _FILE_ENDINGS


def is_index(url: str) -> bool:
    """Whether an address is the index of a folder or of a month."""
    path = _path_of(url)
    return path.rpartition("/")[2] == "index.html" or month_of(path) is not None


def _path_of(url: str) -> str:
    return _parts(url)[2]


def _ending(url: str) -> str:
    return _path_of(url).rpartition(".")[2].lower()


def month_of(url: str) -> str | None:
    """`YYYY-MM` if the address is that of a month page, else None.

    English month pages are named `202610_index.html`, Japanese ones by Reiwa year and month with
    irregular padding (`8_01_index.html`, `3_1_index.html`).
    """
    if match := _ENGLISH_MONTH.search(url):
        year, month = int(match[1]), int(match[2])
    elif match := _JAPANESE_MONTH.search(url):
        year, month = REIWA_OFFSET + int(match[1]), int(match[2])
    else:
        return None
    return f"{year:04}-{month:02}" if 1 <= month <= 12 else None  # noqa: PLR2004


def is_listing(url: str) -> bool:
    """Whether a canonical URL is that of an index or of a month page."""
    return url in INDEXES.values() or month_of(url) is not None


def is_in_release_folder(url: str) -> bool:
    """Whether a canonical URL is a page in a folder of releases, and not an index."""
    folders = tuple(folder for folders in RELEASE_FOLDERS.values() for folder in folders)
    return url.startswith(folders) and is_page(url) and not is_index(url)


def release_month(url: str) -> str | None:
    """`YYYY-MM` if the address has the month of the release (before 2013), else None."""
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

    Records have the ministry's own addresses in either case. Raises ValueError if `base_url` is not
    an http or https address.
    """

    def __init__(self, base_url: str = ORIGIN) -> None:
        is_address = re.fullmatch(r"https?://[^\s@?#]+", base_url, re.IGNORECASE)
        address = resolve(base_url) if is_address else None
        if address is None:
            raise ValueError(f"{base_url!r} is not an http or https address")
        self.is_live = is_on_site(canonical_url(base_url) or "")
        # The site redirects http and the bare domain to ORIGIN. With another spelling here,
        # `fetch_url` would undo each redirect, and the crawl would be redirected for ever.
        self.base_url = ORIGIN if self.is_live else address.rstrip("/")

    @property
    def source(self) -> str:
        """The `source` of records that were fetched from here: `live`, or `mirror:<host>`."""
        return "live" if self.is_live else f"mirror:{urlsplit(self.base_url).hostname}"

    def fetch_url(self, url: str) -> str:
        """The address to request for an address of the site, canonical or as a page gave it.

        Raises ValueError for an address of another site.
        """
        own = _OWN.match(url)
        if own is None:
            raise ValueError(f"{url} is not on the ministry's site")
        return self.base_url + url[own.end() :]

    def canonical(self, url: str) -> str | None:
        """The canonical address of a page that was fetched from here; None if off the site."""
        if url == self.base_url or url.startswith(self.base_url + "/"):
            url = ORIGIN + url.removeprefix(self.base_url)
        canonical = canonical_url(url)
        return canonical if canonical and is_on_site(canonical) else None
