"""What a view returns (a reply, or a page to render), and the error that it raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A response without the security headers, which `plugin` adds."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A template, and the names that the template uses."""

    template: str
    names: Mapping[str, Any]
    status: int = 200


class PageError(Exception):
    """The page cannot be shown. `str()` is a sentence that says what to do."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
