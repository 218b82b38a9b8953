"""What the fields mean: the words of `docs/fields.md`, for formats that carry them along.

A test holds these against that page.
"""

from __future__ import annotations

from mofa_crawler.record import Block, Link, Point, PressRelease

MEANINGS: dict[type, dict[str, str]] = {
    PressRelease: {
        "id": "The path of `url` without its ending. It never changes.",
        "url": (
            "The ministry's own address of the page as listed, in one spelling (https, "
            "`www.mofa.go.jp`, no fragment), also where a mirror was crawled."
        ),
        "lang": "`en` or `ja`: the side of the site.",
        "section": (
            'The heading above the title ("Press Releases", a region, a topic). Empty where '
            "the page has none."
        ),
        "title": (
            "The title. Where the page has it on two lines, one line here: with a space "
            "between, unless `<title>` has none there."
        ),
        "date": "Day of publication in Japan, `YYYY-MM-DD`.",
        "date_source": (
            "`page`: printed on the page. `listing`: the page bears no date, and the listing's "
            "stands in."
        ),
        "lead": (
            "The paragraphs before the first point, heading or table, a blank line between "
            "them. Empty where there are none."
        ),
        "points": "The blocks of kind `point`, in order.",
        "body": "The whole article in order, nothing lost and nothing added; never empty.",
        "text": (
            "The body as plain text, labels included: blocks with a blank line between them, "
            "table rows on lines, cells separated by tabs."
        ),
        "links": "Links out of the article and from its list of related links, in order.",
        "translation": (
            "Address of the same release in the other language, by the page's own link. Null "
            "where the page has none; never guessed."
        ),
        "layout": (
            "The page layout by which the page was read: `cms` (since 2013) or "
            "`text_landmarks` (before)."
        ),
        "parser_version": "The version of the parser that read it.",
        "content_hash": (
            "SHA-256 of title, date and body. The same id with another hash is a revision."
        ),
        "revision": (
            "1, and one more with every change of the text on the page (a better parser makes "
            "none). Earlier texts are in the table `revisions`."
        ),
        "duplicate_of": (
            "Id of the release first held that says the same at another address. Null for all "
            "others. JSON files leave duplicates out."
        ),
        "first_seen": (
            "When the first page of this release was fetched. Times are UTC, "
            "`YYYY-MM-DDTHH:MM:SSZ`."
        ),
        "last_seen": (
            "When the latest page was fetched that changed the record. A look that finds "
            "nothing new does not move it, nor does a page found missing, so that an unchanged "
            "dataset stays the same to the byte."
        ),
        "fetched_at": (
            "When the page was fetched that the record was read from; for a saved page, when it "
            "was captured: as the archive or SingleFile noted it, else the time of the file."
        ),
        "gone_since": (
            "When the page was first found missing (404, 410). Null while it is there. The "
            "record is kept."
        ),
        "source": (
            "`live`: fetched from the site, or from a mirror of it. `warc:<name of the file>`, "
            "`file:<name of the file>`: read from a web archive's file, or a saved page."
        ),
        "license": (
            "`PDL-1.0`, the Public Data License of Japan, under which the ministry publishes."
        ),
        "attribution": "The line to cite with the text; the terms of use ask for it.",
    },
    Block: {
        "kind": (
            "`heading` (also a line in bold or underlined, in 【】, a reference's mark alone, or "
            "a few plain words above a number), `paragraph`, `point`, `table`, `note` "
            '(footnotes, "provisional translation", a reference with its text) or `caption` '
            "(of a picture or table)."
        ),
        "level": (
            "Depth of a point, from 1; 0 outside of any point. What stands inside a list item "
            "bears the item's level."
        ),
        "label": (
            "The number or bullet of a point, as typed or as a browser prints it for a list: "
            '"1.", "(1)", "（ア）", "•" (for the bullets of any level). Empty for other kinds: a '
            "heading keeps its number in the text."
        ),
        "text": (
            "The text without the label. Further paragraphs of one item, and lines that the "
            "page breaks, follow after a newline. Empty for tables."
        ),
        "rows": (
            "A table's cells; a cell that spans columns or rows is repeated in each. Empty for "
            "other kinds."
        ),
    },
    Point: {
        "level": "As in Block.",
        "label": "As in Block.",
        "text": "As in Block.",
    },
    Link: {
        "kind": (
            "`attachment` (a PDF or other file, on any host), `related` (from the list of "
            "related links) or `text` (in the article)."
        ),
        "text": "The text of the link; empty where a picture is linked.",
        "url": "The absolute address; the ministry's own in one spelling.",
    },
}
