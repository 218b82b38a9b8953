"""Articles and titles of the made pages: the phrases below, put together at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from random import Random

Lang = Literal["en", "ja"]

# Pages of the site weigh 26 to 43 KB, some 23 KB of them the frame. Most releases are short: so many
# bytes more than the shortest, on average.
_BODY_BYTES = (3_000, 18_000)
_MORE_BYTES = 2_500


def article(rng: Random, lang: Lang) -> str:
    """The HTML of an article: one to four sections, some with a heading, and the related links."""
    return _Writer(rng, lang).article()


def title(rng: Random, lang: Lang) -> str:
    """A title, which the listing has too."""
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


class _Writer:
    """Writes the article of one release, out of the phrases of its language."""

    def __init__(self, rng: Random, lang: Lang) -> None:
        self._rng = rng
        self._lang = lang
        self._words = _PHRASES[lang]

    def article(self) -> str:
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
