"""Makes plain text of what browsers show in a special way, before the text is read.

Otherwise the text would say something else: 10<sup>6</sup> is not 106, and struck-out words no
longer count.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mofa_crawler import site
from mofa_crawler.parsers.dom import INLINE, NOT_TEXT
from mofa_crawler.parsers.errors import UnknownMarkup
from mofa_crawler.parsers.markup import new_element
from mofa_crawler.parsers.text import comparison_key, drop_invisible, for_xml, is_blank

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mofa_crawler.parsers.page import Page

# The elements of HTML. Browsers show any other element as inline.
_KNOWN = (INLINE | NOT_TEXT).union(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html "
    "legend li main menu nav ol optgroup option p plaintext pre search section summary table tbody "
    "td textarea tfoot th thead title tr ul".split()
)
# Styles that raise or lower text, by a length or a word. Word writes a style of its own
# (`mso-text-raise`). Converters move the text (`top`, `bottom`).
_LENGTH = r"[0-9]*\.?[0-9]*[1-9]"
_RAISED = re.compile(
    r"(?:vertical-align|mso-text-raise)\s*:\s*"
    rf"(?:(?P<up>super|text-top|\+?{_LENGTH})|sub\b|text-bottom|-{_LENGTH})"
    rf"|(?<![\w-])(?P<moved>top\s*:\s*-{_LENGTH}|bottom\s*:\s*{_LENGTH})",
    re.IGNORECASE,
)
_DISPLAY = re.compile(
    r"(?<![\w-])display\s*:\s*(?:(?P<block>block|flex|grid|table|list-item)|inline)(?![\w-])",
    re.IGNORECASE,
)
_KEEPS_LINES = re.compile(
    r"white-space\s*:\s*(?:pre(?:-wrap|-line)?|break-spaces)(?![\w-])", re.IGNORECASE
)
_PLAIN_BLOCKS = frozenset({"div", "p"})
# In this font, letters are bullets. Word puts them before the items of its lists.
_WINGDINGS = re.compile(r"\bwingdings\b(?! [23])", re.IGNORECASE)
_SIGNS = str.maketrans("lnouvqw§¡ØÜüûàè", "●■□◆❖❑⬥▪○➢➲✓✗→➔")
_READINGS = frozenset({"rp", "rt", "rtc"})
# The elements that a formula (MathML) may have if it is written on one line.
_FORMULA = frozenset("mfrac mi mn mo mrow mspace mstyle msup mtext".split())

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


def render(element: HtmlElement, page: Page) -> None:
    """Change the tree of an element so that its text is what a browser prints.

    Superscripts become superscript characters (10⁶, 2015¹). Struck-out text and the readings of
    ruby are dropped. A `<q>` gets its quotation marks. An element that HTML does not know becomes a
    `span`. An element with a style that breaks, joins or keeps lines becomes a `div`, `span` or
    `pre`. Warns on `page` with the codes `struck_out`, `ruby` and `unknown_element`, but not for
    tags of Word (`st1:place`, `o:p`). A second call changes nothing.

    Raises `UnknownMarkup` for a formula that would say something else on one line.
    """
    for each in reversed(list(element.iter())):  # inner elements first
        tag = str(each.tag)
        if renders := _RENDERERS.get(tag):
            renders(each, page)
        elif tag not in _KNOWN and next(each.iterancestors("svg"), None) is None:
            _unwrap(each, page)
        if style := each.get("style"):
            _render_style(each, style, page)


def _render_style(element: HtmlElement, style: str, page: Page) -> None:
    if _strikes_out(style):
        _drop_struck_out(element, page)
    elif element.tag in INLINE and (raised := _RAISED.search(style)):
        (_raise if raised["up"] or raised["moved"] else _lower)(element, page)
    elif _WINGDINGS.search(style):
        _print_sign(element)
    if display := _DISPLAY.search(style):
        _render_display(element, is_block=display["block"] is not None)
    if element.tag in _PLAIN_BLOCKS and not element.get("class") and _KEEPS_LINES.search(style):
        element.tag = "pre"


def _render_display(element: HtmlElement, *, is_block: bool) -> None:
    """Put an inline element that browsers show as a block into a `div`, and the reverse.

    A block with a class may be a part of the template, and does not change.
    """
    if is_block and element.tag in INLINE:
        block, element.tail, block.tail = new_element("div"), None, element.tail
        element.addprevious(block)
        block.append(element)
        del element.attrib["style"]
    elif not is_block and element.tag in _PLAIN_BLOCKS and not element.get("class"):
        element.tag = "span"


def _strikes_out(style: str) -> bool:
    """Whether a style has `line-through` as `text-decoration`, or as `text-decoration-line`."""
    if "line-through" not in style.lower():
        return False
    declarations = (each.partition("text-decoration")[2] for each in style.lower().split(";"))
    return any("line-through" in each.partition(":")[2] for each in declarations)


def _drop_struck_out(element: HtmlElement, page: Page) -> None:
    if is_blank(text := element.text_content()):
        return
    page.warn("struck_out", f"{' '.join(text.split())[:40]!r} is struck out, and left out")
    for each in element.iter():  # the elements stay: an empty item of a list has its number
        each.text = None
        each.attrib.pop("href", None)
        if each is not element:
            each.tail = None
    for link in element.iterancestors("a"):
        if is_blank(link.text_content()):  # a link of which all is struck out
            link.attrib.pop("href", None)


def _raise(element: HtmlElement, _page: Page) -> None:
    """Write a superscript in superscript characters, or after "^", if it could be misread."""
    text = drop_invisible(element.text_content()).strip()
    before = _character_before(element)
    is_nested = next(element.iterancestors("sup"), None) is not None
    is_letter = len(text) == 1 and before.isascii() and before.isalnum()
    if is_letter or (_NUMBER.fullmatch(text) and not is_nested):
        _translate(element, _SUPERSCRIPTS)
    elif (is_nested or before in _DIGITS) and (text[:1] in _DIGITS or _SUM.fullmatch(text)):
        _prefix("^", element)


def _render_font(element: HtmlElement, _page: Page) -> None:
    if _WINGDINGS.search(element.get("face", "")):
        _print_sign(element)


def _print_sign(element: HtmlElement) -> None:
    if len(element.text_content().strip()) == 1:
        _translate(element, _SIGNS)


def _lower(element: HtmlElement, _page: Page) -> None:
    """Write a subscript beside a digit in subscript characters. CO2 cannot be misread."""
    after = drop_invisible(element.tail or "")[:1]
    if after in _DIGITS or _character_before(element) in {*_DIGITS, "/", "⁄"}:
        _translate(element, _SUBSCRIPTS)


def _prefix(sign: str, element: HtmlElement) -> None:
    element.text = for_xml(sign + (element.text or ""))


def _translate(element: HtmlElement, characters: dict[int, int]) -> None:
    for each in element.iter():
        each.text = for_xml((each.text or "").translate(characters))
        if each is not element:
            each.tail = for_xml((each.tail or "").translate(characters))


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


def _drop_readings(ruby: HtmlElement, page: Page) -> None:
    """Leave out the readings above characters. End tags of `<rt>` and `<rb>` are optional."""
    readings = list(ruby.iter(*_READINGS))
    texts = [each.text for each in readings]
    texts += [child.tail for each in readings for child in each]
    text = "".join(filter(None, texts))
    if is_blank(text) or comparison_key(text) == comparison_key(ruby.text_content()):
        return  # nothing to leave out, or nothing would be left
    page.warn("ruby", f"the reading {' '.join(text.split())[:40]!r} is left out")
    for reading in readings:
        reading.text = None
        for child in list(reading):
            child.tail = None
            if child.tag not in _READINGS and child.tag != "rb":
                reading.remove(child)


def _quote(element: HtmlElement, page: Page) -> None:
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


def _render_power(element: HtmlElement, page: Page) -> None:
    if any(map(len, element)):
        raise _formula(element, page)
    _unwrap(element, page)
    if len(element) > 1:
        _raise(element[1], page)


def _render_fraction(element: HtmlElement, page: Page) -> None:
    if any(map(len, element)) or _character_before(element).isalnum():
        raise _formula(element, page)
    _unwrap(element, page)
    if len(element):
        element[0].tail = "/"


def _unwrap(element: HtmlElement, page: Page) -> None:
    """Make a `span` of an element that HTML does not know."""
    if element.tag not in _FORMULA and next(element.iterancestors("math"), None) is not None:
        raise _formula(element, page)
    if ":" not in str(element.tag):
        page.warn("unknown_element", f"<{element.tag!s}> is no element of HTML; its text is kept")
    element.tag = "span"


def _formula(element: HtmlElement, page: Page) -> UnknownMarkup:
    return UnknownMarkup(f"<{element.tag!s}> in a formula", url=page.url)


def _preformat(element: HtmlElement, _page: Page) -> None:
    element.tag = "pre"


_RENDERERS: dict[object, Callable[[HtmlElement, Page], None]] = {
    **dict.fromkeys(("s", "strike", "del"), _drop_struck_out),
    **dict.fromkeys(("listing", "xmp"), _preformat),
    "font": _render_font,
    "sup": _raise,
    "sub": _lower,
    "ruby": _drop_readings,
    "q": _quote,
    "msup": _render_power,
    "mfrac": _render_fraction,
}
