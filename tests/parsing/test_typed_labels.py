"""Typed labels: what they begin with."""

from __future__ import annotations

from string import printable

import pytest

from mofa_crawler.parsers.body.typed_labels import _FORMS, _Form

# All that stands in a pattern, and what ranges in one go over.
SIGNS = set("".join(form.pattern.pattern for form in _FORMS)) | set(printable)
SIGNS |= set("".join(sign for form in _FORMS for sign in form.values or "０１２３４５６７８９"))


@pytest.mark.parametrize("form", _FORMS, ids=lambda form: form.family)
def test_a_form_is_tried_on_all_lines_that_it_may_match(form: _Form) -> None:
    for rest in (
        "",
        ". A",
        "．日本",
        "、日",
        ") 日",
        "）日",
        "1) 日",
        "ア）日",
        "a) A",
        " A",
        "　日",
    ):
        found = {sign for sign in SIGNS if form.pattern.match(sign + rest)}
        assert found <= form.firsts
