"""Renders contexts as HTML, in an environment of our own that escapes every value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mofa_crawler.export.about import LICENSE_TITLE, LICENSE_URL, TITLE, mirror_of
from mofa_crawler.web.citation import day
from mofa_crawler.web.replies import Page, Reply

_ROOM = Path(__file__).parent
_ASSETS = _ROOM / "assets"
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
# The pages that every page links to: path and name.
NAVIGATION = (
    ("/search", "Releases"),
    ("/months", "By month"),
    ("/coverage", "Coverage"),
    ("/runs", "Runs"),
    ("/about", "About"),
)


def render(page: Page, root: str) -> Reply:
    """A page as HTML.

    `root` is Datasette's setting `base_url` without its last slash. The paths of all pages begin
    with `root`.
    """
    body = _ENVIRONMENT.get_template(page.template).render(page.names, root=root)
    return Reply(body=body.encode(errors="replace"), status=page.status)


def moment(text: str) -> str:
    """A time of a record (`YYYY-MM-DDTHH:MM:SSZ`) to the minute."""
    return f"{text[:10]} {text[11:16]} UTC"


def age(text: str) -> str:
    """How long ago a time of a record was, in days from two days on."""
    hours = (datetime.now(UTC) - datetime.fromisoformat(text)) // timedelta(hours=1)
    if hours < 1:
        return "less than an hour ago"
    number, unit = (hours, "hour") if hours < 48 else (hours // 24, "day")  # noqa: PLR2004
    return f"{number:,} {unit}{'' if number == 1 else 's'} ago"


def asset_path(name: str) -> str:
    """The address of a file in `assets`. It changes with the content, so browsers may keep it."""
    digest = sha256((_ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{digest}/{name}"


def asset(name: str) -> Reply:
    """A file in `assets`. Raises `FileNotFoundError`."""
    path = _ASSETS / name
    return Reply(
        body=path.read_bytes(),
        content_type=_TYPES[path.suffix],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_ROOM / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"day": day, "moment": moment, "age": age, "mirror": mirror_of}
    environment.globals |= {
        "dataset": TITLE,
        "navigation": NAVIGATION,
        "style": asset_path("style.css"),
        "icon": asset_path("icon.svg"),
        "language": {"en": "English", "ja": "日本語"},
        "license": {"title": LICENSE_TITLE, "url": LICENSE_URL},
    }
    return environment


_ENVIRONMENT = _environment()
