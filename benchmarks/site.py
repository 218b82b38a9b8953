"""A site of any number of releases, in the markup of the sample site.

The header, navigation, share buttons and footer are those of two pages of `fixtures/site`; the
texts are put together at random from the phrases below, always the same for the same page. No two
releases say the same, but for one in fifty of a month, which repeats the one before it at another
address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Lang = Literal["en", "ja"]

LANGS: tuple[Lang, ...] = ("en", "ja")
FIXTURES = Path(__file__).parents[1] / "fixtures"
INDEXES = {"en": "/press/release/index.html", "ja": "/mofaj/press/release/index.html"}

# The newest month of the site. Fixed, so that the pages are the same whenever they are made.
_LAST = (2025, 12)
_MOST_MONTHS = 60  # the Japanese archive table goes back to 2021
_PAGES_A_MONTH = 240  # both languages, as many as the ministry's
_DAYS = 28
_REPEATED_EVERY = 50
_REIWA_OFFSET = 2018  # 令和元年 is 2019
# Pages of the site weigh 26 to 43 KB, some 23 KB of them the frame. Most releases are short: so many
# bytes more than the shortest, on average.
_BODY_BYTES = (3_000, 18_000)
_MORE_BYTES = 2_500

_MONTHS = (
    "January February March April May June July August September October November December"
).split()


@dataclass(frozen=True)
class Release:
    """One release of the site: its address, and which texts it has."""

    lang: Lang
    year: int
    month: int
    day: int
    number: int  # within the month
    source: int  # the number of the release whose text it has: its own, or the one repeated

    @property
    def path(self) -> str:
        """The address on the site."""
        serial = f"{self.year % 100:02}{self.month:02}{self.number:05}"
        if self.lang == "en":
            return f"/press/release/pressite_{serial}.html"
        return f"/mofaj/press/release/pressit_{serial}.html"

    @property
    def is_repeated(self) -> bool:
        """Whether the text is that of another release."""
        return self.source != self.number

    def html(self) -> bytes:
        """The page as it is served."""
        rng = Random(f"{self.lang} {self.year} {self.month} {self.source}")
        return _release_html(self, _title(rng, self.lang), rng)

    def title(self) -> str:
        """The title, which the listing has too."""
        return _title(Random(f"{self.lang} {self.year} {self.month} {self.source}"), self.lang)


class Site:
    """`count` releases in both languages, with rolling indexes, monthly archives and robots.txt."""

    def __init__(self, count: int) -> None:
        months = max(1, min(_MOST_MONTHS, count // _PAGES_A_MONTH))
        self.months = [_month_before(*_LAST, back) for back in range(months)]  # newest first
        self.releases: list[Release] = []
        for position, (year, month) in enumerate(self.months):
            of_month = count * (position + 1) // months - count * position // months
            for i, lang in enumerate(LANGS):
                self.releases += _releases(lang, year, month, (of_month + 1 - i) // 2)

    @property
    def since(self) -> str:
        """The oldest month, as the argument `since` of a backfill of the whole site."""
        year, month = self.months[-1]
        return f"{year}-{month:02}"

    @property
    def repeated(self) -> int:
        """How many releases repeat another."""
        return sum(release.is_repeated for release in self.releases)

    def listing_paths(self) -> list[str]:
        """The addresses of the indexes and the archives, in the order of a backfill."""
        archives = [_archive_path(lang, *month) for lang in LANGS for month in self.months]
        return [*INDEXES.values(), *archives]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every address with its bytes, in the order in which a backfill requests them."""
        yield "/robots.txt", b"User-agent: *\nDisallow: /cgi-bin/\n"
        for lang in LANGS:
            newest = [r for r in self.releases if r.lang == lang and (r.year, r.month) == _LAST]
            yield INDEXES[lang], self._listing(lang, newest, None)
        for lang in LANGS:
            for month in self.months:
                of_month = [
                    r for r in self.releases if r.lang == lang and (r.year, r.month) == month
                ]
                yield _archive_path(lang, *month), self._listing(lang, of_month, month)
        for release in self.releases:
            yield release.path, release.html()

    def _listing(self, lang: Lang, releases: list[Release], month: tuple[int, int] | None) -> bytes:
        days = "\n".join(_day(lang, list(of_day)) for _, of_day in groupby(releases, _by_day))
        before, between, after = _listing_frame(lang)
        heading = _listing_heading(lang, month)
        head = before.replace("{HEADING}", heading)
        return _encode(head + days + between + self._archive_rows(lang) + after)

    def _archive_rows(self, lang: Lang) -> str:
        linked = set(self.months)
        rows = []
        for year in sorted({year for year, _ in self.months}, reverse=True):
            cells = [
                f'<a href="{_archive_path(lang, year, m)}">{_month_name(lang, m)}</a>'
                if (year, m) in linked
                else _month_name(lang, m)
                for m in range(1, 13)
            ]
            name = str(year) if lang == "en" else f"令和{year - _REIWA_OFFSET}年"
            rows.append(
                f'<tr class="archives-row">\n<td class="cell">{name}</td>\n'
                f'<td class="cell">\n{"・".join(cells)}</td>\n</tr>\n'
            )
        return "".join(rows)


def _releases(lang: Lang, year: int, month: int, count: int) -> Iterator[Release]:
    """The releases of a month, the newest day first."""
    for number in range(count):
        is_repeated = number % _REPEATED_EVERY == _REPEATED_EVERY - 1
        source = number - 1 if is_repeated else number
        day = _DAYS - source * _DAYS // count
        yield Release(lang, year, month, day, number, source)


def _by_day(release: Release) -> int:
    return release.day


def _month_before(year: int, month: int, back: int) -> tuple[int, int]:
    number = year * 12 + month - 1 - back
    return number // 12, number % 12 + 1


def _month_name(lang: Lang, month: int) -> str:
    return _MONTHS[month - 1] if lang == "en" else f"{month}月"


def _archive_path(lang: Lang, year: int, month: int) -> str:
    if lang == "en":
        return f"/press/release/{year}{month:02}_index.html"
    return f"/mofaj/press/release/{year - _REIWA_OFFSET}_{month:02}_index.html"


def _encode(html: str) -> bytes:
    """As the site writes its pages: UTF-8, CRLF."""
    return html.replace("\n", "\r\n").encode()


# --- frames, from the sample site ---------------------------------------------------------------


@cache
def _release_frame(lang: Lang) -> tuple[str, str]:
    """What stands before the date line and after the article; `{TITLE}`, `{PATH}` to be filled."""
    path, title = {
        "en": (
            "/press/release/pressite_000001_02136.html",
            "Working Lunch between the Foreign Ministers of Japan and Portugal",
        ),
        "ja": (
            "/mofaj/press/release/pressit_000001_03301.html",
            "日・ポルトガル外相ワーキング・ランチ",
        ),
    }[lang]
    html = _fixture(path).replace(title, "{TITLE}").replace(path, "{PATH}")
    html = html.replace(path.replace("/", "%2F"), "{PATH}")
    before, found, rest = html.partition('                        <div class="rightalign">')
    _, end, after = rest.partition(
        "                        </div>\n                        <!-- /#main"
    )
    if not found or not end:
        raise ValueError(f"{path} does not look as it did: its frame is not found")
    return before, end + after


@cache
def _listing_frame(lang: Lang) -> tuple[str, str, str]:
    """What stands before the days, up to the rows of the archive table, and after them."""
    html = _fixture(INDEXES[lang])
    old = {"en": "Press Releases", "ja": "報道発表"}[lang]
    html = html.replace(
        f'<h2 class="title2"><span>{old}</span>', '<h2 class="title2"><span>{HEADING}</span>'
    )
    match = re.fullmatch(
        r'(.*<dl class="title-list">\n).*?(\n *</dl>.*<tbody class="archives-body">\n)'
        r".*?(\n</tbody>.*)",
        html,
        re.DOTALL,
    )
    if not match or "{HEADING}" not in html:
        raise ValueError(f"{INDEXES[lang]} does not look as it did: its list is not found")
    return match[1], match[2], match[3]


def _fixture(path: str) -> str:
    return (FIXTURES / "site" / path.lstrip("/")).read_bytes().decode().replace("\r\n", "\n")


def _listing_heading(lang: Lang, month: tuple[int, int] | None) -> str:
    if lang == "en":
        return (
            f"Press Releases Archive {_MONTHS[month[1] - 1]} {month[0]}"
            if month
            else "Press Releases"
        )
    return f"報道発表（令和{month[0] - _REIWA_OFFSET}年{month[1]}月）" if month else "報道発表"


def _day(lang: Lang, releases: list[Release]) -> str:
    first = releases[0]
    name = (
        f"{_MONTHS[first.month - 1]} {first.day}"
        if lang == "en"
        else f"{first.month}月{first.day}日付"
    )
    items = "\n".join(
        f"""                                          <li>
                                            <a href="{release.path}">{release.title()}</a>
                                          </li>"""
        for release in releases
    )
    return f"""                                    <dt class="list-title">{name}</dt>
                                    <dd>
                                        <ul class="link-list">
{items}
                                        </ul>
                                    </dd>"""


# --- articles -----------------------------------------------------------------------------------


def _release_html(release: Release, title: str, rng: Random) -> bytes:
    before, after = _release_frame(release.lang)
    head = before.replace("{TITLE}", title).replace("{PATH}", release.path)
    if release.lang == "en":
        date = f"{_MONTHS[release.month - 1]} {release.day}, {release.year}"
    else:
        date = f"令和{release.year - _REIWA_OFFSET}年{release.month}月{release.day}日"
    article = _Writer(rng, release.lang).article()
    return _encode(
        f'{head}                        <div class="rightalign">{date}</div>\n{article}{after}'
    )


class _Writer:
    """Writes the article of one release, out of the phrases of its language."""

    def __init__(self, rng: Random, lang: Lang) -> None:
        self._rng = rng
        self._lang = lang
        self._words = _PHRASES[lang]

    def article(self) -> str:
        """One to four sections, some with a heading, and the related links."""
        shortest, longest = _BODY_BYTES
        left = min(longest, shortest + int(self._rng.expovariate(1 / _MORE_BYTES)))
        sections = self._rng.choice([1, 1, 1, 2, 3, 4])
        html = ""
        for number in range(1, sections + 1):
            body = self._rng.choice([self._list, self._typed, self._plan])(left // sections)
            heading = ""
            if sections > 1:
                name = self._pick("heading")
                heading = f'                            <h2 class="title2"><span>{number}　{name}</span></h2>\n'
            html += (
                f'                        <div id="section{number}" class="main-section section">\n{heading}'
                '                            <div class="section-block image-section-top">\n'
                f"{self._image() if number == 1 else ''}"
                f'                                <div class="text"><div class="any-area">{body}</div></div>\n'
                "                            </div>\n                        </div>\n"
            )
        return html + self._related()

    def _list(self, size: int) -> str:
        """A preface and a numbered list, some of its items with a list of their own."""
        items, written = "", 0
        while written < size:
            item = self._paragraph()
            if self._rng.random() < 0.3:
                inner = "".join(
                    f"\t\t<li>({n}) {self._paragraph(2)}</li>\n"
                    for n in range(1, self._rng.randint(3, 4))
                )
                item += f"\n\t<ol>\n{inner}\t</ol>\n\t"
            items += f"\t<li>{item}</li>\n"
            written = len(items.encode())
        return f"<p>{self._paragraph(2)}</p>\n\n<ol>\n{items}</ol>\n"

    def _typed(self, size: int) -> str:
        """A preface and paragraphs that begin with typed numbers."""
        html, number = f"<p>{self._paragraph(2)}</p>\n\n", 0
        while len(html.encode()) < size:
            number += 1
            label = f"{number}. " if self._lang == "en" else f"{number}　"
            html += f"<p>{label}{self._paragraph()}</p>\n\n"
            if self._rng.random() < 0.3:
                for inner in range(1, self._rng.randint(3, 4)):
                    label = f"({inner}) " if self._lang == "en" else f"（{inner}）"
                    html += f"<p>{label}{self._paragraph(2)}</p>\n\n"
        return html

    def _plan(self, size: int) -> str:
        """A preface, a table, bullets and notes."""
        rows = "".join(
            f"\t\t<tr>\n\t\t\t<td>{self._sentence()}</td>\n\t\t\t<td>{self._pick('place')}</td>\n\t\t</tr>\n"
            for _ in range(self._rng.randint(3, 8))
        )
        html = (
            f"<p>{self._paragraph(2)}</p>\n\n"
            f'<table border="1">\n\t<tbody>\n{rows}\t</tbody>\n</table>\n\n'
        )
        items = ""
        while len(html.encode()) + len(items.encode()) < size:
            items += f"\t<li>{self._paragraph(2)}</li>\n"
        return f"{html}<ul>\n{items}</ul>\n" if items else html

    def _paragraph(self, sentences: int = 0) -> str:
        count = sentences or self._rng.randint(2, 5)
        space = " " if self._lang == "en" else ""
        return space.join(self._sentence() for _ in range(count))

    def _sentence(self) -> str:
        topic = self._pick("topic")
        if self._rng.random() < 0.08:
            ending = self._rng.choice(["html", "html", "pdf"])
            topic = f'<a href="/files/1{self._rng.randrange(10**8):08}.{ending}">{topic}</a>'
        return self._words["sentence"][0].format(
            actor=self._pick("actor"),
            verb=self._pick("verb"),
            topic=topic,
            place=self._pick("place"),
            number=self._rng.randint(2, 950),
            end=self._pick("end"),
        )

    def _image(self) -> str:
        if self._rng.random() < 0.6:
            return ""
        name, caption = self._rng.randrange(10**8), self._pick("caption")
        return (
            f'                                <div class="image"><img src="/files/1{name:08}.jpg" '
            f'alt=""><p class="caption">{caption}</p></div>\n'
        )

    def _related(self) -> str:
        links = "".join(
            f'                                <li><a href="/region/page_{self._rng.randrange(10**6):06}.html">'
            f"{self._pick('topic')}</a></li>\n"
            for _ in range(self._rng.randint(1, 4))
        )
        title = "Related Links" if self._lang == "en" else "関連リンク"
        return (
            '\n\n                        <hr>\n                        <div class="relatedlink-section">\n'
            f'                            <h2 class="title2">{title}</h2>\n'
            f'                            <ul class="link-list">\n{links}                            </ul>\n'
            "                        </div>\n"
        )

    def _pick(self, kind: str) -> str:
        return self._rng.choice(self._words[kind])


def _title(rng: Random, lang: Lang) -> str:
    words = _PHRASES[lang]
    number = rng.randint(2, 60)
    if lang == "en":
        kind, place, topic = (
            rng.choice(words["kind"]),
            rng.choice(words["place"]),
            rng.choice(words["topic"]),
        )
        return f"{kind} {number} in {place}: {topic[0].upper()}{topic[1:]}"
    return f"{rng.choice(words['place'])}における{rng.choice(words['topic'])}に関する第{number}回{rng.choice(words['kind'])}"


_PHRASES: dict[Lang, dict[str, list[str]]] = {
    "en": {
        "sentence": ["{actor} {verb} {topic} in {place}, where {number} households took part, {end}."],
        "actor": [
            "The State Minister for Foreign Affairs", "The Ambassador of Japan", "The delegation",
            "The host country", "A representative of the fishers", "The two governments",
            "The Director-General of the bureau", "The chair of the committee", "The experts",
            "The mayor of the port town", "The visiting minister", "The secretariat",
        ],
        "verb": [
            "welcomed the progress made on", "explained the budget for", "asked for a study of",
            "visited the site of", "agreed to extend", "shared the experience of",
            "took note of the report on", "signed the exchange of notes on", "thanked all sides for",
            "expressed concern about the delay of", "introduced the second phase of",
        ],
        "topic": [
            "the repair of coastal roads", "the training of weather observers",
            "a joint survey of coral reefs", "the cold chain for vaccines", "the new ferry terminal",
            "small grants for village schools", "the catalogue of lacquer work",
            "early warning of floods", "the exchange of young librarians", "rules for drone pilots",
            "the mapping of groundwater", "the quarantine of seed potatoes",
            "the lighting of mountain tunnels", "a fund for bicycle lanes",
        ],
        "place": [
            "Honiara", "Tashkent", "Kampala", "Porto", "Suva", "Vientiane", "Cork", "Mombasa",
            "Tarawa", "Ulaanbaatar", "Riga", "Quito", "Port Vila", "Windhoek", "Thimphu", "Dili",
        ],
        "end": [
            "and said that the work would go on in spring", "with the help of local volunteers",
            "as had been decided at the last meeting", "which both sides hope to repeat",
            "before the rains begin", "and a full record will be published later",
            "under the plan adopted five years ago", "for which no further permit is needed",
        ],
        "heading": ["Opening Session", "Results", "Work Ahead", "Exchange of Views", "Background"],
        "caption": ["Participants of the meeting", "The new pier at noon", "A lesson at the school"],
        "kind": ["Seminar", "Courtesy Call", "Grant", "Dialogue", "Joint Committee", "Workshop"],
    },
    "ja": {
        "sentence": ["{actor}は、{place}において、{number}世帯が参加した{topic}について{verb}、{end}。"],
        "actor": [
            "外務副大臣", "在外公館の大使", "代表団", "受入国", "漁業者の代表", "両国政府", "担当局の局長",
            "委員会の議長", "専門家", "港町の町長", "来訪中の大臣", "事務局",
        ],
        "verb": [
            "進み具合を歓迎し", "予算を説明し", "調査を求め", "現場を視察し", "延長に合意し", "経験を共有し",
            "報告に留意し", "交換公文に署名し", "関係者に謝意を述べ", "遅れに懸念を示し", "次の段階を紹介し",
        ],
        "topic": [
            "沿岸道路の補修", "気象観測員の研修", "さんご礁の共同調査", "ワクチンの保冷輸送", "新しい渡船場",
            "村の学校への小規模な支援", "漆器の目録作り", "洪水の早期警報", "若い司書の交流",
            "無人機の操縦の決まり", "地下水の地図作り", "種芋の検疫", "山のトンネルの照明", "自転車道の基金",
        ],
        "place": [
            "ホニアラ", "タシケント", "カンパラ", "ポルト", "スバ", "ビエンチャン", "コーク", "モンバサ",
            "タラワ", "ウランバートル", "リガ", "キト", "ポートビラ", "ウィントフック", "ティンプー", "ディリ",
        ],
        "end": [
            "春にも作業を続けると述べました", "地元の有志の協力を得ました", "前回の会合での決定に沿って進めます",
            "双方は再度の開催を望んでいます", "雨季の前に終える予定です", "詳しい記録は後に公開されます",
            "五年前に採択された計画によるものです", "新たな許可は必要ありません",
        ],
        "heading": ["開会", "成果", "今後の作業", "意見交換", "背景"],
        "caption": ["会合の参加者", "正午の新しい桟橋", "学校での授業"],
        "kind": ["講習会", "表敬", "無償資金協力", "対話", "合同委員会", "実務者会合"],
    },
}  # fmt: skip
