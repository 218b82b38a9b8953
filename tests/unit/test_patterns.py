"""Every regular expression of the package takes time in proportion to the text, whatever the text.

A tool (regexploit) searches the patterns for what grows with the third power or faster. What grows
with the square is found by running each pattern on the texts that its own repeats like most.
"""

from __future__ import annotations

import ast
import pkgutil
import re
import warnings
from dataclasses import dataclass, field, is_dataclass
from importlib import import_module
from inspect import getsource
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest

import mofa_crawler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

with warnings.catch_warnings():  # of a module of Python's own that it imports
    warnings.simplefilter("ignore", DeprecationWarning)
    from regexploit.ast.repeat import FiniteRepeat
    from regexploit.ast.sre import SreOpParser
    from regexploit.redos import find

SHORT, LONG = 500, 4_000  # characters
MOST_GROWTH = 24  # times: LONG is eight times SHORT, and the square of that is 64
MEASURABLE = 0.02  # seconds
ANCHORED = {"match", "fullmatch"}
METHODS = ANCHORED | {"search", "sub", "split", "findall", "finditer"}
CALLS = {f"re.{name}" for name in METHODS | {"compile"}}
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
# Where a part has its own parts: None if it is nothing else.
PARTS = {op.SUBPATTERN: 3, op.ATOMIC_GROUP: None, op.ASSERT: 1, op.ASSERT_NOT: 1}
FEW = 50  # a repeat of more is as good as one without an end
# A set has one of these, or one of its own characters.
SIGNS = (op.LITERAL, op.RANGE)
SAMPLES = "a1 -.(（あ年\n>\"'é\u200b\u0300\x01A"
CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


@dataclass
class Found:
    """A pattern, the methods by which it is used, and the module that has it."""

    pattern: re.Pattern[Any]
    module: str
    methods: set[str] = field(default_factory=set)

    @property
    def parsed(self) -> Any:
        """The pattern as Python's own parser has it."""
        return _parser.parse(self.pattern.pattern, self.pattern.flags & ~re.UNICODE)


def patterns_of_package() -> list[Found]:
    """Every pattern: those of constants, also in tables, and those that functions pass to `re`."""
    found: dict[tuple[Any, int], Found] = {}
    for info in pkgutil.walk_packages(mofa_crawler.__path__, "mofa_crawler."):
        module = import_module(info.name)
        constants = list(inside(list(vars(module).values())))
        if not constants and "re" not in vars(module):
            continue
        tree = ast.parse(getsource(module))
        of_others = set()  # methods of what is no constant: of the patterns in a table
        for pattern in constants:
            found.setdefault((pattern.pattern, pattern.flags), Found(pattern, info.name))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                value = vars(module).get(getattr(node.value, "id", ""))
                if isinstance(value, re.Pattern):
                    found[value.pattern, value.flags].methods.add(node.attr)
                elif value is not re and node.attr != "split":  # texts have that too
                    of_others.add(node.attr)
        for pattern in inside([v for v in vars(module).values() if not isinstance(v, re.Pattern)]):
            found[pattern.pattern, pattern.flags].methods |= of_others
        for pattern, method in in_calls(tree, module):
            each = Found(pattern, info.name)
            found.setdefault((pattern.pattern, pattern.flags), each).methods.add(method)
    return list(found.values())


def inside(value: Any) -> Iterator[re.Pattern[Any]]:
    """The patterns in a module's constant."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, list | tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from inside(each)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from inside([getattr(value, name, None) for name in value.__dataclass_fields__])


def in_calls(tree: ast.Module, module: ModuleType) -> Iterator[tuple[re.Pattern[Any], str]]:
    """The patterns that a module's functions pass to `re`, each with the function of `re`."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    # Each node once, and in an order that is the same for every worker of pytest-xdist.
    for call in dict.fromkeys(node for function in functions for node in ast.walk(function)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in CALLS:
            pattern = ast.unparse(call.args[0])
            # A pattern of variables of the function would be tested nowhere.
            if "re.escape(" not in pattern:
                flags = [arg for arg in map(ast.unparse, call.args[1:]) if arg.startswith("re.")]
                source = f"re.compile({', '.join([pattern, *flags])})"
                found = eval(source, {**vars(module), "re": re})  # noqa: S307 - the package's
                yield found, ast.unparse(call.func).removeprefix("re.")


def units_of(parsed: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before each repeat of a pattern, and what it repeats: `ab` and `c` of `abc*`."""
    for place, (code, value) in enumerate(parsed):
        ahead = before + example(parsed[:place])
        if code in REPEATS:
            if value[1] > FEW and (unit := example(value[2])):
                yield ahead, unit
            yield from units_of(value[2], ahead)
        elif code is op.BRANCH:
            for branch in value[1]:
                yield from units_of(branch, ahead)
        elif code in PARTS:
            yield from units_of(value[PARTS[code]] if PARTS[code] is not None else value, ahead)


def example(parsed: Any) -> str:
    """A text that a pattern matches, lookarounds aside."""
    return "".join(example_of(code, value) for code, value in parsed)


def example_of(code: Any, value: Any) -> str:
    if code is op.LITERAL:
        return chr(value)
    if code is op.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if code is op.IN:
        return next(sign for sign in signs_of(value) if re.fullmatch(source_of(value), sign))
    if code in REPEATS:
        return example(value[2]) * max(value[0], 1)
    if code is op.BRANCH:
        return example(value[1][0])
    if code is op.SUBPATTERN:
        return example(value[3])
    return example(value) if code is op.ATOMIC_GROUP else "a" if code is op.ANY else ""


def signs_of(items: Any) -> str:
    """Characters of which a set has one at least."""
    own = [value if code is op.LITERAL else value[0] for code, value in items if code in SIGNS]
    return SAMPLES + "".join(map(chr, own))


def source_of(items: Any) -> str:
    """A set as it is written."""
    pieces = {
        op.NEGATE: lambda _: "^",
        op.LITERAL: lambda value: re.escape(chr(value)),
        op.RANGE: lambda value: f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}",
        op.CATEGORY: lambda value: CATEGORIES[value],
    }
    return "[" + "".join(pieces[code](value) for code, value in items) + "]"


class Parser(SreOpParser):  # type: ignore[misc]
    """The tool's, with what Python's patterns have had since 3.11 and never go back into."""

    def from_POSSESSIVE_REPEAT(self, value: Any) -> Any:  # noqa: N802 - the name of the code
        repeated = self.sequence_or_singleton(value[2])
        return repeated and FiniteRepeat(repeated, value[0], max(value[0], 1))

    def from_ATOMIC_GROUP(self, value: Any) -> Any:  # noqa: N802
        return self.sequence_or_singleton(value)


def worst(pattern: str | bytes, flags: int = 0) -> list[str]:
    """The texts that the tool says hurt a pattern."""
    parsed = Parser().sequence_or_singleton(_parser.parse(pattern, flags & ~re.UNICODE))
    return [each.example() for each in find(parsed)] if parsed else []


def texts(found: Found, size: int) -> Iterator[Any]:
    """Long texts of what each repeat of a pattern takes, that go on in another way."""
    for before, unit in dict.fromkeys(units_of(found.parsed)):
        for text in (before + (unit * size)[:size], ((before + unit) * size)[:size]):
            is_text = isinstance(found.pattern.pattern, str)
            yield text + "\0!" if is_text else (text + "\0!").encode("latin-1")


def seconds(found: Found, text: Any) -> float:
    """The time that a pattern takes for a text, by each of its methods."""
    is_anchored = found.methods and found.methods <= ANCHORED
    work: Callable[[Any], object] = found.pattern.match if is_anchored else found.pattern.findall
    began = process_time()
    work(text)
    return process_time() - began


@pytest.fixture(scope="module")
def patterns() -> list[Found]:
    """Not made at the import: it imports the whole package, and each worker would do so."""
    return patterns_of_package()


def test_work_grows_with_the_text(patterns: list[Found]) -> None:
    for found in patterns:
        for short, long in zip(texts(found, SHORT), texts(found, LONG), strict=True):
            case = (found.module, found.pattern.pattern, short[:40])
            before = seconds(found, short)
            assert before < MEASURABLE * 8, case  # or it would take minutes below
            most = max(MEASURABLE, MOST_GROWTH * before)
            # The second time counts if another load disturbed the first.
            assert seconds(found, long) < most or seconds(found, long) < most, case


def test_the_tool_finds_nothing(patterns: list[Found]) -> None:
    hurt = {
        (f.module, f.pattern.pattern): worst(f.pattern.pattern, f.pattern.flags) for f in patterns
    }
    assert {case: examples for case, examples in hurt.items() if examples} == {}


def test_the_tool_finds_what_hurts() -> None:
    assert worst(r"(?:a+)+x")
    assert worst(r"\s*a?\s*a?\s*x")
    assert not worst(r"\s*+a?+\s*+a?+\s*+x")


def test_all_patterns_are_found(patterns: list[Found]) -> None:
    """Constants, tables of them, and calls in functions; and every repeat has its own text."""
    modules = {found.module for found in patterns}
    assert {"mofa_crawler.site", "mofa_crawler.parsers.body.typed_labels"} <= modules
    assert any(found.methods == {"fullmatch"} for found in patterns)
    for found in patterns:
        has_repeat = re.search(
            r"[*+]|,\}", re.sub(r"\\.|\[[^]]*\]", "", str(found.pattern.pattern))
        )
        assert bool(list(units_of(found.parsed))) >= bool(has_repeat), found.pattern.pattern
