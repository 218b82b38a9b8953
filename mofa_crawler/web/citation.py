"""How to cite a release: as a line of text, BibTeX, RIS and schema.org's JSON-LD."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from mofa_crawler import site
from mofa_crawler.export.about import LICENSE_URL, PUBLISHER, attribution, mirror_of

if TYPE_CHECKING:
    from mofa_crawler.record import PressRelease
    from mofa_crawler.site import Lang

_PUBLISHERS: dict[Lang, str] = {"en": PUBLISHER, "ja": "外務省"}
_LANGUAGES: dict[Lang, str] = {"en": "english", "ja": "japanese"}
_KIND = "Press release"
# BibTeX counts escaped braces too, so a brace is written by its name.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)
# BibLaTeX prints an address as typed, so only braces and backslashes are escaped.
_TEX_URL = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})
_NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9_-]+")
_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def day(text: str, lang: Lang) -> str:
    """A day (`YYYY-MM-DD`) as people write it in a language."""
    value = date.fromisoformat(text)
    if lang == "ja":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {value:%B} {value.year}"


def plain(record: PressRelease) -> str:
    """A line to cite a release with, in the language of the release."""
    title, mirror = _line(record.title), mirror_of(record.source)
    published, accessed = (day(text, record.lang) for text in (record.date, record.fetched_at[:10]))
    if record.lang == "ja":
        return (
            f"外務省「{title}」（報道発表）{published}、{record.url}、"
            f"{accessed}閲覧{f'（{mirror}のミラーによる）' if mirror else ''}"
        )
    return (
        f"{PUBLISHER}, “{title}”, press release, {published}, {record.url}, "
        f"accessed {accessed}{f' on the mirror {mirror}' if mirror else ''}"
    )


def bibtex(record: PressRelease) -> str:
    """An entry `@misc` for BibTeX and BibLaTeX. The second braces keep the case of letters."""
    fields = {
        "author": f"{{{_tex(_PUBLISHERS[record.lang])}}}",
        "title": f"{{{_tex(record.title)}}}",
        "howpublished": _KIND,
        "year": record.date[:4],
        "month": record.date[5:7].removeprefix("0"),
        "date": record.date,
        "language": _LANGUAGES[record.lang],
        "url": record.url.translate(_TEX_URL),
        "urldate": record.fetched_at[:10],
        "note": _tex(attribution(record)),
    }
    key = "mofa-" + _NOT_IN_A_KEY.sub("-", record.id)
    return "\n".join(
        [f"@misc{{{key},", *(f"  {name} = {{{value}}}," for name, value in fields.items()), "}\n"]
    )


def ris(record: PressRelease) -> str:
    """A record of RIS, as reference managers read it. RIS has no type for press releases."""
    lines = [
        ("TY", "ELEC"),
        ("AU", _PUBLISHERS[record.lang]),
        ("TI", record.title),
        ("PY", record.date[:4]),
        ("DA", record.date.replace("-", "/")),
        ("PB", _PUBLISHERS[record.lang]),
        ("M3", _KIND),
        ("LA", record.lang),
        ("UR", record.url),
        ("Y2", record.fetched_at[:10].replace("-", "/")),
        ("N1", attribution(record)),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in lines)


def json_ld(record: PressRelease) -> dict[str, Any]:
    """A release in the words of schema.org.

    schema.org has no type for press releases: the nearest is `Article` with a genre. The ministry's
    pages do not say which language is the original, so each release is a translation of the other.
    """
    publisher = {
        "@type": "GovernmentOrganization",
        "name": _PUBLISHERS[record.lang],
        "url": site.ORIGIN + "/",
    }
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": record.url,
        "url": record.url,
        "identifier": record.id,
        "genre": _KIND,
        "headline": record.title,
        "inLanguage": record.lang,
        "datePublished": record.date,
        "author": publisher,
        "publisher": publisher,
        "license": LICENSE_URL,
        "creditText": attribution(record),
        "isBasedOn": record.url,
    }
    if record.translation:
        other = "ja" if record.lang == "en" else "en"
        described["workTranslation"] = {
            "@type": "Article",
            "@id": record.translation,
            "url": record.translation,
            "inLanguage": other,
        }
    return described


def _tex(text: str) -> str:
    return _line(text).translate(_TEX)


def _line(text: str) -> str:
    """A text on one line, without control characters."""
    return _CONTROLS.sub(" ", text).strip()
