"""What a line of a page from before 2013 is: by its words, its links and its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.parsers.dates import date_at_end, is_date, split_date_line
from mofa_crawler.parsers.links import TO_SHARE, TO_TOP, bare_name, names_language
from mofa_crawler.parsers.text import comparison_key

if TYPE_CHECKING:
    from bs4 import Tag

    from mofa_crawler.parsers.layouts.legacy.lines import Line

_TITLE_PREFIX = re.compile(
    r"^(?:MOFA|外務省(?:ホームページ)?) ?[:：|｜\-] ?| ?[|｜] ?(?:外務省|MOFA.*)$"
)
# Lines above a title that name the series to which it belongs.
_SECTION = re.compile(
    r"(?:MOFA\s+)?(?:Press Releases?|Announcements?|News(?: Releases?)?|Statements?|Events?)"
    r"|(?:外務省)?(?:報道発表|プレスリリース|新着情報|記者発表)|(?:大臣|報道官|外務報道官|外務大臣)?談話",
    re.IGNORECASE,
)
_TO_INDEX = re.compile(
    r"(?:(?:go )?back|return) to (?:the )?(?:index|list|top|home|press|previous|main|news|event"
    r"|announce|archive|statement|content|mofa|what)\w*\b.*|index"
    r"|back|return|(?:.{0,20}[へに])?(?:戻る|もどる)|(?:目次|一覧)へ?",
    re.IGNORECASE,
)
END_MARK = re.compile(r"[(（\[]\s*(?:END|End|end)\s*[)）\]]|END")
_RELATED = re.compile(
    r"[(（\[［【<＜・●■◆]*\s*(?:Related (?:Information|Links?|Documents?|Pages?|Articles?)"
    r"|関連(?:情報|リンク|ページ|項目|サイト|ホームページ))",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(（\[［〈<【〔～〜―－\-].*[)）\]］〉>】〕～〜―－\-]")
# The foot of the page, below the link back to the index.
_FOOT = re.compile(
    r".*(?:copyright|©|all rights reserved|〒|著作権|法的事項|netscape|browser|acrobat|ブラウザ)"
    r"|[\s・|/]*(?:\(c\)\s*\d{4}|tel\b|電話|外務省|(?:the )?ministry of foreign affairs|webmaster"
    r"|e-?mail|(?:last )?updated|更新)",
    re.IGNORECASE,
)
DIGITS_LIKE_A_DATE = re.compile(r"\D{0,3}\d{2,4}[./\-年]\d{1,2}[./\-月]\d{1,4}\D{0,3}")
_SENTENCE = re.compile(r".{20,}[.。]$")
_LONGEST_FOOT_LINE = 60  # characters; an address is longer
_LONGEST_ADDRESS = 160
_SHORTEST_NAME = 5  # letters; a `<title>` that is shorter names nothing


def date_text(line: Line) -> str:
    """The text of a line, without words in brackets beside a date."""
    return split_date_line(_without_languages(line))[0]


def beside_date(line: Line) -> list[str]:
    """The words in brackets beside the date of a line: "(Provisional translation)"."""
    return split_date_line(_without_languages(line))[1]


def _without_languages(line: Line) -> str:
    """The text of a line. Links are left out if they are names of languages ("Japanese")."""
    if line.links and all(map(names_language, line.names)):
        return bare_name(line.text_outside_links)
    return line.text


def is_language_switch(line: Line) -> bool:
    """Whether a line has only links to the page in other languages, and perhaps the date."""
    has_files = any(site.is_file(str(link["href"])) for link in line.links)
    is_alone = line.is_linked or is_date(date_text(line))
    has_languages = bool(line.links) and all(map(names_language, line.names))
    return has_languages and is_alone and not has_files


def is_navigation_picture(line: Line, url: str) -> bool:
    """Whether a line is only a picture that links an index: an arrow beside the link back."""
    if line.text or not line.links:
        return False
    target = site.canonical_url(str(line.links[0]["href"]), url)
    return target is not None and site.is_index(target)


def find_date(lines: Sequence[Line], head_title: str) -> int | None:
    """The place of the date in `lines`: a line of its own, or a title that ends in the date."""
    named = name_in(head_title)
    for place, line in enumerate(lines):
        if is_date(date_text(line)):
            return place
    for place, line in enumerate(lines):
        begins = len(named) >= _SHORTEST_NAME and comparison_key(line.text).startswith(named)
        if (begins or line.heading) and not line.links and date_at_end(line.text):
            return place
    return None


def find_end(lines: Sequence[Line], date_at: int) -> int | None:
    """The place in `lines` where the article ends: a link back to the index, else to the top.

    The last such link counts. Of several links to the index, one below the other, the first counts.
    """
    places = range(date_at + 1, len(lines))
    to_index = [place for place in places if leads_to_index(lines[place])]
    if to_index:
        while len(to_index) > 1 and all(
            line.is_linked for line in lines[to_index[-2] + 1 : to_index[-1]]
        ):
            to_index.pop()
        return to_index[-1]
    return max((place for place in places if leads_to_top(lines[place])), default=None)


def leads_to_top(line: Line) -> bool:
    """Whether a line has only links: one to the top of the page, and none to the index."""
    return _leads(line, TO_TOP) and not leads_to_index(line)


def leads_to_index(line: Line) -> bool:
    """Whether a line has only links, and one of them leads back to the index."""
    return _leads(line, _TO_INDEX)


def has_only_buttons(line: Line) -> bool:
    """Whether a line has only links that share or print the page."""
    return line.is_linked and all(TO_SHARE.match(str(link["href"])) for link in line.links)


def _leads(line: Line, names: re.Pattern[str]) -> bool:
    """Whether a line has only links, and the name of one of them matches `names`.

    A link to a part of the same page never leads to an index.
    """
    return line.is_linked and any(
        names.fullmatch(name) and (names is TO_TOP or not _leads_inside(link, name))
        for link, name in zip(line.links, map(bare_name, line.names), strict=True)
    )


def _leads_inside(link: Tag, name: str) -> bool:
    return str(link["href"]).startswith("#") or TO_TOP.fullmatch(name) is not None


def heads_related_links(line: Line) -> bool:
    """Whether a line is "Related Information", with or without links."""
    if not _RELATED.match(line.text):
        return False
    named = _RELATED.match(line.text_outside_links)
    return not comparison_key(line.text_outside_links[named.end() if named else 0 :])


def name_in(head_title: str) -> str:
    """The letters of `<title>`, without the name of the site."""
    return comparison_key(_TITLE_PREFIX.sub("", head_title))


def is_section(text: str) -> bool:
    """Whether a text names a series of pages, as "Press Release" does, and is no title."""
    return _SECTION.fullmatch(text) is not None


def is_bracketed(text: str) -> bool:
    """Whether a text is in brackets or between dashes, as a subtitle is."""
    return _BRACKETED.fullmatch(text) is not None


def is_foot(line: Line) -> bool:
    """Whether a line may be part of the foot: a short line, an address, or a copyright."""
    words = line.text_outside_links
    if _FOOT.match(words):
        return len(words) <= _LONGEST_ADDRESS
    return len(words) <= _LONGEST_FOOT_LINE and not _SENTENCE.fullmatch(words)
