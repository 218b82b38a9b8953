"""What to do about months that no listing of the site covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def advice(lang: str, spans: Sequence[str]) -> Iterator[str]:
    """The lines that name the months without a listing, and the command that fills them.

    `spans` are months and spans of months (`period.spans`) in their order.
    """
    if not spans:
        return
    first, last = spans[0][:7], spans[-1][-7:]
    yield f"no listing, {lang}: {', '.join(spans)}; a web archive may have these months:"
    yield (
        f"  mofa-crawler crawl web_archive --source wayback --lang {lang} "
        f"--since {first} --until {last}"
    )
