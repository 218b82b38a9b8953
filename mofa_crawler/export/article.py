"""One release to read: as plain text, Markdown or HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from textwrap import fill
from typing import TYPE_CHECKING

from lxml import etree
from lxml.builder import ElementMaker

if TYPE_CHECKING:
    from mofa_crawler.record import Block, PressRelease

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {"heading": "strong", "note": "small", "caption": "em"}
# What Markdown reads as markup: anywhere in a line, and at its beginning.
_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&!$]")
_AT_BEGINNING = re.compile(r"^(\s*)(?:([-+=:])|(\d+)([.)]))", re.MULTILINE)


# --- plain text -----------------------------------------------------------------------------------


def text_lines(release: PressRelease, width: int) -> Iterator[str]:
    """The lines of a release on a terminal of `width` columns."""
    characters = width if release.lang == "en" else width // 2  # Japanese ones are two columns wide
    yield fill(release.title, characters)
    yield f"{release.date} (from the {release.date_source}) · {release.lang} · {release.section}"
    yield release.url
    if release.gone_since:
        yield f"gone since {release.gone_since}"
    yield _addressed(f"layout {release.layout} · translation", release.translation or "none", width)
    if release.warnings:
        yield f"warnings: {', '.join(release.warnings)}"
    yield ""
    last = ""
    for block in release.body:
        if last == "point" and block.kind != "point":
            yield ""
        yield from _lines(block, characters)
        last = block.kind
    if release.body[-1].kind == "point":
        yield ""
    for link in release.links:
        yield _addressed(f"-> {link.kind}: {link.text}", link.url, width)


def _addressed(text: str, url: str, width: int) -> str:
    """A text and an address: on one line, or on two if `width` is too small."""
    line = f"{text} {url}"
    return line if len(line) <= width else f"{text}\n   {url}"


def _lines(block: Block, width: int) -> Iterator[str]:
    """A block as indented lines. The first line has the kind, if it is no paragraph or point."""
    indent = "    " * block.level
    mark = "" if block.kind in {"paragraph", "point"} else f"[{block.kind}] "
    rows = [[cell.replace("\n", " ") for cell in row] for row in block.rows]
    for number, line in enumerate(replace(block, rows=rows).as_text().split("\n")):
        first = indent + (mark if number == 0 else "")
        # Japanese has no spaces: `fill` would break the line after the label.
        text = line.replace(f"{block.label} ", f"{block.label}\u00a0", 1) if block.label else line
        hanging = indent + ("  " if block.label else "")
        filled = fill(text, width, initial_indent=first, subsequent_indent=hanging)
        yield filled.replace("\u00a0", " ")
    if block.kind != "point":
        yield ""


# --- Markdown -------------------------------------------------------------------------------------


def markdown(release: PressRelease) -> str:
    """A release as CommonMark with tables. Points are lists, with their labels as text."""
    head = f"{release.date} · {release.lang} · {_link(release.url, release.url)}"
    parts = [f"# {_escaped(release.title)}", head, *_markdown_blocks(release.body)]
    if release.links:
        parts.append("\n".join(f"- {_link(n.text or n.url, n.url)}" for n in release.links))
    parts.append(_escaped(release.attribution))
    return "\n\n".join(parts)


def _markdown_blocks(body: Iterable[Block]) -> Iterator[str]:
    levels: list[int] = []  # of the last point, and of the points above it
    for block in body:
        if block.kind == "point":
            while levels and levels[-1] >= block.level:
                levels.pop()
            indent = "  " * len(levels)
            levels.append(block.level)
            yield f"{indent}- {_broken(block.as_text(), f'{indent}  ')}"
            continue
        levels.clear()
        match block.kind:
            case "table":
                yield _markdown_table(block.rows)
            case "heading":
                yield f"## {_escaped(' '.join(block.text.split()))}"
            case "note":
                yield f"> {_broken(block.text, '> ')}"
            case "caption":
                yield f"*{_broken(block.text)}*"
            case _:
                yield _broken(block.text)


def _markdown_table(rows: list[list[str]]) -> str:
    """A table with an empty head: Markdown requires a head, and the ministry's tables have none."""
    columns = max(map(len, rows))
    head = f"{'| ' * columns}|\n{'|---' * columns}|"
    lines = (
        "".join(f"| {_escaped(cell).replace(chr(10), '<br>')} " for cell in row) + "|"
        for row in rows
    )
    return "\n".join([head, *lines])


def _broken(text: str, indent: str = "") -> str:
    return _escaped(text).replace("\n", f"\\\n{indent}")


def _link(text: str, url: str) -> str:
    return f"[{_escaped(' '.join(text.split()))}](<{_MARKUP.sub(_percent, url)}>)"


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}" if match[0] in "<>\\" else match[0]


def _escaped(text: str) -> str:
    text = _MARKUP.sub(r"\\\g<0>", text)
    return _AT_BEGINNING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)


# --- HTML -----------------------------------------------------------------------------------------


def html_page(release: PressRelease) -> str:
    """A release as a page of HTML, without styles."""
    make = ElementMaker()
    links = [make.li(make.a(as_xml(n.text or n.url), href=as_xml(n.url))) for n in release.links]
    page = make.html(
        {"lang": release.lang},
        make.head(make.meta(charset="utf-8"), make.title(as_xml(release.title))),
        make.body(
            make.article(
                make.h1(as_xml(release.title)),
                make.p(make.time(release.date), " · ", make.a(release.url, href=release.url)),
                article(release.body),
                *([make.ul(*links)] if links else []),
                make.footer(make.small(as_xml(release.attribution))),
            )
        ),
    )
    return etree.tostring(
        page, method="html", doctype="<!DOCTYPE html>", encoding="unicode", pretty_print=True
    )


def article(body: Iterable[Block], namespace: str = "") -> etree._Element:
    """The blocks as an element `div` of HTML, or of XHTML if `namespace` is that of XHTML."""
    start = f"{{{namespace}}}" if namespace else ""
    div = etree.Element(f"{start}div", nsmap={None: namespace} if namespace else None)
    for block in body:
        if block.kind == "table":
            table = etree.SubElement(div, f"{start}table")
            for row in block.rows:
                line = etree.SubElement(table, f"{start}tr")
                for cell in row:
                    _write_lines(etree.SubElement(line, f"{start}td"), cell, start)
        else:
            parent = etree.SubElement(div, f"{start}p")
            if block.kind in _TAGS:
                parent = etree.SubElement(parent, f"{start}{_TAGS[block.kind]}")
            _write_lines(parent, block.as_text(), start)
    return div


def _write_lines(parent: etree._Element, text: str, start: str) -> None:
    first, *others = as_xml(text).split("\n")
    parent.text = first
    for line in others:
        etree.SubElement(parent, f"{start}br").tail = line


def as_xml(text: str) -> str:
    """A text without the characters that XML does not allow: they become U+FFFD."""
    return _NO_XML.sub("\ufffd", text)
