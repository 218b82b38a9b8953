"""The addresses of the pages, and how the reply to a request is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import parse_qsl, quote, unquote

import msgspec

from mofa_crawler.export import atom_feed, hits
from mofa_crawler.export.about import TERMS
from mofa_crawler.export.columns import columns_of
from mofa_crawler.export.field_tables import RECORDS
from mofa_crawler.queries.read_only import reading
from mofa_crawler.store.connection import StoreError, TooSlow
from mofa_crawler.web import citation, rendering
from mofa_crawler.web.contexts import coverage, home, months, release, runs, search
from mofa_crawler.web.replies import Page, PageError, Reply

# Values by name. An empty value is left out.
Parameters = dict[str, str]
_MOST_PARAMETERS = 50
_IN_A_FEED = 50  # releases
_DOWNLOAD_FACTOR = 12  # a download may take so many times as long as a page
_SEARCH = frozenset({"q", "lang", "since", "until", "order"})
_LIST = frozenset({"lang", "state", "page"})


@dataclass(frozen=True, slots=True)
class Route:
    """A page.

    `pattern` is a regular expression of the path; its named groups are parameters. `parameters` are
    the names that the query may have. `view` raises `PageError`. A download may take longer than a
    page.
    """

    pattern: str
    view: Callable[[Connection, Parameters], Page | Reply]
    parameters: frozenset[str] = frozenset()
    is_download: bool = False


def _html(
    template: str, context: Callable[[Connection, Parameters], object]
) -> Callable[[Connection, Parameters], Page]:
    """The view of a template, which has the context as `page`."""
    return lambda db, parameters: Page(
        template=template, names={"page": context(db, parameters), "parameters": parameters}
    )


def _csv(db: Connection, parameters: Parameters) -> Reply:
    file = BytesIO()
    hits.write_csv(search.all_rows(db, parameters), file)
    return _download(file.getvalue(), "releases.csv", "text/csv; charset=utf-8")


def _json(db: Connection, parameters: Parameters) -> Reply:
    found = [hits.as_json(hit) for hit in search.all_rows(db, parameters)]
    return Reply(body=msgspec.json.encode(found), content_type="application/json")


def _atom(db: Connection, parameters: Parameters) -> Reply:
    file = BytesIO()
    atom_feed.write(search.snapshot(db, parameters), file, newest=_IN_A_FEED)
    return Reply(body=file.getvalue(), content_type="application/atom+xml; charset=utf-8")


def _bib(db: Connection, parameters: Parameters) -> Reply:
    records = search.snapshot(db, parameters).records(newest_first=True)
    return _download("\n".join(map(citation.bibtex, records)).encode(), "releases.bib", _BIBTEX)


def _release(db: Connection, parameters: Parameters) -> Page:
    page = release.context(db, parameters)
    template = "release.html" if isinstance(page, release.Release) else "unread.html"
    return Page(template=template, names={"page": page})


def _about(db: Connection, parameters: Parameters) -> Page:  # noqa: ARG001 - as all
    """The same for every database: the types of the record, each with its name and fields."""
    records = [(record.__name__, columns_of(record)) for record in RECORDS]
    return Page(template="about.html", names={"terms": TERMS, "records": records})


def _citation(db: Connection, parameters: Parameters) -> Reply:
    """A file for programs that manage references."""
    record = release.stored(db, parameters)
    write, content_type = _CITATIONS[parameters["format"]]
    name = f"{record.id.rpartition('/')[2]}.{parameters['format']}"
    return _download(write(record).encode(), name, content_type)


def _download(body: bytes, name: str, content_type: str) -> Reply:
    """A file that browsers save under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{quote(name)}"'}
    return Reply(body=body, content_type=content_type, headers=headers)


_BIBTEX = "application/x-bibtex; charset=utf-8"
_CITATIONS = {
    "bib": (citation.bibtex, _BIBTEX),
    "ris": (citation.ris, "application/x-research-info-systems; charset=utf-8"),
}
ROUTES = (
    Route(r"/$", _html("home.html", home.context)),
    Route(r"/search$", _html("search.html", search.context), _SEARCH | {"page"}),
    Route(r"/search\.csv$", _csv, _SEARCH, is_download=True),
    Route(r"/search\.json$", _json, _SEARCH, is_download=True),
    Route(r"/search\.bib$", _bib, _SEARCH, is_download=True),
    Route(r"/search\.atom$", _atom, _SEARCH),
    Route(r"/release/(?P<id>.+)$", _release),
    Route(r"/cite/(?P<id>.+)\.(?P<format>bib|ris)$", _citation),
    Route(r"/months$", _html("months.html", months.overview)),
    Route(r"/months/(?P<period>\d{4}(-\d\d)?)$", _html("list.html", months.release_list), _LIST),
    Route(r"/coverage$", _html("coverage.html", coverage.context)),
    Route(r"/runs$", _html("runs.html", runs.context)),
    Route(r"/about$", _about),
)


def reply_to(
    database: Path, route: Route, path_values: Mapping[str, str], query: str, *, seconds: float
) -> Page | Reply:
    """The reply to a request: for bad input or a bad database, a page with the error.

    `path_values` are the groups of the route's pattern and `query` the query string, both as in the
    address. A page that takes longer than `seconds` is an error.
    """
    if route.is_download:
        seconds *= _DOWNLOAD_FACTOR
    try:
        parameters = _parameters(route, path_values, query)
        with reading(database, seconds=seconds) as db:
            return route.view(db, parameters)
    except PageError as error:
        return error_page(str(error), error.status)
    except TooSlow:
        return error_page(
            f"The page took longer than {seconds:g} seconds. Choose longer words or a shorter "
            "period.",
            503,
        )
    except StoreError as error:
        text = str(error)
        return error_page(f"{text[:1].upper()}{text[1:]}.", 503)


def asset_reply(name: str) -> Page | Reply:
    """A file that pages use."""
    try:
        return rendering.asset(name)
    except FileNotFoundError:
        return error_page("There is no such file.", 404)


def error_page(message: str, status: int) -> Page:
    """A page with a sentence that says what is wrong."""
    names = {"message": message, "code": status}
    return Page(template="error.html", names=names, status=status)


def _parameters(route: Route, path_values: Mapping[str, str], query: str) -> Parameters:
    """The values of an address. Raises `PageError` for a name that the page does not know."""
    try:
        pairs = parse_qsl(query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise PageError("The address has too many parameters.") from None
    found: Parameters = {}
    for name, value in pairs:
        if name not in route.parameters:
            known = ", ".join(sorted(route.parameters)) or "none"
            raise PageError(f"This page has no parameter “{name[:40]}”. Its parameters: {known}.")
        if name in found:
            raise PageError(f"The address has the parameter “{name}” twice. Write it once.")
        found[name] = value
    return found | {name: unquote(value) for name, value in path_values.items()}
