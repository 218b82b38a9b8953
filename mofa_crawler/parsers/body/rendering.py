"""What browsers print otherwise than it is written: made plain text, before anything is read.

The text of elements alone would say something else: 10<sup>6</sup> is not 106, and what is struck
out is no longer said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.parsers.dom import INLINE, NOT_TEXT
from mofa_crawler.parsers.text import comparison_key, drop_invisible, for_xml, is_blank

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

# The elements of HTML that are neither inline nor without text. Browsers show any other as inline.
_OTHER_ELEMENTS = frozenset(
    "address article aside blockquote body br caption center datalist dd details dialog dir div dl "
    "dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr "
    "html legend li listing main menu nav noembed noframes ol optgroup option p plaintext pre "
    "search section summary table tbody td textarea tfoot th thead title tr ul xmp".split()
)
_RAISED = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_READINGS = frozenset({"rp", "rt", "rtc"})

_ALL_DIGITS = "0123456789０１２３４５６７８９"
_DIGITS = frozenset(_ALL_DIGITS)
_PLAIN = f"{_ALL_DIGITS}+-−–abcdefghijklmnoprstuvwxyz"
_SUPERSCRIPTS = str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹" * 2 + "⁺⁻⁻⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_SUBSCRIPTS = str.maketrans(f"{_ALL_DIGITS}+-−–", "₀₁₂₃₄₅₆₇₈₉" * 2 + "₊₋₋₋")
# A power or a footnote's mark; "st" and "(1)" cannot be taken for part of the number before them.
_NUMBER = re.compile(rf"[+\-−–]?[{_ALL_DIGITS}][{_ALL_DIGITS},./*+\-−–\s]{{0,12}}")
_SUM = re.compile(r"[A-Za-z0-9]*[+\-−][A-Za-z0-9]+")
_FARTHEST_BEFORE = 8  # elements without text between a superscript and the text before it

_QUOTES = {"ja": ("「」", "『』"), "": ("“”", "‘’")}


def render(element: HtmlElement, page: Page) -> bool:
    """Change the tree of an element so that its text is what a browser prints.

    Superscripts become superscript characters (10⁶, 2015¹). Struck-out text and the readings of
    ruby are dropped. A `<q>` gets its quotation marks. An element that HTML does not know becomes a
    `span`. Warns on `page` with the codes `struck_out`, `ruby` and `unknown_element`; tags of Word
    (`st1:place`, `o:p`) are no reason to warn. Returns whether anything was changed; a second call
    changes nothing.
    """
    is_changed = False
    for each in reversed(list(element.iter())):  # what stands inside of another comes first
        tag = str(each.tag)
        if renders := _RENDERERS.get(tag):
            is_changed = renders(each, page) or is_changed
        elif tag not in INLINE and tag not in NOT_TEXT and tag not in _OTHER_ELEMENTS:
            each.tag, is_changed = "span", True
            if ":" not in tag:
                page.warn("unknown_element", f"<{tag}> is no element of HTML; its text is kept")
        if style := each.get("style"):
            is_changed = _render_style(each, style, page) or is_changed
    return is_changed


def _render_style(element: HtmlElement, style: str, page: Page) -> bool:
    if _strikes_out(style):
        return _drop_struck_out(element, page)
    if raised := _RAISED.search(style):
        return (_raise if raised[1].lower() == "super" else _lower)(element, page)
    return False


def _strikes_out(style: str) -> bool:
    """Whether a style has `text-decoration: line-through`, or one that begins like it."""
    declarations = (each.partition("text-decoration")[2] for each in style.lower().split(";"))
    return any("line-through" in each.partition(":")[2] for each in declarations)


def _drop_struck_out(element: HtmlElement, page: Page) -> bool:
    if is_blank(text := element.text_content()):
        return False
    page.warn("struck_out", f"{' '.join(text.split())[:40]!r} is struck out, and left out")
    del element[:]  # the element itself stays: an empty item of a list has its number
    element.text = None
    return True


def _raise(element: HtmlElement, _page: Page) -> bool:
    """Write a superscript with superscript characters, if it could be taken for another number."""
    text = drop_invisible(element.text_content()).strip()
    before = _character_before(element)
    is_nested = next(element.iterancestors("sup"), None) is not None
    if _NUMBER.fullmatch(text) and not is_nested:
        return _translate(element, _SUPERSCRIPTS)
    if len(text) == 1 and before.isascii() and before.isalnum():
        return _translate(element, _SUPERSCRIPTS)
    is_number = text[:1] in _DIGITS or _SUM.fullmatch(text)
    return (is_nested or before in _DIGITS) and bool(is_number) and _prefix("^", element)


def _lower(element: HtmlElement, _page: Page) -> bool:
    """Write a subscript after a digit with subscript characters; CO2 is plain enough."""
    follows_number = _character_before(element) in {*_DIGITS, "/", "⁄"}
    return follows_number and _translate(element, _SUBSCRIPTS)


def _prefix(sign: str, element: HtmlElement) -> bool:
    element.text = for_xml(sign + (element.text or ""))
    return True


def _translate(element: HtmlElement, characters: dict[int, int]) -> bool:
    before = element.text_content()
    for each in element.iter():
        each.text = for_xml((each.text or "").translate(characters))
        if each is not element:
            each.tail = for_xml((each.tail or "").translate(characters))
    return before != element.text_content()


def _character_before(element: HtmlElement | None) -> str:
    """The last character before an element in its block; empty if there is none."""
    for _ in range(_FARTHEST_BEFORE):
        if element is None:
            break
        previous, parent = element.getprevious(), element.getparent()
        if previous is not None:
            text = previous.tail or ("" if previous.tag == "br" else previous.text_content())
        else:
            text = "" if parent is None else parent.text or ""
        if text := drop_invisible(text):
            return text[-1]
        if previous is None and (parent is None or parent.tag not in INLINE):
            return ""
        element = parent if previous is None else previous
    return ""


def _drop_readings(ruby: HtmlElement, page: Page) -> bool:
    """Leave out what stands above the characters. End tags of `<rt>` and `<rb>` are optional."""
    readings = list(ruby.iter(*_READINGS))
    said = [each.text for each in readings]
    said += [child.tail for each in readings for child in each]
    text = "".join(filter(None, said))
    if is_blank(text) or comparison_key(text) == comparison_key(ruby.text_content()):
        return False  # nothing to leave out, or nothing would be left
    page.warn("ruby", f"the reading {' '.join(text.split())[:40]!r} is left out")
    for reading in readings:
        reading.text = None
        for child in list(reading):
            child.tail = None
            if child.tag not in _READINGS and child.tag != "rb":
                reading.remove(child)
    return True


def _quote(element: HtmlElement, page: Page) -> bool:
    around = (element, *element.iterancestors())
    language = next((named for e in around if (named := e.get("lang"))), site.lang_of(page.url))
    pairs = _QUOTES.get(language[:2].lower(), _QUOTES[""])
    pair = pairs[sum(each.tag == "q" for each in around) % 2 - 1]
    opening, closing = pair[0], pair[1]
    _prefix(opening, element)
    if len(element):
        element[-1].tail = for_xml((element[-1].tail or "") + closing)
    else:
        element.text = (element.text or "") + closing
    element.tag = "span"
    return True


def _render_power(element: HtmlElement, page: Page) -> bool:
    return _unwrap_math(element, page) and len(element) > 1 and _raise(element[1], page)


def _render_fraction(element: HtmlElement, page: Page) -> bool:
    if _unwrap_math(element, page) and len(element):
        element[0].tail = "/"
    return True


def _unwrap_math(element: HtmlElement, page: Page) -> bool:
    page.warn("unknown_element", f"<{element.tag!s}> is no element of HTML; its text is kept")
    element.tag = "span"
    return True


_RENDERERS: dict[object, Callable[[HtmlElement, Page], bool]] = {
    **dict.fromkeys(("s", "strike", "del"), _drop_struck_out),
    "sup": _raise,
    "sub": _lower,
    "ruby": _drop_readings,
    "q": _quote,
    "msup": _render_power,
    "mfrac": _render_fraction,
}
