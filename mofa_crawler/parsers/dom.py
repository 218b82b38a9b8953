"""Typed helpers for the trees of lxml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, Protocol, cast

from lxml.etree import XPath, iterwalk, strip_elements

from mofa_crawler.parsers.text import INVISIBLE, collapse_spaces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Among these are `<embed>`, `<source>` and `<track>`, because libxml2 puts the text after such an
# element inside of it.
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em embed font i ins kbd label map mark "
    "nobr o:p output picture q rb rp rt rtc ruby s samp slot small source span strike strong sub "
    "sup time track tt u var wbr".split()
)
# Text in these elements is no text of the article. The alternative text of icons ("Open a New
# Window", 別ウィンドウで開く) is an attribute, and no text either.
NOT_TEXT = frozenset(
    "area audio base button canvas col colgroup hr iframe img input link meta meter object param "
    "progress script select style svg video".split()
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WITHIN_LINE = INLINE | NOT_TEXT  # these elements end no line

_LABEL = re.compile(r".{1,3}?(?:、|[.,)](?=[^\x00-\x7f]))")
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
_HIDDEN_TAG = "HIDDEN"  # no tag of a page: the parser writes these in lower case
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/)?")
_HIDING = {"display": "none", "visibility": "hidden", "content-visibility": "hidden"}
_NEVER_SHOWN = ("datalist", "dialog", "noembed", "noframes", "noscript", "template")


class Selector(Protocol):
    """A compiled XPath that finds elements."""

    def __call__(self, element: HtmlElement, /) -> list[HtmlElement]:
        """The elements found from `element`, in document order."""
        ...


def selector(expression: str) -> Selector:
    """Compile an XPath that finds elements; `.name` in a condition means a class."""
    # The first half is there for speed alone: most elements have no such class.
    tested = re.sub(
        r"(?<=[\[ ])\.([a-z][\w-]+)",
        r"(contains(@class, '\1') and contains(concat(' ', normalize-space(@class), ' '), ' \1 '))",
        expression,
    )
    return cast("Selector", XPath(tested))


def attributes(expression: str) -> Callable[[HtmlElement], list[Any]]:
    """Compile an XPath that finds attributes: strings with `attrname` and `getparent()`.

    It is twice as fast as an XPath that finds the elements with these attributes.
    """
    return cast("Callable[[HtmlElement], list[Any]]", XPath(expression))


_MAY_HIDE = attributes("./body//*/@hidden|./body//*/@style")


def divs_of_class(element: HtmlElement, names: frozenset[str]) -> Iterator[HtmlElement]:
    """The `div`s inside an element that are of one of the classes, in document order."""
    for div in element.iterdescendants("div"):
        if (classes := div.get("class")) and not names.isdisjoint(classes.split()):
            yield div


def text_of(element: HtmlElement) -> str:
    """All text inside an element."""
    return str(element.text_content()) if len(element) else element.text or ""


def lines_in(element: HtmlElement, skip: Collection[HtmlElement] = ()) -> list[str]:
    """The text of an element, a string for each line. Empty lines are left out.

    Texts in the elements of `skip` are left out. A `<br>` ends a line, and so does the start or the
    end of an element that is not inline.
    """
    if not len(element):
        return [text] if (text := collapse_spaces(element.text or "")) else []
    lines = [[""]]
    walk = iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if node is not element and node.tag not in _WITHIN_LINE:
            lines.append([])
        if event == "end":
            lines[-1].append(node.tail or "" if node is not element else "")
        elif node.tag in NOT_TEXT or node in skip:
            walk.skip_subtree()
        else:
            lines[-1].append(node.text or "")
    return [text for pieces in lines if (text := collapse_spaces("".join(pieces)))]


def one_line(element: HtmlElement) -> str:
    """The lines in an element, joined by spaces."""
    return " ".join(lines_in(element))


def texts(
    element: HtmlElement, skip: Collection[HtmlElement] = ()
) -> Iterator[tuple[str, HtmlElement]]:
    """The texts inside an element, in document order, each with the element around it.

    Texts in the elements `NOT_TEXT` and in the elements of `skip` are left out.
    """
    walk = iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if event == "end":
            if node.tail and node is not element:
                yield node.tail, cast("HtmlElement", node.getparent())
        elif node.tag in NOT_TEXT or node in skip:
            walk.skip_subtree()
        elif node.text:
            yield node.text, node


def first_words(element: HtmlElement) -> set[str]:
    """The first word of each text inside an element, in NFKC, without invisible characters.

    Each line of a `<pre>` is a text. A label such as "二、" or "A." before Japanese text is a word.
    """
    found = texts(element)
    lines = (line for text, e in found for line in (text.split("\n") if e.tag == "pre" else [text]))
    plain = (INVISIBLE.sub("", line) for line in lines)
    firsts = (words[0] for text in plain if (words := text.split(maxsplit=1)))
    firsts = (unicodedata.normalize("NFKC", word) for word in firsts)
    return {label[0] if (label := _LABEL.match(word)) else word for word in firsts}


def visible_text(element: HtmlElement, skip: Collection[HtmlElement] = ()) -> str:
    """The texts inside an element, as in `texts`, joined."""
    return "".join(text for text, _ in texts(element, skip))


def drop_hidden(tree: HtmlElement) -> None:
    """Remove the elements that browsers do not show from a tree.

    The attribute `hidden`, the style, or the name (`_NEVER_SHOWN`) hides an element. A `<dialog>`
    with the attribute `open` is shown.
    """
    hidden = [
        value.getparent()
        for value in _MAY_HIDE(tree)
        if value.attrname == "hidden" or (_HIDDEN.search(value) and _hides(value))
    ]
    hidden += [each for each in tree.iter(*_NEVER_SHOWN) if "open" not in each.attrib]
    if not hidden:
        return
    for element in hidden:
        element.tag = _HIDDEN_TAG
    # `drop_tree` would move the text after the element, and fail if XML does not allow this text.
    strip_elements(tree, _HIDDEN_TAG, with_tail=False)


def _hides(style: str) -> bool:
    """Whether browsers show nothing of an element with this style: the last declaration counts."""
    declared: dict[str, str] = {}
    for each in _CSS_COMMENT.sub("", style).lower().split(";"):
        name, _, value = each.partition(":")
        if "!important" in value or "!important" not in declared.get(name.strip(), ""):
            declared[name.strip()] = value.strip()
    return any(declared.get(name, "").startswith(value) for name, value in _HIDING.items())


def ancestors(element: HtmlElement, last: HtmlElement) -> list[HtmlElement]:
    """An element and the elements around it, from the inside out, up to and including `last`."""
    around = [element]
    while around[-1] is not last:
        around.append(cast("HtmlElement", around[-1].getparent()))
    return around


def has_class(element: HtmlElement, name: str) -> bool:
    names = element.get("class")
    return names is not None and name in names and name in names.split()


def integer(text: str | None, default: int, most: int = 1_000_000) -> int:
    """An integer attribute as browsers read it, at most `most`; `default` if it is no number."""
    match = _INTEGER.match(text) if text else None
    return min(int(match[1]), most) if match else default
