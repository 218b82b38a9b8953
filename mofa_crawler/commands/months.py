"""What to do about months that no listing of the site covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def advice(lang: str, spans: Sequence[str], to_request: Sequence[str] = ()) -> Iterator[str]:
    """The lines that name the months without a listing, and the commands that fill them.

    `spans` are months and spans of months (`period.spans`) in their order. `to_request` are those
    months that the site may list: no run has found them missing on the site.
    """
    if not spans:
        return
    named = f"no listing, {lang}: {', '.join(spans)}"
    if to_request:
        yield f"{named}; crawl first what the site lists, then from a web archive what remains:"
        yield _command("press_releases", lang, to_request[0], to_request[-1])
    else:
        yield f"{named}; a web archive may have these months:"
    yield _command("web_archive --source wayback", lang, spans[0][:7], spans[-1][-7:])


def _command(spider: str, lang: str, since: str, until: str) -> str:
    return f"  mofa-crawler crawl {spider} --lang {lang} --since {since} --until {until}"
