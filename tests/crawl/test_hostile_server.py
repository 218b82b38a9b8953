"""Responses without end: a bound stops them, and the rest of the site is crawled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mofa_crawler.archive.warc_records import MOST_HEADER_BYTES
from tests.cli import outcomes
from tests.factories import SITE, query

if TYPE_CHECKING:
    from tests.cli import Run

PAGE = "/press/release/pressite_000001_02136.html"
LINE = 1_000  # bytes of a header line


def headers(total: int) -> dict[str, str]:
    return {f"X-{number:04}": "x" * (LINE - 10) for number in range(total // LINE)}


@pytest.mark.parametrize(
    ("total", "status"), [(MOST_HEADER_BYTES // 2, "parsed"), (4 * MOST_HEADER_BYTES, "failed")]
)
def test_header_lines_have_a_bound(run: Run, total: int, status: str) -> None:
    """Each of the lines is shorter than Twisted's bound for one line."""
    run.site.responses[PAGE] = (200, headers(total), (SITE / PAGE[1:]).read_bytes())
    result = run.crawl("-a", "lang=en", "-s", "RETRY_TIMES=0")
    assert query(run, f"SELECT status FROM pages WHERE url LIKE '%{PAGE}'") == [(status,)]
    if status == "parsed":
        assert result.returncode == 0
        return
    assert result.returncode == 4
    assert outcomes(result)["failed"] == 1
    assert outcomes(result)["new"] > 1
    reason = f"HeadersTooLong: header lines of more than {MOST_HEADER_BYTES} bytes"
    assert f"failed: no_response: {reason} (" in result.stderr
